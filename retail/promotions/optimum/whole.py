"""Small baskets at one go: every outcome of every offer is tried, nothing is taken apart.

Exact to the last rule: rounded thresholds, reached caps, shared counters, ties.
"""

from __future__ import annotations

from collections.abc import Sequence

from retail.promotions.basket_lane import BasketOffer
from retail.promotions.item_lane.applications import every_outcome
from retail.promotions.item_lane.models.lists import ListModel
from retail.promotions.item_lane.models.model import OutOfNodes
from retail.promotions.item_lane.offers import Board, Offer
from retail.promotions.item_lane.outcome import Outcome
from retail.promotions.optimum.choice import Choice, evaluate
from retail.promotions.optimum.greedy import greedy
from retail.promotions.optimum.scenario import (
    FINE,
    MICRO,
    Majorant,
    Scenario,
    majorant,
    scenarios,
    worthwhile,
)
from retail.promotions.optimum.shadow import Contest, shadow_prices
from retail.promotions.optimum.together import Together

MOST_UNITS = 24
MOST_OFFERS = 12
MOST_OUTCOMES = 3_000
MOST_TRIES = 60_000
ROUNDS = 10


def whole_choice(
    board: Board, offers: Sequence[Offer], baskets: Sequence[BasketOffer]
) -> Choice | None:
    """The canonical optimum, proved; None when the basket is too large to be tried as a whole."""
    if len(offers) > MOST_OFFERS or len(baskets) > MOST_OFFERS // 2:
        return None
    left, listed = MOST_OUTCOMES, []
    for offer in offers:
        outcomes = every_outcome(offer, board, left)
        if outcomes is None:
            return None
        left -= len(outcomes)
        listed.append(outcomes)
    names = [offer.promotion.promo_id for offer in offers]
    by_id = dict(zip(names, offers, strict=True))
    search = _Search(board, by_id, dict(zip(names, listed, strict=True)))
    try:
        return search.over(list(scenarios(offers, worthwhile(baskets))))
    except OutOfNodes:
        return None


class _Search:
    def __init__(
        self,
        board: Board,
        offers: dict[str, Offer],
        outcomes: dict[str, tuple[Outcome, ...]],
    ) -> None:
        self.board, self.offers, self.outcomes = board, offers, outcomes
        self.tries = 0
        self.best: Choice | None = None
        self.gross = [p * n for p, n in zip(board.prices, board.units, strict=True)]

    def over(self, every: Sequence[Scenario]) -> Choice | None:
        """The best choice of all scenarios, the most promising first."""
        self._start(every)
        bounded = []
        for place, scenario in enumerate(every):
            lane = majorant(self.board, scenario.baskets)
            most = sum(
                max((o.value for o in self.outcomes[offer.promotion.promo_id]), default=0)
                for offer in scenario.offers
            )
            bounded.append((-(most * FINE + lane.at(self.gross)), place, scenario, lane))
        for _, _, scenario, lane in sorted(bounded, key=lambda row: row[:2]):
            self._scenario(scenario, lane)
        return self.best

    def _scenario(self, scenario: Scenario, lane: Majorant) -> None:
        models = [ListModel.of(o.lines, self._weighed(o, lane.slopes)) for o in scenario.offers]
        contest = self._contest(models)
        top = lane.at(self.gross)
        need = self._need(top)
        shadow = shadow_prices(contest, need, ROUNDS, None)
        options = [
            [
                (best - gain, outcome)
                for outcome in model.outcomes
                if best - (gain := _gain(outcome, shadow.prices)) <= shadow.bound - need
            ]
            for model, (best, _) in zip(models, shadow.wishes, strict=True)
        ]
        together = Together(contest, shadow, options, need, MOST_TRIES - self.tries)
        for _, taken in together:
            self._offer([_restored(o, lane.slopes) for o in taken], scenario)
            together.need = self._need(top)
        self.tries += together.tries

    def _start(self, every: Sequence[Scenario]) -> None:
        """A first choice to measure others by: greedy, and nothing beside the basket lane."""
        for scenario in every:
            self._offer((), scenario)
            contest = self._contest(
                [
                    ListModel.of(o.lines, self.outcomes[o.promotion.promo_id])
                    for o in scenario.offers
                ]
            )
            found, _ = greedy(contest, list(contest.reserve), frozenset())
            self._offer(found.taken, scenario)

    def _contest(self, models: Sequence[ListModel]) -> Contest:
        units, count = self.board.units, len(self.gross)
        rooms = (list(units),) * len(models)
        return Contest(tuple(models), rooms, units, (0,) * count, tuple(range(count)))

    def _weighed(self, offer: Offer, slopes: Sequence[int]) -> tuple[Outcome, ...]:
        """The outcomes less what they take from the basket lane's bound, in finer units."""
        return tuple(
            outcome._replace(value=outcome.value * FINE - _lost(outcome, slopes))
            for outcome in self.outcomes[offer.promotion.promo_id]
        )

    def _need(self, lane: int) -> int:
        """What the item lane must gain to come up to the best choice so far."""
        assert self.best is not None  # noqa: S101 (``_start`` found one)
        return MICRO * sum(self.gross) - FINE * self.best.minimised - lane

    def _offer(self, outcomes: Sequence[Outcome], scenario: Scenario) -> None:
        """Keep a choice if it is better than the best so far."""
        choice = evaluate(self.board, self.offers, outcomes, scenario.baskets)
        if choice is not None and (
            self.best is None
            or choice.minimised < self.best.minimised
            or (choice.minimised == self.best.minimised and choice.rank() < self.best.rank())
        ):
            self.best = choice


def _gain(outcome: Outcome, prices: Sequence[int]) -> int:
    return outcome.value - sum(prices[i] * n for i, n in outcome.used)


def _lost(outcome: Outcome, slopes: Sequence[int]) -> int:
    return sum(slopes[i] * share for i, share in outcome.shares)


def _restored(weighed: Outcome, slopes: Sequence[int]) -> Outcome:
    """The outcome that was weighed, in exact units again."""
    return weighed._replace(value=(weighed.value + _lost(weighed, slopes)) // FINE)
