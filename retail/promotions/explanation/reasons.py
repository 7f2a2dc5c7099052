"""What became of every promotion of an engine, for one basket."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from weakref import WeakKeyDictionary

from retail.promotions.engine import PromotionEngine
from retail.promotions.explanation.basket_view import BasketView, PromotionsByName
from retail.promotions.explanation.inactivity import inactivity
from retail.promotions.explanation.messages import Message
from retail.promotions.explanation.rivalry import Winner, Winners
from retail.promotions.explanation.unapplied import Unapplied, unconcerned
from retail.promotions.explanation.values import (
    Amount,
    Explanation,
    Kind,
    Value,
    explanation_of,
)
from retail.promotions.results import Optimum
from retail.promotions.rules import PricingLine, Promotion, SaleContext


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
    left = known.tell_inactive(told, engine.inactive(context))
    winners = Winners(known.by_id, optimum.applied, len(lines))
    for winner in winners.all:
        place = known.places[winner.applied.promo_id]
        told[place] = _applied(winner)
        left.discard(place)
    view = BasketView(lines, optimum)
    unapplied = Unapplied(view, context, winners)
    for place in left.intersection(known.by_name.concerned(view)):
        told[place] = unapplied.explained(engine.promotions[place])
    return tuple(told)


def concerned_by(engine: PromotionEngine, view: BasketView) -> list[Promotion]:
    """The engine's promotions with a selector that matches some line, by promotion id."""
    return [engine.promotions[place] for place in _known(engine).by_name.concerned(view)]


class _Known:
    """What can be said about an engine's promotions before there is a basket."""

    def __init__(self, promotions: Sequence[Promotion]) -> None:
        self.by_id = {p.promo_id: p for p in promotions}
        self.places = {p.promo_id: place for place, p in enumerate(promotions)}
        self.by_name = PromotionsByName(promotions)
        self.unconcerned = tuple(unconcerned(p, ()) for p in promotions)
        self._inactive: dict[tuple[str, str], Explanation] = {}

    def tell_inactive(self, told: list[Explanation], reasons: Mapping[str, str]) -> set[int]:
        """Tell of those that do not hold; the places of the others."""
        left = set(range(len(told)))
        for key in reasons.items():
            place = self.places[key[0]]
            if key not in self._inactive:
                self._inactive[key] = inactivity(self.by_id[key[0]], key[1])
            told[place] = self._inactive[key]
            left.discard(place)
        return left


_KNOWN: WeakKeyDictionary[PromotionEngine, _Known] = WeakKeyDictionary()


def _known(engine: PromotionEngine) -> _Known:
    known = _KNOWN.get(engine)
    if known is None:
        known = _KNOWN[engine] = _Known(engine.promotions)
    return known


def _applied(winner: Winner) -> Explanation:
    promotion, applied = winner.promotion, winner.applied
    units, times = sum(applied.consumed), applied.applications
    params: dict[str, Value] = {"saved": Amount(applied.discount)}
    if promotion.is_basket:
        message = Message.APPLIED_TO_BASKET
    elif units == 1:
        message = Message.APPLIED_TO_ONE
    else:
        message = Message.APPLIED_ONCE if times == 1 else Message.APPLIED
        params |= {"times": times, "units": units}
    return explanation_of(
        promotion,
        Kind.APPLIED,
        message,
        params,
        applications=times,
        units=units,
        discount=applied.discount,
    )
