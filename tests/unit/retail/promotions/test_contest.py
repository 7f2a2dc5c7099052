"""The search through one contest, beside every combination of what its offers can do."""

from __future__ import annotations

from random import Random

import pytest

from retail.promotions.item_lane.models.sets import SetModel
from retail.promotions.item_lane.models.units import UnitModel
from retail.promotions.optimum import contest as searching
from retail.promotions.optimum.contest import ContestSearch
from retail.promotions.optimum.found import Found, Ranking, Result, found_of
from retail.promotions.optimum.greedy import dived, greedy, improved, realised
from retail.promotions.optimum.shadow import Contest, shadow_prices
from retail.promotions.rules import EXACT, Bundle, CheapestFree, NFor, Percent, Promotion, Slot
from tests.unit.retail.promotions.boards import board_of, offer_of, offers_of, only, shelf
from tests.unit.retail.promotions.contests import KINDS, Kind, Rivals, all_of, contest_of, contests

HALF = Promotion("p", Percent(5000), max_units=2)


def hurried(monkeypatch: pytest.MonkeyPatch, rng: Random) -> None:
    """Take away what makes small contests easy: first tries, good prices, many steps at once."""
    limits = {
        "ALONE": 0,
        "QUICK": rng.choice((1, 2)),
        "FEW": rng.choice((0, 2)),
        "DIVE": rng.choice((1, 2, 20)),
        "MERGES": rng.choice((0, 1, 4)),
        "ROUNDS": rng.choice((1, 2, 5, 80)),
    }
    for name, limit in limits.items():
        monkeypatch.setattr(searching, name, limit)


@pytest.mark.parametrize("kind", KINDS)
def test_the_best_is_the_best_of_all_combinations(kind: Kind) -> None:
    found = contests("best", 160, kind)
    assert len(found) > 60
    for rivals in found:
        result = rivals.search().best()
        assert result.proved
        assert result.found.gain == rivals.most
        assert rivals.holds(result.found)


def test_among_equal_gains_the_canonical_choice_is_found() -> None:
    for rivals in contests("canonical", 180, "listed"):
        assert rivals.rank.key(rivals.search().best().found) == rivals.rank.key(rivals.first())


@pytest.mark.parametrize("kind", KINDS)
def test_a_search_in_a_hurry_finds_the_same(monkeypatch: pytest.MonkeyPatch, kind: Kind) -> None:
    rng = Random("hurry")
    for rivals in contests("hurry", 280, kind):
        hurried(monkeypatch, rng)
        result = rivals.search().best()
        assert result.proved
        assert result.found.gain == rivals.most
        assert rivals.holds(result.found)
        if kind == "listed":
            assert rivals.rank.key(result.found) == rivals.rank.key(rivals.first())


@pytest.mark.parametrize("kind", KINDS)
def test_a_search_that_may_not_end_keeps_a_good_choice_and_a_true_bound(
    monkeypatch: pytest.MonkeyPatch, kind: Kind
) -> None:
    rng, unproved = Random("limit"), 0
    for rivals in contests("limit", 360, kind):
        hurried(monkeypatch, rng)
        monkeypatch.setattr(searching, "TRIES", rng.choice((1, 4, 10, 40)))
        contest = rivals.contest
        result = rivals.search().best()
        assert rivals.holds(result.found)
        assert result.found.gain >= greedy(contest, list(contest.reserve), frozenset())[0].gain
        assert result.found.gain <= rivals.most <= result.bound
        unproved += not result.proved
    assert unproved > 10


def test_within_lists_exactly_what_lies_in_the_slack() -> None:
    rng, listed = Random("within"), 0
    for rivals in contests("within", 250, "listed"):
        least = rivals.most - rng.choice((0, 1, 10, 50)) * EXACT
        found = rivals.search().within(least)
        assert found is not None
        expected = [found_of(gain, t) for gain, t in rivals.combinations() if gain >= least]
        assert sorted(found, key=repr) == sorted(expected, key=repr)
        listed += len(found)
    assert listed > 600


def test_within_is_none_when_there_is_too_much(monkeypatch: pytest.MonkeyPatch) -> None:
    (rivals, *_) = contests("within", 20, "listed")
    monkeypatch.setattr(searching, "TRIES", 2)
    assert rivals.search().within(0) is None


def capped() -> Rivals:
    """A capped percentage that no model can list completely, beside a set."""
    lines = shelf((100, 3), (200, 2))
    offers = offers_of(
        [Promotion("p", Percent(5000), max_discount=140), Promotion("q", NFor(2, 150))], lines
    )
    board = board_of(lines)
    contest = contest_of(offers, board, [0, 0], kind="machines")
    return Rivals(contest, tuple(all_of(offer, board) for offer in offers))


def test_what_is_not_listed_completely_is_only_bounded() -> None:
    rivals = capped()
    assert rivals.search().within(0) is None
    result = rivals.search().best()
    assert rivals.holds(result.found)
    assert result.found.gain <= rivals.most <= result.bound


def test_a_choice_that_is_there_already_is_only_improved() -> None:
    for rivals in contests("known", 120, "listed"):
        least = min((g for g, _ in rivals.combinations() if g > 0), default=0)
        known = next(found_of(g, t) for g, t in rivals.combinations() if g == least)
        assert rivals.search().best(known).found.gain == rivals.most
        best = rivals.first()
        assert rivals.search().best(best).found.gain == best.gain


def alone(promotion: Promotion, *priced: tuple[int, int], reserve: int = 0) -> Rivals:
    """One offer without rivals; a unit gains so much per mille of its price anyway."""
    lines = shelf(*priced)
    board = board_of(lines)
    offer = offer_of(promotion, lines)
    contest = contest_of([offer], board, [reserve * p for p in board.prices], kind="listed")
    return Rivals(contest, (all_of(offer, board),))


def test_one_offer_alone_takes_the_best_it_can() -> None:
    result = alone(HALF, (100, 3), (80, 1)).search().best()
    assert result == Result(result.found, 100 * EXACT)
    assert [o.used for o in result.found.taken] == [((0, 2),)]


def test_one_offer_alone_that_gains_no_more_is_left_out() -> None:
    assert alone(HALF, (100, 3), reserve=5001).search().best().found == Found(0, ())
    # It gains as much, but without it no promotion is needed.
    assert alone(HALF, (100, 3), reserve=5000).search().best().found == Found(0, ())


def test_one_offer_alone_with_very_many_equal_outcomes_is_searched(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(searching, "ALONE", 3)
    rivals = alone(HALF, *((100, 2),) * 4)
    result = rivals.search().best()
    assert result.proved
    assert result.found == rivals.first()


def test_one_offer_alone_whose_best_rounds_to_nothing_is_searched() -> None:
    lines = shelf((2, 3))
    board = board_of(lines)
    offer = offer_of(Promotion("p", Percent(1000), max_units=2), lines)
    contest = Contest((UnitModel(offer, board),), ([3],), board.units, [0], (0,))
    result = ContestSearch(contest, Ranking(contest, [0], {})).best()
    assert result.found == Found(0, ())
    assert result.bound <= 4000


def test_codes_are_counted_once_and_come_first() -> None:
    lines = shelf((100, 2))
    board = board_of(lines)
    offers = offers_of(
        [
            Promotion("p", Percent(5000), max_units=1),
            Promotion("q", Percent(5000), max_units=1),
            Promotion("r", Percent(5000), max_units=2),
        ],
        lines,
    )
    rivals = Rivals(
        contest_of(offers, board, [0], kind="listed"), tuple(all_of(o, board) for o in offers)
    )

    def chosen(codes: dict[str, str]) -> list[str]:
        rank = Ranking(rivals.contest, [0], codes)
        found = ContestSearch(rivals.contest, rank).best().found
        return [outcome.promo_id for outcome in found.taken]

    assert chosen({}) == ["r"]
    assert chosen({"r": "C"}) == ["p", "q"]
    assert chosen({"p": "C", "q": "C", "r": "C"}) == ["r"]
    assert chosen({"p": "C", "q": "D", "r": "C"}) == ["r"]


def test_what_units_gain_anyway_counts_in_the_order_of_preference() -> None:
    lines = shelf((5, 3))
    board = board_of(lines)
    offers = [offer_of(Promotion("p", Percent(5000), max_units=1), lines)]
    contest = contest_of(offers, board, [5 * 5000], kind="listed")
    rank = Ranking(contest, [5 * 5000], {})
    (taken,) = all_of(offers[0], board)
    # 2.5 apart rounds to 3, and 5.0 beside it to 5: a larger discount than 7.5 at once.
    assert rank.key(Found(0, (taken,)))[:3] == (0, (-8,), 1)
    assert rank.key(Found(0, ()))[:3] == (0, (-8,), 0)


def test_greedy_choices_are_admissible_and_never_above_the_best() -> None:
    for kind in KINDS:
        for rivals in contests("greedy", 70, kind):
            contest = rivals.contest
            prices = list(contest.reserve)
            first, places = greedy(contest, prices, frozenset())
            shadow = shadow_prices(contest, first.gain, 20, None)
            better = improved(contest, prices)
            deep = dived(contest, shadow)
            assert first.gain <= better.gain
            for found in (first, better, deep, improved(contest, shadow.prices)):
                assert rivals.holds(found)
                assert found.gain <= rivals.most
                assert all(contest.above(outcome) > 0 for outcome in found.taken)
            assert len(places) <= len(first.taken)


def test_an_offer_left_out_takes_nothing() -> None:
    lines = shelf((100, 2))
    board = board_of(lines)
    offers = offers_of([Promotion("p", NFor(2, 100)), Promotion("q", NFor(2, 120))], lines)
    contest = contest_of(offers, board, [0], kind="listed")
    found, places = greedy(contest, [0], frozenset())
    assert ([o.promo_id for o in found.taken], places) == (["p"], [0])
    found, places = greedy(contest, [0], frozenset({0}))
    assert ([o.promo_id for o in found.taken], places) == (["q"], [1])


def test_leaving_out_the_offer_that_gains_most_may_gain_more() -> None:
    lines = shelf((100, 1), (90, 1), (90, 1), (80, 1))
    board = board_of(lines)
    offers = offers_of(
        [
            Promotion("p", NFor(2, 100), scope=only("bc")),
            Promotion("q", NFor(2, 120), scope=only("ab")),
            Promotion("r", NFor(2, 120), scope=only("cd")),
        ],
        lines,
    )
    contest = contest_of(offers, board, [0] * 4, kind="listed")
    assert greedy(contest, [0] * 4, frozenset())[0].gain == 80 * EXACT
    assert improved(contest, [0] * 4).gain == 120 * EXACT


def test_a_bound_that_no_outcome_reaches_is_realised_by_the_best_of_a_few() -> None:
    lines = shelf((100, 1), (300, 1), (100, 1), (300, 1))
    slots = (Slot(only("ab"), 1), Slot(only("cd"), 1))
    offer = offer_of(Promotion("p", Bundle(slots, amount=400), max_applications=1), lines)
    model, room = SetModel.of(offer, board_of(lines)), [1, 1, 1, 1]
    bound, used = model.best([0, 1, 0, 1], room)
    assert (bound, used) == (400 * EXACT, ((0, 1), (2, 1)))
    # Two at 100 are not worth 400 off; the dear ones are, and the cheap beside them.
    outcome = realised(model, [0, 1, 0, 1], room, bound)
    assert outcome is not None
    assert outcome.used in {((0, 1), (3, 1)), ((1, 1), (2, 1))}
    assert realised(model, [0, 500 * EXACT, 0, 500 * EXACT], room, bound) is None


def test_a_cheaper_set_is_given_to_who_needs_it_more() -> None:
    lines = shelf((300, 1), (200, 2), (100, 1))
    board = board_of(lines)
    offers = offers_of(
        [Promotion("p", CheapestFree(2, 1)), Promotion("q", NFor(2, 250), scope=only("bc"))], lines
    )
    rivals = Rivals(
        contest_of(offers, board, [0] * 3, kind="machines"), tuple(all_of(o, board) for o in offers)
    )
    found = rivals.search().best().found
    assert found.gain == rivals.most == 300 * EXACT


@pytest.mark.parametrize("alone", [0, 200])
def test_wide_sets_whose_discount_rounds_to_nothing_are_left_out(
    monkeypatch: pytest.MonkeyPatch, alone: int
) -> None:
    monkeypatch.setattr(searching, "ALONE", alone)
    lines = shelf((10, 4), (10, 2))
    board = board_of(lines)
    offers = offers_of(
        [
            Promotion("p", CheapestFree(2, 1, 490), scope=only("b")),
            Promotion("q", Percent(200), max_units=6),
        ],
        lines,
    )
    contest = contest_of(offers, board, [0, 0], kind="wide")
    assert contest.wide is not None
    result = ContestSearch(contest, Ranking(contest, [0, 0], {})).best()
    # Beside 0.8 of four units, 0.49 of a set would be more than 1.2 of six, if it did not vanish.
    assert [outcome.promo_id for outcome in result.found.taken] == ["q"]
    assert result.bound >= 6 * 10 * 200


def test_offers_with_very_many_good_outcomes_are_only_bounded() -> None:
    lines = shelf(*((100, 1) for _ in range(13)))
    board = board_of(lines)
    offers = offers_of(
        [
            Promotion("p", Percent(1000), max_units=6),
            Promotion("q", Percent(1000), max_units=5),
        ],
        lines,
    )
    contest = contest_of(offers, board, [0] * len(lines), kind="machines")
    search = ContestSearch(contest, Ranking(contest, contest.reserve, {}))
    assert search.within(0) is None
    result = search.best()
    assert result.found.gain <= 110 * EXACT <= result.bound
    assert sum(outcome.value for outcome in result.found.taken) == result.found.gain
