"""The engine beside its oracles on seeded baskets; a difference is told as a short reproduction."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from random import Random
from typing import Any

from retail.promotions.engine import PromotionEngine
from tests.support.pricing_baskets import Case, random_case
from tests.support.pricing_highs import least
from tests.support.pricing_large import large_case
from tests.support.pricing_oracle import best


def agrees_with_brute_force(seed: int) -> int:
    """Price the small basket of a seed both ways; the number of applied promotions.

    Raises:
        AssertionError: the engine chose something else.
    """
    case = random_case(Random(seed))
    if small_difference(case):
        least_case = smallest(case)
        raise AssertionError(f"seed {seed}: {small_difference(least_case)}\n{told(least_case)}")
    return len(best(*case).applied)


def agrees_with_highs(seed: int) -> bool:
    """Price the large basket of a seed both ways; whether the engine proved its choice.

    Raises:
        AssertionError: the engine's sum or bound cannot be right.
    """
    lines, promotions, context = large_case(Random(seed))
    ours = PromotionEngine(promotions).optimise(lines, context)
    theirs = least(lines, promotions, context)
    right = ours.bound <= theirs <= ours.minimised
    assert right, f"seed {seed}: bound {ours.bound}, HiGHS {theirs}, engine {ours.minimised}"
    assert not ours.proved or theirs == ours.minimised, f"seed {seed}: not the least, yet proved"
    return ours.proved


def small_difference(case: Case) -> str:
    """What the engine and the brute force tell differently of one basket; empty if nothing."""
    lines, promotions, context = case
    ours = PromotionEngine(promotions).optimise(lines, context)
    theirs = best(lines, promotions, context)
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


def smallest(case: Case) -> Case:
    """The same difference with as few lines, units and promotions as possible."""
    lines, promotions, context = case
    for at in range(len(promotions)):
        fewer: Case = (lines, promotions[:at] + promotions[at + 1 :], context)
        if small_difference(fewer):
            return smallest(fewer)
    for at in range(len(lines)):
        fewer = (lines[:at] + lines[at + 1 :], promotions, context)
        if fewer[0] and small_difference(fewer):
            return smallest(fewer)
    return case


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
