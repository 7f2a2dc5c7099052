"""Shadow prices bound a contest; what is left is tried together, split apart or listed as one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from random import Random

import pytest

from retail.promotions.item_lane.models.lists import ListModel
from retail.promotions.item_lane.models.model import OutOfNodes
from retail.promotions.item_lane.outcome import Outcome
from retail.promotions.optimum import merge
from retail.promotions.optimum.components import connected
from retail.promotions.optimum.found import Found, Result, found_of
from retail.promotions.optimum.merge import listed, merged, wide_options
from retail.promotions.optimum.pieces import asunder, quarrel, rest_of, without
from retail.promotions.optimum.shadow import Contest, Shadow, shadow_prices
from retail.promotions.optimum.together import Option, Together
from retail.promotions.rules import EXACT, CheapestFree, NFor, Percent, Promotion
from tests.unit.retail.promotions.boards import board_of, offers_of, only, shelf
from tests.unit.retail.promotions.contests import (
    KINDS,
    Kind,
    Rivals,
    contest_of,
    contests,
    rivals_of,
)


def options_of(contest: Contest, shadow: Shadow, gap: int) -> list[list[Option]]:
    """Per offer what loses at most ``gap`` against its best at the shadow prices."""
    found = []
    for model, room, (best, _) in zip(contest.models, contest.rooms, shadow.wishes, strict=False):
        own: list[Option] = []
        for outcome in model.nearly(shadow.prices, room, best - gap):
            regret = best - _gain(outcome, shadow.prices)
            if regret <= gap:
                own.append((regret, outcome))
        found.append(own)
    return found


def every(
    contest: Contest, shadow: Shadow, options: Sequence[Sequence[Option]], most: int
) -> Together:
    """All combinations that gain anything, wide sets in every good way."""
    together = Together(contest, shadow, options, 0, most)
    together.every = True
    return together


def _gain(outcome: Outcome, prices: Sequence[int]) -> int:
    return outcome.value - sum(prices[line] * n for line, n in outcome.used)


@pytest.mark.parametrize("kind", KINDS)
def test_the_bound_is_never_below_the_best_combination(kind: Kind) -> None:
    rng, tight = Random(f"bound {kind}"), 0
    for seed in range(200):
        rivals = rivals_of(f"bound {seed}", kind)
        if rivals is None:
            continue
        most = rivals.most
        for rounds in (1, 2, 10, 60):
            shadow = shadow_prices(rivals.contest, most, rounds, None)
            assert shadow.bound >= most
        tight += shadow.bound == most
        start = [price + rng.choice((0, 5, 90)) * EXACT for price in rivals.contest.reserve]
        assert shadow_prices(rivals.contest, 0, 5, start).bound >= most
    assert tight > 10


def test_more_rounds_never_raise_the_bound() -> None:
    for rivals in contests("rounds", 60, "listed"):
        bounds = [shadow_prices(rivals.contest, 0, rounds, None).bound for rounds in (1, 5, 25)]
        assert bounds == sorted(bounds, reverse=True)


def test_prices_rise_where_too_much_is_wished_for_and_fall_back_to_the_reserve() -> None:
    lines = shelf((100, 1), (100, 1))
    board = board_of(lines)
    offers = offers_of(
        [
            Promotion("p", Percent(5000), scope=only("a"), max_units=1),
            Promotion("q", Percent(4000), scope=only("a"), max_units=1),
        ],
        lines,
    )
    contest = contest_of(offers, board, [0, 0], kind="listed")
    shadow = shadow_prices(contest, 0, 60, [0, 30 * EXACT])
    assert shadow.bound == 50 * EXACT
    assert 40 * EXACT <= shadow.prices[0] <= 50 * EXACT
    assert shadow.prices[1] < 30 * EXACT


def test_the_search_for_a_bound_ends_below_what_is_needed() -> None:
    for rivals in contests("ends", 40, "listed"):
        first = shadow_prices(rivals.contest, 0, 1, None)
        assert shadow_prices(rivals.contest, first.bound + 1, 50, None) == first


@pytest.mark.parametrize("kind", ["listed", "wide"])
def test_together_yields_exactly_what_reaches_the_need(kind: Kind) -> None:
    rng, found = Random(f"together {kind}"), 0
    for rivals in contests("together", 250, kind):
        contest, most = rivals.contest, rivals.most
        need = most - rng.choice((0, 1, 10 * EXACT, 60 * EXACT))
        shadow = shadow_prices(contest, need, rng.choice((1, 30)), None)
        options = options_of(contest, shadow, shadow.bound - need)
        together = Together(contest, shadow, options, need, 1 << 30)
        together.every = True
        reached = Counter((gain, found_of(gain, taken).taken) for gain, taken in together)
        expected = {
            (gain, found_of(gain, taken).taken)
            for gain, taken in rivals.combinations()
            if gain >= need
        }
        if kind == "listed":
            assert set(reached) == expected
            assert set(reached.values()) == {1}
        else:
            assert max(gain for gain, _ in reached) == most
            assert all(rivals.adds_up(Found(gain, taken)) for gain, taken in reached)
        found += len(reached)
    assert found > 500


def test_what_is_needed_may_rise_on_the_way() -> None:
    for rivals in contests("rise", 120, "listed"):
        contest = rivals.contest
        shadow = shadow_prices(contest, 0, 10, None)
        together = Together(contest, shadow, options_of(contest, shadow, shadow.bound), 0, 1 << 30)
        gains = []
        for gain, _ in together:
            gains.append(gain)
            together.need = gain + 1
        assert gains == sorted(set(gains))
        assert gains[-1] == rivals.most


def test_only_the_best_of_the_wide_sets_is_asked_for_unless_every_one_is() -> None:
    for rivals in contests("only", 100, "wide"):
        contest = rivals.contest
        if contest.wide is None:
            continue
        shadow = shadow_prices(contest, 0, 10, None)
        options = options_of(contest, shadow, shadow.bound)
        few = list(Together(contest, shadow, options, 0, 1 << 30))
        assert max(gain for gain, _ in few) == rivals.most
        assert len(list(every(contest, shadow, options, 1 << 30))) >= len(few)


@pytest.mark.parametrize("kind", ["listed", "wide"])
def test_a_limit_of_nodes_ends_it(kind: Kind) -> None:
    ended = 0
    for rivals in contests("nodes", 60, kind):
        contest = rivals.contest
        shadow = shadow_prices(contest, 0, 5, None)
        options = options_of(contest, shadow, shadow.bound)

        whole = every(contest, shadow, options, 1 << 30)
        assert list(whole)
        assert list(every(contest, shadow, options, whole.tries))
        for most in {0, 1, whole.tries // 2, whole.tries - 1}:
            short = every(contest, shadow, options, most)
            with pytest.raises(OutOfNodes):
                list(short)
            assert short.tries == most + 1
            ended += 1
    assert ended > 50


def test_a_contest_without_its_decided_offer_has_fewer_units() -> None:
    for rivals in contests("without", 60, "listed"):
        contest = rivals.contest
        for at, own in enumerate(rivals.outcomes):
            others = rivals.outcomes[:at] + rivals.outcomes[at + 1 :]
            assert Rivals(without(contest, at, None), others).most <= rivals.most
            for outcome in own[:3]:
                left = Rivals(without(contest, at, outcome), others)
                assert left.most + contest.above(outcome) <= rivals.most
                assert all(
                    room[line] <= left.contest.capacity[line]
                    for room in left.contest.rooms
                    for line in range(len(room))
                )


def test_the_rest_of_a_contest_keeps_the_offers_asked_for() -> None:
    (rivals, *_) = contests("rest", 20, "listed")
    units = list(rivals.contest.capacity)
    rest = rest_of(rivals.contest, [1], units)
    assert rest.models == (rivals.contest.models[1],)
    assert rest_of(rivals.contest, [], units).models == ()


def test_offers_that_no_unit_connects_are_solved_apart() -> None:
    lines = shelf((100, 2), (100, 2), (100, 2))
    board = board_of(lines)
    offers = offers_of(
        [
            Promotion("p", NFor(2, 150), scope=only("ab")),
            Promotion("q", NFor(2, 150), scope=only("c")),
            Promotion("r", Percent(1000), scope=only("b"), max_units=1),
            Promotion("s", Percent(1000), scope=only("a"), max_units=1),
        ],
        lines,
    )
    contest = contest_of(offers, board, [0] * 3, kind="listed")
    shadow = shadow_prices(contest, 0, 1, None)
    options = options_of(contest, shadow, shadow.bound)
    pieces = asunder(contest, options)
    assert [piece.lines for piece in pieces] == [(0, 1), (2,)]
    assert [len(piece.models) for piece in pieces] == [3, 1]
    # What has no option left is gone, and what connected is connected no more.
    pieces = asunder(contest, [[], options[1], options[2], options[3]])
    assert [piece.models for piece in pieces] == [(contest.models[at],) for at in (1, 2, 3)]


def test_wide_sets_stay_with_the_piece_that_shares_their_units() -> None:
    lines = shelf((100, 2), (100, 2), (100, 2))
    board = board_of(lines)
    offers = offers_of(
        [
            Promotion("p", NFor(2, 150), scope=only("ab")),
            Promotion("q", Percent(1000), scope=only("c"), max_units=1),
            Promotion("r", Percent(1000), scope=only("b"), max_units=1),
        ],
        lines,
    )
    contest = contest_of(offers, board, [0] * 3, kind="wide")
    shadow = shadow_prices(contest, 0, 1, None)
    pieces = asunder(contest, options_of(contest, shadow, shadow.bound))
    assert [(piece.lines, piece.wide is not None) for piece in pieces] == [
        ((2,), False),
        ((0, 1), True),
    ]


@pytest.mark.parametrize(
    ("groups", "parts"),
    [
        ([], []),
        ([[1], [2], [3]], [[0], [1], [2]]),
        ([[1, 2], [3], [2, 4], [4, 5], [3]], [[0, 2, 3], [1, 4]]),
        ([[1], [2], [3], [1, 2, 3]], [[0, 1, 2, 3]]),
        ([[3], [2], [2, 3], []], [[0, 1, 2], [3]]),
    ],
)
def test_common_members_connect(groups: list[list[int]], parts: list[list[int]]) -> None:
    assert connected(groups) == parts


def test_the_worst_quarrel_is_about_the_most_contested_units() -> None:
    lines = shelf((100, 1), (100, 1), (100, 2))
    board = board_of(lines)
    offers = offers_of(
        [
            Promotion("p", Percent(9000), scope=only("c"), max_units=2),
            Promotion("q", NFor(2, 150), scope=only("ab")),
            Promotion("r", Percent(4000), scope=only("a"), max_units=1),
        ],
        lines,
    )
    contest = contest_of(offers, board, [0] * 3, kind="listed")
    shadow = shadow_prices(contest, 0, 1, None)
    options = options_of(contest, shadow, shadow.bound)
    assert quarrel(contest, shadow, options) == 1
    # What has options is decided before what has none.
    assert quarrel(contest, shadow, [options[0], [], options[2]]) == 2


@pytest.mark.parametrize("kind", ["listed", "wide"])
def test_quarrels_listed_together_gain_the_same_with_a_bound_no_higher(kind: Kind) -> None:
    rng, merges, lower = Random(f"merge {kind}"), 0, 0
    for rivals in contests("merge", 200, kind):
        contest, most = rivals.contest, rivals.most
        least = most - rng.choice((0, 5 * EXACT, 40 * EXACT))
        shadow = shadow_prices(contest, least, rng.choice((1, 20)), None)
        options = options_of(contest, shadow, shadow.bound - least)
        together = merged(contest, options, wide_options(contest, shadow, least))
        if together is None:
            continue
        best = Rivals(together, tuple(_outcomes(model) for model in together.models))
        assert best.most == most
        assert rivals.holds(best.first())
        same = shadow_prices(together, least, 1, shadow.prices)
        assert most <= same.bound <= shadow.bound
        lower += same.bound < shadow.bound
        merges += 1
    assert merges > 20
    assert lower > 5


def _outcomes(model: object) -> tuple[Outcome, ...]:
    assert isinstance(model, ListModel)
    return model.outcomes


def test_pairs_with_very_many_combinations_stay_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    for rivals in contests("apart", 40, "listed"):
        contest = rivals.contest
        shadow = shadow_prices(contest, 0, 1, None)
        options = options_of(contest, shadow, shadow.bound)
        monkeypatch.setattr(merge, "MOST_JOINT", 0)
        assert merged(contest, options, None) is None


def test_wide_sets_with_very_many_ways_are_not_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = shelf((100, 3), (120, 3))
    offers = offers_of([Promotion("p", CheapestFree(2, 1))], lines)
    contest = contest_of(offers, board_of(lines), [0, 0], kind="wide")
    shadow = shadow_prices(contest, 0, 1, None)
    found = wide_options(contest, shadow, 0)
    assert found is not None
    assert max(outcome.value for outcome in found) == shadow.bound
    monkeypatch.setattr(merge, "MOST_WIDE", 2)
    assert wide_options(contest, shadow, 0) is None
    assert wide_options(replace(contest, wide=None), shadow, 0) is None


def test_a_listed_contest_holds_its_options_and_nothing_else() -> None:
    for rivals in contests("left", 60, "machines"):
        contest = rivals.contest
        if all(model.complete for model in contest.models):
            shadow = shadow_prices(contest, rivals.most, 20, None)
            options = options_of(contest, shadow, shadow.bound - rivals.most)
            left = listed(contest, options)
            found = tuple(_outcomes(model) for model in left.models)
            assert [len(own) for own in found] == [len(own) for own in options]
            assert Rivals(left, found).most == rivals.most


def test_a_result_is_proved_when_nothing_gains_more() -> None:
    assert Result(Found(5, ()), 5).proved
    assert not Result(Found(5, ()), 6).proved
