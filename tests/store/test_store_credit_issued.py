"""Money that goes out as store credit: a slip with a new code, good at this till at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from pos_app.checkout import closing, receipt_search, receipt_ways, refunding, reprinting, returning
from pos_app.checkout.returning import Back
from pos_app.printing import queue
from pos_app.staff.approvals import ApprovalNeededError, Why
from pos_app.value.service import Asked, allow_offline
from retail.contract.documents import decode_document
from retail.errors import RetailError
from retail.receipt import Barcode, Text
from retail.receipt_ways import ReceiptWay
from retail.tender.settlement import Offer, TenderKind
from retail.value import ValueKind
from tests.support.gift_cards import know_key
from tests.support.till import SHELF, Books

PIECE = SHELF.code(SHELF.piece)
PRICE = SHELF.piece.minor["NL"]
UNWANTED = Why("unwanted")
MANY = (refunding.BLIND_CASH_MINOR // PRICE + 1) * 1000
CREDIT = TenderKind.STORE_CREDIT


@pytest.fixture
def counter(selling: Books) -> Books:
    selling.run(know_key)
    manager = next(one for one in selling.staff() if one.role == "manager")
    selling.session = replace(selling.session, staff=manager)
    return selling


def _paid_out(books: Books, *offers: Offer) -> closing.ClosedSale:
    basket = books.view().priced.basket.basket_id
    planned = offers or books.run(refunding.proposal, books.session, basket).offers
    return books.run(closing.close_sale, books.session, basket, planned)


def _slips(books: Books) -> list[tuple[str, str]]:
    """Code and state of the slips in the queue."""
    rows = books.query("SELECT document, state FROM print_job WHERE kind = 'credit'")
    found = []
    for document, state in rows:
        blocks = decode_document(bytes(document)).blocks
        codes = [block.data for block in blocks if isinstance(block, Barcode)]
        found.append((codes[0] if codes else "", state))
    return found


def _spend(books: Books, code: str, amount: int) -> int:
    asked = Asked(ValueKind.STORE_CREDIT, code, amount)
    return books.run(allow_offline, books.session, asked).amount


def test_a_blind_return_gives_a_slip_that_pays_here_at_once(counter: Books) -> None:
    counter.run(returning.take_back_blind, counter.session, PIECE, Back(MANY, UNWANTED))
    owed = -counter.view().priced.total_minor
    done = _paid_out(counter)
    assert done.tenders == (("store_credit", -owed),)
    (move,) = counter.fact(done.rid).value
    assert (move.act, move.kind, move.amount, move.line) == ("issue", "store_credit", owed, 0)
    ((code, state),) = _slips(counter)
    assert (code[:4], len(code), state) == ("TWS-", 20, "queued")
    assert code.endswith(move.last_four)
    assert counter.verify().broken == ""
    counter.enter(PIECE)
    plain = code.removeprefix("TWS-")
    asked = Asked(ValueKind.STORE_CREDIT, plain, PRICE)
    allowed = counter.run(allow_offline, counter.session, asked)
    basket = counter.view().priced.basket.basket_id
    offers = (Offer(CREDIT, PRICE),)
    counter.run(closing.close_sale, counter.session, basket, offers, allowed.moves)
    assert _spend(counter, plain, 10_000) == min(owed - PRICE, 5_000)


def test_the_code_is_forgotten_as_soon_as_the_slip_is_on_paper(counter: Books) -> None:
    counter.run(returning.take_back_blind, counter.session, PIECE, Back(MANY, UNWANTED))
    _paid_out(counter)
    plain = _slips(counter)[0][0].removeprefix("TWS-")
    receipt = counter.run(queue.take_next, counter.desk.now())
    slip = counter.run(queue.take_next, counter.desk.now())
    assert receipt is not None
    assert slip is not None
    assert any(isinstance(b, Text) and b.text == "Store credit" for b in slip.document.blocks)
    counter.run(queue.mark, receipt.job_id, "done", counter.desk.now())
    assert receipt.document.blocks
    counter.run(queue.mark, slip.job_id, "done", counter.desk.now())
    assert _slips(counter) == [("", "done")]
    assert plain not in repr(counter.dump()).replace("-", "")
    assert _spend(counter, plain, 100) == 100


def test_a_slip_whose_printing_nobody_saw_end_comes_again_with_the_receipt(counter: Books) -> None:
    counter.run(returning.take_back_blind, counter.session, PIECE, Back(MANY, UNWANTED))
    _paid_out(counter)
    code = _slips(counter)[0][0]
    while (job := counter.run(queue.take_next, counter.desk.now())) is not None:
        counter.run(queue.mark, job.job_id, "unknown", counter.desk.now(), "jam")
    counter.run(reprinting.again, counter.session)
    assert _slips(counter) == [(code, "queued")]
    while (job := counter.run(queue.take_next, counter.desk.now())) is not None:
        counter.run(queue.mark, job.job_id, "done", counter.desk.now())
    counter.run(reprinting.again, counter.session)
    assert _slips(counter) == [("", "done")]


@pytest.mark.parametrize("way", [ReceiptWay.PAPER, ReceiptWay.NONE])
def test_a_slip_that_waited_too_long_comes_after_other_sales_too(
    counter: Books, way: ReceiptWay
) -> None:
    counter.run(returning.take_back_blind, counter.session, PIECE, Back(MANY, UNWANTED))
    _paid_out(counter)
    code = _slips(counter)[0][0]
    basket = counter.enter(PIECE).priced.basket
    counter.run(receipt_ways.choose, counter.session, basket, way)
    newer = counter.pay()
    late = counter.desk.now() + queue.TOO_OLD + timedelta(seconds=1)
    assert counter.run(queue.take_next, late) is None
    assert _slips(counter) == [(code, "unknown")]
    again = counter.run(reprinting.again, counter.session)
    assert again == reprinting.Reprinted(newer.receipt_number, slips=1)
    assert _slips(counter) == [(code, "queued")]
    assert counter.run(reprinting.again, counter.session).slips == 0


def test_whoever_paid_in_cash_gets_a_slip_only_by_right(counter: Books) -> None:
    sold = counter.sell(PIECE)
    receipt = counter.run(receipt_search.by_code, sold.receipt_number)
    assert receipt is not None
    counter.run(returning.take_back, counter.session, receipt, 1, Back(1000, UNWANTED))
    manager = counter.session.staff
    cashier = next(one for one in counter.staff() if one.role == "cashier")
    counter.session = replace(counter.session, staff=cashier)
    with pytest.raises(ApprovalNeededError):
        _paid_out(counter, Offer(CREDIT, -PRICE))
    basket = counter.view().priced.basket.basket_id
    offers = (Offer(CREDIT, -PRICE),)
    done = counter.run(closing.close_sale, counter.session, basket, offers, approver=manager)
    assert done.tenders == (("store_credit", -PRICE),)
    assert len(_slips(counter)) == 1


def test_two_credits_of_a_payout_are_one_slip(counter: Books) -> None:
    counter.run(returning.take_back_blind, counter.session, PIECE, Back(2000, UNWANTED))
    done = _paid_out(counter, Offer(CREDIT, -PRICE), Offer(CREDIT, -PRICE))
    (move,) = counter.fact(done.rid).value
    assert move.amount == 2 * PRICE
    assert len(_slips(counter)) == 1


def test_what_store_credit_paid_comes_back_as_a_new_slip(counter: Books) -> None:
    counter.run(returning.take_back_blind, counter.session, PIECE, Back(1000, UNWANTED))
    _paid_out(counter, Offer(CREDIT, -PRICE))
    first = _slips(counter)[0][0].removeprefix("TWS-")
    counter.enter(PIECE)
    asked = Asked(ValueKind.STORE_CREDIT, first, PRICE)
    allowed = counter.run(allow_offline, counter.session, asked)
    basket = counter.view().priced.basket.basket_id
    sold = counter.run(
        closing.close_sale, counter.session, basket, (Offer(CREDIT, PRICE),), allowed.moves
    )
    receipt = counter.run(receipt_search.by_code, sold.receipt_number)
    assert receipt is not None
    counter.run(returning.take_back, counter.session, receipt, 1, Back(1000, UNWANTED))
    _paid_out(counter)
    second = {code.removeprefix("TWS-") for code, _state in _slips(counter)} - {first}
    assert [_spend(counter, code, 10_000) for code in second] == [PRICE]
    assert counter.verify().broken == ""


def test_a_till_that_never_synced_pays_out_another_way(counter: Books) -> None:
    counter.execute("DELETE FROM value_key")
    counter.run(returning.take_back_blind, counter.session, PIECE, Back(MANY, UNWANTED))
    before = counter.dump()
    with pytest.raises(RetailError) as told:
        _paid_out(counter)
    assert told.value.code == "value.no_key"
    assert counter.dump() == before
