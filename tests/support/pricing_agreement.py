"""The engine beside its oracles on seeded baskets; a difference is told as a short reproduction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, is_dataclass
from random import Random
from typing import Any, TypeVar

from retail.promotions.engine import PromotionEngine
from retail.promotions.results import Optimum
from tests.support.pricing_baskets import Case, random_case
from tests.support.pricing_highs import least
from tests.support.pricing_large import large_case
from tests.support.pricing_oracle import best

_T = TypeVar("_T")
Difference = Callable[[Case], str]


def agrees_with_brute_force(seed: int) -> int:
    """Price the small basket of a seed both ways; the number of applied promotions.

    Raises:
        AssertionError: the engine chose something else.
    """
    case = random_case(Random(seed))
    _none(seed, case, small_difference)
    return len(best(*case).applied)


def bounded_by_brute_force(seed: int) -> str:
    """The same where the engine may give up or choose otherwise among equal sums.

    Returns:
        ``canonical``, ``least`` (proved, another choice of the same sum) or ``bounded``.

    Raises:
        AssertionError: its sum or bound cannot be right.
    """
    case = random_case(Random(seed))
    _none(seed, case, bounded_difference)
    if not _ours(case).proved:
        return "bounded"
    return "least" if small_difference(case) else "canonical"


def agrees_with_highs(seed: int) -> bool:
    """Price the large basket of a seed both ways; whether the engine proved its choice.

    Raises:
        AssertionError: the engine's sum is not the least, or its bound cannot be right.
    """
    case = large_case(Random(seed))
    _none(seed, case, large_difference)
    return _ours(case).proved


def small_difference(case: Case) -> str:
    """What the engine and the brute force tell differently of one basket; empty if nothing."""
    ours, theirs = _ours(case), best(*case)
    pairs = {
        "minimised": (ours.minimised, theirs.minimised),
        "discounts": (ours.discounts, theirs.discounts),
        "applied": (tuple((a.promo_id, a.discount) for a in ours.applied), theirs.applied),
        "shares": (tuple(a.shares for a in ours.applied), theirs.shares),
        "consumed": (ours.consumed, theirs.consumed),
        "proved": (ours.proved, True),
    }
    wrong = {what: pair for what, pair in pairs.items() if pair[0] != pair[1]}
    return "; ".join(f"{what} {mine}, not {right}" for what, (mine, right) in wrong.items())


def bounded_difference(case: Case) -> str:
    """What is wrong with the engine's sum and bound according to brute force."""
    return _outside(_ours(case), best(*case).minimised, "brute force")


def large_difference(case: Case) -> str:
    """What is wrong with the engine's sum and bound according to HiGHS: the sum is the least."""
    ours, theirs = _ours(case), least(*case)
    if ours.minimised != theirs:
        return f"HiGHS {theirs}, engine {ours.minimised}"
    return _outside(ours, theirs, "HiGHS")


def _outside(ours: Optimum, theirs: int, whose: str) -> str:
    told = f"bound {ours.bound}, {whose} {theirs}, engine {ours.minimised}"
    if not ours.bound <= theirs <= ours.minimised:
        return told
    return f"{told}, which is proved" if ours.proved and theirs != ours.minimised else ""


def _ours(case: Case) -> Optimum:
    lines, promotions, context = case
    return PromotionEngine(promotions).optimise(lines, context)


def _none(seed: int, case: Case, difference: Difference) -> None:
    if difference(case):
        fewest = shrunk(case, difference)
        raise AssertionError(f"seed {seed}: {difference(fewest)}\n{told(fewest)}")


def shrunk(case: Case, difference: Difference) -> Case:
    """A difference with as few promotions and lines as leaving them out can reach."""
    lines, promotions, context = case
    promotions = _fewer(promotions, lambda kept: bool(difference((lines, kept, context))))
    lines = _fewer(lines, lambda kept: bool(kept and difference((kept, promotions, context))))
    return lines, promotions, context


def _fewer(values: tuple[_T, ...], still: Callable[[tuple[_T, ...]], bool]) -> tuple[_T, ...]:
    size = len(values)
    while size:
        at = 0
        while at < len(values):
            kept = values[:at] + values[at + size :]
            if still(kept):
                values = kept
            else:
                at += size
        size //= 2
    return values


def told(case: Case) -> str:
    """Lines and promotions without the fields that have their default."""
    lines, promotions, context = case
    rows = [*map(_short, lines), *map(_short, promotions)]
    if context.customer:
        rows.append(f"used={dict(context.customer.used)}")
    return "\n".join(rows)


def _short(value: Any) -> str:
    if isinstance(value, tuple):
        return f"({', '.join(map(_short, value))})"
    if isinstance(value, frozenset):
        return f"{{{', '.join(sorted(map(str, value)))}}}"
    if not is_dataclass(value):
        return str(value)
    inside = [
        f"{f.name}={_short(getattr(value, f.name))}"
        for f in fields(value)
        if getattr(value, f.name) != f.default
    ]
    return f"{type(value).__name__}({', '.join(inside)})"
