"""Invoices that tills issued, in a list and on the page of their sale."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from msgspec import structs
from sqlalchemy import Connection

from backoffice.cases import queries as cases
from backoffice.cases.queries import CaseDetail, CaseFilter
from backoffice.cases.service import CaseKind, settle_case
from backoffice.oms.invoices import invoices, of_sale
from backoffice.oms.service import record_sales
from backoffice.platform.events import InvoiceReported
from backoffice.wiring import Event, apply
from db.transaction import begin
from retail.contract.facts import InvoiceIssued
from retail.contract.sales import TaxRow
from retail.errors import RetailError
from tests.backoffice.conftest import Office
from tests.support.head_data import NOW, STAFF, TODAY, TillJournal, came_back, key, sold

NUMBER = "S1-1-AA-I000001"


def issued(sale: UUID, number: str = NUMBER, **changes: object) -> InvoiceReported:
    fact = InvoiceIssued(
        number=number, kind="invoice", sale=sale, receipt="S1-1-AA-00000001", staff=STAFF,
        supplied="2026-11-20", currency="EUR", net=100, total=121,
        tax=(TaxRow("A", 210_000, 100, 21),), side="00",
    )  # fmt: skip
    return InvoiceReported(
        store_id="S1", jid=UUID(int=1), seq=1, rid=key(), at=NOW, business_date=TODAY,
        shift_id=None, installation_id=UUID(int=2), fact=structs.replace(fact, **changes),
    )  # fmt: skip


def test_the_same_entry_again_is_one_invoice(office: Office) -> None:
    event = issued(key())
    with begin(office.engine) as tx:
        for _ in range(2):
            apply(tx, [event], NOW)
        (row,) = invoices(tx).rows
    assert (row.number, row.issued_on, row.supplied_on) == (NUMBER, TODAY, date(2026, 11, 20))
    assert (row.net_minor, row.total_minor, row.store_name) == (100, 121, "Store S1")


def test_it_is_issued_on_the_day_of_its_store(office: Office) -> None:
    late = replace(issued(key()), at=NOW.replace(hour=23, minute=30))
    with begin(office.engine) as tx:
        apply(tx, [late], NOW)
        (row,) = invoices(tx).rows
    assert row.issued_on == TODAY + timedelta(days=1)


def test_a_day_that_is_none_is_refused(office: Office) -> None:
    with begin(office.engine) as tx, pytest.raises(RetailError) as told:
        apply(tx, [issued(key(), supplied="soon")], NOW)
    assert told.value.code == "invoice.day"


def test_lists_are_narrowed_and_paged_without_a_gap(office: Office) -> None:
    with begin(office.engine) as tx:
        for n in range(1, 121):
            event = issued(key(), f"S1-1-AA-I{n:06d}", receipt=f"S1-1-AA-{n:08d}")
            apply(tx, [replace(event, at=NOW + timedelta(minutes=n))], NOW)
        other = replace(issued(key(), "S2-1-BB-I000001"), store_id="S2")
        apply(tx, [other], NOW)
        assert len(invoices(tx).rows) == 50
        assert [row.number for row in invoices(tx, store="S2").rows] == ["S2-1-BB-I000001"]
        found = invoices(tx, number="s1-1-aa-00000007").rows
        assert [row.number for row in found] == ["S1-1-AA-I000007"]
    office.sign_in()
    seen: list[str] = []
    path: str | None = "/invoices?store=S1"
    while path:
        html = office.page(path)
        seen += [f"S1-1-AA-I{n:06d}" for n in range(1, 121) if f">S1-1-AA-I{n:06d}<" in html]
        _before, found_next, rest = html.partition('rel="next" href="')
        path = rest.partition('"')[0].replace("&amp;", "&") if found_next else None
    assert len(seen) == len(set(seen)) == 120
    assert "No invoices match" in office.page("/invoices?number=zzz")


def test_the_sale_shows_its_invoice_and_what_corrects_it(office: Office) -> None:
    journal = TillJournal()
    with begin(office.engine) as tx:
        journal.enrol(tx)
        bought, back = (journal.sell(tx, sold("P1", pieces)) for pieces in (1000, -1000))
        record_sales(tx, [bought, back])
        note = {"kind": "credit_note", "refers": NUMBER, "total": -121, "net": -100}
        credit = issued(back.rid, "S1-1-AA-I000002", receipt=back.fact.number, **note)
        apply(tx, [issued(bought.rid), replace(credit, at=NOW + timedelta(hours=1))], NOW)
        numbers = [row.number for row in of_sale(tx, "S1", bought.rid)]
        assert numbers == [NUMBER, "S1-1-AA-I000002"]
        assert [row.kind for row in of_sale(tx, "S1", back.rid)] == ["credit_note"]
    office.sign_in()
    page = office.page(f"/sales/S1/{bought.rid}")
    assert NUMBER in page
    assert f'href="/sales/S1/{back.rid}"' in page
    assert f"of {NUMBER}" in office.page(f"/sales/S1/{back.rid}")


def open_cases(tx: Connection) -> list[CaseDetail]:
    return list(cases.cases(tx, CaseFilter(state="open"), at=None).rows)


@pytest.fixture
def tills(office: Office) -> Iterator[tuple[Connection, TillJournal, TillJournal]]:
    """Two tills of a store, and a transaction at their head office."""
    first, second = TillJournal(), TillJournal(till=2)
    with begin(office.engine) as tx:
        for one in (first, second):
            one.enrol(tx)
        yield tx, first, second


@pytest.mark.parametrize("invoice_first", [True, False])
def test_an_invoice_whose_goods_came_back_at_a_till_that_did_not_know_is_a_case(
    tills: tuple[Connection, TillJournal, TillJournal], invoice_first: bool
) -> None:
    tx, first, second = tills
    bought = first.sell(tx)
    back = second.sell(tx, came_back(bought.rid))
    invoice = issued(bought.rid)
    later: list[Event] = [invoice, back] if invoice_first else [back, invoice]
    told = [case for event in (bought, *later) for case in apply(tx, [event], NOW).cases]
    (case,) = open_cases(tx)
    assert (case.kind, case.owner, case.amount_minor) == (
        "invoice_not_credited", "head_office", 121,
    )  # fmt: skip
    assert NUMBER in case.sentence
    assert back.fact.number in case.sentence
    assert {one.rid for one in case.records} == {invoice.rid, back.rid}
    assert [one.case_id for one in told] == [case.case_id]


def test_what_was_decided_is_not_opened_again_by_a_return_at_the_till_of_the_invoice(
    tills: tuple[Connection, TillJournal, TillJournal],
) -> None:
    tx, first, second = tills
    bought = first.sell(tx, sold("P1", 2000))
    apply(tx, [bought, second.sell(tx, came_back(bought.rid)), issued(bought.rid)], NOW)
    (case,) = open_cases(tx)
    settle_case(tx, CaseKind.INVOICE_NOT_CREDITED, case.subject, "A note was sent.", NOW)
    apply(tx, [first.sell(tx, came_back(bought.rid))], NOW)
    assert open_cases(tx) == []


def test_what_comes_back_at_the_till_of_the_invoice_is_no_case_while_its_note_is_under_way(
    tills: tuple[Connection, TillJournal, TillJournal],
) -> None:
    tx, first, _second = tills
    bought = first.sell(tx)
    back = first.sell(tx, came_back(bought.rid))
    note = {"kind": "credit_note", "refers": NUMBER, "total": -121, "net": -100}
    for event in (bought, issued(bought.rid), back):
        apply(tx, [event], NOW)
        assert open_cases(tx) == []
    apply(tx, [issued(back.rid, "S1-1-AA-I000002", **note)], NOW)
    assert open_cases(tx) == []


def test_two_invoices_for_one_receipt_are_a_case_that_names_both(
    tills: tuple[Connection, TillJournal, TillJournal],
) -> None:
    tx, first, _second = tills
    bought = first.sell(tx)
    for event in (issued(bought.rid), bought, issued(bought.rid, "S1-2-AB-I000001")):
        apply(tx, [event], NOW)
    (case,) = open_cases(tx)
    assert (case.kind, case.amount_minor, len(case.records)) == ("invoiced_twice", 121, 2)
    assert f"{NUMBER}, S1-2-AB-I000001" in case.sentence
