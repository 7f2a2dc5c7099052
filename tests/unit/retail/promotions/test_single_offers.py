"""Offers that decide each unit alone, caps in large baskets, and offers that another one beats."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from random import Random

import pytest

from retail.promotions.item_lane.offers import Board, Offer, unit_gain
from retail.promotions.optimum import singles as singles_module
from retail.promotions.optimum.capped import PARTS, WHOLE, capped, fixed_sum, reduced_gain
from retail.promotions.optimum.dominance import hopeless, undominated
from retail.promotions.optimum.singles import Singles
from retail.promotions.rules import (
    EXACT,
    AmountOff,
    Bundle,
    BuyGet,
    CheapestFree,
    FixedPrice,
    ItemMechanic,
    NFor,
    Percent,
    Promotion,
    QuantityTier,
    Slot,
    TierQuantity,
)
from tests.unit.retail.promotions.boards import (
    Small,
    board_of,
    offer_of,
    offers_of,
    only,
    shelf,
    some_prices,
)
from tests.unit.retail.promotions.contests import Rivals, all_of, contest_of, some_reserve


def singles_on(
    promotions: Sequence[Promotion], *priced: tuple[int, int]
) -> tuple[Singles, list[int]]:
    """Single offers on a shelf, and its units."""
    lines = shelf(*priced)
    board = board_of(lines)
    return Singles.of(board, offers_of(promotions, lines)), list(board.units)


def taken(
    promotions: Sequence[Promotion], *priced: tuple[int, int]
) -> dict[str, tuple[tuple[int, int], ...]]:
    """Which promotion takes how many units of which line."""
    singles, units = singles_on(promotions, *priced)
    return {outcome.promo_id: outcome.used for outcome in singles.taken(units)}


def test_every_unit_takes_what_gives_it_most() -> None:
    promotions = [
        Promotion("p", Percent(1000)),
        Promotion("q", AmountOff(15), scope=only("ab")),
        Promotion("r", FixedPrice(99), scope=only("ad")),
    ]
    singles, _ = singles_on(promotions, (100, 2), (200, 1), (50, 1), (0, 1))
    assert singles.gains == (15 * EXACT, 20 * EXACT, 5 * EXACT, 0)
    assert singles.best == ((1,), (0,), (0,), ())
    assert singles.total == (30 + 20 + 5) * EXACT
    assert taken(promotions, (100, 2), (200, 1), (50, 1), (0, 1)) == {
        "p": ((1, 1), (2, 1)),
        "q": ((0, 2),),
    }


def test_only_units_that_are_left_are_taken() -> None:
    singles, _ = singles_on([Promotion("p", Percent(1000))], (100, 3), (100, 2))
    (outcome,) = singles.taken([1, 0])
    assert (outcome.used, outcome.value, outcome.applications) == (((0, 1),), 10 * EXACT, 1)
    assert singles.taken([0, 0]) == []


def test_equal_promotions_share_a_line_where_that_rounds_to_more() -> None:
    # 2.5 each: one alone gives 5 for two units, both together 3 and 3.
    both = [Promotion("p", Percent(500)), Promotion("q", Percent(500))]
    assert taken(both, (50, 2)) == {"p": ((0, 1),), "q": ((0, 1),)}
    # Where nothing rounds up, the first alone is enough.
    assert taken(both, (60, 2)) == {"p": ((0, 2),)}


def test_between_equal_promotions_fewer_are_better_and_then_the_first() -> None:
    promotions = [
        Promotion("p", Percent(1000), scope=only("a")),
        Promotion("q", Percent(1000), scope=only("ab")),
        Promotion("r", Percent(2000), scope=only("c")),
        Promotion("s", Percent(1000), scope=only("abc")),
    ]
    assert taken(promotions, (100, 1)) == {"p": ((0, 1),)}
    assert taken(promotions, (100, 1), (100, 1), (100, 1)) == {
        "p": ((0, 1),),
        "q": ((1, 1),),
        "r": ((2, 1),),
    }


def test_very_many_splits_are_not_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    both = [Promotion("p", Percent(500)), Promotion("q", Percent(500))]
    monkeypatch.setattr(singles_module, "MOST_SPLITS", 2)
    assert taken(both, (50, 2)) == {"p": ((0, 2),)}


def test_a_promotion_whose_shares_all_round_to_nothing_is_left_out() -> None:
    assert taken([Promotion("p", Percent(400))], (12, 1)) == {}
    assert taken([Promotion("p", Percent(400))], (12, 1), (13, 1)) == {"p": ((0, 1), (1, 1))}


def test_a_cap_takes_all_that_no_other_promotion_took() -> None:
    promotions = [Promotion("p", Percent(1000), max_discount=10), Promotion("q", AmountOff(15))]
    singles, units = singles_on([promotions[0]], (100, 2), (300, 1))
    (outcome,) = singles.taken(units)
    assert (outcome.used, outcome.shares) == (((0, 2), (1, 1)), ((0, 4), (1, 6)))
    assert taken(promotions, (100, 2), (300, 1)) == {"p": ((1, 1),), "q": ((0, 2),)}


def test_units_that_a_reduced_gain_leaves_to_nobody_fill_the_cap() -> None:
    lines = shelf((100, 2), (300, 1))
    board = board_of(lines)
    offers = offers_of([Promotion("p", Percent(1000), max_discount=10)], lines)
    singles = Singles.of(board, offers, part=0)
    assert (singles.gains, singles.total) == ((0, 0), 0)
    (outcome,) = singles.taken(board.units)
    assert (outcome.used, outcome.reached) == (((0, 2), (1, 1)), True)


@pytest.mark.parametrize("part", PARTS)
def test_a_cap_is_bounded_by_units_at_a_part_and_a_fixed_sum(part: int) -> None:
    rng = Random(f"parts {part}")
    for _ in range(200):
        lines = shelf(*((rng.choice((3, 99, 250)), rng.randint(1, 3)) for _ in range(3)))
        board = board_of(lines)
        cap = rng.choice((1, 7, 40))
        promotion = Promotion("p", Percent(rng.choice((333, 1000, 5000))), max_discount=cap)
        offers = offers_of([promotion], lines)
        limited = capped(offers)
        units = [rng.randint(0, n) for n in board.units]
        gains = [unit_gain(promotion.mechanic, price) for price in board.prices]  # type: ignore[arg-type]
        exact = sum(n * gain for n, gain in zip(units, gains, strict=True))
        if limited:
            reduced = sum(n * reduced_gain(g, part) for n, g in zip(units, gains, strict=True))
            assert min(exact, EXACT * cap) <= reduced + fixed_sum(limited, part)


def test_at_the_whole_part_a_cap_adds_nothing() -> None:
    lines = shelf((100, 3))
    offers = offers_of(
        [Promotion("p", Percent(1000), max_discount=9), Promotion("q", Percent(1000))], lines
    )
    assert [offer.promotion.promo_id for offer in capped(offers)] == ["p"]
    assert fixed_sum(capped(offers), WHOLE) == 0
    assert fixed_sum(capped(offers), 0) == 9 * EXACT
    assert reduced_gain(77, WHOLE) == 77
    assert reduced_gain(77, 8) == 39


def random_rival(rng: Random, name: str) -> Promotion:
    """A set on some of four lines, now and then with a limit, a cap or a group."""
    scope = rng.choice((None, only("abc"), only("ab"), only("bcd")))
    kind = rng.randrange(4)
    mechanic: ItemMechanic
    if kind == 0:
        mechanic = NFor(2, rng.choice((100, 150, 180)))
    elif kind == 1:
        mechanic = NFor(3, rng.choice((150, 200, 250)))
    elif kind == 2:
        n = rng.choice((2, 3, 4))
        mechanic = CheapestFree(n, rng.choice((1, 1, n - 1)), rng.choice((EXACT, 5000)))
    else:
        bp, get = rng.choice((5000, EXACT)), rng.choice((1, 1, 2))
        mechanic = BuyGet(scope, rng.choice((1, 2)), scope, get, equal_or_lesser=True, bp=bp)
    return Promotion(
        name,
        mechanic,
        scope=scope,
        max_applications=1 if rng.random() < 0.2 else None,
        max_discount=120 if rng.random() < 0.1 else None,
        exclusive_group="g" if rng.random() < 0.1 else None,
    )


def most_of(offers: Sequence[Offer], board: Board, reserve: Sequence[int]) -> int:
    """The greatest gain of all combinations, exclusive groups apart."""
    contest = contest_of(offers, board, reserve, kind="listed")
    listed = tuple(all_of(offer, board) for offer in offers)
    groups = [o.promotion.exclusive_group for o in offers]
    names = [o.promotion.promo_id for o in offers]
    member = {name: group for name, group in zip(names, groups, strict=True) if group}
    return max(
        gain
        for gain, outcomes in Rivals(contest, listed).combinations()
        if sum(o.promo_id in member for o in outcomes) <= 1
    )


def test_what_another_offer_beats_changes_no_optimum() -> None:
    dropped = 0
    for seed in range(300):
        rng = Random(f"dominance {seed}")
        lines = shelf(*((rng.choice((60, 100, 130)), rng.choice((1, 1, 2))) for _ in range(4)))
        board = board_of(lines)
        offers = offers_of([random_rival(rng, f"p{at}") for at in range(3)], lines)
        kept = undominated(offers)
        dropped += len(offers) - len(kept)
        if len(kept) < len(offers):
            reserve = some_reserve(rng, board)
            assert most_of(kept, board, reserve) == most_of(offers, board, reserve)
    assert dropped > 60


def kept(*promotions: Promotion) -> list[str]:
    """Who is not beaten, on three lines with six units."""
    offers = offers_of(promotions, shelf((100, 2), (100, 2), (100, 2)))
    return [offer.promotion.promo_id for offer in undominated(offers)]


def test_of_equal_offers_the_first_stays() -> None:
    assert kept(Promotion("p", NFor(2, 150)), Promotion("q", NFor(2, 150))) == ["p"]
    assert kept(Promotion("p", NFor(2, 150), max_units=4), Promotion("q", NFor(2, 150))) == ["q"]


def test_a_cheaper_set_of_the_same_size_and_wider_scope_beats() -> None:
    narrow = Promotion("p", NFor(2, 150), scope=only("ab"))
    assert kept(narrow, Promotion("q", NFor(2, 140))) == ["q"]
    assert kept(narrow, Promotion("q", NFor(2, 160))) == ["p", "q"]
    assert kept(narrow, Promotion("q", NFor(3, 100))) == ["p", "q"]
    assert kept(narrow, Promotion("q", NFor(2, 140), scope=only("bc"))) == ["p", "q"]


def test_more_free_of_fewer_units_beats() -> None:
    third = Promotion("p", CheapestFree(3, 1))
    reward = BuyGet(None, 1, None, 1, equal_or_lesser=True, bp=EXACT)
    assert kept(third, Promotion("q", CheapestFree(2, 1))) == ["q"]
    assert kept(third, Promotion("q", reward)) == ["q"]
    assert kept(third, Promotion("q", CheapestFree(2, 1, 5000))) == ["p", "q"]
    assert kept(Promotion("p", CheapestFree(4, 2)), Promotion("q", CheapestFree(3, 1))) == [
        "p",
        "q",
    ]


def test_what_is_limited_capped_or_in_a_group_beats_nobody() -> None:
    weak = Promotion("p", NFor(2, 150))
    assert kept(weak, Promotion("q", NFor(2, 100), max_applications=2)) == ["p", "q"]
    assert kept(weak, Promotion("q", NFor(2, 100), max_discount=10)) == ["p", "q"]
    assert kept(weak, Promotion("q", NFor(2, 100), exclusive_group="g")) == ["p", "q"]
    assert kept(weak, Promotion("q", Percent(9000))) == ["p", "q"]


def test_what_is_hopeless_never_gains_as_much_as_its_units_gain_anyway() -> None:
    seen = 0
    for seed in range(500):
        small = Small.random(f"hopeless {seed}")
        rng = Random(seed)
        for offer in small.offers:
            reserve = some_prices(rng, small.board)
            if hopeless(offer, small.board, reserve):
                seen += 1
                assert all(
                    outcome.value < sum(reserve[line] * n for line, n in outcome.used)
                    for outcome in all_of(offer, small.board)
                )
    assert seen > 100


@pytest.mark.parametrize(
    "mechanic",
    [
        Percent(1000),
        NFor(2, 180),
        CheapestFree(2, 1, 2000),
        BuyGet(None, 1, None, 1, equal_or_lesser=True, bp=2000),
        Bundle((Slot(only("a"), 1), Slot(only("b"), 1)), price=180),
        Bundle((Slot(only("a"), 1), Slot(only("b"), 1)), amount=20),
        Bundle((Slot(only("a"), 1), Slot(only("b"), 1)), bp=1000),
        TierQuantity((QuantityTier(2, bp=1000),)),
    ],
)
def test_what_gains_as_much_is_not_hopeless(mechanic: ItemMechanic) -> None:
    lines = shelf((100, 1), (100, 1))
    offer, board = offer_of(Promotion("p", mechanic), lines), board_of(lines)
    assert not hopeless(offer, board, [10 * EXACT, 10 * EXACT])
    assert hopeless(offer, board, [10 * EXACT + 1, 10 * EXACT + 1])


def test_every_way_of_using_single_offers_is_priced_alike() -> None:
    promotions = [Promotion("p", Percent(1000)), Promotion("q", AmountOff(15))]
    singles, _ = singles_on(promotions, (100, 2), (200, 1))
    for first, second in product(range(3), range(2)):
        found = singles.outcomes({0: ((0, first), (1, 2 - first)), 1: ((0, second),)})
        assert sum(o.value for o in found) == EXACT * (10 * first + 15 * (2 - first) + 20 * second)
