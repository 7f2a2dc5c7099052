"""Whole choices: which are admissible, what they sum to, and which of equal ones is preferred."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from retail.promotions.item_lane.outcome import Outcome, make_outcome
from retail.promotions.optimum.choice import Choice, code_of, counted, evaluate
from retail.promotions.rules import (
    EXACT,
    AmountOff,
    BasketAmount,
    BasketPercent,
    BasketTerms,
    Conditions,
    Coupon,
    NFor,
    Percent,
    PricingLine,
    Promotion,
    QuantityTier,
    TierQuantity,
)
from tests.unit.retail.promotions.boards import baskets_of, board_of, offers_of, only, shelf

LINES = shelf((100, 2), (200, 2), (50, 1))


def with_code(promotion: Promotion, code: str = "C", uses: int | None = 3) -> Promotion:
    """The promotion with a code that each application uses."""
    return replace(
        promotion, conditions=Conditions(coupon=Coupon(code, uses, per_application=True))
    )


def chosen(
    used: dict[str, dict[int, int]],
    *promotions: Promotion,
    baskets: Sequence[Promotion] = (),
    lines: tuple[PricingLine, ...] = LINES,
) -> Choice | None:
    """The choice in which promotions take these units, and basket promotions come after."""
    board = board_of(lines)
    offers = {offer.promotion.promo_id: offer for offer in offers_of(promotions, lines)}
    outcomes = [_outcome(offers[name].promotion, own, lines) for name, own in used.items()]
    return evaluate(board, offers, outcomes, baskets_of(baskets, lines))


def _outcome(promotion: Promotion, used: dict[int, int], lines: tuple[PricingLine, ...]) -> Outcome:
    """Single units, tiers and sets as they would be taken; a set gains its whole discount."""
    (offer,) = offers_of([promotion], lines)
    size = sum(used.values())
    prices = {line: lines[line].price for line in used}
    match promotion.mechanic:
        case Percent(bp=bp):
            gains, times = {line: prices[line] * bp for line in used}, size
        case AmountOff(amount=amount):
            gains, times = {line: min(prices[line], amount) * EXACT for line in used}, size
        case TierQuantity(tiers=tiers):
            (*_, tier) = [tier for tier in tiers if tier.minimum <= size]
            gains, times = {line: prices[line] * (tier.bp or 0) for line in used}, 1
        case NFor(n=n, price=price):
            gains, times = {line: prices[line] * EXACT for line in used}, size // n
            fixed = EXACT * price * times
        case _:
            raise AssertionError(promotion)
    exact = {line: used[line] * gains[line] for line in used}
    total = sum(exact.values())
    if isinstance(promotion.mechanic, NFor):
        total -= fixed
    made = make_outcome(
        offer, board_of(lines), used=used, exact=exact, total=total, applications=times
    )
    assert made is not None
    return made


TENTH = Promotion("p", Percent(1000))


def test_the_sum_is_exact_in_the_item_lane_and_whole_in_the_basket_lane() -> None:
    lines = shelf((45, 1))
    lane = Promotion("b", BasketPercent(BasketTerms(), bp=5000))
    choice = chosen({"p": {0: 1}}, TENTH, baskets=[lane], lines=lines)
    assert choice is not None
    # 4.5 rounds to 5 on the line; half of the 40 that are left is 20.
    assert choice.discounts == (25,)
    assert choice.minimised == EXACT * (45 - 20) - 45 * 1000


def test_nothing_applied_is_a_choice() -> None:
    choice = chosen({})
    assert choice is not None
    assert choice.minimised == 650 * EXACT
    assert choice.rank() == (0, (0, 0, 0), 0, (), (), (0, 0, 0))


def test_a_basket_promotion_that_gives_nothing_makes_the_choice_inadmissible() -> None:
    lane = Promotion("b", BasketPercent(BasketTerms(min_spend=651), bp=5000))
    assert chosen({}, baskets=[lane]) is None


def test_an_exclusive_group_is_applied_once() -> None:
    members = [replace(TENTH, promo_id=name, exclusive_group="g") for name in "pq"]
    assert chosen({"p": {0: 1}, "q": {1: 1}}, *members) is None
    apart = [members[0], replace(members[1], exclusive_group="h")]
    assert chosen({"p": {0: 1}, "q": {1: 1}}, *apart) is not None


def test_a_code_of_each_application_is_counted_over_all_promotions() -> None:
    items = [with_code(replace(TENTH, promo_id=name)) for name in "pq"]
    assert chosen({"p": {0: 2}, "q": {1: 1}}, *items) is not None
    assert chosen({"p": {0: 2}, "q": {1: 2}}, *items) is None
    lane = with_code(Promotion("b", BasketAmount(BasketTerms(), amount=5)))
    assert chosen({"p": {0: 1}, "q": {1: 1}}, *items, baskets=[lane]) is not None
    assert chosen({"p": {0: 2}, "q": {1: 1}}, *items, baskets=[lane]) is None


def test_the_lowest_of_the_uses_left_holds_where_promotions_disagree() -> None:
    items = [with_code(TENTH, uses=None), with_code(replace(TENTH, promo_id="q"), uses=2)]
    assert chosen({"p": {0: 1}, "q": {1: 1}}, *items) is not None
    assert chosen({"p": {0: 2}, "q": {1: 1}}, *items) is None
    assert chosen({"p": {0: 2, 1: 2}}, *items) is not None


def test_other_codes_and_codes_used_once_per_basket_are_not_counted() -> None:
    once = replace(
        TENTH, promo_id="q", conditions=Conditions(coupon=Coupon("C", 1, per_application=False))
    )
    other = with_code(replace(TENTH, promo_id="r"), code="D")
    used = {"p": {0: 2}, "q": {1: 2}, "r": {2: 1}}
    assert chosen(used, with_code(TENTH, uses=2), once, other) is not None
    assert code_of(once) == "C"
    assert counted(once) is None
    assert (code_of(TENTH), counted(TENTH)) == (None, None)


CAPPED = Promotion("p", Percent(1000), max_discount=40)


@pytest.mark.parametrize(
    ("used", "admissible"),
    [
        ({0: 2, 1: 2, 2: 1}, True),
        ({0: 2, 1: 2}, False),
        ({1: 2}, False),
        ({1: 1}, True),
        ({0: 2, 2: 1}, True),
    ],
)
def test_a_reached_cap_takes_everything_it_was_offered_on(
    used: dict[int, int], *, admissible: bool
) -> None:
    assert (chosen({"p": used}, CAPPED) is not None) is admissible


def test_what_another_promotion_takes_is_not_offered_to_a_cap() -> None:
    rival = Promotion("q", AmountOff(30))
    assert chosen({"p": {0: 1, 1: 2, 2: 1}, "q": {0: 1}}, CAPPED, rival) is not None
    assert chosen({"p": {0: 2, 1: 2, 2: 1}, "q": {0: 1}}, CAPPED, rival) is None
    # The rival's lines may be none of the capped promotion's.
    narrow = replace(CAPPED, scope=only("b"))
    assert chosen({"p": {1: 2}, "q": {0: 1}}, narrow, rival) is not None


def test_a_cap_under_a_limit_takes_as_many_of_the_dearest_as_it_may() -> None:
    three = replace(CAPPED, max_units=3)
    assert chosen({"p": {0: 1, 1: 2}}, three) is not None
    assert chosen({"p": {1: 2}}, three) is None
    assert chosen({"p": {0: 1, 1: 2}}, replace(CAPPED, max_applications=3)) is not None
    assert chosen({"p": {1: 2}}, replace(CAPPED, max_applications=2)) is not None
    assert chosen({"p": {0: 1, 1: 2}}, with_code(CAPPED)) is not None
    assert chosen({"p": {0: 2, 1: 2}}, with_code(CAPPED, uses=None)) is None
    assert chosen({"p": {0: 2, 1: 2, 2: 1}}, with_code(CAPPED, uses=None)) is not None


def test_the_uses_of_a_code_that_others_leave_limit_a_cap() -> None:
    capped, rival = with_code(CAPPED, uses=4), with_code(replace(TENTH, promo_id="q"), uses=4)
    assert chosen({"p": {0: 1, 1: 2}, "q": {2: 1}}, capped, rival) is not None
    assert chosen({"p": {0: 2, 1: 2}}, capped, rival) is not None
    assert chosen({"p": {1: 2}, "q": {2: 1}}, capped, rival) is None
    lane = with_code(Promotion("b", BasketAmount(BasketTerms(), amount=5)), uses=4)
    assert chosen({"p": {0: 1, 1: 2}}, capped, baskets=[lane]) is not None
    other = with_code(replace(TENTH, promo_id="q"), code="D", uses=1)
    assert chosen({"p": {0: 2, 1: 2}, "q": {2: 1}}, capped, other) is not None


def test_of_equal_prices_a_cap_takes_the_canonically_first() -> None:
    lines = shelf((100, 1), (100, 1), (100, 1))
    two = Promotion("p", Percent(5000), max_discount=60, max_units=2)
    assert chosen({"p": {0: 1, 1: 1}}, two, lines=lines) is not None
    assert chosen({"p": {1: 1, 2: 1}}, two, lines=lines) is None


def test_units_that_gain_nothing_are_not_part_of_what_a_cap_was_offered_on() -> None:
    lines = shelf((100, 1), (0, 1))
    assert chosen({"p": {0: 1}}, replace(CAPPED, max_discount=10), lines=lines) is not None


def test_a_tier_at_its_cap_takes_units_that_gain_nothing_too() -> None:
    lines = shelf((100, 2), (0, 1))
    tier = Promotion("p", TierQuantity((QuantityTier(2, bp=5000),)), max_discount=60)
    assert chosen({"p": {0: 2, 1: 1}}, tier, lines=lines) is not None
    assert chosen({"p": {0: 2}}, tier, lines=lines) is None


def test_a_higher_tier_that_gives_less_is_not_reached_at_a_cap() -> None:
    lines = shelf((100, 2), (90, 1))
    tiers = TierQuantity((QuantityTier(2, bp=5000), QuantityTier(3, bp=1000)))
    tier = Promotion("p", tiers, max_discount=60)
    assert chosen({"p": {0: 2}}, tier, lines=lines) is not None
    assert chosen({"p": {0: 1, 1: 1}}, tier, lines=lines) is None


def test_a_cap_below_the_lowest_tier_is_not_reached() -> None:
    lines = shelf((100, 4))
    tier = Promotion("p", TierQuantity((QuantityTier(3, bp=5000),)), max_discount=60, max_units=3)
    assert chosen({"p": {0: 3}}, tier, lines=lines) is not None


def rank(
    used: dict[str, dict[int, int]],
    *promotions: Promotion,
    lines: tuple[PricingLine, ...] = LINES,
) -> tuple[object, ...]:
    """The rank of an admissible choice."""
    choice = chosen(used, *promotions, lines=lines)
    assert choice is not None
    return choice.rank()


ONE, TWO = replace(TENTH, promo_id="p1"), replace(TENTH, promo_id="p2")


def test_first_fewer_codes_are_preferred() -> None:
    coded = with_code(replace(TENTH, promo_id="p0"), uses=4)
    assert rank({"p1": {1: 1}}, ONE) < rank({"p0": {0: 2}}, coded)
    same, other = with_code(TWO, uses=4), with_code(TWO, code="D")
    assert rank({"p0": {0: 2}, "p2": {1: 2}}, coded, same)[0] == 1
    assert rank({"p0": {0: 2}, "p2": {1: 2}}, coded, other)[0] == 2


def test_second_the_larger_discounts_on_the_canonically_first_lines() -> None:
    assert rank({"p1": {0: 2}}, ONE) < rank({"p1": {1: 1}}, ONE)


def test_third_fewer_promotions() -> None:
    assert rank({"p2": {0: 2}}, ONE, TWO) < rank({"p1": {0: 1}, "p2": {0: 1}}, ONE, TWO)


def test_fourth_the_smaller_ids() -> None:
    ten = replace(TENTH, promo_id="p10")
    assert rank({"p1": {0: 2}}, ONE) < rank({"p10": {0: 2}}, ten) < rank({"p2": {0: 2}}, TWO)
    three = replace(TENTH, promo_id="p3")
    both = rank({"p1": {0: 1}, "p3": {0: 1}}, ONE, three)
    assert both < rank({"p2": {0: 1}, "p3": {0: 1}}, TWO, three)


def test_fifth_the_larger_shares_of_the_first_promotions() -> None:
    lines = shelf((100, 2), (100, 2))
    first = rank({"p1": {0: 2}, "p2": {1: 2}}, ONE, TWO, lines=lines)
    assert first < rank({"p1": {0: 1, 1: 1}, "p2": {0: 1, 1: 1}}, ONE, TWO, lines=lines)
    assert first < rank({"p1": {1: 2}, "p2": {0: 2}}, ONE, TWO, lines=lines)


def test_sixth_the_fewer_units_on_the_canonically_first_lines() -> None:
    lines = shelf((0, 1), (100, 2))
    tier = Promotion("p", TierQuantity((QuantityTier(2, bp=5000),)))
    less, more = (
        rank({"p": {1: 2}}, tier, lines=lines),
        rank({"p": {0: 1, 1: 2}}, tier, lines=lines),
    )
    assert less[:5] == more[:5]
    assert less < more


def test_basket_promotions_count_in_the_order_of_preference() -> None:
    lane = Promotion("b", BasketAmount(BasketTerms(), amount=64))
    choice = chosen({"p1": {0: 1}}, ONE, baskets=[with_code(lane)])
    assert choice is not None
    assert choice.rank() == (
        1,
        (-29, -40, -5),
        2,
        ("b", "p1"),
        ((-19, -40, -5), (-10, 0, 0)),
        (1, 0, 0),
    )


def test_sets_are_put_beside_single_units() -> None:
    choice = chosen({"n": {0: 1, 1: 1}, "p1": {0: 1}}, ONE, Promotion("n", NFor(2, 240)))
    assert choice is not None
    assert choice.minimised == (650 - 60 - 10) * EXACT
    assert choice.discounts == (30, 40, 0)
    assert [offer.promotion.promo_id for offer, _ in choice.items] == ["n", "p1"]
