"""Why a promotion that holds is not applied."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from retail.promotions.basket_lane import offered
from retail.promotions.explanation.basket_view import BasketView, selectors_asked
from retail.promotions.explanation.messages import Message
from retail.promotions.explanation.rivalry import Ground, Rivalry, Winner, Winners, counted_code
from retail.promotions.explanation.shortage import could_gain, missing_to_set, shortage
from retail.promotions.explanation.values import (
    Amount,
    Explanation,
    Kind,
    Names,
    Value,
    explanation_of,
    name_of,
)
from retail.promotions.item_lane.offers import limits_of, selectors_of, units_needed
from retail.promotions.rules import (
    BasketAmount,
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


def unconcerned(promotion: Promotion, barred: Collection[PricingLine]) -> Explanation:
    """The explanation where nothing of the basket is in scope.

    Args:
        barred: the lines that its selectors would match.
    """
    if promotion.is_reward:
        return explanation_of(promotion, Kind.REWARDS, Message.REWARDS_NOTHING)
    if not barred:
        return explanation_of(promotion, Kind.NO_MATCH, Message.NO_MATCH)
    fixed = all(line.no_discount for line in barred)
    message = Message.NEVER_REDUCED if fixed else Message.EXCLUDED
    return explanation_of(promotion, Kind.EXCLUDED, message)


class Unapplied:
    """A basket in which promotions that hold, but are not applied, are explained."""

    def __init__(self, view: BasketView, context: SaleContext, winners: Winners) -> None:
        self._view = view
        self._context = context
        self._winners = winners

    def explained(self, promotion: Promotion) -> Explanation:
        """Why it is not applied, or what a reward promotion gives."""
        mechanic = promotion.mechanic
        if isinstance(mechanic, BasketMechanic):
            return self._of_basket(promotion, mechanic)
        if isinstance(mechanic, ItemMechanic):
            return self._of_item(promotion, mechanic)
        return self._of_reward(promotion, mechanic)

    def _of_item(self, promotion: Promotion, mechanic: ItemMechanic) -> Explanation:
        view = self._view
        roles = [view.role(promotion, selector) for selector in selectors_of(promotion)]
        lines = {line for role in roles for line in role}
        if not lines and not any(view.role(promotion, s) for s in selectors_asked(promotion)):
            return self._barred(promotion)
        limited = self._limited(promotion, sum(units_needed(mechanic)))
        if limited is not None:
            return limited
        lack = shortage(promotion, roles, view)
        if lack is not None:
            return explanation_of(
                promotion,
                Kind.SHORT,
                lack.message,
                lack.params,
                missing_qty=lack.qty,
                missing_amount=lack.amount,
                slots=lack.slots,
            )
        if not could_gain(mechanic, roles, view):
            return explanation_of(promotion, Kind.NO_GAIN, Message.NO_GAIN)
        return self._beaten(promotion, lines, missing_to_set(mechanic, roles[0], view))

    def _of_basket(self, promotion: Promotion, mechanic: BasketMechanic) -> Explanation:
        view = self._view
        lines = view.role(promotion, promotion.scope)
        if not lines:
            return self._barred(promotion)
        limited = self._limited(promotion, 0)
        if limited is not None:
            return limited
        base = view.spent(lines, self._taken_before(promotion, mechanic))
        missing = _least_base(mechanic) - base
        if missing > 0:
            return _spend(promotion, Message.SPEND, missing)
        gross = view.spent(lines)
        if not max(offered(mechanic, one, gross) for one in (gross, base)):
            return explanation_of(promotion, Kind.NO_GAIN, Message.NO_GAIN)
        return self._beaten(promotion, lines, 0)

    def _of_reward(self, promotion: Promotion, mechanic: RewardMechanic) -> Explanation:
        """Amounts are those before points are spent, which could only add to what is missing."""
        view = self._view
        lines = view.counted(promotion)
        if not lines:
            return unconcerned(promotion, ())
        draw = isinstance(mechanic, Draw)
        if self._context.customer is None and not draw:
            return explanation_of(promotion, Kind.REWARDS, Message.REWARDS_CUSTOMER)
        missing = _least_spent(mechanic) - view.spent(lines, self._taken(self._winners.all))
        if missing > 0:
            message = Message.SPEND_FOR_TICKETS if draw else Message.SPEND_FOR_POINTS
            return _spend(promotion, message, missing)
        units = sum(view.units[i] for i in lines)
        return explanation_of(promotion, Kind.REWARDS, Message.REWARDS, units=units)

    def _barred(self, promotion: Promotion) -> Explanation:
        matched = {i for s in selectors_asked(promotion) for i in self._view.selected(s)}
        return unconcerned(promotion, [self._view.lines[i] for i in matched])

    def _limited(self, promotion: Promotion, needed: int) -> Explanation | None:
        """A limit that leaves no room for a single application of ``needed`` units."""
        applications, units = limits_of(promotion, self._context.customer)
        params: dict[str, Value] = {}
        if applications < 1:
            message, reason = Message.LIMIT_APPLICATIONS, "max_applications"
        elif units < needed:
            of_stock = units == promotion.conditions.stock_left
            message = Message.LIMIT_STOCK if of_stock else Message.LIMIT_UNITS
            reason = "stock" if of_stock else "max_units"
            params = {"most": units, "needed": needed}
        elif promotion.max_discount == 0:
            message, reason = Message.LIMIT_DISCOUNT, "max_discount"
        else:
            return None
        return explanation_of(promotion, Kind.LIMIT, message, params, reason=reason)

    def _beaten(self, promotion: Promotion, lines: Collection[int], missing: int) -> Explanation:
        """It could be applied, but others were, or it would save nothing after them."""
        rivals = self._winners.rivalry(promotion, lines)
        if rivals is None:
            return explanation_of(promotion, Kind.NO_GAIN, Message.NO_GAIN)
        return _lost(promotion, rivals, missing)

    def _taken_before(self, promotion: Promotion, mechanic: BasketMechanic) -> list[int]:
        """Per line, the discounts that the promotion's threshold does not count."""
        base, turn = mechanic.terms.base, (mechanic.terms.priority, promotion.promo_id)
        before = []
        for winner in self._winners.all if base is not ThresholdBase.GROSS else ():
            other = winner.promotion.mechanic
            if not isinstance(other, BasketMechanic) or (
                base is ThresholdBase.RUNNING
                and (other.terms.priority, winner.promotion.promo_id) < turn
            ):
                before.append(winner)
        return self._taken(before)

    def _taken(self, winners: Sequence[Winner]) -> list[int]:
        """The discounts of some promotions per line, in minor units."""
        shares = [winner.applied.shares for winner in winners]
        return [sum(share[i] for share in shares) for i in range(len(self._view.lines))]


def _spend(promotion: Promotion, message: Message, missing: int) -> Explanation:
    return explanation_of(
        promotion, Kind.SHORT, message, {"missing": Amount(missing)}, missing_amount=missing
    )


def _least_base(mechanic: BasketMechanic) -> int:
    """The least base in minor units from which the promotion gives something."""
    lowest = mechanic.tiers[0].minimum if mechanic.tiers else 0
    step = mechanic.step if isinstance(mechanic, BasketAmount) else None
    return max(mechanic.terms.min_spend, lowest, step or 0)


def _least_spent(mechanic: RewardMechanic) -> int:
    """The least amount in minor units for which a reward is given."""
    match mechanic:
        case Draw(step=step):
            return step
        case PointsBonus(min_spend=least):
            return max(1, least)
        case _:
            return 0


def _lost(promotion: Promotion, rivals: Rivalry, missing: int) -> Explanation:
    ids = tuple(winner.promotion.promo_id for winner in rivals.winners)
    params: dict[str, Value] = {
        "rivals": Names(tuple(name_of(winner.promotion) for winner in rivals.winners))
    }
    kind, reason = Kind.LOST, ""
    message = Message.LOST if len(ids) == 1 else Message.LOST_TO_SEVERAL
    if rivals.ground is Ground.NEVER_TOGETHER:
        kind, message, missing = Kind.EXCLUSIVE, Message.EXCLUSIVE, 0
    elif rivals.ground is Ground.COUPON:
        kind, message, missing, reason = Kind.LIMIT, Message.LIMIT_COUPON, 0, "coupon_used_up"
        params["code"] = counted_code(promotion) or ""
    elif missing:
        message, params["missing"] = Message.LOST_ADD, missing
    return explanation_of(
        promotion, kind, message, params, reason=reason, missing_qty=missing, rivals=ids
    )
