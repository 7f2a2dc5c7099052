"""Large baskets: the item lane in components, then the basket lane on what may be best."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from retail.promotions.basket_lane import BasketOffer, least_net, together_on
from retail.promotions.item_lane.offers import Board, Offer
from retail.promotions.item_lane.outcome import Outcome
from retail.promotions.optimum.allotment import allotments
from retail.promotions.optimum.capped import PARTS, WHOLE, capped, fixed_sum
from retail.promotions.optimum.choice import Choice, code_of, evaluate, with_caps_settled
from retail.promotions.optimum.lane import Solution, solve_lane
from retail.promotions.optimum.memory import Memory
from retail.promotions.optimum.refine import Stakes, refined
from retail.promotions.optimum.scenario import (
    FINE,
    MICRO,
    Scenario,
    majorant,
    scenarios,
    worthwhile,
)
from retail.promotions.optimum.trim import trimmed
from retail.promotions.optimum.worth import Roundings, most_worth
from retail.promotions.rules import EXACT


def large_choice(
    board: Board, offers: Sequence[Offer], baskets: Sequence[BasketOffer], memory: Memory
) -> tuple[Choice, int]:
    """The best choice found, and the least sum that any choice could have."""
    best, bound = _searched(board, offers, baskets, memory)
    used = {code for o, _ in best.items if (code := code_of(o.promotion))}
    used |= {code for b in best.baskets if (code := code_of(b.offer.promotion))}
    for code in sorted(used, reverse=True):
        # A code is used only where the same sum needs it.
        fewer = [o for o in offers if code_of(o.promotion) != code]
        lane = [b for b in baskets if code_of(b.promotion) != code]
        if _searched(board, fewer, lane, memory)[0].minimised == best.minimised:
            return large_choice(board, fewer, lane, memory)[0], bound
    return best, bound


def _searched(
    board: Board, offers: Sequence[Offer], baskets: Sequence[BasketOffer], memory: Memory
) -> tuple[Choice, int]:
    """The best of all ways of allotting shared coupon uses, and the bound of them all."""
    allotted, complete = allotments(offers, baskets)
    results = [_allotted(board, own, lane, memory) for own, lane in allotted]
    if complete and len(results) == 1:
        return results[0]
    best = min((choice for choice, _ in results), key=lambda c: (c.minimised, c.rank()))
    if complete:
        return best, min(bound for _, bound in results)
    return best, min(_allotted(board, offers, baskets, memory)[1], best.minimised)


def _allotted(
    board: Board, offers: Sequence[Offer], baskets: Sequence[BasketOffer], memory: Memory
) -> tuple[Choice, int]:
    search = _Search(board, offers, memory)
    lane = worthwhile(baskets)
    lane.sort(key=lambda b: (-majorant(board, [b]).at(search.gross), b.turn))
    found: list[tuple[int, int, Scenario]] = []
    search.keep((), Scenario((), ()))
    for scenario in scenarios(offers, lane[:MOST_LANE], _beyond(lane)):
        bound = search.rough(scenario)
        if bound <= search.least_so_far():
            bound = search.look(scenario)
        found.append((bound, len(found), scenario))
    bounds = [
        search.refine(scenario, bound) for bound, _, scenario in sorted(found, key=lambda f: f[:2])
    ]
    if len(lane) > MOST_LANE:
        bounds.append(search.relaxed(Scenario(tuple(offers), tuple(sorted(lane, key=_turn)))))
    assert search.best is not None  # noqa: S101 (to apply nothing is a choice)
    return search.best, min(*bounds, search.best.minimised)


MOST_LANE = 10
"""Basket promotions that are tried in every combination; of more, those that may give most."""


def _turn(offer: BasketOffer) -> tuple[int, str]:
    return offer.turn


def _beyond(lane: Sequence[BasketOffer]) -> list[BasketOffer]:
    """The promotions beyond the most that are free of groups and exclusion: always applied."""
    return [
        b
        for b in lane[MOST_LANE:]
        if not b.promotion.exclusive and b.promotion.exclusive_group is None
    ]


SLACK = 20_000
"""Near choices are listed in steps of this, in 1/10,000 minor unit."""


class _Search:
    def __init__(self, board: Board, offers: Sequence[Offer], memory: Memory) -> None:
        self.board, self.memory = board, memory
        self.offers = {offer.promotion.promo_id: offer for offer in offers}
        self.best: Choice | None = None
        self.gross = [p * n for p, n in zip(board.prices, board.units, strict=True)]
        self._rounded: dict[tuple[str, ...], Roundings] = {}
        self._solved: dict[tuple[str, ...], tuple[int, list[Solution]]] = {}

    def look(self, scenario: Scenario) -> int:
        """Keep the best of the scenario's first choices; a bound of its sum."""
        _, solutions = self._lane(scenario.offers)
        self.keep((), scenario)
        for solution in solutions:
            self.keep(solution.items(), scenario)
        return self.least(scenario)

    def rough(self, scenario: Scenario) -> int:
        """A bound of the scenario's sum without looking at the basket lane's share of it."""
        gain, _ = self._lane(scenario.offers)
        lane = majorant(self.board, scenario.baskets).at(self.gross)
        return EXACT * sum(self.gross) - gain + -lane // FINE

    def _lane(self, offers: tuple[Offer, ...]) -> tuple[int, list[Solution]]:
        """The item lane of some offers: a bound of its gain, and the choices it suggests."""
        key = tuple(offer.promotion.promo_id for offer in offers)
        if key not in self._solved:
            limited = capped(offers)
            solutions, bound = [], None
            for part in PARTS if limited else (WHOLE,):
                solution = solve_lane(self.board, offers, self.memory, part)
                solutions.append(solution)
                gain = solution.bound + fixed_sum(limited, part)
                bound = gain if bound is None else min(bound, gain)
            self._solved[key] = bound or 0, solutions
        return self._solved[key]

    def least(self, scenario: Scenario) -> int:
        """The least sum of a scenario with all of its basket promotions applied."""
        return self._bounded(
            scenario, min(self._worth(scenario), FINE * self._affordable(scenario))
        )

    def relaxed(self, scenario: Scenario) -> int:
        """The least sum with any of the scenario's basket promotions applied."""
        return self._bounded(scenario, self._worth(scenario))

    def _bounded(self, scenario: Scenario, worth: int) -> int:
        lane = majorant(self.board, scenario.baskets)
        return -((worth + lane.at(self.gross) - MICRO * sum(self.gross)) // FINE)

    def _worth(self, scenario: Scenario) -> int:
        """What the item lane is worth at most beside the basket lane's bound, in finer units."""
        gain, solutions = self._lane(scenario.offers)
        if not scenario.baskets or len(solutions) > 1:
            return FINE * gain
        slopes = majorant(self.board, scenario.baskets).slopes
        rounded = self._roundings(scenario)
        met = self._met(scenario)
        flattest = min((slopes[i] for i in met), default=0)
        if flattest < max((slopes[i] for i in met), default=0):
            # Offers that gain less may put their discount where it costs less: the flattest holds.
            roundings = sum(rounded.by_line) + rounded.pools
            return FINE * gain - flattest * gain // EXACT + flattest * roundings // 2 + 1
        return min(FINE * gain, most_worth(solutions[0], rounded, slopes))

    def _met(self, scenario: Scenario) -> set[int]:
        return {line for offer in scenario.offers for line in offer.lines}

    def _affordable(self, scenario: Scenario) -> int:
        """What the item lane may give at most with every threshold of the basket lane reached."""
        if not scenario.baskets:
            return EXACT * sum(self.gross)
        taken = self._met(scenario)
        rounded = self._roundings(scenario)
        spare = EXACT * (sum(rounded.by_line) + rounded.pools) // 2
        most = EXACT * sum(self.gross) + spare
        for basket in scenario.baskets:
            if taken <= set(basket.lines):
                most = min(most, EXACT * (basket.gross - least_net(basket)) + spare)
        return most

    def _roundings(self, scenario: Scenario) -> Roundings:
        key = tuple(offer.promotion.promo_id for offer in scenario.offers)
        if key not in self._rounded:
            self._rounded[key] = Roundings.of(self.board, scenario.offers)
        return self._rounded[key]

    def keep(self, outcomes: Sequence[Outcome], scenario: Scenario) -> bool:
        """Keep a choice if it is the best so far; False when it is inadmissible as it stands."""
        choice = evaluate(self.board, self.offers, outcomes, scenario.baskets)
        admissible = choice is not None
        if choice is None:
            for other in self._mended(outcomes, scenario):
                choice = choice or evaluate(self.board, self.offers, other, scenario.baskets)
        if choice is not None and (
            self.best is None
            or choice.minimised < self.best.minimised
            or (choice.minimised == self.best.minimised and choice.rank() < self.best.rank())
        ):
            self.best = choice
        return admissible

    def _mended(
        self, outcomes: Sequence[Outcome], scenario: Scenario
    ) -> Iterator[Sequence[Outcome]]:
        """What may be admissible instead: caps taken as they must be, or left out."""
        yield with_caps_settled(self.board, self.offers, outcomes, scenario.baskets)
        yield [outcome for outcome in outcomes if not outcome.reached]

    def refine(self, scenario: Scenario, bound: int) -> int:
        """Look closer at a scenario that could still hold a better choice; its bound then."""
        if not scenario.baskets or bound >= self.least_so_far():
            return bound
        if self._nearly(scenario):
            return max(bound, self.least_so_far())
        for outcomes in trimmed(self._lane(scenario.offers)[1][0], scenario.baskets):
            self.keep(outcomes, scenario)
        return bound

    def _nearly(self, scenario: Scenario) -> bool:
        """Look at all item choices near the best; False when there are too many."""
        gain, solutions = self._lane(scenario.offers)
        lane = majorant(self.board, scenario.baskets)
        flattest = min((lane.slopes[i] for i in self._met(scenario)), default=0)
        if len(solutions) > 1 or flattest >= MICRO:
            return False
        need = MICRO * sum(self.gross) - FINE * self.least_so_far() - lane.at(self.gross)
        gap = self._worth(scenario) - need
        # In steps, so that what was listed before the last scan is found again.
        slack = (gap * EXACT // (MICRO - flattest) // SLACK + 1) * SLACK
        solution = solve_lane(self.board, scenario.offers, self.memory, slack=slack)
        stakes = Stakes(
            slopes=lane.slopes,
            slack=slack + max(0, solution.bound - gain),
            need=lambda: MICRO * sum(self.gross) - FINE * self.least_so_far() - lane.at(self.gross),
            offer=lambda outcomes: self.keep(outcomes, scenario),
            shared=self._shared(scenario.baskets),
        )
        return refined(solution, self.memory, stakes)

    def _shared(
        self, baskets: Sequence[BasketOffer]
    ) -> tuple[frozenset[int], Callable[[int], int | None]] | None:
        lines, gross = baskets[0].lines, baskets[0].gross
        if any(offer.lines != lines for offer in baskets):
            return None
        return frozenset(lines), lambda share: together_on(baskets, gross - share)

    def least_so_far(self) -> int:
        """The sum of the best choice that was found."""
        assert self.best is not None  # noqa: S101 (to apply nothing is a choice)
        return self.best.minimised
