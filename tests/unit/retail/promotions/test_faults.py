"""What once went wrong in the solver, each as short as it can be told."""

from __future__ import annotations

from dataclasses import replace
from itertools import count

import pytest

from retail.promotions import engine
from retail.promotions.engine import PromotionEngine
from retail.promotions.item_lane.models import choose, quantity_tiers, sequences, sets, units
from retail.promotions.results import Optimum
from retail.promotions.rules import (
    EXACT,
    AmountOff,
    BasketPercent,
    BasketTerms,
    Bundle,
    BuyGet,
    CheapestFree,
    Conditions,
    Coupon,
    FixedPrice,
    ItemMechanic,
    NFor,
    Percent,
    PricingLine,
    Promotion,
    QuantityTier,
    Slot,
    TierQuantity,
)
from tests.support.pricing_agreement import bounded_difference, small_difference
from tests.unit.retail.promotions.boards import NOON, only, shelf


@pytest.fixture
def _in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "MOST_UNITS", -1)


def priced(lines: tuple[PricingLine, ...], *promotions: Promotion) -> Optimum:
    return PromotionEngine(promotions).optimise(lines, NOON)


def test_an_amount_off_a_set_is_never_more_than_the_set_is_worth() -> None:
    lines = shelf(*((100, 2),) * 14)
    slots = (Slot(None, 1), Slot(only("abcdefgh"), 1))
    found = priced(lines, Promotion("p", Bundle(slots, amount=250)))
    assert found.minimised == 0
    assert all(off <= line.gross for off, line in zip(found.discounts, lines, strict=True))


def test_a_set_that_gains_nothing_is_not_applied_beside_others() -> None:
    found = priced(shelf((400, 1), *((600, 1),) * 25), Promotion("p", NFor(2, 1000)))
    (applied,) = found.applied
    assert applied.applications == 12
    assert (found.discounts[0], applied.consumed[0]) == (0, 0)


def test_a_reward_that_gains_nothing_alone_is_not_applied_beside_others() -> None:
    mechanic = BuyGet(None, 1, None, 1, equal_or_lesser=True, price=249)
    found = priced(shelf((199, 2), *((333, 2),) * 12), Promotion("p", mechanic))
    (applied,) = found.applied
    assert applied.applications == 12
    assert (found.discounts[0], applied.consumed[0]) == (0, 0)


def test_no_more_applications_are_told_than_are_allowed() -> None:
    mechanic = BuyGet(None, 1, None, 3, equal_or_lesser=True, price=50)
    lines = shelf(*((45, 2),) * 12, (100, 3))
    (applied,) = priced(lines, Promotion("p", mechanic, max_applications=1)).applied
    assert applied.applications == 1


def test_a_cap_is_limited_by_the_uses_that_any_promotion_of_its_code_allows() -> None:
    def coupon(uses: int | None) -> Conditions:
        return Conditions(coupon=Coupon("C", uses, per_application=True))

    promotions = (
        Promotion("p", Percent(5000), scope=only("a"), max_discount=60, conditions=coupon(None)),
        Promotion("q", AmountOff(80), scope=only("b"), conditions=coupon(4)),
    )
    context = replace(NOON, coupons=frozenset("C"))
    assert small_difference((shelf((100, 4), (90, 2)), promotions, context)) == ""


@pytest.mark.usefixtures("_in_parts")
def test_an_item_discount_may_be_worth_more_on_a_line_outside_the_basket_promotion() -> None:
    """75 is possible: 25 off b, and half of a. The engine proves 80."""
    promotions = (
        Promotion(
            "p",
            BuyGet(only("a"), 1, only("b"), 1, equal_or_lesser=False, bp=5000),
            reward_alloc=True,
        ),
        Promotion("q", Percent(2000)),
        Promotion("z", BasketPercent(BasketTerms(), bp=5000), scope=only("a")),
    )
    assert bounded_difference((shelf((100, 1), (50, 1)), promotions, NOON)) == ""


@pytest.mark.usefixtures("_in_parts")
def test_a_set_worth_less_than_its_amount_off_still_counts_in_the_bound(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(choose, "LISTED", -1)
    promotions = (
        Promotion("p", Bundle((Slot(only("b"), 1),), amount=66)),
        Promotion("z", BasketPercent(BasketTerms(min_spend=344), bp=5000)),
    )
    lines = shelf((50, 2), (50, 1), (99, 2))
    assert bounded_difference((lines, promotions, NOON)) == ""


def test_a_tier_at_its_cap_is_applied_in_a_basket_of_any_size() -> None:
    tenth = TierQuantity((QuantityTier(3, bp=1000),))
    found = priced(shelf(*((1000, 2),) * 13), Promotion("p", tenth, max_discount=2000))
    assert found.minimised == (26_000 - 2000) * EXACT


def test_a_limited_promotion_at_its_cap_is_applied_in_a_basket_of_any_size() -> None:
    reduced = Promotion("p", FixedPrice(1663), scope=only("a"), max_discount=1000, max_units=3)
    found = priced(shelf((2300, 4), (100, 21)), reduced)
    assert found.minimised == (9200 + 2100 - 1000) * EXACT


def counted(monkeypatch: pytest.MonkeyPatch, owner: object, name: str) -> None:
    """Fail, instead of going on for hours, when something is asked for too often."""
    original, calls = getattr(owner, name), count(1)

    def limited(*args: object, **kwargs: object) -> object:
        assert next(calls) < 20_000
        return original(*args, **kwargs)

    monkeypatch.setattr(owner, name, limited)


@pytest.mark.parametrize(
    ("mechanic", "module"),
    [
        (CheapestFree(3, 1), sequences),
        (NFor(3, 2000), sets),
        (TierQuantity((QuantityTier(3, bp=2000),)), quantity_tiers),
    ],
    ids=["cheapest free", "n for", "tiers"],
)
def test_a_capped_set_beside_a_percentage_is_priced_in_good_time(
    monkeypatch: pytest.MonkeyPatch, mechanic: ItemMechanic, module: object
) -> None:
    counted(monkeypatch, module, "make_outcome")
    lines = shelf(*((1000 + 99 * at, 1) for at in range(25)))
    found = priced(lines, Promotion("p", mechanic, max_discount=300), Promotion("q", Percent(1000)))
    assert found.minimised <= EXACT * sum(line.gross for line in lines) * 9 // 10


def test_sets_worth_less_than_their_amount_off_are_passed_over_in_good_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    counted(monkeypatch, sets.SetModel, "_each_gains")
    priced(shelf(*((199, 1),) * 26), Promotion("p", Bundle((Slot(None, 1),), amount=249)))


def test_discounts_that_all_round_to_nothing_are_passed_over_in_good_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    counted(monkeypatch, units, "make_outcome")
    lines = shelf(*((4, 1),) * 26)
    assert priced(lines, Promotion("p", Percent(1000), max_units=13)).applied == ()
