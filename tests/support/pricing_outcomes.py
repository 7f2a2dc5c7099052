"""What one item promotion can do to a small basket: every way of applying it, none left out.

Written from the pricing vectors' text (Item lane) for the brute force in ``pricing_oracle``; lines
are in canonical order and vectors hold one entry per line.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import assert_never

from retail.promotions.rules import (
    EXACT,
    AmountOff,
    BasketAmount,
    BasketPercent,
    Bundle,
    BuyGet,
    CheapestFree,
    Draw,
    FixedPrice,
    Gift,
    NFor,
    Percent,
    PointsBonus,
    PointsMultiplier,
    PricingLine,
    Promotion,
    SaleContext,
    Selector,
    TierQuantity,
)
from retail.promotions.scope import in_scope

Vector = tuple[int, ...]
ONE_BY_ONE = (Percent, AmountOff, FixedPrice)
_UNLIMITED = 1 << 30


@dataclass(frozen=True, slots=True)
class Outcome:
    """A multiset of applications of one promotion, as far as it can make a difference.

    Attributes:
        taken: units consumed per line.
        gains: exact discount per line, or only its total where it is spread over the whole set.
        worth: the exact discount that counts, at most the cap.
        capped: the cap is reached.
    """

    taken: Vector
    applications: int
    gains: Vector
    worth: int
    capped: bool


def half_away(numerator: int, denominator: int) -> int:
    """A quotient that is not negative, rounded half up."""
    return (2 * numerator + denominator) // (2 * denominator)


def largest_remainder(total: int, weights: Sequence[int]) -> Vector:
    """``total`` spread by weight; what is left goes to the largest remainders, then in order."""
    whole = sum(weights)
    if whole == 0 or total == 0:
        return (0,) * len(weights)
    shares = [total * weight // whole for weight in weights]
    order = sorted(range(len(weights)), key=lambda i: (-(total * weights[i] % whole), i))
    for i in order[: total - sum(shares)]:
        shares[i] += 1
    return tuple(shares)


def plus(left: Vector, right: Vector) -> Vector:
    """The sum, line by line."""
    return tuple(map(int.__add__, left, right))


def minus(left: Vector, right: Vector) -> Vector:
    """The difference, line by line."""
    return tuple(map(int.__sub__, left, right))


def picks(room: Vector, size: int) -> Iterator[Vector]:
    """Every way to take ``size`` units out of ``room``."""
    if not room:
        if size == 0:
            yield ()
        return
    for first in range(min(room[0], size) + 1):
        for rest in picks(room[1:], size - first):
            yield (first, *rest)


def has_own_discounts(promotion: Promotion) -> bool:
    """Each discounted unit has its own discount (see Allocation)."""
    mechanic = promotion.mechanic
    if isinstance(mechanic, (BuyGet, CheapestFree)):
        return promotion.reward_alloc
    return isinstance(mechanic, (*ONE_BY_ONE, TierQuantity, Gift)) or (
        isinstance(mechanic, Bundle) and mechanic.bp is not None
    )


def gain(price: int, bp: int | None, amount: int | None, fixed: int | None) -> int:
    """Exact discount of one unit by rate, by amount or to a price."""
    if bp is not None:
        return price * bp
    if amount is not None:
        return min(price, amount) * EXACT
    assert fixed is not None
    return max(0, price - fixed) * EXACT


class Chances:
    """One promotion over the lines of one basket."""

    def __init__(
        self, promotion: Promotion, lines: Sequence[PricingLine], context: SaleContext
    ) -> None:
        self.promotion = promotion
        self.lines = lines
        self.prices = tuple(line.price for line in lines)
        self.capacity = tuple(line.units for line in lines)
        self.application_limit = self._application_limit(context)
        limits = (promotion.max_units, promotion.conditions.stock_left)
        self.unit_limit = min([n for n in limits if n is not None], default=_UNLIMITED)
        self.outcomes = tuple(self._outcomes())

    def _application_limit(self, context: SaleContext) -> int:
        promotion, conditions = self.promotion, self.promotion.conditions
        limits = [promotion.max_applications]
        if conditions.customer_limit is not None and context.customer is not None:
            used = context.customer.used.get(promotion.promo_id, 0)
            limits.append(conditions.customer_limit - used)
        if conditions.coupon is not None and conditions.coupon.per_application:
            limits.append(conditions.coupon.uses_left)
        if isinstance(promotion.mechanic, TierQuantity):
            limits.append(1)
        if isinstance(promotion.mechanic, Gift):
            limits.append(self._gifts(promotion.mechanic))
        return min([n for n in limits if n is not None], default=_UNLIMITED)

    def _gifts(self, mechanic: Gift) -> int:
        base = sum(
            line.gross
            for line in self.lines
            if in_scope(self.promotion, self.promotion.scope, line)
            and not in_scope(self.promotion, mechanic.gift, line)
        )
        times = base // mechanic.min_spend
        return times if mechanic.repeat else min(times, 1)

    def room(self, selector: Selector | None) -> Vector:
        """The units that a selector takes."""
        return tuple(
            line.units if in_scope(self.promotion, selector, line) else 0 for line in self.lines
        )

    def own_gains(self, taken: Vector) -> Vector:
        """Exact discount per line of percent, amount off, fixed price and quantity tiers."""
        mechanic = self.promotion.mechanic
        terms: tuple[int | None, int | None, int | None]
        if isinstance(mechanic, TierQuantity):
            reached = [tier for tier in mechanic.tiers if tier.minimum <= sum(taken)]
            if not reached:
                return (0,) * len(taken)
            tier = max(reached, key=lambda tier: tier.minimum)
            terms = (tier.bp, None, tier.price)
        else:
            bp = mechanic.bp if isinstance(mechanic, Percent) else None
            amount = mechanic.amount if isinstance(mechanic, AmountOff) else None
            price = mechanic.price if isinstance(mechanic, FixedPrice) else None
            terms = (bp, amount, price)
        return tuple(n * gain(price, *terms) for n, price in zip(taken, self.prices, strict=True))

    def shares(self, outcome: Outcome) -> Vector:
        """The discount on lines in minor units (see Allocation)."""
        cap = self.promotion.max_discount
        if not has_own_discounts(self.promotion):
            total = half_away(sum(outcome.gains), EXACT)
            weights = [n * price for n, price in zip(outcome.taken, self.prices, strict=True)]
            return largest_remainder(total if cap is None else min(total, cap), weights)
        shares = tuple(half_away(e, EXACT) for e in outcome.gains)
        if cap is not None and (outcome.capped or sum(shares) > cap):
            return largest_remainder(cap, outcome.gains)
        return shares

    def at_cap(self, free: Vector, applications_left: int) -> Vector:
        """What must be consumed when the cap is reached (see Cap reached); ``free``: for us."""
        tiered = isinstance(self.promotion.mechanic, TierQuantity)
        cap = self.promotion.max_discount
        assert cap is not None
        wanted = self.room(self.promotion.scope)
        units = [
            i
            for i in sorted(range(len(free)), key=lambda i: (-self.prices[i], i))
            for _ in range(min(free[i], wanted[i]))
            if tiered or self.own_gains(_one(i, len(free)))[i] > 0
        ]
        most = min(len(units), self.unit_limit)
        if not tiered:
            most = min(most, self.application_limit, applications_left)
        for m in range(most, 0, -1):
            taken = tuple(units[:m].count(i) for i in range(len(free)))
            if sum(self.own_gains(taken)) >= EXACT * cap:
                return taken
        raise AssertionError("The cap was said to be reached.")

    def _outcomes(self) -> Iterator[Outcome]:
        """Layer by layer: everything that n applications can amount to."""
        cap = self.promotion.max_discount
        single = {(taken, gains) for taken, gains in self._applications() if sum(gains) > 0}
        width = len(self.lines) if has_own_discounts(self.promotion) else 1
        layer = {((0,) * len(self.lines), (0,) * width)}
        for count in range(1, min(self.application_limit, sum(self.capacity)) + 1):
            layer = {
                (both, plus(gains, more))
                for taken, gains in layer
                for extra, more in single
                if self._possible(both := plus(taken, extra))
            }
            for taken, gains in layer:
                total = sum(gains)
                capped = cap is not None and total >= EXACT * cap
                worth = EXACT * cap if capped and cap is not None else total
                yield Outcome(taken, count, gains, worth, capped)

    def _possible(self, taken: Vector) -> bool:
        return sum(taken) <= self.unit_limit and all(map(int.__le__, taken, self.capacity))

    def _applications(self) -> Iterator[tuple[Vector, Vector]]:  # noqa: PLR0911 (one per mechanic)
        """Units taken and exact discount of every single application."""
        mechanic = self.promotion.mechanic
        match mechanic:
            case Percent() | AmountOff() | FixedPrice():
                singles = picks(self.room(self.promotion.scope), 1)
                return ((taken, self.own_gains(taken)) for taken in singles)
            case TierQuantity():
                return self._tiered(mechanic)
            case Gift():
                return self._rated(picks(self.room(mechanic.gift), 1), EXACT)
            case NFor():
                found = picks(self.room(self.promotion.scope), mechanic.n)
                return ((taken, (EXACT * (self._sum(taken) - mechanic.price),)) for taken in found)
            case CheapestFree():
                return self._cheapest(mechanic)
            case BuyGet():
                return self._bought(mechanic)
            case Bundle():
                return self._bundled(mechanic)
            case BasketPercent() | BasketAmount() | PointsMultiplier() | PointsBonus() | Draw():
                return iter(())
            case _:
                assert_never(mechanic)

    def _sum(self, taken: Vector) -> int:
        return sum(n * price for n, price in zip(taken, self.prices, strict=True))

    def _rated(self, found: Iterator[Vector], bp: int) -> Iterator[tuple[Vector, Vector]]:
        for taken in found:
            yield taken, tuple(n * p * bp for n, p in zip(taken, self.prices, strict=True))

    def _tiered(self, mechanic: TierQuantity) -> Iterator[tuple[Vector, Vector]]:
        lowest = min(tier.minimum for tier in mechanic.tiers)
        room = self.room(self.promotion.scope)
        for size in range(max(1, lowest), sum(room) + 1):
            for taken in picks(room, size):
                yield taken, self.own_gains(taken)

    def _cheapest(self, mechanic: CheapestFree) -> Iterator[tuple[Vector, Vector]]:
        order = sorted(range(len(self.lines)), key=lambda i: (self.prices[i], i))
        for taken in picks(self.room(self.promotion.scope), mechanic.n):
            left, gains = mechanic.free, [0] * len(taken)
            for i in order:
                freed = min(left, taken[i])
                gains[i] = freed * self.prices[i] * mechanic.bp
                left -= freed
            yield taken, self._spread(tuple(gains))

    def _bought(self, mechanic: BuyGet) -> Iterator[tuple[Vector, Vector]]:
        rewardable = self.room(mechanic.get)
        for bought in picks(self.room(mechanic.buy), mechanic.buy_qty):
            least = min(p for n, p in zip(bought, self.prices, strict=True) if n)
            room = tuple(
                0 if mechanic.equal_or_lesser and price > least else max(0, min(n, have - gone))
                for n, have, gone, price in zip(
                    rewardable, self.capacity, bought, self.prices, strict=True
                )
            )
            for size in range(1, mechanic.get_qty + 1):
                for got in picks(room, size):
                    gains = tuple(
                        n * gain(price, mechanic.bp, mechanic.amount, mechanic.price)
                        for n, price in zip(got, self.prices, strict=True)
                    )
                    yield plus(bought, got), self._spread(gains)

    def _bundled(self, mechanic: Bundle) -> Iterator[tuple[Vector, Vector]]:
        found = {(0,) * len(self.lines)}
        for slot in mechanic.slots:
            room = self.room(slot.scope)
            found = {
                plus(taken, more)
                for taken in found
                for more in picks(tuple(map(min, room, minus(self.capacity, taken))), slot.qty)
            }
        if mechanic.bp is not None:
            yield from self._rated(iter(found), mechanic.bp)
            return
        for taken in found:
            total = self._sum(taken)
            off = total - mechanic.price if mechanic.price is not None else mechanic.amount
            assert off is not None
            yield taken, (EXACT * min(total, off),)

    def _spread(self, gains: Vector) -> Vector:
        """Per line where units keep their own discount, else the total."""
        return gains if self.promotion.reward_alloc else (sum(gains),)


def _one(at: int, size: int) -> Vector:
    return tuple(int(i == at) for i in range(size))
