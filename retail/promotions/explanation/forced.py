"""By how much a basket would be dearer with a promotion that is not applied; on demand only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from heapq import heappop, heappush

from retail.money import divide_half_away
from retail.promotions.engine import PromotionEngine
from retail.promotions.explanation.basket_view import BasketView
from retail.promotions.explanation.every_choice import least_of_all
from retail.promotions.explanation.messages import Message
from retail.promotions.explanation.reasons import concerned_by
from retail.promotions.explanation.restraint import Restraint, marked, restrained
from retail.promotions.explanation.rivalry import Winner, compatible, rivalry
from retail.promotions.explanation.values import Amount, Explanation, Kind
from retail.promotions.item_lane.offers import selectors_of
from retail.promotions.results import Optimum
from retail.promotions.rules import EXACT, PricingLine, Promotion, SaleContext

SMALL = 8
"""Up to so many units all choices are looked at, unless there are too many."""
_MOST_TRIES = 8
_Restraints = dict[str, Restraint]
"""By promotion id; those without are free."""


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
    bound: the basket is priced anew a few times, among the promotions applied and those near,
    with winners in the way kept off the promotion's articles or left out.

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
    """Best first: what holds others back least is tried first."""

    def __init__(
        self,
        promotion: Promotion,
        beside: Sequence[Promotion],
        view: BasketView,
        context: SaleContext,
    ) -> None:
        self._promotion, self._beside = promotion, {p.promo_id: p for p in beside}
        self._view, self._context = view, context
        self._marked = marked(view.lines)
        self._lines = self._concerned(promotion)

    def least(self, optimum: Optimum) -> int | None:
        """The least minimised sum found with the promotion; None when it saves nothing alone."""
        alone = self._priced(dict.fromkeys(self._beside, Restraint(left_out=True)))
        if not _holds(alone, self._promotion):
            return None
        if sum(self._view.units) <= SMALL:
            beside = tuple(self._beside.values())
            least = least_of_all(self._promotion, beside, self._view.lines, self._context)
            if least is not None:
                return least
        self._stay_near(optimum)
        return self._restraining(self._with_all_aside(alone.minimised))

    def _restraining(self, best: int) -> int:
        """``best``, or less when fewer of those in the way need be restrained."""
        waiting: list[tuple[int, int, _Restraints]] = [(0, 0, {})]
        seen: set[frozenset[tuple[str, Restraint]]] = set()
        for _ in range(_MOST_TRIES):
            if not waiting or waiting[0][0] >= best:
                break
            restraints = heappop(waiting)[2]
            found = self._priced(restraints)
            if _holds(found, self._promotion):
                best = min(best, found.minimised)
                continue
            for winner in self._in_the_way(found):
                narrower = self._put_aside(winner, restraints)
                key = frozenset(narrower.items())
                if key not in seen:
                    seen.add(key)
                    heappush(waiting, (found.minimised, len(seen), narrower))
        return best

    def _with_all_aside(self, best: int) -> int:
        """``best``, or less where all in the way step aside together until nobody is."""
        restraints: _Restraints = {}
        while True:
            found = self._priced(restraints)
            if _holds(found, self._promotion):
                return min(best, found.minimised)
            in_the_way = self._in_the_way(found)
            if not in_the_way:
                return best
            for winner in in_the_way:
                restraints = self._put_aside(winner, restraints)

    def _priced(self, restraints: _Restraints) -> Optimum:
        beside = restrained(self._beside.values(), restraints)
        return PromotionEngine([self._promotion, *beside]).optimise(self._marked, self._context)

    def _in_the_way(self, found: Optimum) -> Sequence[Winner]:
        winners = [Winner(self._beside[applied.promo_id], applied) for applied in found.applied]
        rivals = rivalry(self._promotion, self._lines, winners)
        return winners if rivals is None else rivals.winners

    def _put_aside(self, winner: Winner, restraints: _Restraints) -> _Restraints:
        """Keep a winner off the promotion's lines, or out where that is no help."""
        consumed = winner.applied.consumed
        contested = self._promotion.is_item and any(consumed[i] for i in self._lines)
        held = Restraint(tuple(sorted(self._lines))) if contested else Restraint(left_out=True)
        return restraints | {winner.promotion.promo_id: held}

    def _stay_near(self, optimum: Optimum) -> None:
        """Keep the promotions applied, and those that could take what this one would free."""
        near = set(self._lines)
        for applied in optimum.applied:
            taken = {i for i, n in enumerate(applied.consumed) if n}
            if applied.promo_id not in self._beside or not taken.isdisjoint(self._lines):
                near |= taken
        winners = {applied.promo_id for applied in optimum.applied}
        self._beside = {
            name: p
            for name, p in self._beside.items()
            if name in winners or not near.isdisjoint(self._concerned(p))
        }

    def _concerned(self, promotion: Promotion) -> set[int]:
        return {i for one in selectors_of(promotion) for i in self._view.role(promotion, one)}
