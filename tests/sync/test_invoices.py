"""An invoice that was issued with the cable out is known at head office once it is back."""

from __future__ import annotations

import io
from typing import Any

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from backoffice.mail.tasks import send_due
from backoffice.oms.invoices import of_sale
from backoffice.platform.clock import system_clock
from db.head.invoices import Invoice
from db.head.journals import EntrySide, JournalEntry
from db.transaction import begin
from pos_app.checkout import closing, invoicing, refunding, returning
from pos_app.checkout.receipt_search import by_code
from pos_app.checkout.returning import Back
from pos_app.staff.approvals import Why
from retail.customers import Personal
from tests.support.smtp_sink import smtp_sink
from tests.support.sync_rig import Rig, Shop

BUYER = Personal(
    name="Ann Berg", company="Berg Bikes BV", tax_number="NL001234567B01", street="Quay 1",
    city="Utrecht",
)  # fmt: skip
ANN = "ann@example.com"


def _run(shop: Shop, use_case: Any, *args: object) -> Any:
    return shop.till.tasks.run(use_case, shop.session, *args).result()


def _take_back(shop: Shop, number: str) -> None:
    receipt = shop.read(by_code, number)
    view = _run(shop, returning.take_back, receipt, 1, Back(1_000, Why("unwanted")))
    basket = view.priced.basket.basket_id
    planned = _run(shop, refunding.proposal, basket)
    _run(shop, closing.close_sale, basket, planned.offers)


@pytest.mark.expect_warnings
def test_issued_offline_it_arrives_with_its_credit_note_and_its_mail(rig: Rig) -> None:
    with rig.shop() as shop:
        rig.link.cut()
        (sold,) = shop.sell()
        number = _run(shop, invoicing.issue, sold.rid, BUYER)
        _run(shop, invoicing.mail_out, sold.rid, ANN)
        _take_back(shop, sold.receipt_number)
        rig.link.heal()
        shop.till.sync.retry_now()
        shop.seen.synced()
        rig.check(shop)
    with begin(rig.engine) as tx:
        invoice, note = of_sale(tx, "S1", sold.rid)
        assert (invoice.number, invoice.total_minor) == (number, sold.total_minor)
        assert (note.kind, note.refers, note.total_minor) == (
            "credit_note", number, -sold.total_minor,
        )  # fmt: skip
        entries = tx.execute(select(JournalEntry.entry)).scalars()
        assert not any(b"Berg" in bytes(entry) for entry in entries)
        kept = tx.execute(select(EntrySide.data).join(Invoice, Invoice.rid == EntrySide.rid))
        assert all(b"Berg Bikes BV" in bytes(data) for data in kept.scalars())
    with smtp_sink() as sink:
        assert send_due(rig.engine, sink.smtp, system_clock) == 1
        ((to, message),) = sink.letters
    assert to == ANN
    assert number in message["Subject"]
    (pdf,) = message.iter_attachments()
    assert pdf.get_filename() == f"invoice_{number}.pdf"
    page = PdfReader(io.BytesIO(pdf.get_content())).pages[0]
    assert round(float(page.mediabox.height) / 72 * 25.4) == 297
    assert "Berg Bikes BV" in page.extract_text()
