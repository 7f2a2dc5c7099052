"""Item choices near the best, and those that keep a threshold, for the basket lane to judge."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

import pytest

from retail.promotions import engine
from retail.promotions.engine import PromotionEngine
from retail.promotions.item_lane.outcome import Outcome
from retail.promotions.optimum import lane, refine, tiers
from retail.promotions.optimum.lane import Solution, solve_lane
from retail.promotions.optimum.memory import Memory
from retail.promotions.optimum.refine import Stakes, refined
from retail.promotions.optimum.scenario import FINE
from retail.promotions.optimum.trim import trimmed
from retail.promotions.rules import (
    EXACT,
    AmountOff,
    BasketAmount,
    BasketPercent,
    BasketTerms,
    BasketTier,
    CheapestFree,
    NFor,
    Percent,
    Promotion,
    QuantityTier,
    ThresholdBase,
    TierQuantity,
)
from tests.support.pricing_agreement import bounded_difference
from tests.unit.retail.promotions.boards import (
    NOON,
    baskets_of,
    board_of,
    combinations_of,
    offers_of,
    only,
    shelf,
)
from tests.unit.retail.promotions.contests import all_of

PROMOTIONS = (
    Promotion("p", NFor(2, 150), scope=only("a")),
    Promotion("q", CheapestFree(2, 1), scope=only("b"), max_applications=1),
    Promotion("r", Percent(500), scope=only("c")),
    Promotion("s", AmountOff(4), scope=only("c")),
)
LINES = shelf((90, 4), (80, 3), (70, 2))
Row = tuple[str, tuple[tuple[int, int], ...]]


def near_choices(
    slack: int, *, need: int | None = None, steep: int = 0
) -> tuple[bool, list[list[Outcome]], Solution]:
    """Whether all was looked at, and what was offered for the basket lane to judge."""
    board, memory, seen = board_of(LINES), Memory(), list[list[Outcome]]()
    solution = solve_lane(board, offers_of(PROMOTIONS, LINES), memory, slack=slack)

    def offer(outcomes: list[Outcome]) -> bool:
        seen.append(outcomes)
        return True

    least = -(1 << 60) if need is None else need
    complete = refined(solution, memory, Stakes([steep] * 3, slack, lambda: least, offer, None))
    return complete, seen, solution


def rows(outcomes: Sequence[Outcome]) -> frozenset[Row]:
    """Who takes what."""
    return frozenset((outcome.promo_id, outcome.used) for outcome in outcomes)


def test_all_choices_within_the_slack_are_offered_once() -> None:
    every = offers_of(PROMOTIONS, LINES)
    board = board_of(LINES)
    most = solve_lane(board, every, Memory()).bound
    listed = [all_of(offer, board) for offer in every]
    for slack in (0, 3 * EXACT, 35 * EXACT, 61 * EXACT):
        complete, seen, _ = near_choices(slack)
        assert complete
        offered = [rows(outcomes) for outcomes in seen]
        assert len(set(offered)) == len(offered)
        assert set(offered) == {
            rows(taken)
            for taken in combinations_of(listed, board.units)
            if sum(outcome.value for outcome in taken) >= most - slack
        }


def test_what_is_not_worth_enough_is_not_offered() -> None:
    _, seen, solution = near_choices(35 * EXACT, need=0)
    least = FINE * (solution.bound - 10 * EXACT)
    _, few, _ = near_choices(35 * EXACT, need=least)
    worth = [FINE * sum(outcome.value for outcome in outcomes) for outcomes in seen]
    assert len(few) == sum(1 for value in worth if value >= least)
    assert 0 < len(few) < len(seen)


@pytest.mark.parametrize(("limit", "most"), [("MOST_OPTIONS", 1), ("MOST_COMBINATIONS", 0)])
def test_too_much_to_look_at_is_said(
    monkeypatch: pytest.MonkeyPatch, limit: str, most: int
) -> None:
    monkeypatch.setattr(refine, limit, most)
    assert not near_choices(61 * EXACT)[0]


def thresholds(*terms: BasketPercent | BasketAmount) -> list[int]:
    """The item discounts that choices keep to, for promotions on the whole basket."""
    board = board_of(LINES)
    baskets = baskets_of([Promotion(f"z{at}", one) for at, one in enumerate(terms)], LINES)
    solution = solve_lane(board, offers_of(PROMOTIONS, LINES), Memory())
    return [
        sum(n for outcome in outcomes for _, n in outcome.shares)
        for outcomes in trimmed(solution, baskets)
    ]


def net(least: int) -> BasketTerms:
    """Terms with a threshold on what the item lane leaves of 740."""
    return BasketTerms(min_spend=least, base=ThresholdBase.NET)


def test_for_every_threshold_that_may_break_the_best_that_keeps_it_is_offered() -> None:
    # The best takes 148 off: 60 of pairs, 80 of a free unit and 8 of single units.
    assert thresholds(BasketAmount(net(660), amount=9)) == [80]
    assert thresholds(BasketPercent(net(740), bp=100)) == [0]
    assert thresholds(BasketAmount(BasketTerms(min_spend=660), amount=9)) == []


def test_tiers_and_steps_are_thresholds_too() -> None:
    stairs = (BasketTier(600, 5), BasketTier(700, 9))
    assert thresholds(BasketAmount(net(0), tiers=stairs)) == [38, 140]
    assert thresholds(BasketAmount(net(0), amount=5, step=700)) == [38]


def test_a_threshold_that_is_kept_anyway_changes_nothing() -> None:
    assert thresholds(BasketAmount(net(592), amount=9)) == []


def test_sets_are_applied_less_often_to_keep_a_threshold() -> None:
    lines = shelf((500, 8))
    solution = solve_lane(
        board_of(lines), offers_of([Promotion("p", NFor(2, 900))], lines), Memory()
    )
    baskets = baskets_of([Promotion("z", BasketAmount(net(3750), amount=300))], lines)
    (kept,) = trimmed(solution, baskets)
    assert [(outcome.promo_id, outcome.applications) for outcome in kept] == [("p", 2)]


def test_a_promotion_that_rounds_to_nothing_when_used_less_is_left_out() -> None:
    lines = shelf((4, 2), (100, 1))
    tenth = Promotion("p", Percent(1000), scope=only("a"), max_applications=2)
    solution = solve_lane(board_of(lines), offers_of([tenth], lines), Memory())
    assert [outcome.applications for outcome in solution.items()] == [2]
    baskets = baskets_of([Promotion("z", BasketAmount(net(108), amount=5))], lines)
    assert list(trimmed(solution, baskets)) == [[]]


def test_tiers_that_a_search_of_their_own_cannot_settle_are_searched_with_the_rest(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(engine, "MOST_UNITS", -1)
    monkeypatch.setattr(lane, "MOST_LISTED", -1)
    monkeypatch.setattr(tiers, "MOST_CHOICES", 1)
    rng, proved = Random("settled"), 0
    for _ in range(80):
        lines = shelf(*((rng.choice((100, 130, 200)), rng.randint(1, 2)) for _ in range(4)))
        steps = (QuantityTier(rng.choice((2, 3)), bp=1000), QuantityTier(4, bp=2000))
        promotions = (
            Promotion("t", TierQuantity(steps), scope=only("abc")),
            Promotion("u", TierQuantity((QuantityTier(3, bp=1500),))),
            Promotion("n", NFor(2, 180), scope=only("bcd")),
        )
        assert bounded_difference((lines, promotions, NOON)) == ""
        proved += PromotionEngine(promotions).optimise(lines, NOON).proved
    assert proved > 60
