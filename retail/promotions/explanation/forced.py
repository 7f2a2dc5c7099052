"""By how much a basket would be dearer with a promotion that is not applied; on demand only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from heapq import heappop, heappush

from retail.money import divide_half_away
from retail.promotions.engine import PromotionEngine
from retail.promotions.explanation.basket_view import BasketView
from retail.promotions.explanation.messages import Message
from retail.promotions.explanation.reasons import concerned_by
from retail.promotions.explanation.rivalry import Winner, compatible, rivalry
from retail.promotions.explanation.values import Amount, Explanation, Kind, explanation_of
from retail.promotions.offers import selectors_of
from retail.promotions.results import Optimum
from retail.promotions.rules import EXACT, PricingLine, Promotion, SaleContext

SMALL = 8
"""Up to so many units, winners are tried with fewer units, too, instead of none at once."""
_MOST_TRIES_SMALL, _MOST_TRIES_LARGE = 200, 8

_Limits = tuple[tuple[str, int], ...]
"""The most units that winners may consume, by promotion id; 0 leaves them out."""


def loss(
    engine: PromotionEngine,
    lines: Sequence[PricingLine],
    context: SaleContext,
    optimum: Optimum,
    promo_id: str,
) -> int | None:
    """By how many minor units the best choice with the promotion is dearer.

    The difference of the minimised sums, rounded half away from zero; 0 for what is applied. The
    best choice with it is looked for by pricing the basket anew without winners in its way, one
    after another, and up to ``SMALL`` units also with fewer units for them. So it is an upper
    bound: choices in which winners merely move to other units are not tried, and in larger
    baskets there are few attempts, among the promotions applied and those near.

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
    field = [
        p
        for p in concerned_by(engine, view)
        if p.promo_id not in inactive and not p.is_reward and compatible(promotion, p)
    ]
    search = _Search(promotion, field, view, context)
    least = search.least(optimum)
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
    """Best first over what winners may consume: the least sum is popped first."""

    def __init__(
        self,
        promotion: Promotion,
        field: Sequence[Promotion],
        view: BasketView,
        context: SaleContext,
    ) -> None:
        self._promotion, self._field = promotion, field
        self._view, self._context = view, context
        self._lines = self._concerning(promotion)
        self._small = sum(view.units) <= SMALL
        self._known: dict[_Limits, Optimum] = {}

    def least(self, optimum: Optimum) -> int | None:
        """The least minimised sum with the promotion that was found; None when there is none."""
        alone = self._priced(tuple((p.promo_id, 0) for p in self._field))
        if not _holds(alone, self._promotion):
            return None
        self._stay_near(optimum)
        best = min(alone.minimised, self._dive())
        waiting = [(0, ())]
        ...
