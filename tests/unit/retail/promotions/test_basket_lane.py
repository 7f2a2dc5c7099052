"""The basket lane alone, which promotions go side by side, and the bounds of what it gives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations
from random import Random

import pytest

from retail.promotions.basket_lane import (
    BasketOffer,
    apply_in_turn,
    offered,
    reached,
    together_on,
)
from retail.promotions.optimum.scenario import MICRO, majorant, scenarios, worthwhile
from retail.promotions.rules import (
    BasketAmount,
    BasketMechanic,
    BasketPercent,
    BasketTerms,
    BasketTier,
    Percent,
    Promotion,
    ThresholdBase,
)
from tests.unit.retail.promotions.boards import (
    Small,
    baskets_of,
    board_of,
    offers_of,
    only,
    shelf,
)

TERMS = BasketTerms()
NET = BasketTerms(base=ThresholdBase.NET)
FROM_500 = BasketTerms(min_spend=500)
STAIRS = (BasketTier(100, 10), BasketTier(200, 30), BasketTier(300, 20))


@pytest.mark.parametrize(
    ("mechanic", "base", "amount", "given"),
    [
        (BasketPercent(TERMS, bp=1000), 0, 95, 10),
        (BasketPercent(TERMS, bp=1000), 0, 94, 9),
        (BasketPercent(FROM_500, bp=1000), 499, 400, 0),
        (BasketPercent(FROM_500, bp=1000), 500, 400, 40),
        (BasketPercent(TERMS, tiers=(BasketTier(300, 5000),)), 299, 100, 0),
        (BasketPercent(TERMS, tiers=(BasketTier(300, 5000),)), 300, 100, 50),
        (BasketAmount(TERMS, amount=50), 100, 49, 49),
        (BasketAmount(TERMS, amount=50), 100, 0, 0),
        (BasketAmount(TERMS, amount=50, step=100), 299, 299, 100),
        (BasketAmount(TERMS, amount=50, step=100), 99, 99, 0),
        (BasketAmount(TERMS, tiers=STAIRS), 250, 250, 30),
        (BasketAmount(TERMS, tiers=STAIRS), 350, 350, 20),
        (BasketAmount(TERMS, tiers=STAIRS), 99, 99, 0),
    ],
)
def test_what_a_basket_promotion_offers(
    mechanic: BasketMechanic, base: int, amount: int, given: int
) -> None:
    assert offered(mechanic, base, amount) == given


def test_no_tier_is_reached_below_the_lowest() -> None:
    assert [reached(STAIRS, base) for base in (0, 99, 100, 300)] == [0, 0, 10, 20]


def lane(*promotions: Promotion, gross: Sequence[int] = (400, 600)) -> list[BasketOffer]:
    """Basket promotions on lines of one unit each, in the order of their turns."""
    return baskets_of(promotions, shelf(*((price, 1) for price in gross)))


def test_the_turn_is_the_priority_and_then_the_id() -> None:
    offers = lane(
        Promotion("p2", BasketPercent(TERMS, bp=1)),
        Promotion("p10", BasketPercent(TERMS, bp=1)),
        Promotion("z", BasketPercent(BasketTerms(priority=5), bp=1)),
    )
    assert [offer.promotion.promo_id for offer in offers] == ["z", "p10", "p2"]


@pytest.mark.parametrize(
    ("base", "given"),
    [(ThresholdBase.GROSS, 50), (ThresholdBase.NET, 40), (ThresholdBase.RUNNING, 30)],
)
def test_a_threshold_counts_what_its_base_says(base: ThresholdBase, given: int) -> None:
    first = Promotion("a", BasketAmount(BasketTerms(priority=1), amount=100))
    stairs = tuple(BasketTier(minimum, minimum // 20) for minimum in (600, 800, 1000))
    second = Promotion("b", BasketAmount(BasketTerms(base=base), tiers=stairs))
    shares = apply_in_turn(lane(first, second), (350, 500))
    assert shares is not None
    assert [share.discount for share in shares] == [100, given]


def test_shares_follow_the_amounts_that_are_left() -> None:
    half = Promotion("a", BasketPercent(BasketTerms(priority=1), bp=5000), scope=only("a"))
    rest = Promotion("b", BasketAmount(TERMS, amount=80))
    shares = apply_in_turn(lane(half, rest), (400, 600))
    assert shares is not None
    assert [share.shares for share in shares] == [(200, 0), (20, 60)]


def test_a_cap_limits_a_basket_promotion() -> None:
    shares = apply_in_turn(
        lane(Promotion("a", BasketPercent(TERMS, bp=5000), max_discount=70)), (400, 600)
    )
    assert shares is not None
    assert shares[0].shares == (28, 42)


def test_a_chosen_promotion_that_gives_nothing_makes_the_choice_void() -> None:
    offers = lane(
        Promotion("a", BasketAmount(TERMS, amount=1000)), Promotion("b", BasketAmount(NET, 5))
    )
    assert apply_in_turn(offers[:1], (400, 600)) is not None
    assert apply_in_turn(offers, (400, 600)) is None
    assert together_on(offers, 1000) is None
    assert apply_in_turn((), (400, 600)) == ()


def in_scope_of_all(small: Small) -> list[BasketOffer]:
    """The basket promotions as if each were about the whole basket."""
    promotions = [replace(b.promotion, scope=None, exclude=None) for b in small.baskets]
    return baskets_of(promotions, small.lines)


def amounts_below(rng: Random, gross: Sequence[int]) -> list[int]:
    """What any item lane may leave of the lines."""
    return [rng.choice((amount, amount, rng.randint(0, amount))) for amount in gross]


def test_on_the_same_lines_a_sum_is_enough_to_know_the_discount() -> None:
    rng, compared = Random("sums"), 0
    for seed in range(900):
        small = Small.random(f"sums {seed}")
        offers = in_scope_of_all(small)
        amounts = amounts_below(rng, [line.gross for line in small.lines])
        if offers:
            counted = [amounts[line] for line in offers[0].lines]
            shares = apply_in_turn(offers, amounts)
            given = None if shares is None else sum(share.discount for share in shares)
            assert together_on(offers, sum(counted)) == given
            compared += given is not None
    assert compared > 100


@pytest.mark.parametrize("block", range(2))
def test_no_item_choice_lets_the_basket_lane_give_more_than_its_bound(block: int) -> None:
    rng, given, exact = Random(f"majorant {block}"), 0, 0
    for seed in range(900 * block, 900 * block + 900):
        small = Small.random(f"majorant {seed}")
        offers = in_scope_of_all(small) if seed % 2 else small.baskets
        gross = [line.gross for line in small.lines]
        for size in range(1, len(offers) + 1):
            for chosen in combinations(offers, size):
                bound = majorant(small.board, chosen)
                for _ in range(4):
                    amounts = amounts_below(rng, gross)
                    shares = apply_in_turn(chosen, amounts)
                    if shares is not None:
                        total = MICRO * sum(share.discount for share in shares)
                        assert total <= bound.at(amounts)
                        given, exact = given + 1, exact + (total == bound.at(amounts))
    assert given > 500
    assert exact > 50


def test_percentages_in_a_row_are_bounded_by_what_the_first_ones_leave() -> None:
    first = Promotion("a", BasketPercent(BasketTerms(priority=1), bp=5000))
    second = Promotion("b", BasketPercent(TERMS, bp=1000))
    bound = majorant(board_of(shelf((1000, 1))), lane(first, second, gross=(1000,)))
    assert bound.slopes == (MICRO // 2 + MICRO // 20,)
    capped = replace(first, max_discount=100)
    bound = majorant(board_of(shelf((1000, 1))), lane(capped, second, gross=(1000,)))
    assert (bound.slopes, bound.fixed) == ((MICRO // 10,), 100 * MICRO + MICRO // 2)


def test_an_amount_is_a_fixed_sum_and_an_amount_per_step_a_slope() -> None:
    board = board_of(shelf((1000, 1)))

    def bound(mechanic: BasketMechanic) -> tuple[int, int]:
        found = majorant(board, lane(Promotion("a", mechanic), gross=(1000,)))
        return found.fixed // MICRO, found.slopes[0]

    assert bound(BasketAmount(TERMS, amount=70)) == (70, 0)
    assert bound(BasketAmount(TERMS, amount=7000)) == (1000, 0)
    assert bound(BasketAmount(TERMS, amount=70, step=300)) == (210, 0)
    assert bound(BasketAmount(NET, amount=75, step=300)) == (0, MICRO // 4)
    assert bound(BasketAmount(TERMS, tiers=STAIRS)) == (20, 0)
    # Item discounts may lead down to a tier that gives more.
    assert bound(BasketAmount(NET, tiers=STAIRS)) == (30, 0)


def test_what_can_never_give_anything_is_not_worthwhile() -> None:
    offers = lane(
        Promotion("a", BasketPercent(BasketTerms(min_spend=1001), bp=1000)),
        Promotion("b", BasketAmount(TERMS, tiers=(BasketTier(1001, 5),))),
        Promotion("c", BasketAmount(NET, tiers=(BasketTier(1001, 5),))),
        Promotion("d", BasketAmount(TERMS, tiers=(BasketTier(1000, 5),))),
        Promotion("e", BasketPercent(TERMS, bp=0)),
    )
    assert [offer.promotion.promo_id for offer in worthwhile(offers)] == ["d"]


def test_scenarios_are_all_sets_of_basket_promotions_of_different_groups() -> None:
    lines = shelf((400, 1), (600, 1))
    items = offers_of(
        [Promotion("i", Percent(1000)), Promotion("j", Percent(1000), exclusive_group="g")], lines
    )
    baskets = lane(
        Promotion("a", BasketPercent(TERMS, bp=100), exclusive_group="g"),
        Promotion("b", BasketPercent(TERMS, bp=100), exclusive_group="g"),
        Promotion("c", BasketPercent(TERMS, bp=100), exclusive_group="h"),
        Promotion("d", BasketPercent(TERMS, bp=100)),
    )
    found = {
        "".join(b.promotion.promo_id for b in scenario.baskets): "".join(
            o.promotion.promo_id for o in scenario.offers
        )
        for scenario in scenarios(items, baskets)
    }
    with_group = dict.fromkeys(("acd", "bcd", "ac", "bc", "ad", "bd", "a", "b"), "i")
    assert found == with_group | dict.fromkeys(("cd", "c", "d", ""), "ij")


def test_an_exclusive_promotion_stands_alone() -> None:
    lines = shelf((400, 1), (600, 1))
    items = offers_of(
        [Promotion("i", Percent(1000)), Promotion("j", Percent(1000), exclusive=True)], lines
    )
    baskets = lane(
        Promotion("a", BasketPercent(TERMS, bp=100)),
        Promotion("b", BasketPercent(TERMS, bp=100), exclusive=True),
    )
    found = [
        (
            [offer.promotion.promo_id for offer in scenario.offers],
            [offer.promotion.promo_id for offer in scenario.baskets],
        )
        for scenario in scenarios(items, baskets)
    ]
    assert found == [(["i"], ["a"]), (["i"], []), (["j"], []), ([], ["b"])]
