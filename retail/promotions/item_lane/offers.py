"""Item promotions made ready for a basket: which lines they may take, how often, for how much."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from retail.promotions.rules import (
    EXACT,
    AmountOff,
    Bundle,
    BuyGet,
    CheapestFree,
    Customer,
    FixedPrice,
    Gift,
    ItemMechanic,
    NFor,
    Percent,
    PricingLine,
    Promotion,
    QuantityTier,
    Selector,
    TierQuantity,
)
from retail.promotions.scope import in_scope

UNLIMITED = 1 << 60
"""Stands for no limit where limits are compared."""

PER_UNIT = (Percent, AmountOff, FixedPrice)
"""Mechanics whose application takes a single unit and needs nothing else."""


@dataclass(frozen=True, slots=True)
class Board:
    """The lines that are priced together, in canonical order.

    Attributes:
        prices: minor units of one unit.
        units: how many units the line has.
    """

    prices: tuple[int, ...]
    units: tuple[int, ...]

    def part(self, lines: Sequence[int]) -> Board:
        """The board of some of the lines, in their order."""
        return Board(tuple(self.prices[i] for i in lines), tuple(self.units[i] for i in lines))


@dataclass(frozen=True, slots=True)
class Offer:
    """An item promotion on a board.

    Attributes:
        roles: per selector of the mechanic the lines it takes, ascending: one for most
            mechanics, ``(buy, get)`` for buy-get, one per slot for bundles.
        applications: most applications in the basket.
        units: most units it may consume.
        cap: most discount in minor units.
    """

    promotion: Promotion
    roles: tuple[tuple[int, ...], ...]
    applications: int
    units: int
    cap: int

    @property
    def mechanic(self) -> ItemMechanic:
        """The promotion's mechanic; only item promotions become offers."""
        # No ``cast``: this is asked tens of thousands of times a basket.
        return self.promotion.mechanic  # type: ignore[return-value]

    @property
    def lines(self) -> tuple[int, ...]:
        """All lines that it may take, ascending."""
        if len(self.roles) == 1:
            return self.roles[0]
        return tuple(sorted({line for role in self.roles for line in role}))

    @property
    def unlimited(self) -> bool:
        """True when applications and units are as many as there are."""
        return self.applications == self.units == UNLIMITED

    @property
    def additive(self) -> bool:
        """True when each unit can be decided alone, up to a cap of the whole."""
        return (
            isinstance(self.promotion.mechanic, PER_UNIT)
            and self.unlimited
            and self.promotion.exclusive_group is None
        )

    def moved(self, place: dict[int, int]) -> Offer:
        """The same offer on a board whose lines have other places."""
        roles = tuple(tuple(place[line] for line in role if line in place) for role in self.roles)
        return Offer(self.promotion, roles, self.applications, self.units, self.cap)


def selectors_of(promotion: Promotion) -> tuple[Selector | None, ...]:
    """The selectors whose units an item promotion takes, role by role."""
    match promotion.mechanic:
        case BuyGet(buy=buy, get=get):
            return (buy, get)
        case Bundle(slots=slots):
            return tuple(slot.scope for slot in slots)
        case Gift(gift=gift):
            return (gift,)
        case _:
            return (promotion.scope,)


def units_needed(mechanic: ItemMechanic) -> tuple[int, ...]:
    """The fewest units per role that one application takes."""
    match mechanic:
        case NFor(n=n) | CheapestFree(n=n):
            return (n,)
        case BuyGet(buy_qty=buy):
            return (buy, 1)
        case Bundle(slots=slots):
            return tuple(slot.qty for slot in slots)
        case TierQuantity(tiers=tiers):
            return (tiers[0].minimum,)
        case _:
            return (1,)


def unit_gain(mechanic: ItemMechanic | QuantityTier, price: int) -> int:
    """What a rewarded unit of that price gains, in 1/10,000 minor unit.

    Sets with a common price or amount have no gain of single units; theirs is 0.
    """
    return _GAINS[type(mechanic)](mechanic, price)


def _reward_gain(mechanic: BuyGet, price: int) -> int:
    if mechanic.bp is not None:
        return price * mechanic.bp
    if mechanic.amount is not None:
        return min(price, mechanic.amount) * EXACT
    return max(0, price - (mechanic.price or 0)) * EXACT


def _tier_gain(tier: QuantityTier, price: int) -> int:
    if tier.bp is not None:
        return price * tier.bp
    return max(0, price - (tier.price or 0)) * EXACT


# By type and not by pattern: this is asked hundreds of thousands of times a basket.
_GAINS: dict[type, Callable[[Any, int], int]] = {
    Percent: lambda mechanic, price: price * mechanic.bp,
    AmountOff: lambda mechanic, price: min(price, mechanic.amount) * EXACT,
    FixedPrice: lambda mechanic, price: max(0, price - mechanic.price) * EXACT,
    NFor: lambda _, __: 0,
    CheapestFree: lambda mechanic, price: price * mechanic.bp,
    BuyGet: _reward_gain,
    Bundle: lambda mechanic, price: price * (mechanic.bp or 0),
    TierQuantity: lambda _, __: 0,
    Gift: lambda _, price: price * EXACT,
    QuantityTier: _tier_gain,
}


def limits_of(promotion: Promotion, customer: Customer | None) -> tuple[int, int]:
    """The most applications and units of a promotion in one basket."""
    conditions = promotion.conditions
    applications = units = UNLIMITED
    if promotion.max_applications is not None:
        applications = promotion.max_applications
    if conditions.customer_limit is not None and customer is not None:
        left = conditions.customer_limit - customer.used.get(promotion.promo_id, 0)
        applications = min(applications, left)
    coupon = conditions.coupon
    if coupon is not None and coupon.per_application and coupon.uses_left is not None:
        applications = min(applications, coupon.uses_left)
    if promotion.max_units is not None:
        units = promotion.max_units
    if conditions.stock_left is not None:
        units = min(units, conditions.stock_left)
    return applications, units


def make_offer(
    promotion: Promotion,
    roles: tuple[tuple[int, ...], ...],
    lines: Sequence[PricingLine],
    limits: tuple[int, int],
) -> Offer | None:
    """An offer from the lines that its selectors take; None when it can never be applied.

    Args:
        limits: see :func:`limits_of`.
    """
    applications, units = limits
    mechanic = promotion.mechanic
    if isinstance(mechanic, Gift):
        applications = min(applications, _gifts(promotion, mechanic, lines))
    elif isinstance(mechanic, TierQuantity):
        applications = min(applications, 1)
    cap = UNLIMITED if promotion.max_discount is None else promotion.max_discount
    if applications <= 0 or units <= 0 or cap <= 0:
        return None
    if isinstance(mechanic, PER_UNIT):
        if not any(2 * _most(mechanic, lines[i]) >= EXACT for i in roles[0]):
            return None
        if cap < UNLIMITED:
            # Beyond what all units gain, with every share rounded up, a cap means nothing.
            most = sum(_most(mechanic, lines[i]) for i in roles[0])
            if most + EXACT // 2 * len(roles[0]) < EXACT * cap:
                cap = UNLIMITED
    return Offer(promotion, roles, applications, units, cap)


def _most(mechanic: ItemMechanic, line: PricingLine) -> int:
    """What all units of a line gain, in 1/10,000 minor unit."""
    return line.units * unit_gain(mechanic, line.price)


def _gifts(promotion: Promotion, mechanic: Gift, lines: Sequence[PricingLine]) -> int:
    """How many units are free: what was spent on other lines in scope decides."""
    base = sum(
        line.gross
        for line in lines
        if in_scope(promotion, promotion.scope, line)
        and not in_scope(promotion, mechanic.gift, line)
    )
    times = base // mechanic.min_spend
    return times if mechanic.repeat else min(times, 1)
