"""Brute force for small baskets: the best of all admissible choices of promotions.

Written from the pricing vectors' text (Item lane, Basket lane, Compatibility, Optimum) and sharing
nothing with the engine but the values of promotions. Only choices that cannot reach the best sum
found so far are passed over; ``passing_over=False`` looks at those, too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from retail.promotions.rules import (
    EXACT,
    BasketAmount,
    BasketPercent,
    PricingLine,
    Promotion,
    SaleContext,
    ThresholdBase,
    TierQuantity,
)
from retail.promotions.scope import in_scope
from tests.support.pricing_outcomes import (
    ONE_BY_ONE,
    Chances,
    Outcome,
    Vector,
    half_away,
    largest_remainder,
    minus,
    plus,
)

Key = tuple[int, int, Vector, int, tuple[str, ...], Vector, Vector]


@dataclass(frozen=True, slots=True)
class OracleResult:
    """The canonical best choice; per-line values follow the input order of lines.

    Attributes:
        applied: promotion id and discount, by id.
        shares: per line, for each of ``applied``.
        consumed: units taken by all item promotions together.
        minimised: the minimised sum in 1/10,000 minor unit.
    """

    discounts: Vector
    applied: tuple[tuple[str, int], ...]
    shares: tuple[Vector, ...]
    consumed: Vector
    minimised: int


def best(
    lines: Sequence[PricingLine],
    promotions: Sequence[Promotion],
    context: SaleContext,
    *,
    passing_over: bool = True,
) -> OracleResult:
    """The optimum of ``promotions``, all of which hold in ``context``."""
    order = sorted(range(len(lines)), key=lambda i: _canonical(lines[i]))
    search = _Search([lines[i] for i in order], promotions, context, passing_over=passing_over)
    key, shares = search.run()
    place = {line: at for at, line in enumerate(order)}

    def listed(vector: Vector) -> Vector:
        return tuple(vector[place[i]] for i in range(len(lines)))

    return OracleResult(
        discounts=listed(tuple(-negated for negated in key[2])),
        applied=tuple((promo_id, sum(shares[promo_id])) for promo_id in key[4]),
        shares=tuple(listed(shares[promo_id]) for promo_id in key[4]),
        consumed=listed(key[6]),
        minimised=key[0],
    )


def _canonical(line: PricingLine) -> tuple[str, int, int, str]:
    return (line.article, line.unit_price, line.quantity, line.line_id)


class _BasketLane:
    """The basket promotions of one basket in their turn."""

    def __init__(self, lines: Sequence[PricingLine], promotions: Sequence[Promotion]) -> None:
        self.gross = tuple(line.gross for line in lines)
        self._inside = {
            p.promo_id: tuple(i for i, line in enumerate(lines) if in_scope(p, p.scope, line))
            for p in promotions
        }
        self._known: dict[tuple[Vector, tuple[str, ...]], dict[str, Vector] | None] = {}

    def shares(self, chosen: tuple[Promotion, ...], net: Vector) -> dict[str, Vector] | None:
        """Discount per line and promotion; None when one of the chosen gives nothing."""
        key = (net, tuple(p.promo_id for p in chosen))
        if key not in self._known:
            self._known[key] = self._applied(chosen, net)
        return self._known[key]

    def _applied(self, chosen: tuple[Promotion, ...], net: Vector) -> dict[str, Vector] | None:
        current, found = net, {}
        for promotion in sorted(chosen, key=_turn):
            inside = self._inside[promotion.promo_id]
            amounts = {
                ThresholdBase.GROSS: self.gross,
                ThresholdBase.NET: net,
                ThresholdBase.RUNNING: current,
            }[_basket(promotion).terms.base]
            spent = sum(current[i] for i in inside)
            off = discount(promotion, sum(amounts[i] for i in inside), spent)
            if off < 1:
                return None
            weights = [n if i in inside else 0 for i, n in enumerate(current)]
            found[promotion.promo_id] = largest_remainder(off, weights)
            current = minus(current, found[promotion.promo_id])
        return found

    def most(self, promotion: Promotion) -> int:
        """No item choice lets the promotion give more than this."""
        mechanic = _basket(promotion)
        whole = sum(self.gross[i] for i in self._inside[promotion.promo_id])
        value = mechanic.bp if isinstance(mechanic, BasketPercent) else mechanic.amount
        highest = max([tier.value for tier in mechanic.tiers], default=value or 0)
        if isinstance(mechanic, BasketPercent):
            off = half_away(whole * highest, EXACT)
        else:
            off = min(whole, highest * (whole // mechanic.step if mechanic.step else 1))
        return off if promotion.max_discount is None else min(off, promotion.max_discount)


def _basket(promotion: Promotion) -> BasketPercent | BasketAmount:
    assert isinstance(promotion.mechanic, BasketPercent | BasketAmount)
    return promotion.mechanic


def _turn(promotion: Promotion) -> tuple[int, str]:
    return (_basket(promotion).terms.priority, promotion.promo_id)


def discount(promotion: Promotion, base: int, spent: int) -> int:
    """What a basket promotion gives at a threshold base and a sum of current amounts."""
    mechanic = _basket(promotion)
    if base < mechanic.terms.min_spend or spent <= 0:
        return 0
    value = mechanic.bp if isinstance(mechanic, BasketPercent) else mechanic.amount
    if mechanic.tiers:
        reached = [tier for tier in mechanic.tiers if tier.minimum <= base]
        value = max(reached, key=lambda tier: tier.minimum).value if reached else 0
    assert value is not None
    if isinstance(mechanic, BasketPercent):
        off = half_away(spent * value, EXACT)
    else:
        times = 1 if mechanic.step is None else base // mechanic.step
        off = min(value * times, spent)
    return off if promotion.max_discount is None else min(off, promotion.max_discount)


class _Search:
    """Depth first over the item promotions, all subsets of basket promotions at each leaf."""

    def __init__(
        self,
        lines: Sequence[PricingLine],
        promotions: Sequence[Promotion],
        context: SaleContext,
        *,
        passing_over: bool,
    ) -> None:
        by_id = sorted(promotions, key=lambda p: p.promo_id)
        baskets = [p for p in by_id if p.is_basket]
        self._chances = [Chances(p, lines, context) for p in by_id if p.is_item]
        self._lane = _BasketLane(lines, baskets)
        self._subsets = [
            chosen for n in range(len(baskets) + 1) for chosen in combinations(baskets, n)
        ]
        self._lane_most = EXACT * sum(self._lane.most(p) for p in baskets)
        self._capacity = tuple(line.units for line in lines)
        self._whole = EXACT * sum(self._lane.gross)
        self._passing_over = passing_over
        self._reachable: dict[tuple[int, Vector], int] = {}
        self._shares: dict[tuple[int, Outcome], Vector] = {}
        self._best: tuple[Key, dict[str, Vector]] | None = None

    def run(self) -> tuple[Key, dict[str, Vector]]:
        self._descend(0, self._capacity, 0, [])
        assert self._best is not None
        return self._best

    def _fitting(self, at: int, room: Vector) -> list[tuple[Outcome, Vector]]:
        return [
            (outcome, left)
            for outcome in self._chances[at].outcomes
            if min(left := minus(room, outcome.taken)) >= 0
        ]

    def _most(self, at: int, room: Vector) -> int:
        """The most that the promotions from ``at`` on can give, limits between them ignored."""
        if at == len(self._chances):
            return 0
        key = (at, room)
        if key not in self._reachable:
            self._reachable[key] = max(
                self._most(at + 1, room),
                *(o.worth + self._most(at + 1, left) for o, left in self._fitting(at, room)),
                0,
            )
        return self._reachable[key]

    def _descend(self, at: int, room: Vector, worth: int, chosen: list[Outcome | None]) -> None:
        if at == len(self._chances):
            self._judge(chosen, worth)
            return
        ways: list[tuple[int, Outcome | None, Vector]] = [
            (worth + self._most(at + 1, room), None, room)
        ]
        ways += [
            (worth + o.worth + self._most(at + 1, left), o, left)
            for o, left in self._fitting(at, room)
        ]
        ways.sort(key=lambda way: -way[0])
        for promised, outcome, left in ways:
            if self._hopeless(promised):
                break
            more = outcome.worth if outcome else 0
            self._descend(at + 1, left, worth + more, [*chosen, outcome])

    def _hopeless(self, promised: int) -> bool:
        return (
            self._passing_over
            and self._best is not None
            and self._whole - self._lane_most - promised > self._best[0][0]
        )

    def _judge(self, chosen: list[Outcome | None], worth: int) -> None:
        """Take the choice with every subset of basket promotions that may go with it."""
        shares: dict[str, Vector] = {}
        for at, outcome in enumerate(chosen):
            if outcome is None:
                continue
            if (at, outcome) not in self._shares:
                self._shares[at, outcome] = self._chances[at].shares(outcome)
            if not any(found := self._shares[at, outcome]):
                return
            shares[self._chances[at].promotion.promo_id] = found
        net = self._lane.gross
        for found in shares.values():
            net = minus(net, found)
        for subset in self._subsets:
            if not self._compatible(chosen, subset) or not self._caps_hold(chosen, subset):
                continue
            lane = self._lane.shares(subset, net)
            if lane is not None:
                self._offer(chosen, worth, {**shares, **lane}, subset)

    def _offer(
        self,
        chosen: list[Outcome | None],
        worth: int,
        shares: dict[str, Vector],
        subset: tuple[Promotion, ...],
    ) -> None:
        given = sum(sum(shares[p.promo_id]) for p in subset)
        minimised = self._whole - EXACT * given - worth
        if self._best is not None and minimised > self._best[0][0]:
            return
        zeros = (0,) * len(self._capacity)
        ids = tuple(sorted(shares))
        discounts, taken = zeros, zeros
        for found in shares.values():
            discounts = plus(discounts, found)
        for outcome in chosen:
            taken = plus(taken, outcome.taken) if outcome else taken
        coupons = [p.conditions.coupon for p in self._applied(chosen, subset)]
        key: Key = (
            minimised,
            len({coupon.code for coupon in coupons if coupon}),
            tuple(-n for n in discounts),
            len(ids),
            ids,
            tuple(-n for promo_id in ids for n in shares[promo_id]),
            taken,
        )
        if self._best is None or key < self._best[0]:
            self._best = (key, shares)

    def _applied(
        self, chosen: list[Outcome | None], subset: tuple[Promotion, ...]
    ) -> list[Promotion]:
        items = [c.promotion for c, o in zip(self._chances, chosen, strict=True) if o]
        return [*items, *subset]

    def _compatible(self, chosen: list[Outcome | None], subset: tuple[Promotion, ...]) -> bool:
        """Groups, exclusive promotions and codes that count each application."""
        applied = self._applied(chosen, subset)
        groups = [p.exclusive_group for p in applied if p.exclusive_group is not None]
        if len(groups) != len(set(groups)):
            return False
        if len(applied) > 1 and any(p.exclusive for p in applied):
            return False
        counts = [o.applications for o in chosen if o] + [1] * len(subset)
        for promotion in applied:
            coupon = promotion.conditions.coupon
            if coupon is None or not coupon.per_application or coupon.uses_left is None:
                continue
            if _uses(coupon.code, applied, counts) > coupon.uses_left:
                return False
        return True

    def _caps_hold(self, chosen: list[Outcome | None], subset: tuple[Promotion, ...]) -> bool:
        """Whether each promotion at its cap takes exactly what it must."""
        for at, outcome in enumerate(chosen):
            chances = self._chances[at]
            if outcome is None or not outcome.capped:
                continue
            if not isinstance(chances.promotion.mechanic, (*ONE_BY_ONE, TierQuantity)):
                continue
            free = self._capacity
            for i, other in enumerate(chosen):
                if other and i != at:
                    free = minus(free, other.taken)
            if outcome.taken != chances.at_cap(free, self._left(at, chosen, subset)):
                return False
        return True

    def _left(self, at: int, chosen: list[Outcome | None], subset: tuple[Promotion, ...]) -> int:
        """Uses of a shared code that the other applied promotions leave."""
        coupon = self._chances[at].promotion.conditions.coupon
        plenty = sum(self._capacity)
        if coupon is None or not coupon.per_application:
            return plenty
        flagged = [p for p in self._applied(chosen, subset) if _counts(p, coupon.code)]
        limits = [p.conditions.coupon.uses_left for p in flagged if p.conditions.coupon]
        others: list[Outcome | None] = [None if i == at else o for i, o in enumerate(chosen)]
        counts = [o.applications for o in others if o] + [1] * len(subset)
        used = _uses(coupon.code, self._applied(others, subset), counts)
        return min([n for n in limits if n is not None], default=plenty + used) - used


def _counts(promotion: Promotion, code: str) -> bool:
    coupon = promotion.conditions.coupon
    return coupon is not None and coupon.per_application and coupon.code == code


def _uses(code: str, applied: Sequence[Promotion], counts: Sequence[int]) -> int:
    both = zip(applied, counts, strict=True)
    return sum(count for promotion, count in both if _counts(promotion, code))
