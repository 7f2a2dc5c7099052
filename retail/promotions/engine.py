"""The best legal price of a basket: the one engine of till, head office and simulator."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from retail.promotions.activity import Activity
from retail.promotions.item_lane.matching import Index
from retail.promotions.item_lane.offers import Board
from retail.promotions.optimum.choice import Choice
from retail.promotions.optimum.large import large_choice
from retail.promotions.optimum.memory import Memory
from retail.promotions.optimum.whole import MOST_UNITS, whole_choice
from retail.promotions.results import Applied, Optimum
from retail.promotions.rules import PricingLine, Promotion, SaleContext

ENGINE_VERSION = 1
"""Raised whenever the same basket and promotions could give another figure."""


class PromotionEngine:
    """A set of promotions made ready once; solved parts of baskets are remembered.

    One open basket is priced by one engine. Not safe for two threads at once.
    """

    def __init__(self, promotions: Iterable[Promotion]) -> None:
        self.promotions: tuple[Promotion, ...] = tuple(sorted(promotions, key=lambda p: p.promo_id))
        self._index = Index(self.promotions)
        self._memory = Memory()
        self._activity = Activity(self.promotions)
        self._context: SaleContext | None = None
        self._inactive: dict[str, str] = {}

    def inactive(self, context: SaleContext) -> dict[str, str]:
        """The reason of every promotion that does not hold now, by promotion id."""
        self._enter(context)
        return dict(self._inactive)

    def active(self, context: SaleContext) -> tuple[Promotion, ...]:
        """The promotions that hold now, by promotion id, reward promotions included."""
        self._enter(context)
        if not self._inactive:
            return self.promotions
        return tuple(p for p in self.promotions if p.promo_id not in self._inactive)

    def forget(self) -> None:
        """Forget everything that was solved: the next basket is priced from scratch."""
        self._index.forget()
        self._memory.forget()
        self._context = None

    def _enter(self, context: SaleContext) -> None:
        if context != self._context:
            self._inactive = self._activity.inactive(context)
            self._context = context

    def optimise(self, lines: Sequence[PricingLine], context: SaleContext) -> Optimum:
        """The admissible choice with the smallest sum of line amounts.

        Source: pricing vectors, Item lane to Optimum.
        """
        self._enter(context)
        order = sorted(range(len(lines)), key=lambda i: lines[i].canonical_key)
        canonical = [lines[i] for i in order]
        board = Board(
            tuple(line.price for line in canonical), tuple(line.units for line in canonical)
        )
        baskets = self._index.basket_offers(canonical, self._inactive)
        offers = self._index.offers(canonical, context, self._inactive, every=bool(baskets))
        choice, bound = None, None
        if sum(board.units) <= MOST_UNITS:
            choice = whole_choice(board, offers, baskets)
        if choice is None:
            choice, bound = large_choice(board, offers, baskets, self._memory)
        return _optimum(choice, choice.minimised if bound is None else bound, order)


def _optimum(choice: Choice, bound: int, order: Sequence[int]) -> Optimum:
    """The choice in the input order of lines: line ``i`` of the board was line ``order[i]``."""
    applied = [
        Applied(
            offer.promotion.promo_id,
            sum(n for _, n in outcome.shares),
            _spread(outcome.shares, order),
            outcome.applications,
            _spread(outcome.used, order),
        )
        for offer, outcome in choice.items
    ] + [
        Applied(
            share.offer.promotion.promo_id,
            share.discount,
            _spread(enumerate(share.shares), order),
            1,
            (0,) * len(order),
        )
        for share in choice.baskets
    ]
    return Optimum(
        discounts=_spread(enumerate(choice.discounts), order),
        applied=tuple(sorted(applied, key=lambda a: a.promo_id)),
        minimised=choice.minimised,
        bound=bound,
        proved=bound >= choice.minimised,
    )


def _spread(by_line: Iterable[tuple[int, int]], order: Sequence[int]) -> tuple[int, ...]:
    found = [0] * len(order)
    for line, n in by_line:
        found[order[line]] = n
    return tuple(found)
