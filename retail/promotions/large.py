"""Large baskets: the item lane in components, then the basket lane on what may be best."""

from __future__ import annotations

from collections.abc import Sequence

from retail.promotions.basket_lane import BasketOffer
from retail.promotions.choice import Choice, evaluate
from retail.promotions.lane import Memory, Solution, solve_lane
from retail.promotions.offers import Board, Offer
from retail.promotions.outcome import Outcome
from retail.promotions.rules import EXACT
from retail.promotions.scenario import scenarios, worthwhile


def large_choice(
    board: Board, offers: Sequence[Offer], baskets: Sequence[BasketOffer], memory: Memory
) -> tuple[Choice, int]:
    """The best choice found, and the least sum that any choice could have."""
    gross = sum(p * n for p, n in zip(board.prices, board.units, strict=True))
    by_id = {offer.promotion.promo_id: offer for offer in offers}
    best, bound = evaluate(board, by_id, (), ()), EXACT * gross
    assert best is not None
    for scenario in scenarios(offers, worthwhile(baskets)):
        solution = solve_lane(board, scenario.offers, memory)
        choice = evaluate(board, by_id, all_items(solution), scenario.baskets)
        bound = min(bound, EXACT * gross - solution.bound)
        if choice is not None and (choice.minimised, choice.rank()) < (best.minimised, best.rank()):
            best = choice
    return best, bound


def all_items(solution: Solution) -> list[Outcome]:
    """What components and single offers take together."""
    items = solution.outcomes()
    left = list(solution.board.units)
    for outcome in items:
        for line, n in outcome.used:
            left[line] -= n
    return items + solution.singles.taken(left)
