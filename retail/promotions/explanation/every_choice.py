"""The best choice that contains a certain promotion, where all choices can be looked at.

Source: pricing vectors, Optimum.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from retail.promotions.basket_lane import BasketOffer
from retail.promotions.item_lane.applications import every_outcome
from retail.promotions.item_lane.matching import Index
from retail.promotions.item_lane.offers import Board, Offer
from retail.promotions.item_lane.outcome import Outcome
from retail.promotions.optimum.choice import evaluate
from retail.promotions.optimum.scenario import FINE, Scenario, majorant, scenarios, worthwhile
from retail.promotions.rules import EXACT, PricingLine, Promotion, SaleContext

_MOST_OUTCOMES = 1200
_MOST_STEPS = 200_000
_Left = tuple[int, ...]


class _OutOfSteps(Exception):  # noqa: N818 (a signal within this module, no error)
    """There are more choices than can be looked at."""


def least_of_all(
    promotion: Promotion,
    others: Sequence[Promotion],
    lines: Sequence[PricingLine],
    context: SaleContext,
) -> int | None:
    """The least sum, in 1/10,000 minor unit, of a choice with the promotion.

    Args:
        others: those that may be applied beside it, all active.

    Returns:
        None when there are too many choices, or none with it.
    """
    index = Index(sorted((promotion, *others), key=lambda p: p.promo_id))
    canonical = sorted(lines, key=lambda line: line.canonical_key)
    board = Board(tuple(x.price for x in canonical), tuple(x.units for x in canonical))
    offers = index.offers(canonical, context, ())
    baskets = worthwhile(index.basket_offers(canonical, ()))
    listed: dict[str, tuple[Outcome, ...]] = {}
    left = _MOST_OUTCOMES
    for offer in offers:
        outcomes = every_outcome(offer, board, left)
        if outcomes is None:
            return None
        listed[offer.promotion.promo_id] = outcomes
        left -= len(outcomes)
    choices = _Choices(board, {offer.promotion.promo_id: offer for offer in offers}, listed)
    try:
        for scenario in scenarios(offers, baskets):
            choices.try_all(scenario, promotion.promo_id)
    except _OutOfSteps:
        return None
    return choices.least


class _Choices:
    """Depth first over the outcomes of offers; what cannot be least is passed over."""

    def __init__(
        self,
        board: Board,
        offers: dict[str, Offer],
        outcomes: dict[str, tuple[Outcome, ...]],
    ) -> None:
        self.least: int | None = None
        self._board, self._offers, self._outcomes = board, offers, outcomes
        self._gross = [p * n for p, n in zip(board.prices, board.units, strict=True)]
        self._steps = _MOST_STEPS
        self._baskets: tuple[BasketOffer, ...] = ()
        self._ways: list[tuple[Outcome | None, ...]] = []
        self._known: dict[tuple[int, _Left], int] = {}
        self._floor = 0

    def try_all(self, scenario: Scenario, promo_id: str) -> None:
        """Try the choices of a scenario that contain the promotion."""
        own = [o for o in scenario.offers if o.promotion.promo_id == promo_id]
        if not own and all(b.promotion.promo_id != promo_id for b in scenario.baskets):
            return
        others = [o for o in scenario.offers if o.promotion.promo_id != promo_id]
        self._ways = [self._outcomes[o.promotion.promo_id] for o in own]
        self._ways += [(*self._outcomes[o.promotion.promo_id], None) for o in others]
        self._baskets = scenario.baskets
        lane = majorant(self._board, scenario.baskets).at(self._gross)
        self._floor = EXACT * sum(self._gross) - -(-lane // FINE)
        self._known.clear()
        self._descend(self._board.units, 0, ())

    def _descend(self, left: _Left, value: int, chosen: tuple[Outcome | None, ...]) -> None:
        at = len(chosen)
        if at == len(self._ways):
            self._judge(chosen)
            return
        for outcome, rest in self._fitting(at, left):
            own = value if outcome is None else value + outcome.value
            promised = self._floor - own - self._most(at + 1, rest)
            if self.least is None or promised < self.least:
                self._descend(rest, own, (*chosen, outcome))

    def _most(self, at: int, left: _Left) -> int:
        """The most that the offers from ``at`` on gain together; 0 where none is left."""
        if at == len(self._ways):
            return 0
        key = (at, left)
        if key not in self._known:
            self._known[key] = max(
                (0 if outcome is None else outcome.value) + self._most(at + 1, rest)
                for outcome, rest in self._fitting(at, left)
            )
        return self._known[key]

    def _fitting(self, at: int, left: _Left) -> Iterator[tuple[Outcome | None, _Left]]:
        """The ways of using an offer within the units left, and what they leave."""
        for outcome in self._ways[at]:
            self._steps -= 1
            if self._steps < 0:
                raise _OutOfSteps
            if outcome is None:
                yield None, left
                continue
            used = dict(outcome.used)
            rest = tuple(n - used.get(i, 0) for i, n in enumerate(left))
            if min(rest) >= 0:
                yield outcome, rest

    def _judge(self, chosen: Sequence[Outcome | None]) -> None:
        taken = [outcome for outcome in chosen if outcome is not None]
        choice = evaluate(self._board, self._offers, taken, self._baskets)
        if choice is not None and (self.least is None or choice.minimised < self.least):
            self.least = choice.minimised
