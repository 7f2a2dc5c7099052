"""Every way of applying an item promotion: as many as the rules allow, and not one more."""

from __future__ import annotations

from dataclasses import replace
from math import comb

import pytest

from retail.promotions.item_lane.applications import every_outcome, fewest_ways, multisets
from retail.promotions.item_lane.outcome import Outcome, joint, make_outcome
from retail.promotions.rules import (
    EXACT,
    AmountOff,
    Bundle,
    BuyGet,
    CheapestFree,
    FixedPrice,
    Gift,
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
    Way,
    board_of,
    offer_of,
    offers_of,
    only,
    shelf,
)

PLENTY = 1 << 30


def listed(promotion: Promotion, *priced: tuple[int, int]) -> set[tuple[Way, int]]:
    """Units, discounts and exact discount of every outcome, with its number of applications."""
    lines = shelf(*priced)
    outcomes = every_outcome(offer_of(promotion, lines), board_of(lines), PLENTY)
    assert outcomes is not None
    small = Small.of(lines)
    return {(small.way(outcome), outcome.applications) for outcome in outcomes}


def test_a_percentage_takes_any_units() -> None:
    assert listed(Promotion("p", Percent(1000)), (100, 1), (250, 2)) == {
        (((1, 0), (10, 0), 10 * EXACT), 1),
        (((0, 1), (0, 25), 25 * EXACT), 1),
        (((0, 2), (0, 50), 50 * EXACT), 2),
        (((1, 1), (10, 25), 35 * EXACT), 2),
        (((1, 2), (10, 50), 60 * EXACT), 3),
    }


def test_a_set_takes_units_of_any_lines_and_only_where_it_gains() -> None:
    # Two at 100 cost 200 anyway; the gain of 50 is shared by worth.
    assert listed(Promotion("p", NFor(2, 200)), (100, 2), (150, 1)) == {
        (((1, 1), (20, 30), 50 * EXACT), 1)
    }


def test_the_cheapest_of_a_set_is_free_and_among_equals_the_first() -> None:
    promotion = Promotion("p", CheapestFree(2, 1), reward_alloc=True)
    assert listed(promotion, (100, 1), (100, 1), (60, 1)) == {
        (((1, 1, 0), (100, 0, 0), 100 * EXACT), 1),
        (((1, 0, 1), (0, 0, 60), 60 * EXACT), 1),
        (((0, 1, 1), (0, 0, 60), 60 * EXACT), 1),
    }


def test_a_reward_is_one_to_so_many_other_units() -> None:
    mechanic = BuyGet(only("a"), 1, only("b"), 2, equal_or_lesser=False, amount=30)
    assert listed(Promotion("p", mechanic, reward_alloc=True), (100, 1), (250, 3)) == {
        (((1, 1), (0, 30), 30 * EXACT), 1),
        (((1, 2), (0, 60), 60 * EXACT), 1),
    }


def test_a_reward_of_equal_or_lesser_value_is_never_the_dearest() -> None:
    mechanic = BuyGet(None, 1, None, 1, equal_or_lesser=True, bp=EXACT)
    assert listed(Promotion("p", mechanic, reward_alloc=True), (100, 1), (250, 1)) == {
        (((1, 1), (100, 0), 100 * EXACT), 1)
    }


def test_a_bundle_fills_every_slot_with_other_units() -> None:
    slots = (Slot(only("ab"), 1), Slot(only("b"), 1))
    assert listed(Promotion("p", Bundle(slots, price=250)), (100, 1), (200, 2)) == {
        (((1, 1), (17, 33), 50 * EXACT), 1),
        (((0, 2), (0, 150), 150 * EXACT), 1),
    }
    assert listed(Promotion("p", Bundle(slots, amount=350)), (100, 1), (200, 2)) == {
        (((1, 1), (100, 200), 300 * EXACT), 1),
        (((0, 2), (0, 350), 350 * EXACT), 1),
    }
    assert listed(Promotion("p", Bundle(slots, bp=1000)), (100, 1), (200, 2)) == {
        (((1, 1), (10, 20), 30 * EXACT), 1),
        (((0, 2), (0, 40), 40 * EXACT), 1),
    }


def test_quantity_tiers_take_any_number_of_units_at_the_rate_it_reaches() -> None:
    tiers = TierQuantity((QuantityTier(2, bp=1000), QuantityTier(3, price=50)))
    assert listed(Promotion("p", tiers), (100, 3)) == {
        (((2,), (20,), 20 * EXACT), 1),
        (((3,), (150,), 150 * EXACT), 1),
    }


def test_units_that_gain_nothing_count_for_a_tier() -> None:
    tiers = TierQuantity((QuantityTier(3, price=90),))
    assert listed(Promotion("p", tiers), (100, 2), (80, 1)) == {(((2, 1), (20, 0), 20 * EXACT), 1)}


def test_a_gift_is_one_unit_each_time() -> None:
    assert listed(Promotion("p", Gift(200, only("b"), repeat=True)), (400, 1), (70, 3)) == {
        (((0, 1), (0, 70), 70 * EXACT), 1),
        (((0, 2), (0, 140), 140 * EXACT), 2),
    }


def test_limits_count_applications_and_units() -> None:
    pairs = Promotion("p", NFor(2, 100))
    assert {way[0] for way, _ in listed(pairs, (100, 5))} == {(2,), (4,)}
    assert {way[0] for way, _ in listed(replace(pairs, max_applications=1), (100, 5))} == {(2,)}
    assert {way[0] for way, _ in listed(replace(pairs, max_units=3), (100, 5))} == {(2,)}
    tiers = Promotion("p", TierQuantity((QuantityTier(2, bp=1),)), max_units=3)
    assert {way[0] for way, _ in listed(tiers, (EXACT, 5))} == {(2,), (3,)}


@pytest.mark.parametrize(
    ("promotion", "priced"),
    [
        (Promotion("p", NFor(2, 200)), (100, 3)),
        (Promotion("p", TierQuantity((QuantityTier(2, price=100),))), (100, 3)),
    ],
)
def test_an_application_without_a_gain_or_a_share_does_not_exist(
    promotion: Promotion, priced: tuple[int, int]
) -> None:
    assert listed(promotion, priced) == set()


@pytest.mark.parametrize(
    ("mechanic", "priced"),
    [(FixedPrice(100), (100, 3)), (AmountOff(50), (0, 3)), (Percent(1), (100, 3))],
)
def test_what_rounds_to_nothing_on_every_line_is_not_offered(
    mechanic: ItemMechanic, priced: tuple[int, int]
) -> None:
    assert offers_of([Promotion("p", mechanic)], shelf(priced)) == []


def test_a_small_percentage_exists_from_half_a_minor_unit_on() -> None:
    assert listed(Promotion("p", Percent(1)), (1000, 6)) == {
        (((5,), (1,), 5000), 5),
        (((6,), (1,), 6000), 6),
    }


def test_a_cap_limits_the_discount_and_shares_it_by_what_units_gain() -> None:
    capped = Promotion("p", Percent(5000), max_discount=60)
    assert listed(capped, (100, 1), (40, 1)) == {
        (((1, 0), (50, 0), 50 * EXACT), 1),
        (((0, 1), (0, 20), 20 * EXACT), 1),
        (((1, 1), (43, 17), 60 * EXACT), 2),
    }


def test_shares_that_round_above_the_cap_are_shared_out_anew() -> None:
    # Half a minor unit each is rounded up on both lines, but only one is allowed.
    capped = Promotion("p", Percent(5000), max_discount=1, max_units=9)
    assert (((1, 1), (1, 0), EXACT), 2) in listed(capped, (1, 1), (1, 1))
    below = Promotion("p", Percent(4900), max_discount=1, max_units=9)
    assert (((1, 1), (1, 0), 9800 + 4900), 2) not in listed(below, (1, 1), (2, 1))
    assert (((2, 1), (1, 0), EXACT), 3) in listed(below, (2, 2), (1, 1))


def test_a_sets_cap_counts_after_rounding() -> None:
    assert listed(Promotion("p", NFor(2, 50), max_discount=20), (100, 2)) == {
        (((2,), (20,), 20 * EXACT), 1)
    }


def test_only_a_cap_of_single_units_and_tiers_takes_all_it_was_offered_on() -> None:
    lines, board = shelf((100, 2)), board_of(shelf((100, 2)))

    def reached(promotion: Promotion) -> list[bool]:
        outcomes = every_outcome(offer_of(promotion, lines), board, PLENTY)
        return [outcome.reached for outcome in outcomes or ()]

    assert reached(Promotion("p", Percent(5000), max_discount=60)) == [False, True]
    assert reached(Promotion("p", TierQuantity((QuantityTier(2, bp=5000),)), max_discount=60)) == [
        True
    ]
    assert reached(Promotion("p", NFor(2, 50), max_discount=60)) == [False]
    assert reached(Promotion("p", CheapestFree(2, 1), max_discount=60)) == [False]


@pytest.mark.parametrize("block", range(4))
def test_the_outcomes_are_those_of_brute_force(block: int) -> None:
    for seed in range(80 * block, 80 * block + 80):
        small = Small.random(f"applications {seed}")
        for offer in small.offers:
            outcomes = every_outcome(offer, small.board, PLENTY)
            assert outcomes is not None
            expected = {way: n for way, n in small.ways(offer.promotion).items() if any(way[1])}
            fewest: dict[Way, int] = {}
            for outcome in outcomes:
                way = small.way(outcome)
                fewest[way] = min(outcome.applications, fewest.get(way, outcome.applications))
            assert fewest == expected, offer.promotion


def test_more_outcomes_than_asked_for_are_none() -> None:
    for seed in range(60):
        small = Small.random(f"too many {seed}")
        for offer in small.offers:
            outcomes = every_outcome(offer, small.board, PLENTY)
            assert outcomes is not None
            enough = 2 * len(outcomes) + 50
            assert every_outcome(offer, small.board, len(outcomes) - 1) is None
            found = every_outcome(offer, small.board, enough)
            assert found is None or found == outcomes


def test_a_long_list_is_given_up_early() -> None:
    lines = shelf(*((100 + at, 4) for at in range(12)))
    board = board_of(lines)
    for mechanic in (
        BuyGet(None, 2, None, 2, equal_or_lesser=True, bp=5000),
        Bundle((Slot(None, 2), Slot(only("abc"), 1)), price=50),
        CheapestFree(3, 1),
        TierQuantity((QuantityTier(4, bp=500),)),
        Percent(500),
    ):
        assert every_outcome(offer_of(Promotion("p", mechanic), lines), board, 40) is None


def gains_everywhere(small: Small, promotion: Promotion) -> bool:
    """True when any units that fill an application gain something."""
    mechanic = promotion.mechanic
    cheapest = min(line.price for line in small.lines)
    match mechanic:
        case NFor(n=n, price=price):
            return n * cheapest > price
        case TierQuantity(tiers=tiers):
            return all(tier.price is None or tier.price < cheapest for tier in tiers)
        case BuyGet():
            return mechanic.price is None or mechanic.price < cheapest
        case FixedPrice(price=price):
            return price < cheapest
        case Bundle():
            return False
        case _:
            return True


def test_there_are_no_fewer_outcomes_than_counted_beforehand() -> None:
    """Where every application gains; only a bundle may have fewer than lines."""
    counted = 0
    for seed in range(400):
        small = Small.plain(f"fewest {seed}")
        for offer in small.offers:
            if gains_everywhere(small, offer.promotion):
                ways = small.ways(offer.promotion)
                assert fewest_ways(offer, small.board) <= len(ways), offer.promotion
                counted += 1
    assert counted > 300


def test_sets_and_tiers_are_counted_without_listing_them() -> None:
    lines = shelf((100, 3), (110, 2), (120, 1))
    board = board_of(lines)

    def counted(promotion: Promotion) -> int:
        return fewest_ways(offer_of(promotion, lines), board)

    pairs, fours, six = 5, 5, 1
    assert counted(Promotion("p", NFor(2, 10))) == pairs + fours + six
    assert counted(Promotion("p", NFor(2, 10), max_applications=1)) == pairs
    assert counted(Promotion("p", CheapestFree(2, 1), max_units=5)) == pairs + fours
    assert counted(Promotion("p", TierQuantity((QuantityTier(5, bp=10),)))) == 3 + 1
    assert counted(Promotion("p", Percent(1000))) == 3


def test_multisets_are_all_ways_of_taking_units() -> None:
    board = board_of(shelf((1, 1), (1, 9), (1, 2), (1, 9)))
    ways = list(multisets((1, 3), board, 4))
    assert len(ways) == len(set(ways)) == comb(5, 1)
    assert all(sum(way) == 4 and way[0] == way[2] == 0 for way in ways)
    assert list(multisets((0, 2), board, 4)) == []


def test_outcomes_are_moved_and_joined() -> None:
    left = Outcome("p", 500, ((0, 1), (2, 2)), ((2, 5),), 2)
    right = Outcome("q", 700, ((1, 1), (2, 1)), ((1, 7),), 1)
    assert left.moved((3, 4, 7)) == Outcome("p", 500, ((3, 1), (7, 2)), ((7, 5),), 2)
    both = joint(left, right)
    assert (both.value, both.used, both.parts) == (1200, ((0, 1), (1, 1), (2, 3)), (left, right))
    assert joint(both, both).parts == (left, right, left, right)


def test_an_outcome_whose_shares_are_all_zero_is_none() -> None:
    lines = shelf((100, 1))
    offer = offer_of(Promotion("p", Percent(1000)), lines)
    made = make_outcome(
        offer, board_of(lines), used={0: 1}, exact={0: 100}, total=100, applications=1
    )
    assert made is None
