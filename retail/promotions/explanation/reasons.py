"""What became of every promotion of an engine, for one basket."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any
from weakref import WeakKeyDictionary

from retail.promotions.basket_lane import offered
from retail.promotions.engine import PromotionEngine
from retail.promotions.explanation.basket_view import BasketView, Names, selectors_asked
from retail.promotions.explanation.inactivity import inactivity
from retail.promotions.explanation.messages import Message
from retail.promotions.explanation.rivalry import Ground, Rivalry, Winner, rivalry
from retail.promotions.explanation.shortage import could_gain, missing_to_set, shortage
from retail.promotions.explanation.values import Amount, Explanation, Kind, Value, name_of
from retail.promotions.explanation.values import Names as Quoted
from retail.promotions.offers import limits_of, selectors_of, units_needed
from retail.promotions.results import Applied, Optimum
from retail.promotions.rules import (
    BasketMechanic,
    Draw,
    ItemMechanic,
    PointsBonus,
    PricingLine,
    Promotion,
    RewardMechanic,
    SaleContext,
    ThresholdBase,
)

_Params = dict[str, Value]


def explain(
    engine: PromotionEngine,
    lines: Sequence[PricingLine],
    context: SaleContext,
    optimum: Optimum,
) -> tuple[Explanation, ...]:
    """Why each promotion of the engine did what it did, by promotion id.

    Args:
        optimum: the engine's, for these lines in this context.
    """
    known = _known(engine)
    told = list(known.unconcerned)
    left = known.inactive(told, engine.inactive(context))
    winners = []
    for applied in optimum.applied:
        place = known.places[applied.promo_id]
        winners.append(Winner(engine.promotions[place], applied))
        told[place] = _applied(engine.promotions[place], applied)
        left.discard(place)
    basket = _Basket(BasketView(lines, optimum), context, optimum, winners)
    for place in left.intersection(known.names.concerned(basket.view)):
        told[place] = basket.explained(engine.promotions[place])
    return tuple(told)


class _Known:
    """What can be said about an engine's promotions before there is a basket."""

    def __init__(self, promotions: Sequence[Promotion]) -> None:
        self._promotions = promotions
        self.places = {p.promo_id: place for place, p in enumerate(promotions)}
        self.names = Names(promotions)
        self.unconcerned = tuple(_unconcerned(p, barred=None) for p in promotions)
        self._inactive: dict[tuple[str, str], Explanation] = {}

    def inactive(self, told: list[Explanation], reasons: dict[str, str]) -> set[int]:
        """Tell of those that do not hold; the places of the others."""
        left = set(range(len(told)))
        for key in reasons.items():
            place = self.places[key[0]]
            if key not in self._inactive:
                self._inactive[key] = inactivity(self._promotions[place], key[1])
            told[place] = self._inactive[key]
            left.discard(place)
        return left


_KNOWN: WeakKeyDictionary[PromotionEngine, _Known] = WeakKeyDictionary()


def _known(engine: PromotionEngine) -> _Known:
    known = _KNOWN.get(engine)
    if known is None:
        known = _KNOWN[engine] = _Known(engine.promotions)
    return known


def _tell(
    promotion: Promotion,
    kind: Kind,
    message: Message,
    params: _Params | None = None,
    **facts: Any,
) -> Explanation:
    return Explanation(
        promotion.promo_id, name_of(promotion), kind, message, params or {}, **facts
    )


def _applied(promotion: Promotion, applied: Applied) -> Explanation:
    units, times = sum(applied.consumed), applied.applications
    params: _Params = {"saved": Amount(applied.discount)}
    if promotion.is_basket:
        message = Message.APPLIED_TO_BASKET
    elif units == 1:
        message = Message.APPLIED_TO_ONE
    elif times == 1:
        message, params = Message.APPLIED_ONCE, {"units": units, **params}
    else:
        message, params = Message.APPLIED, {"times": times, "units": units, **params}
    return _tell(
        promotion,
        Kind.APPLIED,
        message,
        params,
        applications=times,
        units=units,
        discount=applied.discount,
    )


def _unconcerned(promotion: Promotion, barred: Collection[PricingLine] | None) -> Explanation:
    """Nothing of the basket is in scope.

    Args:
        barred: the lines that its selectors would match.
    """
    if promotion.is_reward:
        return _tell(promotion, Kind.REWARDS, Message.REWARDS_NOTHING)
    if not barred:
        return _tell(promotion, Kind.NO_MATCH, Message.NO_MATCH)
    fixed = all(line.no_discount for line in barred)
    return _tell(promotion, Kind.EXCLUDED, Message.NEVER_REDUCED if fixed else Message.EXCLUDED)


class _Basket:
    """The basket in which promotions that hold, but are not applied, are explained."""

    def __init__(
        self,
        view: BasketView,
        context: SaleContext,
        optimum: Optimum,
        winners: Sequence[Winner],
    ) -> None:
        self.view = view
        self._context = context
        self._optimum = optimum
        self._winners = winners

    def explained(self, promotion: Promotion) -> Explanation:
        """Why a promotion that holds, and that some line concerns, is not applied."""
        match promotion.mechanic:
            case BasketMechanic() as basket:
                return self._of_basket(promotion, basket)
            case RewardMechanic() as reward:
                return self._of_reward(promotion, reward)
            case item:
                return self._of_item(promotion, item)

    def _of_item(self, promotion: Promotion, mechanic: ItemMechanic) -> Explanation:
        view = self.view
        roles = [view.role(promotion, selector) for selector in selectors_of(promotion)]
        lines = {line for role in roles for line in role}
        if not lines and not any(view.role(promotion, s) for s in selectors_asked(promotion)):
            return self._barred(promotion)
        limited = self._limited(promotion, sum(units_needed(mechanic)))
        if limited is not None:
            return limited
        lack = shortage(promotion, roles, view)
        if lack is not None:
            return _tell(
                promotion,
                Kind.SHORT,
                lack.message,
                lack.params,
                missing_qty=lack.qty,
                missing_amount=lack.amount,
                slots=lack.slots,
            )
        if not could_gain(mechanic, roles, view):
            return _tell(promotion, Kind.NO_GAIN, Message.NO_GAIN)
        return self._beaten(promotion, lines, missing_to_set(mechanic, roles[0], view))

    def _barred(self, promotion: Promotion) -> Explanation:
        matched = {i for s in selectors_asked(promotion) for i in self.view.selected(s)}
        return _unconcerned(promotion, [self.view.lines[i] for i in matched])

    def _limited(self, promotion: Promotion, needed: int) -> Explanation | None:
        """A limit that leaves no room for a single application of ``needed`` units."""
        applications, units = limits_of(promotion, self._context.customer)
        if applications < 1:
            message, reason = Message.LIMIT_APPLICATIONS, "max_applications"
        elif units < needed:
            of_stock = units == promotion.conditions.stock_left
            message = Message.LIMIT_STOCK if of_stock else Message.LIMIT_UNITS
            reason = "stock" if of_stock else "max_units"
        elif promotion.max_discount == 0:
            message, reason = Message.LIMIT_DISCOUNT, "max_discount"
        else:
            return None
        params: _Params = {"most": units, "needed": needed} if reason in _OF_UNITS else {}
        return _tell(promotion, Kind.LIMIT, message, params, reason=reason)

    def _beaten(self, promotion: Promotion, lines: Collection[int], missing: int) -> Explanation:
        """It could be applied: others were, or it would save nothing after them."""
        rivals = rivalry(promotion, lines, self._winners)
        if rivals is None:
            return _tell(promotion, Kind.NO_GAIN, Message.NO_GAIN)
        return _lost(promotion, rivals, missing)

    def _of_basket(self, promotion: Promotion, mechanic: BasketMechanic) -> Explanation:
        lines = self.view.role(promotion, promotion.scope)
        if not lines:
            return self._barred(promotion)
        limited = self._limited(promotion, 0)
        if limited is not None:
            return limited
        base = self.view.spent(lines, self._taken_before(promotion, mechanic))
        missing = _threshold(mechanic) - base
        if missing > 0:
            params: _Params = {"missing": Amount(missing)}
            return _tell(
                promotion, Kind.SHORT, Message.SPEND, params, missing_amount=missing
            )
        gross = self.view.spent(lines)
        if not max(offered(mechanic, gross, gross), offered(mechanic, base, gross)):
            return _tell(promotion, Kind.NO_GAIN, Message.NO_GAIN)
        return self._beaten(promotion, lines, 0)

    def _taken_before(self, promotion: Promotion, mechanic: BasketMechanic) -> Sequence[int]:
        """Per line, the discounts that the threshold does not count."""
        base = mechanic.terms.base
        turn = (mechanic.terms.priority, promotion.promo_id)
        taken = [0] * len(self.view.lines)
        for winner in self._winners if base is not ThresholdBase.GROSS else ():
            earlier = True
            match winner.promotion.mechanic:
                case BasketMechanic() as other:
                    before = (other.terms.priority, winner.promotion.promo_id) < turn
                    earlier = base is ThresholdBase.RUNNING and before
            if earlier:
                taken = [a + b for a, b in zip(taken, winner.applied.shares, strict=True)]
        return taken

    def _of_reward(self, promotion: Promotion, mechanic: RewardMechanic) -> Explanation:
        """Amounts are those before points are spent, which can only add to what is missing."""
        lines = self.view.counted(promotion)
        if not lines:
            return _unconcerned(promotion, barred=None)
        draw = isinstance(mechanic, Draw)
        if self._context.customer is None and not draw:
            return _tell(promotion, Kind.REWARDS, Message.REWARDS_CUSTOMER)
        missing = _reward_from(mechanic) - self.view.spent(lines, self._optimum.discounts)
        if missing > 0:
            message = Message.SPEND_FOR_TICKETS if draw else Message.SPEND_FOR_POINTS
            params: _Params = {"missing": Amount(missing)}
            return _tell(promotion, Kind.SHORT, message, params, missing_amount=missing)
        units = sum(self.view.units[i] for i in lines)
        return _tell(promotion, Kind.REWARDS, Message.REWARDS, units=units)


_OF_UNITS = frozenset({"stock", "max_units"})


def _threshold(mechanic: BasketMechanic) -> int:
    """The least base in minor units from which the mechanic gives something."""
    lowest = [tier.minimum for tier in mechanic.tiers[:1]]
    step = getattr(mechanic, "step", None) or 0
    return max(mechanic.terms.min_spend, step, *lowest)


def _reward_from(mechanic: RewardMechanic) -> int:
    match mechanic:
        case Draw(step=step):
            return step
        case PointsBonus(min_spend=least):
            return max(1, least)
        case _:
            return 0


def _lost(promotion: Promotion, rivals: Rivalry, missing: int) -> Explanation:
    ids = tuple(w.promotion.promo_id for w in rivals.winners)
    params: _Params = {"rivals": Quoted(tuple(name_of(w.promotion) for w in rivals.winners))}
    match rivals.ground:
        case Ground.NEVER_TOGETHER:
            return _tell(promotion, Kind.EXCLUSIVE, Message.EXCLUSIVE, params, rivals=ids)
        case Ground.COUPON:
            coupon = promotion.conditions.coupon
            params["code"] = coupon.code if coupon is not None else ""
            return _tell(
                promotion,
                Kind.LIMIT,
                Message.LIMIT_COUPON,
                params,
                reason="coupon_used_up",
                rivals=ids,
            )
        case Ground.SAME_ARTICLES:
            message = Message.LOST if len(ids) == 1 else Message.LOST_TO_SEVERAL
            if missing:
                message, params["missing"] = Message.LOST_ADD, missing
            return _tell(
                promotion, Kind.LOST, message, params, rivals=ids, missing_qty=missing
            )
