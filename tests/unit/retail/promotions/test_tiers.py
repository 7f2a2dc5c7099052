"""Quantity tiers over many lines, beside the same contest with every outcome listed."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

import pytest

from retail.promotions.item_lane.offers import Board, Offer
from retail.promotions.optimum import tiers as tiers_module
from retail.promotions.optimum.found import Found, Result
from retail.promotions.optimum.tiers import TierSearch, spread
from retail.promotions.rules import (
    EXACT,
    CheapestFree,
    NFor,
    Percent,
    Promotion,
    QuantityTier,
    TierQuantity,
)
from tests.unit.retail.promotions.boards import board_of, offer_of, offers_of, only, shelf
from tests.unit.retail.promotions.contests import Rivals, all_of, contest_of, some_reserve

STAIRS = TierQuantity((QuantityTier(2, bp=1000), QuantityTier(4, bp=2000)))


def searched(
    board: Board, reserve: Sequence[int], tiers: Sequence[Offer], others: Sequence[Offer]
) -> Result:
    """The tiers decided unit by unit; for each reserve that asks for it the rest is searched."""

    def rest(raised: tuple[int, ...]) -> Result:
        if not others:
            return Result(Found(0, ()), 0)
        contest = contest_of(others, board, raised, kind="listed")
        return Rivals(contest, ()).search().best()

    return TierSearch(board, reserve, tiers, rest).result()


def rivals(board: Board, reserve: Sequence[int], offers: Sequence[Offer]) -> Rivals:
    """The same offers, all listed."""
    contest = contest_of(offers, board, reserve, kind="listed")
    return Rivals(contest, tuple(all_of(offer, board) for offer in offers))


def random_tiers(rng: Random) -> TierQuantity:
    """One to three tiers whose rates or prices never give less further up."""
    minima = sorted(rng.sample(range(1, 7), rng.choice((1, 2, 2, 3))))
    if rng.random() < 0.5:
        rates = sorted(rng.choice((500, 1000, 2000, 3000)) for _ in minima)
        return TierQuantity(tuple(map(_rated, minima, rates)))
    prices = sorted((rng.choice((60, 80, 90, 120)) for _ in minima), reverse=True)
    return TierQuantity(tuple(map(_priced, minima, prices)))


def _rated(minimum: int, bp: int) -> QuantityTier:
    return QuantityTier(minimum, bp=bp)


def _priced(minimum: int, price: int) -> QuantityTier:
    return QuantityTier(minimum, price=price)


def random_contest(seed: int) -> tuple[Board, list[int], list[Offer], list[Offer]]:
    """A board of at most six units, one or two tiers on it, and up to two rivals."""
    rng = Random(f"tiers {seed}")
    lines = shelf(*((rng.choice((100, 100, 130, 200)), rng.choice((1, 2))) for _ in range(4)))
    scopes = (None, only("abc"), only("bcd"), only("ab"))
    tiers = [
        Promotion(f"t{at}", random_tiers(rng), scope=rng.choice(scopes))
        for at in range(rng.choice((1, 1, 2)))
    ]
    others = [
        Promotion("a", NFor(2, 150), scope=rng.choice(scopes)),
        Promotion("b", CheapestFree(3, 1), scope=rng.choice(scopes)),
        Promotion("c", Percent(1500), scope=rng.choice(scopes), max_units=1),
    ]
    board = board_of(lines)
    picked = rng.sample(others, rng.choice((0, 1, 2)))
    return board, some_reserve(rng, board), offers_of(tiers, lines), offers_of(picked, lines)


@pytest.mark.parametrize("block", range(3))
def test_the_search_is_as_good_as_the_list_or_says_how_far_it_may_be(block: int) -> None:
    proved = 0
    for seed in range(60 * block, 60 * block + 60):
        board, reserve, tiers, others = random_contest(seed)
        every = rivals(board, reserve, [*others, *tiers])
        result = searched(board, reserve, tiers, others)
        assert every.holds(result.found)
        assert result.found.gain <= every.most <= result.bound
        proved += result.proved
    assert proved > 40


def best(*priced: tuple[int, int], tiers: TierQuantity, reserve: int = 0) -> Result:
    """One tier without rivals; every unit gains so much anyway."""
    lines = shelf(*priced)
    board = board_of(lines)
    offer = offer_of(Promotion("t", tiers), lines)
    return searched(board, [reserve] * len(lines), [offer], [])


def test_the_highest_tier_takes_every_unit_that_gains() -> None:
    result = best((100, 3), (200, 1), tiers=STAIRS)
    assert result == Result(result.found, 100 * EXACT)
    assert [o.used for o in result.found.taken] == [((0, 3), (1, 1))]


def test_where_the_highest_tier_falls_short_a_lower_one_is_looked_at() -> None:
    result = best((100, 3), tiers=STAIRS)
    assert result == Result(result.found, 30 * EXACT)


def test_units_are_added_to_reach_a_tier_the_cheapest_first() -> None:
    # Three units gain more at the tier; a fourth, which gains elsewhere, is given up for it.
    lines = shelf((100, 3), (100, 1), (100, 1))
    board = board_of(lines)
    offer = offer_of(Promotion("t", TierQuantity((QuantityTier(4, bp=2000),))), lines)
    result = searched(board, [0, 21 * EXACT, 25 * EXACT], [offer], [])
    assert result.found.gain == result.bound == 59 * EXACT
    assert [o.used for o in result.found.taken] == [((0, 3), (1, 1))]


def test_a_tier_that_is_not_worth_its_last_unit_is_left() -> None:
    lines = shelf((100, 1), (100, 3))
    board = board_of(lines)
    offer = offer_of(Promotion("t", TierQuantity((QuantityTier(4, bp=2000),))), lines)
    result = searched(board, [0, 90 * EXACT], [offer], [])
    assert result.found == Found(0, ())
    assert result.bound <= 20 * EXACT


def test_a_forced_price_lowers_the_bound_of_a_tier_that_falls_short() -> None:
    # One of four units gains 20 and the others lose 1: 17 in all, which the relaxed 20 hides.
    lines = shelf((100, 1), (100, 3))
    board = board_of(lines)
    offer = offer_of(Promotion("t", TierQuantity((QuantityTier(4, bp=2000),))), lines)
    result = searched(board, [0, 21 * EXACT], [offer], [])
    assert result.found.gain == 17 * EXACT
    assert 17 * EXACT <= result.bound < 20 * EXACT


def test_choices_that_are_left_over_still_count_in_the_bound(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for limit in (1, 2):
        monkeypatch.setattr(tiers_module, "MOST_CHOICES", limit)
        for seed in range(60):
            board, reserve, tiers, others = random_contest(seed)
            every = rivals(board, reserve, [*others, *tiers])
            result = searched(board, reserve, tiers, others)
            assert every.holds(result.found)
            assert result.found.gain <= every.most <= result.bound


@pytest.mark.parametrize(
    ("promotion", "decided"),
    [
        (Promotion("t", STAIRS), True),
        (Promotion("t", STAIRS, max_units=9), False),
        (Promotion("t", STAIRS, max_discount=9), False),
        (Promotion("t", STAIRS, exclusive_group="g"), False),
        (Promotion("t", NFor(2, 150)), False),
        (
            Promotion("t", TierQuantity((QuantityTier(2, bp=2000), QuantityTier(4, bp=1000)))),
            False,
        ),
        (
            # 20 % are more than a price of 90 for a unit at 100, and less for one at 200.
            Promotion("t", TierQuantity((QuantityTier(2, bp=2000), QuantityTier(4, price=90)))),
            False,
        ),
    ],
)
def test_what_is_decided_unit_by_unit(promotion: Promotion, *, decided: bool) -> None:
    lines = shelf((100, 3), (200, 3))
    assert spread(offer_of(promotion, lines), board_of(lines), 15) is decided


def test_a_tier_with_few_outcomes_is_listed() -> None:
    lines = shelf((100, 3), (200, 3))
    offer = offer_of(Promotion("t", STAIRS), lines)
    assert not spread(offer, board_of(lines), 16)


def test_two_tiers_share_the_units_by_what_they_give() -> None:
    lines = shelf((100, 2), (200, 2))
    board = board_of(lines)
    offers = offers_of(
        [
            Promotion("t", TierQuantity((QuantityTier(2, bp=2000),))),
            Promotion("u", TierQuantity((QuantityTier(2, price=150),))),
        ],
        lines,
    )
    result = searched(board, [0, 0], offers, [])
    assert result == Result(result.found, 140 * EXACT)
    assert [(o.promo_id, o.used) for o in result.found.taken] == [
        ("t", ((0, 2),)),
        ("u", ((1, 2),)),
    ]


def test_a_tier_whose_discount_rounds_to_nothing_is_left_out() -> None:
    result = best((1, 3), tiers=TierQuantity((QuantityTier(2, bp=100),)))
    assert result.found == Found(0, ())
    assert result.bound == 300
