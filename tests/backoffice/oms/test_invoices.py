"""Invoices that tills issued, in a list and on the page of their sale."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from msgspec import structs

from backoffice.oms.invoices import invoices, of_sale
from backoffice.oms.service import record_sales
from backoffice.platform.events import InvoiceReported
from backoffice.wiring import apply
from db.transaction import begin
from retail.contract.facts import InvoiceIssued
from retail.contract.sales import TaxRow
from retail.errors import RetailError
from tests.backoffice.conftest import Office
from tests.support.head_data import NOW, STAFF, TODAY, TillJournal, key, sold

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
