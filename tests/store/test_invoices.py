"""Invoices of sales: once each, numbered without gaps, credited when goods come back."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest

from hardware.printer.layout import Line, lay_out
from pos_app.checkout import (
    attaching,
    closing,
    invoicing,
    receipt_search,
    refunding,
    reprinting,
    returning,
)
from pos_app.checkout.closing import ClosedSale
from pos_app.checkout.returning import Back
from pos_app.customers import service as customers
from pos_app.printing import queue
from pos_app.staff.approvals import Why
from pos_app.sync.retention import KEEP_FOR, forget_papers, prune
from retail.contract.codec import Side, read_entry, side_hash
from retail.contract.facts import InvoiceIssued, InvoiceSide, MailedReceipt, decode
from retail.customers import Personal
from retail.errors import RetailError
from retail.identity import parse_document_number
from retail.receipt import ReceiptDocument, Text
from tests.support.till import SHELF, Books

PIECE, OTHER = SHELF.code(SHELF.piece), SHELF.code(SHELF.other)
BUYER = Personal(
    name="Ann Berg", company="Berg Bikes BV", tax_number="NL 001234567 B01",
    street="Quay 1", postcode="3511 AA", city="Utrecht", country="NL", email="ann@example.com",
)  # fmt: skip
BACK = Back(1000, Why("unwanted"))


def _issue(books: Books, sold: ClosedSale, buyer: Personal = BUYER) -> str:
    return books.run(invoicing.issue, books.session, sold.rid, buyer)


def _take_back(books: Books, sold: ClosedSale, n: int = 1) -> ClosedSale:
    receipt = books.run(receipt_search.by_code, sold.receipt_number)
    assert receipt is not None
    books.run(returning.take_back, books.session, receipt, n, BACK)
    basket = books.view().priced.basket.basket_id
    planned = books.run(refunding.proposal, books.session, basket)
    return books.run(closing.close_sale, books.session, basket, planned.offers)


def _issued(books: Books) -> list[tuple[InvoiceIssued, InvoiceSide]]:
    rows = books.query(
        "SELECT entry, salt, data FROM journal_entry JOIN entry_side USING (rid) "
        "WHERE type = 'invoice.issued' ORDER BY seq"
    )
    found = []
    for data, salt, side in rows:
        entry = read_entry(bytes(data))
        fact = decode(entry.type, entry.sv, entry.body)
        assert isinstance(fact, InvoiceIssued)
        assert fact.side == side_hash(Side(bytes(salt), bytes(side))).hex()
        assert b"Berg" not in data
        found.append((fact, msgspec.json.decode(side, type=InvoiceSide)))
    return found


def _words(document: ReceiptDocument) -> str:
    return "\n".join(one.text for one in lay_out(document, 84) if isinstance(one, Line))


def _is_copy(document: ReceiptDocument) -> bool:
    return any(isinstance(one, Text) and "COPY" in one.text for one in document.blocks)


def _refused(books: Books, code: str, act: Callable[..., object], *args: object) -> None:
    before = books.dump()
    with pytest.raises(RetailError) as told:
        books.run(act, *args)
    assert told.value.code == code
    assert books.dump() == before


def test_an_invoice_has_the_particulars_that_the_law_wants(selling: Books) -> None:
    selling.enter(f"2*{PIECE}", OTHER)
    sold = selling.pay()
    number = _issue(selling, sold)
    ((fact, side),) = _issued(selling)
    series = parse_document_number(sold.receipt_number).series
    assert number == fact.number == f"S1-1-{series}-I000001"
    assert (fact.kind, fact.sale, fact.receipt) == ("invoice", sold.rid, sold.receipt_number)
    assert fact.total == sold.total_minor
    assert fact.net + sum(row.tax for row in fact.tax) == fact.total
    (document,) = selling.run(invoicing.hand_out, sold.rid)
    words = _words(document)
    store = selling.session.store
    for told in (
        store.name, store.street, store.vat_id, "Berg Bikes BV", "Ann Berg", "Quay 1",
        "3511 AA Utrecht", "NL001234567B01", number, sold.receipt_number,
        "Date of issue", "Date of supply", "2026-11-20", "Taxable amount", SHELF.piece.row.name,
    ):  # fmt: skip
        assert told in words
    assert side.buyer.company == "Berg Bikes BV"
    assert selling.verify().broken == ""


def test_a_sale_has_one_invoice_and_the_next_is_a_copy(selling: Books) -> None:
    sold = selling.sell(PIECE)
    number = _issue(selling, sold)
    _refused(selling, "invoice.exists", invoicing.issue, selling.session, sold.rid, BUYER)
    assert selling.run(invoicing.subject).issued == number
    first, second = (selling.run(invoicing.hand_out, sold.rid) for _ in range(2))
    assert (_is_copy(first[0]), _is_copy(second[0])) == (False, True)


def test_numbers_follow_one_another_whatever_is_refused_between(selling: Books) -> None:
    sales = [selling.sell(PIECE) for _ in range(3)]
    numbers = []
    for sold in reversed(sales):
        with pytest.raises(RetailError):
            _issue(selling, sold, Personal(name="Nobody"))
        numbers.append(_issue(selling, sold))
    assert [number[-6:] for number in numbers] == ["000001", "000002", "000003"]
    selling.execute("DELETE FROM invoice WHERE n = 2")
    assert "invoice" in selling.verify().broken


def test_later_it_is_found_by_number_and_by_the_code_on_the_receipt(selling: Books) -> None:
    sold = selling.sell(PIECE)
    selling.sell(OTHER)
    for code in (sold.receipt_number, sold.proof):
        found = selling.run(invoicing.subject, code)
        assert (found.rid, found.receipt) == (sold.rid, sold.receipt_number)
    _refused(selling, "invoice.unknown", invoicing.subject, "S1-9-AA-00000001")


def test_the_customer_of_the_sale_is_proposed(selling: Books) -> None:
    person = Personal(name="Ann Berg", company="Berg Bikes BV", tax_number="NL1")
    saved = selling.run(customers.save, selling.session, None, person, ())
    selling.enter(PIECE)
    selling.run(attaching.attach, selling.session, saved)
    sold = selling.pay()
    assert selling.run(invoicing.subject).buyer == person
    _issue(selling, sold)
    assert selling.run(invoicing.subject).buyer.street == "Quay 1"
    ((fact, _side),) = _issued(selling)
    assert fact.party == saved.customer


def test_nothing_is_issued_for_what_sold_nothing_or_before_the_first_sale(selling: Books) -> None:
    _refused(selling, "invoice.unknown", invoicing.subject)
    back = _take_back(selling, selling.sell(PIECE))
    _refused(selling, "invoice.nothing", invoicing.issue, selling.session, back.rid, BUYER)
    _refused(selling, "invoice.none", invoicing.hand_out, back.rid)


def test_a_store_without_a_vat_number_issues_none(selling: Books) -> None:
    sold = selling.sell(PIECE)
    selling.execute("UPDATE store SET vat_id = ''")
    selling.begin_work()
    _refused(selling, "invoice.seller", invoicing.issue, selling.session, sold.rid, BUYER)


def test_goods_of_an_invoiced_sale_that_come_back_are_credited_with_the_return(
    selling: Books,
) -> None:
    selling.enter(PIECE, OTHER)
    sold = selling.pay()
    number = _issue(selling, sold)
    back = _take_back(selling, sold)
    (_invoice, (fact, side)) = _issued(selling)
    assert (fact.kind, fact.refers, fact.sale) == ("credit_note", number, back.rid)
    assert fact.total == back.total_minor < 0
    assert side.buyer.company == "Berg Bikes BV"
    papers = selling.run(invoicing.hand_out, sold.rid)
    assert [paper.title[-6:] for paper in papers] == ["000001", "000002"]
    assert selling.run(invoicing.subject, back.receipt_number).issued == fact.number
    (copy,) = selling.run(invoicing.hand_out, back.rid)
    assert (copy.title, _is_copy(copy)) == (fact.number, True)
    words = _words(papers[1])
    assert "Credit note" in words
    assert number in words
    assert selling.verify().broken == ""


def test_an_exchange_has_a_credit_note_for_the_old_and_an_invoice_for_the_new(
    selling: Books,
) -> None:
    sold = selling.sell(PIECE)
    _issue(selling, sold)
    receipt = selling.run(receipt_search.by_code, sold.receipt_number)
    assert receipt is not None
    selling.run(returning.take_back, selling.session, receipt, 1, BACK)
    total = selling.enter(f"3*{PIECE}").priced.total_minor
    exchanged = selling.pay()
    assert selling.run(invoicing.subject).issued == ""
    _issue(selling, exchanged)
    totals = [fact.total for fact, _side in _issued(selling)]
    assert totals[1] + totals[2] == total
    assert [fact.kind for fact, _side in _issued(selling)[1:]] == ["credit_note", "invoice"]
    assert selling.verify().broken == ""


def test_a_new_credit_note_is_handed_out_without_its_invoice_again(selling: Books) -> None:
    selling.enter(PIECE, OTHER)
    sold = selling.pay()
    _issue(selling, sold)
    selling.run(invoicing.hand_out, sold.rid)
    _take_back(selling, sold)
    (note,) = selling.run(invoicing.hand_out, sold.rid)
    assert (note.title[-6:], _is_copy(note)) == ("000002", False)
    assert len(selling.run(invoicing.hand_out, sold.rid)) == 2


def test_what_came_back_before_the_invoice_is_credited_with_it(selling: Books) -> None:
    selling.enter(PIECE, OTHER)
    sold = selling.pay()
    _take_back(selling, sold)
    assert _issued(selling) == []
    _issue(selling, sold)
    kinds = [(fact.kind, fact.total) for fact, _side in _issued(selling)]
    assert kinds[0] == ("invoice", sold.total_minor)
    assert kinds[1][0] == "credit_note"
    assert kinds[1][1] < 0
    assert selling.verify().broken == ""


def test_invoice_and_credit_note_together_cover_what_is_left_to_the_cent(selling: Books) -> None:
    selling.enter(f"3*{PIECE}", OTHER)
    sold = selling.pay()
    backs = [_take_back(selling, sold), _take_back(selling, sold)]
    _issue(selling, sold)
    left = sold.total_minor + sum(back.total_minor for back in backs)
    assert sum(fact.total for fact, _side in _issued(selling)) == left > 0


def test_no_invoice_is_issued_where_all_of_it_came_back(selling: Books) -> None:
    """Tax would be shown for a supply that there is none of any more."""
    selling.enter(PIECE, OTHER)
    sold = selling.pay()
    _take_back(selling, sold, 1)
    assert selling.run(invoicing.subject, sold.receipt_number).issued == ""
    _take_back(selling, sold, 2)
    _refused(selling, "invoice.came_back", invoicing.subject, sold.receipt_number)
    _refused(selling, "invoice.came_back", invoicing.issue, selling.session, sold.rid, BUYER)


def test_an_invoice_is_there_for_copies_after_all_of_it_came_back(selling: Books) -> None:
    sold = selling.sell(PIECE)
    number = _issue(selling, sold)
    _take_back(selling, sold)
    assert selling.run(invoicing.subject, sold.receipt_number).issued == number


def test_goods_without_an_invoice_come_back_without_a_credit_note(selling: Books) -> None:
    _take_back(selling, selling.sell(PIECE))
    assert _issued(selling) == []


def test_it_is_printed_and_mailed_as_it_was_issued(selling: Books) -> None:
    sold = selling.sell(PIECE)
    number = _issue(selling, sold)
    while selling.run(queue.take_next, selling.desk.now()) is not None:
        pass
    selling.run(invoicing.print_out, selling.session, sold.rid)
    job = selling.run(queue.take_next, selling.desk.now())
    assert job is not None
    assert (job.document.title, job.drawer) == (number, False)
    selling.run(invoicing.mail_out, selling.session, sold.rid, "ann@example.com")
    (data,) = selling.query(
        "SELECT data FROM journal_entry JOIN entry_side USING (rid) WHERE type = 'receipt.sent'"
    )
    mail = msgspec.json.decode(data[0], type=MailedReceipt)
    assert (mail.to, mail.sheet) == ("ann@example.com", "a4")
    _refused(selling, "mail.address", invoicing.mail_out, selling.session, sold.rid, "no address")


def _documents(books: Books) -> str:
    return repr(books.query("SELECT document FROM print_job"))


def _all_durable(books: Books) -> None:
    books.execute(
        "UPDATE push_state SET acked_seq = (SELECT head_seq FROM journal), "
        "durable_seq = (SELECT head_seq FROM journal)"
    )


def test_a_printed_invoice_leaves_no_name_in_the_queue(selling: Books) -> None:
    sold = selling.sell(PIECE)
    _issue(selling, sold)
    selling.run(invoicing.print_out, selling.session, sold.rid)
    assert "Berg" in _documents(selling)
    while (job := selling.run(queue.take_next, selling.desk.now())) is not None:
        selling.run(queue.mark, job.job_id, "done", selling.desk.now())
    assert "Berg" not in _documents(selling)
    assert selling.run(invoicing.hand_out, sold.rid)


def test_papers_go_with_their_entries_and_not_before(selling: Books) -> None:
    sold = selling.sell(PIECE)
    _issue(selling, sold)
    selling.run(invoicing.print_out, selling.session, sold.rid)
    later = selling.desk.now() + 2 * KEEP_FOR
    assert selling.run(forget_papers, later) == 0
    while (job := selling.run(queue.take_next, selling.desk.now())) is not None:
        selling.run(queue.mark, job.job_id, "unknown", selling.desk.now())
    assert selling.run(forget_papers, selling.desk.now()) == 0
    assert selling.run(forget_papers, later) == 1
    assert "Berg" not in _documents(selling)
    assert selling.run(queue.newest_document, sold.rid) is not None
    _all_durable(selling)
    assert selling.run(prune, later) > 0
    assert selling.run(forget_papers, later) == 1
    assert selling.run(queue.newest_document, sold.rid) is None
    _refused(selling, "print.old", reprinting.again, selling.session)


def test_with_its_entry_the_till_forgets_whom_it_was_for(selling: Books) -> None:
    sold = selling.sell(PIECE)
    _issue(selling, sold)
    _all_durable(selling)
    assert selling.run(prune, selling.desk.now() + 2 * KEEP_FOR) > 0
    assert "Berg" not in repr(selling.query("SELECT * FROM invoice"))
    _refused(selling, "invoice.gone", invoicing.hand_out, sold.rid)
    assert selling.verify().broken == ""
