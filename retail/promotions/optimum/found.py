"""What offers of a component take together, and in which order equal choices are preferred."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from retail.promotions.item_lane.outcome import Outcome
from retail.promotions.optimum.shadow import Contest
from retail.promotions.rules import EXACT


@dataclass(frozen=True, slots=True)
class Found:
    """What offers take together, by promotion id, and its gain above what units gain anyway.

    In 1/10,000 minor unit.
    """

    gain: int
    taken: tuple[Outcome, ...]


def found_of(gain: int, taken: Iterable[Outcome]) -> Found:
    """The outcomes in the order of their promotions, each on its own."""
    single = (part for outcome in taken for part in outcome.parts or (outcome,))
    return Found(gain, tuple(sorted(single, key=lambda outcome: outcome.promo_id)))


@dataclass(frozen=True, slots=True)
class Result:
    """The best found, and the bound that no choice exceeds (gain, 1/10,000 minor unit)."""

    found: Found
    bound: int

    @property
    def proved(self) -> bool:
        """True when nothing gains more."""
        return self.found.gain == self.bound


class Ranking:
    """The order of preference between choices of equal gain within a component.

    Source: pricing vectors, Optimum, 1 to 6.
    """

    def __init__(self, contest: Contest, rest: Sequence[int], codes: Mapping[str, str]) -> None:
        """Take the exact gain of units that nobody takes, and coupon codes by promotion id."""
        self.contest, self.rest, self.codes = contest, rest, codes

    def key(self, found: Found) -> tuple[object, ...]:
        """Smallest first."""
        discount = dict.fromkeys(self.contest.lines, 0)
        left = {i: self.contest.capacity[i] for i in self.contest.lines}
        for outcome in found.taken:
            for line, share in outcome.shares:
                discount[line] += share
            for line, n in outcome.used:
                left[line] -= n
        for line, n in left.items():
            discount[line] += (2 * n * self.rest[line] + EXACT) // (2 * EXACT)
        used = tuple(self.contest.capacity[i] - left[i] for i in self.contest.lines)
        shares = tuple(
            tuple(-dict(outcome.shares).get(i, 0) for i in self.contest.lines)
            for outcome in found.taken
        )
        return (
            len({self.codes[o.promo_id] for o in found.taken if o.promo_id in self.codes}),
            tuple(-discount[i] for i in self.contest.lines),
            len(found.taken),
            tuple(outcome.promo_id for outcome in found.taken),
            shares,
            used,
        )
