"""The least minimised sum of the item lane as an integer programme, solved by HiGHS.

Formulated from the pricing vectors' text for baskets too large for brute force. It knows neither
caps, basket promotions nor exclusive promotions, and says so when it meets one. Money enters
the programme as floating point, but the sum is taken from the units it chose, in integers.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from retail.promotions.rules import (
    EXACT,
    AmountOff,
    Bundle,
    BuyGet,
    CheapestFree,
    FixedPrice,
    Gift,
    NFor,
    Percent,
    PricingLine,
    Promotion,
    SaleContext,
    Selector,
    TierQuantity,
)
from retail.promotions.scope import in_scope

_INFINITE = float("inf")
Sum = dict[int, int]
"""A weighted sum of variables: variable to factor."""


@dataclass(slots=True)
class Programme:
    """Integer variables from 0 on, what each gains, and sums that stay within limits."""

    most: list[float] = field(default_factory=list)
    gains: list[int] = field(default_factory=list)
    _rows: list[tuple[Sum, float, float]] = field(default_factory=list)

    def variable(self, most: float, gain: int = 0) -> int:
        """A new variable."""
        self.most.append(most)
        self.gains.append(gain)
        return len(self.most) - 1

    def limit(self, terms: Sum, least: float, most: float) -> None:
        """Keep a sum between two values."""
        if terms:
            self._rows.append((terms, least, most))

    def at_most(self, left: Iterable[int], factor: int, right: Iterable[int], times: int) -> None:
        """``factor`` x the sum of ``left`` is at most ``times`` x the sum of ``right``."""
        terms: Sum = dict.fromkeys(left, factor)
        for variable in right:
            terms[variable] = terms.get(variable, 0) - times
        self.limit(terms, -_INFINITE, 0)

    def same(self, left: Iterable[int], right: int, times: int) -> None:
        """The sum of ``left`` is ``times`` x ``right``."""
        terms: Sum = dict.fromkeys(left, 1)
        terms[right] = -times
        self.limit(terms, 0, 0)

    def solve(self) -> list[int]:
        """The values with the largest gain.

        Raises:
            AssertionError: HiGHS did not finish.
        """
        if not self.most:
            return []
        at = [(i, j, n) for i, (terms, _, _) in enumerate(self._rows) for j, n in terms.items()]
        matrix = csr_array(
            ([float(n) for _, _, n in at], ([i for i, _, _ in at], [j for _, j, _ in at])),
            shape=(len(self._rows), len(self.most)),
        )
        rows = LinearConstraint(matrix, [row[1] for row in self._rows], [r[2] for r in self._rows])
        done = milp(
            -np.array(self.gains, dtype=float) / EXACT,
            integrality=np.ones(len(self.most), dtype=int),
            bounds=Bounds(0, self.most),
            constraints=rows if self._rows else (),
            options={"mip_rel_gap": 0.0},
        )
        assert done.status == 0, done.message
        return [round(value) for value in done.x]


def least(
    lines: Sequence[PricingLine], promotions: Sequence[Promotion], context: SaleContext
) -> int:
    """The minimised sum in 1/10,000 minor unit; all promotions hold in ``context``."""
    model = _Model(lines, context)
    for promotion in promotions:
        model.add(promotion)
    model.close()
    chosen = zip(model.programme.gains, model.programme.solve(), strict=True)
    return EXACT * sum(line.gross for line in lines) - sum(gain * value for gain, value in chosen)


class _Model:
    """Builds the programme promotion by promotion."""

    def __init__(self, lines: Sequence[PricingLine], context: SaleContext) -> None:
        self.programme = Programme()
        self._lines = lines
        self._context = context
        self._taken: list[list[int]] = [[] for _ in lines]
        self._groups: dict[str, list[int]] = {}
        self._promotion: Promotion
        self._own: list[int] = []

    def add(self, promotion: Promotion) -> None:
        """Variables and limits of one promotion."""
        assert promotion.max_discount is None, "a cap is not linear"
        assert not promotion.exclusive, "exclusive promotions are not modelled"
        self._promotion, self._own = promotion, []
        mechanic = promotion.mechanic
        match mechanic:
            case Percent() | AmountOff() | FixedPrice():
                applications = self._singles(mechanic)
            case NFor():
                applications = [self._n_for(mechanic)]
            case CheapestFree():
                applications = [self._cheapest(mechanic)]
            case BuyGet():
                applications = [self._bought(mechanic)]
            case Bundle():
                applications = [self._bundle(mechanic)]
            case TierQuantity():
                applications = self._tiers(mechanic)
            case Gift():
                applications = self._gifts(mechanic)
            case _:
                raise AssertionError(f"{promotion.promo_id} is not of the item lane")
        self._limit(applications)

    def close(self) -> None:
        """What holds between promotions: units and exclusive groups."""
        for line, taken in zip(self._lines, self._taken, strict=True):
            self.programme.limit(dict.fromkeys(taken, 1), 0, line.units)
        for used in self._groups.values():
            self.programme.limit(dict.fromkeys(used, 1), 0, 1)

    def _limit(self, applications: Iterable[int]) -> None:
        promotion, conditions = self._promotion, self._promotion.conditions
        limits = [promotion.max_applications]
        if conditions.customer_limit is not None and self._context.customer is not None:
            used = self._context.customer.used.get(promotion.promo_id, 0)
            limits.append(conditions.customer_limit - used)
        for limit in limits:
            if limit is not None:
                self.programme.limit(dict.fromkeys(applications, 1), 0, limit)
        for limit in (promotion.max_units, conditions.stock_left):
            if limit is not None:
                self.programme.limit(dict.fromkeys(self._own, 1), 0, limit)
        if promotion.exclusive_group is not None:
            used_at_all = self.programme.variable(1)
            units = sum(line.units for line in self._lines)
            self.programme.at_most(self._own, 1, (used_at_all,), units)
            self._groups.setdefault(promotion.exclusive_group, []).append(used_at_all)

    def _inside(self, selector: Selector | None) -> list[int]:
        return [i for i, line in enumerate(self._lines) if self._takes(selector, line)]

    def _takes(self, selector: Selector | None, line: PricingLine) -> bool:
        return in_scope(self._promotion, selector, line)

    def _units(self, at: int, gain: int) -> int:
        """How many units of a line the promotion takes in one of its parts."""
        variable = self.programme.variable(self._lines[at].units, gain)
        self._taken[at].append(variable)
        self._own.append(variable)
        return variable

    def _times(self, gain: int = 0) -> int:
        return self.programme.variable(sum(line.units for line in self._lines), gain)

    def _singles(self, mechanic: Percent | AmountOff | FixedPrice) -> list[int]:
        found = []
        for i in self._inside(self._promotion.scope):
            price = self._lines[i].price
            match mechanic:
                case Percent():
                    off = price * mechanic.bp
                case AmountOff():
                    off = EXACT * min(price, mechanic.amount)
                case FixedPrice():
                    off = EXACT * max(0, price - mechanic.price)
            if off > 0:
                found.append(self._units(i, off))
        return found

    def _n_for(self, mechanic: NFor) -> int:
        times = self._times(-EXACT * mechanic.price)
        inside = self._inside(self._promotion.scope)
        units = [self._units(i, EXACT * self._lines[i].price) for i in inside]
        self.programme.same(units, times, mechanic.n)
        return times

    def _cheapest(self, mechanic: CheapestFree) -> int:
        """Payers and free units; at each price, the dearer payers make up whole applications."""
        times = self._times()
        inside = self._inside(self._promotion.scope)
        payers = {i: self._units(i, 0) for i in inside}
        freed = {i: self._units(i, self._lines[i].price * mechanic.bp) for i in inside}
        paying = mechanic.n - mechanic.free
        self.programme.same(payers.values(), times, paying)
        self.programme.same(freed.values(), times, mechanic.free)
        if paying:
            self._covered(payers, paying, freed, mechanic.free)
        return times

    def _covered(
        self, payers: dict[int, int], paying: int, freed: dict[int, int], free: int
    ) -> None:
        """No freed unit is dearer than a payer of its application."""
        for price in sorted({self._lines[i].price for i in freed}, reverse=True):
            whole = self._times()
            dearer = [v for i, v in payers.items() if self._lines[i].price >= price]
            self.programme.at_most((whole,), paying, dearer, 1)
            some = [v for i, v in freed.items() if self._lines[i].price >= price]
            self.programme.at_most(some, 1, (whole,), free)

    def _bought(self, mechanic: BuyGet) -> int:
        times = self._times()
        bought = {i: self._units(i, 0) for i in self._inside(mechanic.buy)}
        got = {i: self._units(i, self._reward(mechanic, i)) for i in self._inside(mechanic.get)}
        self.programme.same(bought.values(), times, mechanic.buy_qty)
        self.programme.at_most(got.values(), 1, (times,), mechanic.get_qty)
        if mechanic.equal_or_lesser:
            self._covered(bought, mechanic.buy_qty, got, mechanic.get_qty)
        return times

    def _reward(self, mechanic: BuyGet, at: int) -> int:
        price = self._lines[at].price
        if mechanic.bp is not None:
            return price * mechanic.bp
        if mechanic.amount is not None:
            return EXACT * min(price, mechanic.amount)
        assert mechanic.price is not None
        return EXACT * max(0, price - mechanic.price)

    def _bundle(self, mechanic: Bundle) -> int:
        inside = [self._inside(slot.scope) for slot in mechanic.slots]
        if mechanic.bp is not None:
            times, rate = self._times(), mechanic.bp
        elif mechanic.price is not None:
            times, rate = self._times(-EXACT * mechanic.price), EXACT
        else:
            assert mechanic.amount is not None
            prices = [min((self._lines[i].price for i in found), default=0) for found in inside]
            least_sum = sum(p * slot.qty for p, slot in zip(prices, mechanic.slots, strict=True))
            assert not all(inside) or mechanic.amount <= least_sum, "not linear"
            times, rate = self._times(EXACT * mechanic.amount), 0
        for found, slot in zip(inside, mechanic.slots, strict=True):
            units = [self._units(i, self._lines[i].price * rate) for i in found]
            self.programme.same(units, times, slot.qty)
        return times

    def _tiers(self, mechanic: TierQuantity) -> list[int]:
        """One switch per tier, of which one is on at most."""
        switches = []
        for number, tier in enumerate(mechanic.tiers):
            switch = self.programme.variable(1)
            switches.append(switch)
            units = []
            for i in self._inside(self._promotion.scope):
                price = self._lines[i].price
                off = (
                    price * tier.bp if tier.bp is not None else EXACT * (price - (tier.price or 0))
                )
                units.append(self._units(i, max(0, off)))
            self.programme.at_most((switch,), tier.minimum, units, 1)
            higher = mechanic.tiers[number + 1 :]
            everything = sum(line.units for line in self._lines)
            below = higher[0].minimum - 1 if higher else everything
            self.programme.at_most(units, 1, (switch,), below)
        self.programme.limit(dict.fromkeys(switches, 1), 0, 1)
        return switches

    def _gifts(self, mechanic: Gift) -> list[int]:
        base = sum(
            line.gross
            for line in self._lines
            if self._takes(self._promotion.scope, line) and not self._takes(mechanic.gift, line)
        )
        times = base // mechanic.min_spend
        inside = self._inside(mechanic.gift)
        gifts = [self._units(i, EXACT * self._lines[i].price) for i in inside]
        self.programme.limit(
            dict.fromkeys(gifts, 1), 0, times if mechanic.repeat else min(times, 1)
        )
        return gifts
