"""Receipts on paper, by e-mail or not at all, chosen before the sale is closed."""

from __future__ import annotations

import msgspec
import pytest

from pos_app.checkout import attaching, closing, holding, mailing, receipt_ways, reprinting, service
from pos_app.customers import service as customers
from pos_app.printing import queue
from retail.contract.documents import decode_document
from retail.contract.facts import MailedReceipt
from retail.customers import Consent, Personal
from retail.errors import RetailError
from retail.receipt import ReceiptDocument, Text
from retail.receipt_ways import ReceiptWay
from retail.tender.settlement import Offer, TenderKind
from tests.support.till import SHELF, Books

PIECE = SHELF.code(SHELF.piece)
ANN = "ann@example.com"
PAPER, MAIL, NONE = ReceiptWay.PAPER, ReceiptWay.MAIL, ReceiptWay.NONE


def _choose(books: Books, way: ReceiptWay, address: str = "") -> receipt_ways.Standing:
    basket = books.view().priced.basket
    return books.run(receipt_ways.choose, books.session, basket, way, address)


def _standing(books: Books) -> receipt_ways.Standing:
    return books.run(receipt_ways.standing, books.session, books.view().priced.basket)


def _set(books: Books, name: str, value: str) -> None:
    books.execute(
        "INSERT OR REPLACE INTO store_setting(store_id, name, value) VALUES (:s, :n, :v)",
        s=books.session.store.store_id, n=name, v=value,
    )  # fmt: skip


def _jobs(books: Books) -> list[tuple[str, str, int, int]]:
    return [
        (str(way), str(state), int(copy_no), int(drawer))
        for way, state, copy_no, drawer in books.query(
            "SELECT way, state, copy_no, drawer FROM print_job ORDER BY job_id"
        )
    ]


def _printed(books: Books) -> list[tuple[ReceiptDocument, bool]]:
    """What the printer gets until nothing waits, and whether the drawer opens."""
    found = []
    while (job := books.run(queue.take_next, books.desk.now())) is not None:
        books.run(queue.mark, job.job_id, "done", books.desk.now())
        found.append((job.document, job.drawer))
    return found


def _mails(books: Books) -> list[MailedReceipt]:
    rows = books.query(
        "SELECT data FROM journal_entry JOIN entry_side USING (rid) WHERE type = 'receipt.sent'"
    )
    return [msgspec.json.decode(data, type=MailedReceipt) for (data,) in rows]


def _copies(document: ReceiptDocument) -> bool:
    return any(isinstance(b, Text) and "COPY" in b.text for b in document.blocks)


def test_without_a_choice_the_receipt_is_printed_as_ever(selling: Books) -> None:
    sold = selling.sell(PIECE)
    assert sold.way is PAPER
    assert _jobs(selling) == [("paper", "queued", 0, 1)]


def test_none_opens_the_drawer_and_prints_nothing(selling: Books) -> None:
    selling.enter(PIECE)
    _choose(selling, NONE)
    assert selling.pay().way is NONE
    assert _jobs(selling) == [("none", "queued", 0, 1)]
    ((document, drawer),) = _printed(selling)
    assert (document.blocks, drawer) == ((), True)
    assert selling.query("SELECT * FROM receipt_wish") == []
    assert selling.verify().broken == ""


def test_none_by_card_gives_the_printer_nothing_at_all(selling: Books) -> None:
    total = selling.enter(PIECE).priced.total_minor
    _choose(selling, NONE)
    selling.pay(Offer(TenderKind.CARD, total))
    assert _printed(selling) == []


def test_by_mail_it_is_journalled_with_the_sale_and_not_printed(selling: Books) -> None:
    selling.enter(PIECE)
    _choose(selling, MAIL, f" {ANN} ")
    sold = selling.pay()
    assert sold.way is MAIL
    (mail,) = _mails(selling)
    assert mail.to == ANN
    kept = selling.run(queue.newest_document, sold.rid)
    assert decode_document(bytes(mail.document)) == kept
    ((document, drawer),) = _printed(selling)
    assert (document.blocks, drawer) == ((), True)
    kinds = [kind for kind, _rid in selling.journalled()]
    assert kinds[-2:] == ["sale.closed", "receipt.sent"]
    assert ANN not in repr(selling.dump()["receipt_wish"])


def test_what_nobody_got_is_printed_later_as_the_original_and_then_as_a_copy(
    selling: Books,
) -> None:
    selling.enter(PIECE)
    _choose(selling, NONE)
    sold = selling.pay()
    _printed(selling)
    assert selling.run(reprinting.again, selling.session).number == sold.receipt_number
    ((document, drawer),) = _printed(selling)
    assert (_copies(document), drawer) == (False, False)
    assert document == selling.run(queue.newest_document, sold.rid)
    selling.run(reprinting.again, selling.session)
    ((document, _drawer),) = _printed(selling)
    assert _copies(document)


@pytest.mark.parametrize("pulse", ["done", "queued", "unknown"])
def test_a_receipt_wanted_while_the_drawer_opens_is_printed_as_the_original(
    selling: Books, pulse: str
) -> None:
    selling.enter(PIECE)
    _choose(selling, NONE)
    sold = selling.pay()
    opening = selling.run(queue.take_next, selling.desk.now())
    assert opening is not None
    assert opening.drawer
    selling.run(reprinting.again, selling.session)
    selling.run(queue.mark, opening.job_id, pulse, selling.desk.now())
    ((document, drawer),) = _printed(selling)
    assert (_copies(document), drawer) == (False, False)
    assert document == selling.run(queue.newest_document, sold.rid)


@pytest.mark.parametrize("late", [False, True])
def test_what_went_out_by_mail_is_a_copy_on_paper(selling: Books, *, late: bool) -> None:
    selling.enter(PIECE)
    _choose(selling, NONE if late else MAIL, "" if late else ANN)
    selling.pay()
    if late:
        selling.run(mailing.mail, selling.session, ANN)
    _printed(selling)
    selling.run(reprinting.again, selling.session)
    ((document, _drawer),) = _printed(selling)
    assert _copies(document)
    assert [mail.to for mail in _mails(selling)] == [ANN]


def test_the_law_of_the_country_locks_none_and_leaves_mail(selling: Books) -> None:
    _set(selling, "receipt.required", "1")
    _set(selling, "receipt.default", "none")
    selling.enter(PIECE)
    assert (_standing(selling).way, _standing(selling).required) == (PAPER, True)
    with pytest.raises(RetailError) as told:
        _choose(selling, NONE)
    assert told.value.code == "receipt.required"
    assert _choose(selling, MAIL, ANN).way is MAIL
    assert selling.pay().way is MAIL


def test_the_store_may_prefer_none_and_the_customer_paper(selling: Books) -> None:
    _set(selling, "receipt.default", "none")
    assert selling.sell(PIECE).way is NONE
    selling.enter(PIECE)
    _choose(selling, PAPER)
    assert selling.pay().way is PAPER


def test_a_customer_who_agreed_to_it_gets_mail_unasked(selling: Books) -> None:
    person = Personal(name="Ann", email=ANN)
    agreed: tuple[Consent, ...] = (Consent.EMAIL_RECEIPT,)
    for consents, way in ((agreed, MAIL), (agreed[1:], PAPER)):
        found = selling.run(customers.save, selling.session, None, person, consents)
        selling.enter(PIECE)
        selling.run(attaching.attach, selling.session, found)
        standing = _standing(selling)
        assert (standing.way, standing.known) == (way, ANN)
        assert selling.pay().way is way
    assert [mail.to for mail in _mails(selling)] == [ANN]


def test_an_address_that_is_none_changes_nothing(selling: Books) -> None:
    selling.enter(PIECE)
    _choose(selling, NONE)
    with pytest.raises(RetailError, match="no e-mail address"):
        _choose(selling, MAIL, "ann at example")
    assert _standing(selling).way is NONE


def test_a_choice_waits_with_its_basket_and_goes_with_one_that_is_given_up(
    selling: Books,
) -> None:
    selling.enter(PIECE)
    held = selling.view().priced.basket
    _choose(selling, MAIL, ANN)
    selling.run(holding.hold, selling.session)
    selling.enter(PIECE)
    _choose(selling, MAIL, "other@example.com")
    selling.run(service.clear, selling.session)
    selling.enter(PIECE)
    _choose(selling, NONE)
    assert "other@example.com" not in repr(selling.query("SELECT * FROM receipt_wish"))
    selling.pay()
    selling.run(holding.recall, selling.session, held.basket_id)
    assert _standing(selling).address == ANN
    assert selling.pay().way is MAIL


def test_closing_the_same_basket_again_sends_nothing_twice(selling: Books) -> None:
    selling.enter(PIECE)
    _choose(selling, MAIL, ANN)
    sold = selling.pay()
    offers = (Offer(TenderKind.CASH, sold.total_minor),)
    selling.run(closing.close_sale, selling.session, sold.rid, offers)
    assert len(_mails(selling)) == 1
