"""What is missing to an offer, beside an optimum that is given."""

from __future__ import annotations

from typing import Any

import pytest

from retail.promotions.hints import Hint, hints
from retail.promotions.results import Applied, Optimum
from retail.promotions.rules import (
    BasketAmount,
    BasketPercent,
    BasketTerms,
    CheapestFree,
    NFor,
    Percent,
    PricingLine,
    Promotion,
    Selector,
    ThresholdBase,
)

L1 = PricingLine("L1", "1", 1999, 1, category="shoes", tags=frozenset({"new"}))
L2 = PricingLine("L2", "2", 700, 2, category="socks")
FIXED = PricingLine("L3", "3", 500, 1, category="books", no_discount=True)


def optimum(width: int, *applied: Applied) -> Optimum:
    discounts = tuple(sum(one.shares[i] for one in applied) for i in range(width))
    return Optimum(discounts, applied, 0, 0, proved=True)


def applied(
    promo_id: str, shares: tuple[int, ...], consumed: tuple[int, ...] | None = None
) -> Applied:
    return Applied(promo_id, sum(shares), shares, 1, consumed or (0,) * len(shares))


SOCKS = Selector(categories=frozenset({"socks"}))


@pytest.mark.parametrize(
    ("mechanic", "scope", "expected"),
    [
        (NFor(3, 1000), SOCKS, (Hint("p", missing_qty=1),)),
        (CheapestFree(5, 1), SOCKS, (Hint("p", missing_qty=3),)),
        (NFor(2, 1000), SOCKS, ()),
        (NFor(3, 1000), Selector(categories=frozenset({"hats"})), ()),
        (NFor(3, 1000), Selector(categories=frozenset({"books"})), ()),
        (NFor(4, 1000), None, (Hint("p", missing_qty=1),)),
        (NFor(2, 1000), Selector(frozenset({"1", "9"})), (Hint("p", missing_qty=1),)),
        (
            NFor(4, 1),
            Selector(frozenset({"1"}), frozenset({"socks"}), frozenset({"new"})),
            (Hint("p", missing_qty=1),),
        ),
        (Percent(1000), None, ()),
        (BasketAmount(BasketTerms(min_spend=3400), 100), None, (Hint("p", missing_amount=1),)),
        (BasketPercent(BasketTerms(min_spend=3399), 100), None, ()),
        (BasketPercent(BasketTerms(), 100), None, ()),
        (BasketAmount(BasketTerms(min_spend=9), 1), Selector(tags=frozenset({"old"})), ()),
        (BasketAmount(BasketTerms(min_spend=1500), 1), SOCKS, (Hint("p", missing_amount=100),)),
    ],
)
def test_what_is_missing_to_an_offer(
    mechanic: Any, scope: Selector | None, expected: tuple[Hint, ...]
) -> None:
    promotion = Promotion("p", mechanic, scope=scope)
    assert hints([promotion], (L1, L2, FIXED), optimum(3)) == expected


def test_units_that_another_offer_took_are_taken() -> None:
    used = optimum(2, applied("n", (0, 300), (0, 1)))
    promotion = Promotion("p", CheapestFree(3, 1), scope=SOCKS)
    assert hints([promotion], (L1, L2), used) == (Hint("p", missing_qty=2),)
    all_used = optimum(2, applied("n", (0, 300), (0, 2)))
    assert hints([promotion], (L1, L2), all_used) == ()


def test_an_exclusion_holds_for_hints_too() -> None:
    promotion = Promotion("p", NFor(3, 1), exclude=SOCKS)
    assert hints([promotion], (L1, L2), optimum(2)) == (Hint("p", missing_qty=2),)


@pytest.mark.parametrize(
    ("base", "missing"),
    [(ThresholdBase.GROSS, 1), (ThresholdBase.NET, 101), (ThresholdBase.RUNNING, 111)],
)
def test_a_threshold_counts_its_own_amounts(base: ThresholdBase, missing: int) -> None:
    basket = [
        Promotion("a", BasketAmount(BasketTerms(priority=50), 10)),
        Promotion("p", BasketAmount(BasketTerms(min_spend=3400, base=base), 10)),
        Promotion("z", BasketAmount(BasketTerms(), 10)),
    ]
    shares = [applied("a", (10, 0)), applied("i", (50, 50), (1, 1)), applied("z", (0, 10))]
    assert hints(basket, (L1, L2), optimum(2, *shares)) == (Hint("p", missing_amount=missing),)


def test_hints_come_by_promotion_id() -> None:
    basket = Promotion("a", BasketAmount(BasketTerms(min_spend=9999), 1))
    sets = Promotion("b", NFor(9, 1))
    assert [hint.promo_id for hint in hints([sets, basket], (L1,), optimum(1))] == ["a", "b"]
