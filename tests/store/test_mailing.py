from __future__ import annotations

from uuid import UUID

import msgspec
import pytest

from pos_app.checkout import attaching, mailing
from pos_app.customers import service as customers
from pos_app.customers.queries import FoundCustomer
from pos_app.printing import queue
from retail.contract.codec import Side, read_entry, side_hash
from retail.contract.documents import decode_document
from retail.contract.facts import MailedReceipt, ReceiptSent, decode
from retail.customers import Personal
from retail.errors import RetailError
from tests.support.till import SHELF, Books

PIECE = SHELF.code(SHELF.piece)
ANN = "ann@example.com"


def _wishes(books: Books) -> list[tuple[ReceiptSent, MailedReceipt]]:
    rows = books.query(
        "SELECT entry, salt, data FROM journal_entry JOIN entry_side USING (rid) "
        "WHERE type = 'receipt.sent' ORDER BY seq"
    )
    found = []
    for data, salt, personal in rows:
        assert ANN.encode() not in data
        entry = read_entry(bytes(data))
        fact = decode(entry.type, entry.sv, entry.body)
        assert isinstance(fact, ReceiptSent)
        assert fact.side == side_hash(Side(bytes(salt), bytes(personal))).hex()
        found.append((fact, msgspec.json.decode(personal, type=MailedReceipt)))
    return found


def test_what_is_sent_is_what_was_printed(selling: Books) -> None:
    sold = selling.sell(PIECE)

    assert selling.run(mailing.mail, selling.session, f" {ANN} ") == sold.receipt_number

    ((fact, side),) = _wishes(selling)
    assert (fact.sale, fact.number) == (sold.rid, sold.receipt_number)
    assert side.to == ANN
    printed = selling.run(queue.newest_document, sold.rid)
    assert decode_document(bytes(side.document)) == printed
    assert not selling.verify().broken


def test_an_address_that_cannot_be_one_is_journalled_nowhere(selling: Books) -> None:
    selling.sell(PIECE)
    before = selling.dump()

    with pytest.raises(RetailError, match="no e-mail address"):
        selling.run(mailing.mail, selling.session, "ann at example.com")
    assert selling.dump() == before


def test_without_a_receipt_there_is_nothing_to_send(selling: Books) -> None:
    with pytest.raises(RetailError, match="no receipt yet"):
        selling.run(mailing.mail, selling.session, ANN)


def test_the_customers_address_is_proposed_where_the_till_knows_it(selling: Books) -> None:
    known = selling.run(customers.save, selling.session, None, Personal(name="Ann", email=ANN), ())
    selling.enter(PIECE)
    selling.run(attaching.attach, selling.session, known)
    selling.pay()
    assert selling.run(mailing.known_address) == ANN

    selling.sell(PIECE)
    assert selling.run(mailing.known_address) == ""


def test_a_customer_whom_only_head_office_knows_has_no_address_here(selling: Books) -> None:
    selling.enter(PIECE)
    selling.run(attaching.attach, selling.session, FoundCustomer(UUID(int=4), "Ann", ""))
    selling.pay()

    assert selling.run(mailing.known_address) == ""
