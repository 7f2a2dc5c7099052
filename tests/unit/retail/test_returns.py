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
from retail.promotions.results import Applied, Optimum
from retail.promotions.rules import (
    AmountOff,
    Customer,
    PointsBonus,
    PointsMultiplier,
    PricingLine,
    Promotion,
    SaleContext,
    Selector,
)
from retail.quote import CashRule, QuoteRequest, quote
from retail.returns import (
    NOTHING,
    Refund,
    Returned,
    Sale,
    SoldLine,
    refund_as_paid,
    refund_by_new_price,
    sale_of,
)
from retail.tax import TaxRounding, TaxRules
from tests.unit.retail.strategies import Refusal

RATES = {"A": 210_000, "B": 60_000}
EUROPE = TaxRules(inclusive=True, rates=RATES)
AMERICA = TaxRules(inclusive=False, rates=RATES)
POINTS = PointsRules(100, 1, 100, 50)
NOON = datetime.fromisoformat("2026-03-12T12:00:00")
MEMBER = SaleContext(NOON, customer=Customer("C1", points=5000))


class Tenth(PromotionEngine):
    """A tenth off every line, paid by the manufacturer of ``m``; from 50.00 on 10.00 off."""

    def optimise(
        self,
        lines: Sequence[PricingLine],
        context: SaleContext,  # noqa: ARG002  # the interface's
    ) -> Optimum:
        tenth = tuple(0 if line.no_discount else line.gross // 10 for line in lines)
        applied = [Applied("m", sum(tenth), tenth, 1, (0,) * len(lines))]
        if sum(line.gross for line in lines) >= 5000:
            most = max(range(len(lines)), key=lambda i: lines[i].gross)
            off = tuple(
                min(500, line.gross // 2) if i == most else 0 for i, line in enumerate(lines)
            )
            applied.append(Applied("s", sum(off), off, 1, (0,) * len(lines)))
        discounts = tuple(map(sum, zip(*(one.shares for one in applied), strict=True)))
        return Optimum(discounts, tuple(applied), 0, 0, proved=True)

    def active(self, context: SaleContext) -> tuple[Promotion, ...]:  # noqa: ARG002
        return self.promotions


ENGINE = Tenth(
    [
        Promotion("m", AmountOff(1), manufacturer_funded=True),
        Promotion("s", AmountOff(1)),
        Promotion("t", PointsMultiplier(250), scope=Selector(frozenset({"1"}))),
        Promotion("u", PointsBonus(30, 2000)),
    ]
)
PLAIN = PromotionEngine([])


def line(name: str, price: int, quantity: int = 1, **more: Any) -> PricingLine:
    return PricingLine(name, name, price, quantity, **({"taxes": ("A",)} | more))


def request(*lines: PricingLine, **changes: Any) -> QuoteRequest:
    return replace(QuoteRequest(lines, MEMBER, EUROPE), **changes)


def sold(asked: QuoteRequest, engine: PromotionEngine = PLAIN) -> Sale:
    return sale_of(asked, quote(asked, engine))


def give_back(sale: Sale, *steps: dict[str, int], in_cash: bool = False) -> list[Refund]:
    earlier = NOTHING
    refunds = []
    for units in steps:
        refund, earlier = refund_as_paid(sale, earlier, units, in_cash=in_cash)
        refunds.append(refund)
    return refunds


def test_parts_of_a_line_add_up_to_what_was_paid() -> None:
    nfor = Sale((SoldLine(line("L1", 399, 3), 1000, ("A",)),), EUROPE, 1000)
    steps = give_back(nfor, {"L1": 1}, {"L1": 1}, {"L1": 1})
    assert [step.refund for step in steps] == [333, 334, 333]
    assert [step.tax for step in steps] == [{"A": 58}] * 3
    assert [step.lines for step in steps] == [{"L1": 333}, {"L1": 334}, {"L1": 333}]
    assert {step.cash_refund for step in steps} == {None}


def test_a_step_without_tax_names_no_code() -> None:
    sale = sold(request(line("L1", 500), line("L2", 500, taxes=("B",))))
    (step,) = give_back(sale, {"L2": 1})
    assert (step.tax, step.lines) == ({"B": 28}, {"L1": 0, "L2": 500})


def test_tax_on_top_comes_back_on_top() -> None:
    sale = sold(request(line("L1", 1000, 2), tax=AMERICA))
    (step,) = give_back(sale, {"L1": 1})
    assert (step.refund, step.lines, step.tax) == (1210, {"L1": 1000}, {"A": 210})


def test_an_exempt_customer_gets_no_tax_back() -> None:
    exempt = replace(MEMBER, customer=Customer("C1", tax_exempt=True))
    (step,) = give_back(sold(request(line("L1", 1000), tax=AMERICA, context=exempt)), {"L1": 1})
    assert (step.refund, step.tax) == (1000, {})


def test_what_was_taxed_stays_taxed_and_what_was_exempt_stays_exempt() -> None:
    rules = replace(AMERICA, exempt_below_unit={"A": 1000})
    sale = sold(request(line("L1", 1000, 3), line("L2", 999), tax=rules))
    steps = give_back(sale, {"L1": 1}, {"L2": 1}, {"L1": 2})
    assert [step.tax for step in steps] == [{"A": 210}, {}, {"A": 420}]


def test_a_combined_key_is_that_of_the_sale() -> None:
    rules = replace(AMERICA, combine=True)
    asked = request(line("L2", 100, taxes=("A", "B")), line("L1", 100, taxes=("B", "A")), tax=rules)
    (step,) = give_back(sold(asked), {"L2": 1})
    assert step.tax == {"B+A": 27}


def test_what_a_manufacturer_paid_is_taxed_but_not_refunded() -> None:
    rules = replace(AMERICA, manufacturer_coupon_taxable=True)
    sale = sold(request(line("L1", 1000, 3), tax=rules), ENGINE)
    steps = give_back(sale, {"L1": 1}, {"L1": 2})
    assert [step.tax for step in steps] == [{"A": 210}, {"A": 420}]
    assert [sum(step.lines.values()) for step in steps] == [900, 1800]


def test_points_as_a_tender_go_back_as_points() -> None:
    wish = Wish(1000, as_tender=True)
    sale = sold(request(line("L1", 1000, 2), points=POINTS, wish=wish))
    steps = give_back(sale, {"L1": 1}, {"L1": 1})
    assert sale.money == 1500
    assert [step.refund for step in steps] == [750, 750]
    assert [step.points_clawback for step in steps] == [8, 7]
    assert [step.points_recredit for step in steps] == [500, 500]


def test_points_as_a_discount_go_back_as_points() -> None:
    asked = request(line("L1", 1000, 2), line("L2", 500), points=POINTS, wish=Wish(1000))
    steps = give_back(sold(asked), {"L2": 1}, {"L1": 1}, {"L1": 1})
    assert [step.refund for step in steps] == [400, 800, 800]
    assert [step.points_recredit for step in steps] == [200, 400, 400]
    assert [step.points_clawback for step in steps] == [4, 8, 8]


def test_a_sale_without_a_customer_has_no_points_to_take_back() -> None:
    stranger = replace(MEMBER, customer=None)
    (step,) = give_back(sold(request(line("L1", 1000), points=POINTS, context=stranger)), {"L1": 1})
    assert (step.points_clawback, step.points_recredit) == (0, 0)


def test_coins_add_up_to_the_rounded_whole() -> None:
    cash = CashRule(5, CashRounding.UP)
    sale = sold(request(line("L1", 101), line("L2", 101), cash=cash))
    steps = give_back(sale, {"L1": 1}, {"L2": 1}, in_cash=True)
    assert [step.cash_refund for step in steps] == [105, 100]
    assert [step.refund for step in steps] == [101, 101]


def test_only_cash_steps_are_rounded_together() -> None:
    sale = sold(request(line("L1", 101), line("L2", 103), line("L3", 101), cash=CashRule(5)))
    first, earlier = refund_as_paid(sale, NOTHING, {"L1": 1}, in_cash=True)
    second, earlier = refund_as_paid(sale, earlier, {"L2": 1})
    third, earlier = refund_as_paid(sale, earlier, {"L3": 1}, in_cash=True)
    assert [first.cash_refund, second.cash_refund, third.cash_refund] == [100, None, 100]
    assert earlier == Returned({"L1": 1, "L2": 1, "L3": 1}, refunds=305, cash_refunds=202)


def new_price(
    asked: QuoteRequest, engine: PromotionEngine, *steps: dict[str, int], in_cash: bool = False
) -> list[Refund]:
    earlier = NOTHING
    refunds = []
    sale = sold(asked, engine)
    for units in steps:
        refund, earlier = refund_by_new_price(
            sale, earlier, units, (asked, engine), in_cash=in_cash
        )
        refunds.append(refund)
    return refunds


def test_the_kept_goods_lose_what_they_no_longer_deserve() -> None:
    asked = request(line("L1", 3000, 2), line("L2", 500))
    steps = new_price(asked, ENGINE, {"L1": 1}, {"L1": 1}, {"L2": 1})
    # 65.00 less a tenth less 5.00, then 35.00 and 5.00 less a tenth each.
    assert [step.kept_payable for step in steps] == [3150, 450, 0]
    assert [step.refund for step in steps] == [5350 - 3150, 3150 - 450, 450]
    assert all(step.tax == step.lines == {} for step in steps)


def test_nobody_pays_for_bringing_goods_back() -> None:
    asked = request(line("L1", 5000), line("L2", 10))
    (step,) = new_price(asked, ENGINE, {"L2": 1})
    assert step.refund == 9
    dear = replace(sold(asked, ENGINE), payable=4000)
    step, _ = refund_by_new_price(dear, NOTHING, {"L2": 1}, (asked, ENGINE))
    assert step.refund == 0


def test_a_new_price_follows_what_was_refunded_as_paid_and_not_the_reverse(
    refused: Refusal,
) -> None:
    asked = request(line("L1", 3000, 2), line("L2", 500))
    sale = sold(asked, ENGINE)
    first, earlier = refund_as_paid(sale, NOTHING, {"L2": 1})
    second, earlier = refund_by_new_price(sale, earlier, {"L1": 1}, (asked, ENGINE))
    assert (first.refund, second.refund) == (450, 5350 - 450 - 2700)
    assert earlier.repriced
    with refused("return.policy"):
        refund_as_paid(sale, earlier, {"L1": 1})


def test_a_weighed_line_comes_back_whole() -> None:
    asked = request(line("L1", 1290, 512, weighed=True), line("L2", 100))
    (step,) = new_price(asked, PLAIN, {"L1": 1})
    assert (step.kept_payable, step.refund) == (100, 660)
    (step,) = new_price(asked, PLAIN, {"L2": 1})
    assert (step.kept_payable, step.refund) == (660, 100)


@pytest.mark.parametrize("as_tender", [True, False])
def test_the_kept_goods_redeem_again_what_they_can(*, as_tender: bool) -> None:
    asked = request(line("L1", 400, 2), points=POINTS, wish=Wish(1500, as_tender))
    steps = new_price(asked, PLAIN, {"L1": 1}, {"L1": 1}, in_cash=True)
    assert [step.refund for step in steps] == [50, 0]
    assert [step.cash_refund for step in steps] == [50, 0]
    assert [step.points_recredit for step in steps] == [700, 800]
    assert sum(step.points_clawback for step in steps) == 0


def test_points_of_repriced_goods_are_taken_back() -> None:
    asked = request(line("L1", 1550, 2), line("L2", 999), points=POINTS)
    steps = new_price(asked, PLAIN, {"L1": 1}, {"L1": 1, "L2": 1})
    assert [step.points_clawback for step in steps] == [15, 25]


@pytest.mark.parametrize("units", [{"L1": 3}, {"L1": -1}])
def test_no_more_comes_back_than_went_out(units: dict[str, int], refused: Refusal) -> None:
    asked = request(line("L1", 100, 2))
    with refused("return.quantity"):
        refund_as_paid(sold(asked), NOTHING, units)
    with refused("return.quantity"):
        refund_by_new_price(sold(asked), NOTHING, units, (asked, PLAIN))
    _, earlier = refund_as_paid(sold(asked), NOTHING, {"L1": 2})
    with refused("return.quantity"):
        refund_as_paid(sold(asked), earlier, {"L1": 1})


def test_only_sold_goods_come_back(refused: Refusal) -> None:
    with refused("return.line"):
        refund_as_paid(sold(request(line("L1", 100))), NOTHING, {"L2": 1})


lines = st.lists(
    st.builds(
        PricingLine,
        line_id=st.uuids().map(str),
        article=st.sampled_from(["1", "2"]),
        unit_price=st.integers(0, 5000),
        quantity=st.integers(1, 4),
        weighed=st.booleans(),
        taxes=st.sampled_from([(), ("A",), ("B", "A"), ("A", "B")]),
        no_discount=st.booleans(),
        no_points=st.booleans(),
    ),
    min_size=1,
    max_size=5,
    unique_by=lambda one: one.line_id,
)
taxes = st.builds(
    TaxRules,
    inclusive=st.booleans(),
    rates=st.just(RATES),
    rounding=st.sampled_from(TaxRounding),
    combine=st.booleans(),
    exempt_below_unit=st.sampled_from([{}, {"A": 1000}]),
    manufacturer_coupon_taxable=st.booleans(),
)
sales = st.builds(
    QuoteRequest,
    lines=lines.map(tuple),
    context=st.sampled_from(
        [
            MEMBER,
            replace(MEMBER, customer=None),
            replace(MEMBER, customer=Customer("C", points=300)),
        ]
    ),
    tax=taxes,
    points=st.sampled_from([None, POINTS, PointsRules(30, 2, 7, 3)]),
    wish=st.none() | st.builds(Wish, st.integers(0, 3000), st.booleans()),
    cash=st.builds(CashRule, st.sampled_from([1, 5, 10, 100]), st.sampled_from(CashRounding)),
)


@st.composite
def splits(draw: st.DrawFn) -> tuple[QuoteRequest, list[dict[str, int]]]:
    """A sale and all its units in any order and any parts."""
    asked = draw(sales)
    units = draw(st.permutations([one.line_id for one in asked.lines for _ in range(one.units)]))
    steps: list[dict[str, int]] = [{}]
    for unit in units:
        if draw(st.booleans()):
            steps.append({})
        steps[-1][unit] = steps[-1].get(unit, 0) + 1
    return asked, steps


@given(splits())
def test_any_split_adds_up_to_the_whole(split: tuple[QuoteRequest, list[dict[str, int]]]) -> None:
    asked, steps = split
    priced = quote(asked, ENGINE)
    sale = sale_of(asked, priced)
    refunds = give_back(sale, *steps, in_cash=True)
    assert sum(refund.refund for refund in refunds) == priced.payable - priced.paid_in_points
    for one, net in zip(asked.lines, priced.nets, strict=True):
        assert sum(refund.lines[one.line_id] for refund in refunds) == net
    tax: dict[str, int] = {}
    for refund in refunds:
        for key, minor in refund.tax.items():
            tax[key] = tax.get(key, 0) + minor
    assert tax == {row.code: row.tax_minor for row in priced.tax if row.tax_minor}
    assert sum(refund.points_clawback for refund in refunds) == priced.points_earned
    redeemed = 0 if priced.redemption is None else priced.redemption.points
    assert sum(refund.points_recredit for refund in refunds) == redeemed
    rounded = asked.cash.rounded(priced.payable - priced.paid_in_points)
    assert sum(refund.cash_refund or 0 for refund in refunds) == rounded


@given(splits())
def test_no_step_takes_anything_from_the_customer(
    split: tuple[QuoteRequest, list[dict[str, int]]],
) -> None:
    asked, steps = split
    for refund in give_back(sold(asked, ENGINE), *steps):
        assert min(refund.lines.values()) >= 0
        assert refund.points_clawback >= 0
        assert refund.points_recredit >= 0


@given(splits())
def test_goods_priced_anew_never_give_back_more_than_was_paid(
    split: tuple[QuoteRequest, list[dict[str, int]]],
) -> None:
    asked, steps = split
    priced = quote(asked, ENGINE)
    refunds = new_price(asked, ENGINE, *steps)
    money = priced.payable - priced.paid_in_points
    assert sum(refund.refund for refund in refunds) == money
    assert sum(refund.points_clawback for refund in refunds) == priced.points_earned
    assert all(refund.refund >= 0 for refund in refunds)
