"""What the engine promises of every basket: order, more promotions, memory, and its answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retail.promotions import engine as engine_module
from retail.promotions.engine import PromotionEngine
from retail.promotions.results import Applied, Optimum
from retail.promotions.rules import (
    AmountOff,
    BasketAmount,
    BasketTerms,
    Conditions,
    Customer,
    Draw,
    NFor,
    Percent,
    PricingLine,
    Promotion,
    SaleContext,
)
from tests.support.pricing_baskets import Case, random_case
from tests.support.pricing_large import large_case
from tests.unit.retail.promotions.boards import NOON, only, shelf

Figures = tuple[dict[str, int], dict[str, dict[str, int]], int, bool]


def figures(lines: Sequence[PricingLine], found: Optimum) -> Figures:
    """An optimum by line ids: what no order of lines may change."""
    discounts = {line.line_id: n for line, n in zip(lines, found.discounts, strict=True)}
    shares = {
        one.promo_id: {line.line_id: n for line, n in zip(lines, one.shares, strict=True)}
        for one in found.applied
    }
    return discounts, shares, found.minimised, found.proved


def small_case(seed: int) -> Case:
    return random_case(Random(f"engine {seed}"))


def middle_case(seed: int, lines: int = 20, promotions: int = 70) -> Case:
    """A part of a large basket: more than is tried as a whole, and quickly priced."""
    every, offers, context = large_case(Random(f"engine {seed}"))
    return every[:lines], offers[:promotions], context


@pytest.fixture(params=["whole", "in parts"])
def _way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Small baskets tried as a whole, and priced the way of large ones."""
    if request.param == "in parts":
        monkeypatch.setattr(engine_module, "MOST_UNITS", -1)


@pytest.mark.usefixtures("_way")
def test_the_order_of_lines_and_promotions_changes_nothing() -> None:
    rng = Random("order")
    for seed in range(150):
        lines, promotions, context = small_case(seed)
        first = figures(lines, PromotionEngine(promotions).optimise(lines, context))
        for _ in range(2):
            other = rng.sample(lines, len(lines))
            engine = PromotionEngine(rng.sample(promotions, len(promotions)))
            assert figures(other, engine.optimise(other, context)) == first


@given(st.integers(0, 5), st.randoms(use_true_random=False))
def test_the_order_of_a_larger_basket_changes_nothing(seed: int, rng: Random) -> None:
    lines, promotions, context = middle_case(seed, lines=12, promotions=50)
    first = figures(lines, PromotionEngine(promotions).optimise(lines, context))
    other, offers = list(lines), list(promotions)
    rng.shuffle(other)
    rng.shuffle(offers)
    assert figures(other, PromotionEngine(offers).optimise(other, context)) == first


@pytest.mark.usefixtures("_way")
def test_another_promotion_never_raises_the_minimised_sum() -> None:
    compared = 0
    for seed in range(200):
        lines, promotions, context = small_case(seed)
        found = [
            PromotionEngine(promotions[:n]).optimise(lines, context)
            for n in range(len(promotions) + 1)
        ]
        sums = [one.minimised for one in found if one.proved]
        assert sums == sorted(sums, reverse=True)
        compared += len(sums) - 1
    assert compared > 350


def changed(rng: Random, lines: list[PricingLine], shelves: Sequence[PricingLine]) -> None:
    """Scan, void or count something anew; in place."""
    roll = rng.random()
    here = {line.line_id for line in lines}
    elsewhere = [line for line in shelves if line.line_id not in here]
    if elsewhere and (roll < 0.5 or not lines):
        lines.insert(rng.randint(0, len(lines)), rng.choice(elsewhere))
    elif roll < 0.75:
        lines.pop(rng.randrange(len(lines)))
    else:
        at = rng.randrange(len(lines))
        lines[at] = replace(lines[at], quantity=rng.randint(1, 5))


@pytest.mark.usefixtures("_way")
def test_a_basket_priced_after_each_change_is_priced_as_if_it_were_new() -> None:
    for seed in range(40):
        shelves, promotions, context = small_case(seed)
        rng, lines = Random(seed), list[PricingLine]()
        engine = PromotionEngine(promotions)
        for _ in range(8):
            changed(rng, lines, shelves)
            fresh = PromotionEngine(promotions)
            assert engine.optimise(lines, context) == fresh.optimise(lines, context)


@pytest.mark.parametrize("seed", range(4))
def test_a_larger_basket_priced_after_each_change_is_priced_as_if_it_were_new(seed: int) -> None:
    shelves, promotions, context = middle_case(seed, lines=40, promotions=100)
    rng, lines = Random(seed), list(shelves[:15])
    engine = PromotionEngine(promotions)
    for _ in range(10):
        changed(rng, lines, shelves)
        assert engine.optimise(lines, context) == PromotionEngine(promotions).optimise(
            lines, context
        )


def test_the_bound_of_a_larger_basket_holds_and_is_reached_when_proved() -> None:
    for seed in range(5):
        lines, promotions, context = middle_case(seed)
        found = PromotionEngine(promotions).optimise(lines, context)
        assert found.bound <= found.minimised
        assert found.proved == (found.bound == found.minimised)
        assert found.minimised <= 10_000 * sum(line.gross for line in lines)
        assert all(0 <= n <= line.gross for n, line in zip(found.discounts, lines, strict=True))


def test_what_is_forgotten_is_found_again() -> None:
    lines, promotions, context = middle_case(1)
    engine = PromotionEngine(promotions)
    first = engine.optimise(lines, context)
    engine.forget()
    assert engine.optimise(lines, context) == first


def test_the_answer_follows_the_order_in_which_lines_were_given() -> None:
    first, second = shelf((100, 2), (200, 3))
    promotions = [
        Promotion("q", Percent(1000), scope=only("b"), max_applications=2),
        Promotion("p", BasketAmount(BasketTerms(), 76)),
    ]
    found = PromotionEngine(promotions).optimise([second, first], NOON)
    assert found == Optimum(
        discounts=(96, 20),
        applied=(
            Applied("p", 76, (56, 20), 1, (0, 0)),
            Applied("q", 40, (40, 0), 2, (2, 0)),
        ),
        minimised=684 * 10_000,
        bound=684 * 10_000,
        proved=True,
    )
    assert found.consumed == (2, 0)


@pytest.mark.usefixtures("_way")
def test_an_empty_basket_has_an_empty_answer() -> None:
    found = PromotionEngine([Promotion("p", Percent(1000))]).optimise([], NOON)
    assert found == Optimum((), (), 0, 0, proved=True)
    assert found.consumed == ()


HAPPY_HOUR = Promotion(
    "h", Percent(5000), conditions=Conditions(valid_to=NOON.at + timedelta(hours=1))
)
MEMBERS = Promotion("m", Percent(2000), conditions=Conditions(tiers=frozenset({"gold"})))
ALWAYS = Promotion("a", AmountOff(10))
TICKETS = Promotion("t", Draw(100))


def test_promotions_hold_or_say_why_not() -> None:
    engine = PromotionEngine([TICKETS, MEMBERS, HAPPY_HOUR, ALWAYS])
    assert engine.inactive(NOON) == {"m": "no_customer"}
    assert engine.active(NOON) == (ALWAYS, HAPPY_HOUR, TICKETS)
    later = replace(NOON, at=NOON.at + timedelta(hours=2), customer=Customer("c", tier="gold"))
    assert engine.inactive(later) == {"h": "expired"}
    assert engine.active(later) == (ALWAYS, MEMBERS, TICKETS)
    engine.inactive(later).clear()
    assert engine.inactive(later) == {"h": "expired"}


@pytest.mark.usefixtures("_way")
def test_other_circumstances_are_looked_at_anew() -> None:
    engine = PromotionEngine([TICKETS, MEMBERS, HAPPY_HOUR, ALWAYS])
    lines = shelf((100, 1))

    def off(context: SaleContext) -> tuple[int, ...]:
        return engine.optimise(lines, context).discounts

    assert off(NOON) == (50,)
    later = replace(NOON, at=NOON.at + timedelta(hours=2))
    assert off(later) == (10,)
    assert off(replace(later, customer=Customer("c", tier="gold"))) == (20,)
    assert off(NOON) == (50,)


@pytest.mark.usefixtures("_way")
def test_what_a_customer_used_before_is_no_part_of_what_is_remembered() -> None:
    limited = Promotion("p", NFor(2, 100), conditions=Conditions(customer_limit=3))
    engine = PromotionEngine([limited])
    lines = shelf((100, 8))

    def applications(used: int) -> int:
        context = replace(NOON, customer=Customer("c", used={"p": used}))
        return sum(one.applications for one in engine.optimise(lines, context).applied)

    assert [applications(used) for used in (0, 2, 1, 0)] == [3, 1, 2, 3]
