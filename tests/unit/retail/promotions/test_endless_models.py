from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from retail.promotions.item_lane.models.model import (
    MOST_REJECTED,
    Best,
    OutOfNodes,
    unless_endless,
)
from retail.promotions.item_lane.outcome import Outcome
from retail.promotions.optimum import lane
from retail.promotions.optimum.choice import with_caps_settled
from retail.promotions.optimum.contest import ContestSearch
from retail.promotions.optimum.found import Found, Ranking
from retail.promotions.optimum.lane import component_of
from retail.promotions.optimum.shadow import Contest
from retail.promotions.rules import EXACT, Percent, Promotion
from tests.unit.retail.promotions.boards import board_of, offer_of, shelf


class Endless:
    """A model that finds no end of listing what it may take."""

    lines = (0,)
    complete = True

    def best(self, _prices: Sequence[int], _room: Sequence[int]) -> Best:
        return 5 * EXACT, ((0, 1),)

    def nearly(
        self, _prices: Sequence[int], _room: Sequence[int], _floor: int
    ) -> Iterator[Outcome]:
        return unless_endless(None for _ in range(MOST_REJECTED + 1))


def test_ways_that_come_to_nothing_are_counted() -> None:
    outcome = Outcome("p", 1, (), (), 1)
    few = [None] * MOST_REJECTED
    assert list(unless_endless([*few, outcome, *few])) == [outcome]
    with pytest.raises(OutOfNodes):
        list(unless_endless([outcome, *few, None]))


def test_a_search_that_cannot_list_an_offer_keeps_its_bound() -> None:
    contest = Contest((Endless(),), ([1],), (1,), (0,), (0,))
    result = ContestSearch(contest, Ranking(contest, (0,), {})).best()
    assert result.found == Found(0, ())
    assert not result.proved
    assert result.bound == 5 * EXACT


def test_an_offer_that_cannot_be_listed_may_be_near() -> None:
    lines = shelf((100, 1))
    board = board_of(lines)
    own = component_of(board, [offer_of(Promotion("p", Percent(1000)), lines)], (0,))
    assert lane._nearly(Endless(), own, 0)


def test_a_cap_that_the_rest_cannot_reach_takes_what_there_is() -> None:
    lines = shelf((100, 3))
    offer = offer_of(Promotion("p", Percent(5000), max_discount=100, max_units=3), lines)
    reached = Outcome("p", 100 * EXACT, ((0, 3),), ((0, 100),), 3, reached=True)
    other = Outcome("q", EXACT, ((0, 2),), ((0, 1),), 1)
    rival = offer_of(Promotion("q", Percent(1000)), lines)
    settled = with_caps_settled(board_of(lines), {"p": offer, "q": rival}, [reached, other], ())
    assert [outcome.used for outcome in settled] == [((0, 1),), ((0, 2),)]
