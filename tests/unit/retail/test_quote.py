"""Everything that follows from an optimum; the optimum itself is given here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retail.loyalty import PointsRules, Wish
from retail.money import CashRounding
from retail.promotions.engine import PromotionEngine
from retail.promotions.hints import Hint
from retail.promotions.results import Applied, Optimum
from retail.promotions.rules import (
    AmountOff,
    BasketAmount,
    BasketTerms,
    Conditions,
    Coupon,
    Customer,
    Draw,
    NFor,
    Percent,
    PointsMultiplier,
    PricingLine,
    Promotion,
    SaleContext,
    Selector,
)
from retail.quote import CashRule, Payment, Quote, QuoteRequest, quote
from retail.tax import TaxRounding, TaxRules, TaxSum

RATES = {"A": 210_000, "B": 60_000, "Z": 0}
EUROPE = TaxRules(inclusive=True, rates=RATES)
AMERICA = TaxRules(inclusive=False, rates=RATES)
POINTS = PointsRules(100, 1, 100, 50)
NOON = datetime.fromisoformat("2026-03-12T12:00:00")
MEMBER = Customer("C1", points=1200)
CONTEXT = SaleContext(NOON, "S1", customer=MEMBER)
STRANGER = replace(CONTEXT, customer=None)
L1 = PricingLine("L1", "1", 1999, 1, category="shoes", tags=frozenset({"new"}), taxes=("A",))
L2 = PricingLine("L2", "2", 700, 2, category="socks", taxes=("B",))
FIXED = PricingLine("L3", "3", 500, 1, category="books", taxes=("A", "B"), no_discount=True)


class Given(PromotionEngine):
    """An engine whose optimum is known beforehand."""

    def __init__(self, *promotions: Promotion, applied: Sequence[Applied] = ()) -> None:
        super().__init__(promotions)
        self._applied = tuple(applied)

    def optimise(
        self,
        lines: Sequence[PricingLine],
        context: SaleContext,  # noqa: ARG002  # the interface's
    ) -> Optimum:
        return optimum(len(lines), *self._applied)

    def active(self, context: SaleContext) -> tuple[Promotion, ...]:  # noqa: ARG002
        return self.promotions


def optimum(width: int, *applied: Applied) -> Optimum:
    discounts = tuple(sum(one.shares[i] for one in applied) for i in range(width))
    return Optimum(discounts, applied, 0, 0, proved=True)


def applied(
    promo_id: str, shares: tuple[int, ...], consumed: tuple[int, ...] | None = None
) -> Applied:
    return Applied(promo_id, sum(shares), shares, 1, consumed or (0,) * len(shares))


def request(*lines: PricingLine, **changes: Any) -> QuoteRequest:
    return replace(QuoteRequest(lines, CONTEXT, EUROPE, points=POINTS), **changes)


def tax_of(priced: Quote) -> dict[str, int]:
    return {row.code: row.tax_minor for row in priced.tax}


def test_a_basket_without_promotions() -> None:
    priced = quote(request(L1, L2), Given())
    assert priced.gross == priced.nets == (1999, 1400)
    assert priced.discounts == (0, 0)
    assert priced.tax == (
        TaxSum("A", 210_000, 1652, 347, 1999),
        TaxSum("B", 60_000, 1321, 79, 1400),
    )
    assert priced.line_taxes == ((("A", 347),), (("B", 79),))
    assert priced.payable == priced.due_after_noncash == priced.cash_due == 3399
    assert (priced.total_discount, priced.rounding_delta, priced.paid_in_points) == (0, 0, 0)
    assert priced.points_earned == 33
    assert priced.redemption is None
    assert (priced.hints, priced.coupons_consumed, priced.rewards) == ((), (), ())


def test_an_empty_basket_costs_nothing() -> None:
    priced = quote(request(wish=Wish(500, as_tender=True)), Given())
    assert (priced.payable, priced.tax, priced.points_earned) == (0, (), 0)
    assert priced.redemption is not None
    assert priced.redemption.points == 0


def test_what_promotions_take_is_not_paid() -> None:
    engine = Given(
        Promotion("i", Percent(1000), conditions=Conditions(coupon=Coupon("SAVE"))),
        Promotion("b", BasketAmount(BasketTerms(), 100)),
        Promotion("c", AmountOff(1), conditions=Conditions(coupon=Coupon("KEPT"))),
        applied=[applied("b", (60, 40)), applied("i", (200, 0))],
    )
    priced = quote(request(L1, L2), engine)
    assert priced.discounts == (260, 40)
    assert priced.nets == (1739, 1360)
    assert priced.payable == 3099
    assert priced.points_earned == 30
    assert priced.coupons_consumed == ("SAVE",)


def test_tax_on_top_counts_to_the_payable_sum() -> None:
    priced = quote(request(L1, L2, tax=AMERICA), Given())
    assert tax_of(priced) == {"A": 420, "B": 84}
    assert priced.payable == 3399 + 504


def test_an_exempt_customer_pays_no_tax_on_top_but_shelf_prices_hold() -> None:
    exempt = replace(CONTEXT, customer=replace(MEMBER, tax_exempt=True))
    on_top = quote(request(L1, L2, tax=AMERICA, context=exempt), Given())
    assert (on_top.tax, on_top.line_taxes, on_top.payable) == ((), ((), ()), 3399)
    within = quote(request(L1, L2, context=exempt), Given())
    assert within == quote(request(L1, L2), Given())


def test_a_manufacturers_coupon_may_stay_taxable() -> None:
    engine = Given(
        Promotion("m", AmountOff(1000), manufacturer_funded=True),
        Promotion("s", AmountOff(100)),
        applied=[applied("m", (1000, 0)), applied("s", (0, 100))],
    )
    rules = replace(AMERICA, manufacturer_coupon_taxable=True)
    assert tax_of(quote(request(L1, L2, tax=rules), engine)) == {"A": 420, "B": 78}
    assert tax_of(quote(request(L1, L2, tax=AMERICA), engine)) == {"A": 210, "B": 78}


def test_cheap_goods_keep_no_code_and_manufacturers_count() -> None:
    engine = Given(
        Promotion("m", AmountOff(1000), manufacturer_funded=True),
        applied=[applied("m", (1000, 0))],
    )
    rules = replace(AMERICA, exempt_below_unit={"A": 1500, "B": 800})
    priced = quote(request(L1, L2, tax=rules), engine)
    assert tax_of(priced) == {}
    assert [line.codes for line in priced.taxable] == [(), ()]
    taxable = replace(rules, manufacturer_coupon_taxable=True)
    assert tax_of(quote(request(L1, L2, tax=taxable), engine)) == {"A": 420}


def test_a_combined_key_follows_the_first_line_in_canonical_order() -> None:
    rules = replace(AMERICA, combine=True)
    late = replace(FIXED, line_id="L9", article="9", taxes=("B", "A"))
    for lines in ((late, FIXED), (FIXED, late)):
        assert tax_of(quote(request(*lines, tax=rules), Given())) == {"A+B": 270}


def test_tax_per_line_goes_to_the_line_earlier_in_canonical_order() -> None:
    first = replace(L1, unit_price=99)
    second = replace(first, line_id="L0", article="2")
    third = replace(first, line_id="L9", article="3")
    priced = quote(request(third, second, first), Given())
    assert priced.line_taxes == ((("A", 17),), (("A", 17),), (("A", 18),))


def test_points_as_a_discount_lower_tax_and_earn_nothing() -> None:
    priced = quote(request(L1, replace(L2, quantity=1), wish=Wish(1000)), Given())
    assert priced.redemption is not None
    assert (priced.redemption.points, priced.redemption.value) == (1000, 500)
    assert priced.redemption.shares == priced.discounts == (370, 130)
    assert tax_of(priced) == {"A": 283, "B": 32}
    assert (priced.payable, priced.points_earned, priced.paid_in_points) == (2199, 21, 0)


def test_goods_at_fixed_prices_are_not_paid_with_a_discount() -> None:
    priced = quote(request(FIXED, replace(L2, quantity=1), wish=Wish(1200)), Given())
    assert priced.discounts == (0, 600)
    only_fixed = quote(request(FIXED, wish=Wish(1200)), Given())
    assert only_fixed.discounts == (0,)
    assert only_fixed.redemption is not None
    assert only_fixed.redemption.points == 0


def test_points_as_a_tender_lower_only_what_is_due() -> None:
    wish = Wish(1000, as_tender=True)
    engine = Given(Promotion("d", Draw(1000)), Promotion("m", PointsMultiplier(200)))
    priced = quote(request(FIXED, L1, wish=wish, tax=AMERICA), engine)
    assert priced.discounts == (0, 0)
    assert priced.payable == 2499 + 525 + 30
    assert priced.paid_in_points == 500
    assert priced.due_after_noncash == priced.payable - 500
    assert priced.earning == (400, 1599)
    assert priced.points_earned == 39
    assert priced.draw_tickets == 2
    assert [one.promo_id for one in priced.rewards] == ["d", "m"]


def test_a_tender_of_points_may_pay_the_tax_too() -> None:
    rich = replace(CONTEXT, customer=replace(MEMBER, points=10_000))
    cheap = replace(L1, unit_price=100)
    wish = Wish(10_000, as_tender=True)
    rules = replace(AMERICA, rates=RATES | {"A": 500_000})
    priced = quote(request(cheap, wish=wish, context=rich, tax=rules), Given())
    assert (priced.payable, priced.paid_in_points, priced.due_after_noncash) == (150, 150, 0)
    assert priced.points_earned == 0


@pytest.mark.parametrize("as_tender", [True, False])
def test_a_stranger_has_no_points(*, as_tender: bool) -> None:
    priced = quote(request(L1, context=STRANGER, wish=Wish(1000, as_tender)), Given())
    assert priced.redemption is not None
    assert (priced.redemption.points, priced.redemption.value) == (0, 0)
    assert (priced.points_earned, priced.payable) == (0, 1999)


@pytest.mark.parametrize("as_tender", [True, False])
def test_a_store_without_points_redeems_none(*, as_tender: bool) -> None:
    priced = quote(request(L1, points=None, wish=Wish(1000, as_tender)), Given())
    assert priced.redemption is None
    assert (priced.points_earned, priced.payable) == (0, 1999)


CASH = Payment("cash")


@pytest.mark.parametrize(
    ("payments", "rule", "due", "cash_due"),
    [
        ((CASH,), CashRule(), 1999, 1999),
        ((CASH,), CashRule(5), 1999, 2000),
        ((CASH,), CashRule(5, CashRounding.DOWN), 1999, 1995),
        ((replace(CASH, amount=5000),), CashRule(5), 1999, 2000),
        ((Payment("card", 1997), CASH), CashRule(5), 2, 0),
        ((Payment("card", 2001), CASH), CashRule(5, CashRounding.UP), -2, -5),
        ((Payment("card", 1000), Payment("voucher", 1999)), CashRule(5), -1000, -1000),
    ],
)
def test_cash_settles_what_other_tenders_leave(
    payments: tuple[Payment, ...], rule: CashRule, due: int, cash_due: int
) -> None:
    priced = quote(request(L1, payments=payments, cash=rule), Given())
    assert (priced.due_after_noncash, priced.cash_due) == (due, cash_due)
    assert priced.rounding_delta == cash_due - due


def test_hints_come_on_request() -> None:
    promotion = Promotion("p", NFor(2, 1000), scope=Selector(frozenset({"1"})))
    assert quote(request(L1), Given(promotion)).hints == ()
    priced = quote(request(L1, want_hints=True), Given(promotion))
    assert priced.hints == (Hint("p", missing_qty=1),)


lines_given = st.lists(
    st.builds(
        PricingLine,
        line_id=st.uuids().map(str),
        article=st.sampled_from(["1", "2", "3"]),
        unit_price=st.integers(0, 5000),
        quantity=st.integers(1, 5),
        taxes=st.sampled_from([(), ("A",), ("B", "A"), ("A", "B"), ("Z",)]),
        no_discount=st.booleans(),
        no_points=st.booleans(),
    ),
    max_size=6,
    unique_by=lambda line: line.line_id,
).map(tuple)
tax_rules = st.builds(
    TaxRules,
    inclusive=st.booleans(),
    rates=st.just(RATES),
    rounding=st.sampled_from(TaxRounding),
    combine=st.booleans(),
    exempt_below_unit=st.sampled_from([{}, {"A": 1000}]),
)
wishes = st.none() | st.builds(Wish, st.integers(0, 2000), st.booleans())


@given(lines_given, tax_rules, wishes, st.randoms(use_true_random=False))
def test_the_order_of_scanning_changes_nothing_but_the_listing(
    lines: tuple[PricingLine, ...], rules: TaxRules, wish: Wish | None, random: Any
) -> None:
    shuffled = random.sample(lines, len(lines))
    one = quote(request(*lines, tax=rules, wish=wish), Given())
    other = quote(request(*shuffled, tax=rules, wish=wish), Given())
    assert (one.tax, one.payable, one.points_earned) == (
        other.tax,
        other.payable,
        other.points_earned,
    )
    by_line = {
        line.line_id: figures
        for line, *figures in zip(
            lines, one.nets, one.line_taxes, one.earning, one.taxable, strict=True
        )
    }
    for line, *figures in zip(
        shuffled, other.nets, other.line_taxes, other.earning, other.taxable, strict=True
    ):
        assert by_line[line.line_id] == figures


@given(lines_given, tax_rules, wishes)
def test_every_figure_adds_up(
    lines: tuple[PricingLine, ...], rules: TaxRules, wish: Wish | None
) -> None:
    priced = quote(request(*lines, tax=rules, wish=wish), Given())
    tax = sum(row.tax_minor for row in priced.tax)
    assert priced.payable == sum(priced.nets) + (0 if rules.inclusive else tax)
    assert all(net >= 0 for net in priced.nets)
    assert all(amount >= 0 for amount in priced.earning)
    assert sum(own for taxes in priced.line_taxes for _, own in taxes) == tax
    assert priced.due_after_noncash == priced.payable - priced.paid_in_points >= 0
    if priced.redemption is not None and not priced.redemption.as_tender:
        assert priced.total_discount == priced.redemption.value
