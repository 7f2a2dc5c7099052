"""Promotions held back, so that the engine finds a choice in which another one has room."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from retail.promotions.rules import PricingLine, Promotion, Selector


@dataclass(frozen=True, slots=True)
class Restraint:
    """How a promotion is held back.

    Attributes:
        barred: lines that it must leave alone, ascending.
        left_out: it may not be applied at all.
    """

    barred: tuple[int, ...] = ()
    left_out: bool = False


def marked(lines: Sequence[PricingLine]) -> tuple[PricingLine, ...]:
    """Every line with a tag of its own, by which it can be barred."""
    return tuple(replace(line, tags=line.tags | {_mark(i)}) for i, line in enumerate(lines))


def restrained(
    promotions: Iterable[Promotion], restraints: Mapping[str, Restraint]
) -> list[Promotion]:
    """The promotions that are not left out, without the lines barred to them."""
    found = []
    for promotion in promotions:
        held = restraints.get(promotion.promo_id)
        if held is None:
            found.append(promotion)
        elif not held.left_out:
            found.append(_barred(promotion, held.barred))
    return found


def _barred(promotion: Promotion, lines: Iterable[int]) -> Promotion:
    exclude = promotion.exclude or Selector()
    tags = exclude.tags.union(_mark(line) for line in lines)
    return replace(promotion, exclude=replace(exclude, tags=tags))


def _mark(line: int) -> str:
    # No tag of a catalogue holds this letter.
    return f"\0{line}"
