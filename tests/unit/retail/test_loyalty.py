from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retail.loyalty import (
    PointsRules,
    Redemption,
    Wish,
    by_canonical_order,
    draw_tickets,
    earning_amounts,
    earning_factors,
    points_earned,
    redeemable,
    rules_from,
    share_out,
)
from retail.promotions.rules import (
    Draw,
    Percent,
    PointsBonus,
    PointsMultiplier,
    PricingLine,
    Promotion,
    RewardMechanic,
    Selector,
)
from tests.unit.retail.strategies import Refusal

RULES = PointsRules(earn_per=100, earn_points=1, redeem_points=100, redeem_value=50)
SHOES = Selector(categories=frozenset({"shoes"}))
LINES = (
    PricingLine("L1", "1", 1999, 1, category="shoes"),
    PricingLine("L2", "2", 1050, 1, category="socks", no_discount=True),
    PricingLine("L3", "3", 700, 1, category="shoes", no_points=True),
)
AMOUNTS = (1999, 1050, 700)


def reward(
    mechanic: RewardMechanic, scope: Selector | None = None, exclude: Selector | None = None
) -> Promotion:
    return Promotion("p", mechanic, scope=scope, exclude=exclude)


def earned(*promotions: Promotion, rules: PointsRules = RULES) -> int:
    return points_earned(LINES, AMOUNTS, rules, promotions)


def test_points_are_counted_over_the_sale_not_line_by_line() -> None:
    assert earned() == (1999 + 1050) // 100 == 30
    assert earned(rules=PointsRules(1000, 7)) == 21


def test_lines_without_points_earn_none_and_count_for_nothing() -> None:
    assert points_earned(LINES[2:], (700,), RULES, [reward(PointsMultiplier(300))]) == 0
    assert points_earned(LINES[2:], (700,), RULES, [reward(PointsBonus(9))]) == 0
    assert draw_tickets(LINES[2:], (700,), [reward(Draw(100))]) == 0


def test_the_highest_multiplier_in_scope_holds_and_none_takes_points_away() -> None:
    double = reward(PointsMultiplier(200), SHOES)
    triple = reward(PointsMultiplier(300), SHOES)
    half = reward(PointsMultiplier(50))
    assert earned(double) == (1999 * 200 + 1050 * 100) // 10_000 == 50
    assert earned(half, triple, double) == (1999 * 300 + 1050 * 100) // 10_000 == 70
    assert earned(reward(PointsMultiplier(200), exclude=SHOES)) == (1999 + 2 * 1050) // 100


def test_every_bonus_that_is_reached_adds_up() -> None:
    reached = reward(PointsBonus(10, 1999), SHOES)
    missed = reward(PointsBonus(100, 2000), SHOES)
    always = reward(PointsBonus(5))
    assert earned(reached, missed, always) == 30 + 15


def test_a_bonus_without_a_threshold_still_wants_something_spent() -> None:
    assert points_earned(LINES, (0, 0, 700), RULES, [reward(PointsBonus(5))]) == 0
    assert points_earned((), (), RULES, [reward(PointsBonus(5))]) == 0
    assert points_earned(LINES, (1, 0, 0), RULES, [reward(PointsBonus(5))]) == 5


def test_other_promotions_are_passed_over() -> None:
    assert earned(Promotion("p", Percent(1000)), reward(Draw(1))) == 30
    assert draw_tickets(LINES, AMOUNTS, [Promotion("p", Percent(1000))]) == 0


def test_each_draw_has_its_own_limit() -> None:
    draws = [
        reward(Draw(500)),
        reward(Draw(500, tickets=2), SHOES),
        reward(Draw(100, tickets=3, max_tickets=10)),
        reward(Draw(100, max_tickets=0)),
    ]
    assert [draw_tickets(LINES, AMOUNTS, [one]) for one in draws] == [6, 6, 10, 0]
    assert draw_tickets(LINES, AMOUNTS, draws) == 22


@pytest.mark.parametrize(
    ("wish", "balance", "cap", "expected"),
    [
        (1000, 1200, 10_000, (1000, 500)),
        (5000, 1200, 10_000, (1200, 600)),
        (199, 1200, 10_000, (100, 50)),
        (99, 1200, 10_000, (0, 0)),
        (1000, 1200, 499, (900, 450)),
        (1000, 1200, 49, (0, 0)),
        (1000, 1200, 0, (0, 0)),
        (1000, -5, 10_000, (0, 0)),
        (-100, 1200, 10_000, (0, 0)),
        (1000, 1200, -1, (0, 0)),
    ],
)
def test_whole_blocks_within_wish_balance_and_cap(
    wish: int, balance: int, cap: int, expected: tuple[int, int]
) -> None:
    assert redeemable(Wish(wish), balance, cap, RULES) == expected


def test_worthless_points_are_not_spent() -> None:
    assert redeemable(Wish(1000), 1200, 10_000, PointsRules(100, 1)) == (0, 0)


def test_points_as_a_tender_earn_nothing() -> None:
    tender = Redemption(1000, 1000, as_tender=True, shares=(0, 0, 0))
    assert earning_amounts((1999, 1050, 700), tender, [0, 1, 2]) == (1466, 770, 513)
    beyond = replace(tender, value=4000)
    assert earning_amounts((1999, 1050, 700), beyond, [0, 1, 2]) == (0, 0, 0)
    discount = replace(tender, as_tender=False)
    assert earning_amounts((1999, 1050, 700), discount, [0, 1, 2]) == (1999, 1050, 700)
    assert earning_amounts((1999, 1050, 700), None, [0, 1, 2]) == (1999, 1050, 700)


def test_ties_go_to_the_line_that_is_earlier_in_canonical_order() -> None:
    lines = [
        PricingLine("b", "2", 100, 1),
        PricingLine("b", "1", 100, 2),
        PricingLine("c", "1", 100, 1),
        PricingLine("a", "1", 100, 1),
        PricingLine("z", "1", 99, 9),
    ]
    order = by_canonical_order(lines)
    assert order == [4, 3, 2, 1, 0]
    assert share_out(2, [1, 1, 1, 1, 1], order) == (0, 0, 0, 1, 1)
    assert share_out(0, [1, 1, 1, 1, 1], order) == (0, 0, 0, 0, 0)
    assert share_out(5, [0, 0, 0, 0, 0], order) == (0, 0, 0, 0, 0)


@pytest.mark.parametrize("rules", [(0, 1, 1, 0), (1, 1, 0, 0), (1, -1, 1, 0), (1, 1, 1, -1)])
def test_rules_that_cannot_be(rules: tuple[int, int, int, int], refused: Refusal) -> None:
    with refused("loyalty.rules"):
        PointsRules(*rules)


@given(
    st.integers(0, 10**6), st.integers(0, 10**6), st.integers(0, 10**6),
    st.integers(1, 500), st.integers(1, 500),
)  # fmt: skip
def test_no_one_spends_more_than_is_there(
    wish: int, balance: int, cap: int, block: int, value: int
) -> None:
    points, worth = redeemable(Wish(wish), balance, cap, PointsRules(100, 1, block, value))
    assert points <= min(wish, balance)
    assert worth <= cap
    assert points * value == worth * block
    assert points + block > min(wish, balance) or worth + value > cap


def test_rules_are_read_from_a_setting(refused: Refusal) -> None:
    text = '{"earn_per": 100, "earn_points": 1, "redeem_points": 100, "redeem_value": 50}'
    assert rules_from(text) == RULES
    assert rules_from('{"earn_per": 50, "earn_points": 2}') == PointsRules(50, 2)
    for wrong in (
        "no JSON",
        "[]",
        "{}",
        '{"earn_per": 100}',
        '{"earn_per": 100, "earn_points": 1, "more": 1}',
        '{"earn_per": 100, "earn_points": true}',
        '{"earn_per": 100, "earn_points": 100000001}',
        '{"earn_per": 0, "earn_points": 1}',
        '{"earn_per": 1, "earn_points": -1}',
    ):
        with refused("loyalty.rules"):
            rules_from(wrong)


def test_the_best_factor_of_a_line_counts() -> None:
    offers = [reward(PointsMultiplier(f), SHOES) for f in (300, 200)]
    assert earning_factors(LINES, offers) == (300, 100, 0)
