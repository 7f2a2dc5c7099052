"""Invoices without tax that agree with their receipts to the cent."""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from retail.contract.sales import GoodsBack, PaidTender, SaleClosed, SoldLine, SoldPart, TaxRow
from retail.customers import Personal
from retail.errors import RetailError
from retail.invoices import InvoiceNumber, InvoiceRate, check_buyer, figures, sold_lines
from retail.pricing import price
from retail.tax import TaxRounding, TaxRules
from tests.unit.retail.strategies import RATES, baskets

STAFF = UUID(int=7)
BUYER = Personal(
    name="Ann", company="Ann BV", tax_number="nl 0012.34567-B01", street="Quay 1", city="Utrecht"
)


def line(n: int, net: int, tax: dict[str, int], *, qty: int = 1000, off: int = 0) -> SoldLine:
    gross = net + off
    return SoldLine(
        n=n, sku=f"P{n}", name=f"Article {n}", qty=qty, price=gross * 1000 // qty, gross=gross,
        net=net, parts=(SoldPart(f"P{n}", qty),), tax=tax, discount=off,
    )  # fmt: skip


def sale(*lines: SoldLine, included: bool = True) -> SaleClosed:
    net = sum(one.net for one in lines)
    on_top = 0 if included else sum(sum(one.tax.values()) for one in lines)
    return SaleClosed(
        number="S1-1-AA-00000001", till=1, currency="EUR", staff=STAFF, total=net + on_top,
        lines=lines, tenders=(PaidTender(kind="cash", amount=net, given=net),),
        tax=(TaxRow("A", 210_000, 0, 0), TaxRow("B", 90_000, 0, 0)), started_us=0,
        tax_included=included,
    )  # fmt: skip


def test_a_line_tells_its_price_without_tax_and_what_was_taken_off() -> None:
    fact = sale(line(1, 1089, {"A": 189}, off=121))
    found = figures(fact, fact.lines)
    (one,) = found.lines
    assert (one.unit_fine, one.gross, one.discount, one.net, one.ppm) == (
        100_000, 1000, 100, 900, 210_000,
    )  # fmt: skip
    assert found.rates == (InvoiceRate("A", 210_000, 900, 189),)
    assert (found.net, found.tax, found.total) == (900, 189, 1089)


def test_taxes_on_top_leave_prices_as_they_are() -> None:
    fact = sale(line(1, 1000, {"A": 210}, off=100), included=False)
    (one,) = (found := figures(fact, fact.lines)).lines
    assert (one.gross, one.discount, one.net) == (1100, 100, 1000)
    assert found.total == fact.total == 1210


def test_each_rate_has_its_row_and_what_is_not_taxed_one_without_a_code() -> None:
    fact = sale(line(1, 121, {"A": 21}), line(2, 109, {"B": 9}), line(3, 2500, {}))
    found = figures(fact, fact.lines)
    assert [(row.code, row.ppm, row.net, row.tax) for row in found.rates] == [
        ("", 0, 2500, 0),
        ("A", 210_000, 100, 21),
        ("B", 90_000, 100, 9),
    ]
    assert [one.ppm for one in found.lines] == [210_000, 90_000, None]
    assert found.total == fact.total


def test_what_came_back_in_the_same_ticket_is_no_part_of_its_invoice() -> None:
    back = structs.replace(
        line(2, -121, {"A": -21}, qty=-1000), back=GoodsBack("shelf", "unwanted", STAFF)
    )
    fact = sale(line(1, 242, {"A": 42}), back)
    assert [one.n for one in sold_lines(fact)] == [1]
    credited = figures(fact, (back,))
    assert (credited.net, credited.tax, credited.total) == (-100, -21, -121)
    with pytest.raises(RetailError) as told:
        sold_lines(sale(back))
    assert told.value.code == "invoice.nothing"


@given(baskets(), st.booleans(), st.sampled_from(TaxRounding))
def test_an_invoice_of_all_lines_agrees_with_the_receipt(
    basket: object, included: bool, rounding: TaxRounding
) -> None:
    rules = TaxRules(inclusive=included, rates=RATES, rounding=rounding)
    priced = price(basket, rules)  # type: ignore[arg-type]
    lines = tuple(
        SoldLine(
            n=n, sku="P", name="P", qty=one.line.quantity, price=one.line.unit_price_minor,
            gross=one.gross_minor, net=one.net_minor, parts=(), tax=dict(one.taxes),
            discount=one.discount_minor,
        )
        for n, one in enumerate(priced.lines, 1)
    )  # fmt: skip
    tax = tuple(TaxRow(row.code, row.ppm, row.net_minor, row.tax_minor) for row in priced.tax)
    fact = SaleClosed(
        number="x", till=1, currency="EUR", staff=STAFF, total=priced.total_minor, lines=lines,
        tenders=(), tax=tax, started_us=0, tax_included=included,
    )  # fmt: skip
    found = figures(fact, lines)
    assert found.total == priced.total_minor
    assert found.tax == priced.tax_minor
    single = {row.code: (row.net, row.tax) for row in found.rates if row.code}
    assert single == {row.code: (row.net_minor, row.tax_minor) for row in priced.tax}


def test_a_number_tells_store_till_series_and_place() -> None:
    assert str(InvoiceNumber("S1", 1, "A7", 12)) == "S1-1-A7-I000012"


def test_the_buyer_is_tidied_and_a_company_is_name_enough() -> None:
    clean = check_buyer(BUYER)
    assert clean.tax_number == "NL001234567B01"
    assert check_buyer(Personal(
        name=" ", company="Ann BV", tax_number="DE123456789", street="Quay 1", city="Utrecht"
    )).name == "Ann BV"  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"name": "", "company": " "}, "customer.company"),
        ({"tax_number": ""}, "customer.tax_number"),
        ({"tax_number": "ABCDEF"}, "customer.tax_number"),
        ({"street": " "}, "customer.street"),
        ({"city": ""}, "customer.city"),
        ({"company": "x" * 121}, "customer.long"),
    ],
)
def test_what_the_law_wants_and_is_missing_is_named(changes: dict[str, str], refusal: str) -> None:
    with pytest.raises(RetailError) as told:
        check_buyer(structs.replace(BUYER, **changes))
    assert told.value.code == refusal
