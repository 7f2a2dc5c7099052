"""By how much a basket would be dearer with a promotion that is not applied; on demand only."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from heapq import heappop, heappush

from retail.money import divide_half_away
from retail.promotions.engine import PromotionEngine
from retail.promotions.explanation.basket_view import BasketView
from retail.promotions.explanation.every_choice import least_of_all
from retail.promotions.explanation.messages import Message
from retail.promotions.explanation.places import places
from retail.promotions.explanation.reasons import concerned_by
from retail.promotions.explanation.restraint import kept_off, set_aside
from retail.promotions.explanation.rivalry import Winner, Winners, compatible
from retail.promotions.explanation.values import Amount, Explanation, Kind
from retail.promotions.item_lane.offers import selectors_of
from retail.promotions.results import Optimum
from retail.promotions.rules import EXACT, ItemMechanic, PricingLine, Promotion, SaleContext

SMALL = 8
"""Up to so many units all choices are looked at, unless there are too many."""
_MOST_TRIES = 8


def loss(
    engine: PromotionEngine,
    lines: Sequence[PricingLine],
    context: SaleContext,
    optimum: Optimum,
    promo_id: str,
) -> int | None:
    """By how many minor units the best choice with the promotion is dearer.

    The difference of the minimised sums, rounded half away from zero; 0 for what is applied.
    Exact up to ``SMALL`` units unless there are too many choices. Beyond that it is an upper
    bound, but for what rounding to lines adds or takes: the basket is priced anew a few times,
    among the promotions applied and those near, with units set aside for one application where
    they cost the others least, or without others in the way.

    Returns:
        None where the promotion cannot be applied at all, as points and draws never are.

    Raises:
        KeyError: the engine has no such promotion.
    """
    promotion = {p.promo_id: p for p in engine.promotions}[promo_id]
    if _holds(optimum, promotion):
        return 0
    inactive = engine.inactive(context)
    if promo_id in inactive or promotion.is_reward:
        return None
    view = BasketView(lines, optimum)
    beside = [
        p
        for p in concerned_by(engine, view)
        if p.promo_id not in inactive and p.promo_id != promo_id and compatible(promotion, p)
    ]
    least = _Search(promotion, beside, view, context).least(optimum)
    return None if least is None else max(0, divide_half_away(least - optimum.minimised, EXACT))


def with_loss(explanation: Explanation, lost: int | None) -> Explanation:
    """An exclusive or lost promotion with its figure in the sentence; others stay as they are.

    Args:
        lost: what :func:`loss` says of it.
    """
    if explanation.kind not in {Kind.EXCLUSIVE, Kind.LOST}:
        return explanation
    if lost is None:
        return replace(
            explanation, kind=Kind.NO_GAIN, message_id=Message.NO_GAIN, params={}, rivals=()
        )
    params = {"rivals": explanation.params["rivals"], "loss": Amount(lost)}
    if explanation.kind is Kind.EXCLUSIVE:
        message = Message.EXCLUSIVE_BY if lost else Message.EXCLUSIVE_EVEN
    elif len(explanation.rivals) == 1:
        message = Message.LOST_BY if lost else Message.LOST_EVEN
    else:
        message = Message.LOST_BY_TO_SEVERAL if lost else Message.LOST_EVEN_TO_SEVERAL
    return replace(explanation, message_id=message, params=params)


def _holds(optimum: Optimum, promotion: Promotion) -> bool:
    return any(applied.promo_id == promotion.promo_id for applied in optimum.applied)


class _Search:
    """Prices the basket anew, the others restrained."""

    def __init__(
        self,
        promotion: Promotion,
        beside: Sequence[Promotion],
        view: BasketView,
        context: SaleContext,
    ) -> None:
        self._promotion, self._beside = promotion, {p.promo_id: p for p in beside}
        self._view, self._context = view, context
        self._roles = [view.role(promotion, one) for one in selectors_of(promotion)]
        self._lines = {line for role in self._roles for line in role}

    def least(self, optimum: Optimum) -> int | None:
        """The least minimised sum found with the promotion; None when it saves nothing alone."""
        lines, others = self._view.lines, tuple(self._beside.values())
        alone = self._priced(lines, ())
        if not _holds(alone, self._promotion):
            return None
        if sum(self._view.units) <= SMALL:
            least = least_of_all(self._promotion, others, lines, self._context)
            if least is not None:
                return least
        found = [alone.minimised, *self._with_units_set_aside(optimum)]
        if len(found) == 1:
            found += self._with_others_left_out(optimum)
        return min(found)

    def _with_units_set_aside(self, optimum: Optimum) -> Iterator[int]:
        """Sums where certain units are the promotion's, if it takes units."""
        mechanic = self._promotion.mechanic
        if not isinstance(mechanic, ItemMechanic):
            return
        costs = [0] * len(self._view.lines)
        for applied in optimum.applied:
            for i, taken in enumerate(applied.consumed):
                if taken:
                    costs[i] += EXACT * applied.shares[i] // self._view.units[i]
        for units in places(mechanic, self._roles, self._view, costs):
            others = kept_off(self._near(units, optimum))
            found = self._priced(set_aside(self._view.lines, units), others)
            if _holds(found, self._promotion):
                yield found.minimised

    def _with_others_left_out(self, optimum: Optimum) -> Iterator[int]:
        """Sums without some of those in the way, the most promising first."""
        near = self._near(self._lines, optimum)
        waiting: list[tuple[int, list[str]]] = [(0, [])]
        seen: list[list[str]] = [[]]
        tries = _MOST_TRIES
        while waiting and tries:
            tries -= 1
            left_out = heappop(waiting)[1]
            found = self._priced(self._view.lines, (p for p in near if p.promo_id not in left_out))
            if _holds(found, self._promotion):
                yield found.minimised
                return
            for winner in self._in_the_way(found):
                narrower = sorted([*left_out, winner.promotion.promo_id])
                if narrower not in seen:
                    seen.append(narrower)
                    heappush(waiting, (found.minimised, narrower))

    def _priced(self, lines: Sequence[PricingLine], others: Iterable[Promotion]) -> Optimum:
        return PromotionEngine([self._promotion, *others]).optimise(lines, self._context)

    def _in_the_way(self, found: Optimum) -> Sequence[Winner]:
        winners = Winners(self._beside, found.applied, len(self._view.lines))
        rivals = winners.rivalry(self._promotion, self._lines)
        return winners.all if rivals is None else rivals.winners

    def _near(self, lines: Collection[int], optimum: Optimum) -> list[Promotion]:
        """The promotions applied, and those that could take what is set free around lines."""
        near = set(lines)
        for applied in optimum.applied:
            taken = {i for i, n in enumerate(applied.consumed) if n}
            if applied.promo_id not in self._beside or not taken.isdisjoint(lines):
                near |= taken
        winners = {applied.promo_id for applied in optimum.applied}
        return [
            p
            for name, p in self._beside.items()
            if name in winners or not near.isdisjoint(self._concerned(p))
        ]

    def _concerned(self, promotion: Promotion) -> set[int]:
        return {i for one in selectors_of(promotion) for i in self._view.role(promotion, one)}
