"""Points and draw tickets: what a sale earns, and what points are worth in it.

Source of the rules: pricing vectors, Redemption and Points, draw, coupons, hints.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields

from retail.errors import RetailError
from retail.money import allocate
from retail.promotions.rules import (
    Draw,
    PointsBonus,
    PointsMultiplier,
    PricingLine,
    Promotion,
)
from retail.promotions.scope import rewards


@dataclass(frozen=True, slots=True)
class PointsRules:
    """What points are given for, and what they are worth.

    Attributes:
        earn_per: minor units that earn ``earn_points``.
        redeem_points: points of one block.
        redeem_value: minor units that a block is worth; 0 when points cannot be spent.
    """

    earn_per: int
    earn_points: int
    redeem_points: int = 1
    redeem_value: int = 0

    def __post_init__(self) -> None:
        if self.earn_per < 1 or self.redeem_points < 1:
            raise RetailError("loyalty.rules", "Points cannot be counted in steps below 1.")
        if self.earn_points < 0 or self.redeem_value < 0:
            raise RetailError("loyalty.rules", "Points cannot be worth less than nothing.")


MOST = 100_000_000


def rules_from(text: str) -> PointsRules:
    """The rules of a store: a JSON object of the fields of :class:`PointsRules`.

    Raises:
        RetailError: ``loyalty.rules`` for what is no such object, or for rules that nobody could
            count by.
    """
    try:
        found = json.loads(text)
    except ValueError as problem:
        raise _no_rules() from problem
    names = {one.name for one in fields(PointsRules)}
    if not isinstance(found, dict) or not {"earn_per", "earn_points"} <= found.keys() <= names:
        raise _no_rules()
    if not all(type(value) is int and value <= MOST for value in found.values()):
        raise _no_rules()
    return PointsRules(**found)


def _no_rules() -> RetailError:
    return RetailError(
        "loyalty.rules",
        "Rules of points must be a JSON object of whole numbers, such as "
        '{"earn_per": 100, "earn_points": 1, "redeem_points": 100, "redeem_value": 100}; '
        "nothing was changed.",
    )


@dataclass(frozen=True, slots=True)
class Wish:
    """Points that the customer wants to spend, as a discount or as a tender."""

    points: int
    as_tender: bool = False


@dataclass(frozen=True, slots=True)
class Redemption:
    """Points that are spent.

    Attributes:
        value: what they are worth in minor units.
        shares: the discount per line; all 0 when the points are a tender.
    """

    points: int
    value: int
    as_tender: bool
    shares: tuple[int, ...]


def by_canonical_order(lines: Sequence[PricingLine]) -> list[int]:
    """The positions of lines in canonical order."""
    return sorted(range(len(lines)), key=lambda i: lines[i].canonical_key)


def share_out(total: int, weights: Sequence[int], order: Sequence[int]) -> tuple[int, ...]:
    """Shares by largest remainder, ties to the line earlier in ``order``.

    Source: pricing vectors, ``LR``.
    """
    shares = [0] * len(weights)
    if total:
        for i, share in zip(order, allocate(total, [weights[i] for i in order]), strict=True):
            shares[i] = share
    return tuple(shares)


def redeemable(wish: Wish, balance: int, cap: int, rules: PointsRules) -> tuple[int, int]:
    """Points and their value in minor units: whole blocks within wish, balance and ``cap``."""
    if not rules.redeem_value:
        return 0, 0
    blocks = max(0, min(wish.points, balance)) // rules.redeem_points
    blocks = min(blocks, max(0, cap) // rules.redeem_value)
    return blocks * rules.redeem_points, blocks * rules.redeem_value


def earning_amounts(
    nets: Sequence[int], redemption: Redemption | None, order: Sequence[int]
) -> tuple[int, ...]:
    """What each line earns points for: its net amount, less its share of points as a tender."""
    if redemption is None or not redemption.as_tender:
        return tuple(nets)
    paid = share_out(min(redemption.value, sum(nets)), nets, order)
    return tuple(net - share for net, share in zip(nets, paid, strict=True))


def points_earned(
    lines: Sequence[PricingLine],
    amounts: Sequence[int],
    rules: PointsRules,
    promotions: Iterable[Promotion],
) -> int:
    """The points that these amounts earn.

    Args:
        amounts: minor units per line, see :func:`earning_amounts`.
        promotions: those that hold; others than multipliers and bonuses are passed over.
    """
    held = tuple(promotions)
    bonuses = sum(
        one.mechanic.points
        for one in held
        if isinstance(one.mechanic, PointsBonus)
        and _spent(one, lines, amounts) >= max(1, one.mechanic.min_spend)
    )
    factors = earning_factors(lines, held)
    weighed = sum(amount * factor for amount, factor in zip(amounts, factors, strict=True))
    return weighed // (100 * rules.earn_per) * rules.earn_points + bonuses


def earning_factors(
    lines: Sequence[PricingLine], promotions: Iterable[Promotion]
) -> tuple[int, ...]:
    """By how many percent each line earns: 100 without a promotion, 0 where none are given."""
    factors = [0 if line.no_points else 100 for line in lines]
    for promotion in promotions:
        if isinstance(promotion.mechanic, PointsMultiplier):
            for i, line in enumerate(lines):
                if promotion.mechanic.factor_pct > factors[i] and rewards(promotion, line):
                    factors[i] = promotion.mechanic.factor_pct
    return tuple(factors)


def draw_tickets(
    lines: Sequence[PricingLine], nets: Sequence[int], promotions: Iterable[Promotion]
) -> int:
    """The tickets of all draws that hold, each within its own limit; ``nets`` in minor units."""
    tickets = 0
    for promotion in promotions:
        draw = promotion.mechanic
        if isinstance(draw, Draw):
            won = _spent(promotion, lines, nets) // draw.step * draw.tickets
            tickets += won if draw.max_tickets is None else min(won, draw.max_tickets)
    return tickets


def _spent(promotion: Promotion, lines: Sequence[PricingLine], amounts: Sequence[int]) -> int:
    return sum(
        amount for line, amount in zip(lines, amounts, strict=True) if rewards(promotion, line)
    )
