"""Receipts as head office tells of them, beside the till's own ledger."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import cast
from uuid import UUID

import pytest
from msgspec import structs

from db.base import to_us
from pos_app.checkout import holding, receipt_search, refunding, return_claims, returning, service
from pos_app.checkout.closing import ClosedSale
from pos_app.checkout.receipt_search import Receipt
from pos_app.checkout.returning import Back
from pos_app.staff.approvals import Why
from pos_app.sync.ports import StoreAccess
from pos_app.sync.retention import Pruning
from retail.contract.receipts import (
    ClaimReturnAnswer,
    ClaimReturnRequest,
    GaveValue,
    GoodsTaken,
    OpenReceiptAnswer,
    PaidWith,
)
from retail.errors import RetailError
from tests.support.till import SHELF, Books

PIECE = SHELF.code(SHELF.piece)
PRICE = SHELF.piece.minor["NL"]
UNWANTED = Why("unwanted")
FAR, LATER = UUID(int=99), UUID(int=100)
CARD = "ab" * 32


def _told(books: Books, sold: ClosedSale) -> OpenReceiptAnswer:
    """A sale of this till as head office tells of it."""
    found = _receipt(books, sold.rid)
    at_us = to_us(found.at)
    return OpenReceiptAnswer(
        fact=found.fact,
        rid=sold.rid,
        store_name="Harbour Street",
        at_us=at_us,
        business_date=found.business_date,
        tenders=tuple(
            PaidWith(sold.rid, at_us, x.kind, x.amount, x.ref) for x in found.fact.tenders
        ),
    )


def _far(books: Books, kind: str, *codes: str) -> OpenReceiptAnswer:
    """A receipt of another store, paid with one tender of that kind."""
    own = _told(books, books.sell(*codes))
    assert own.fact is not None
    paid = PaidWith(FAR, own.at_us, kind, own.fact.total, "")
    return structs.replace(own, rid=FAR, store_name="Canal Street", tenders=(paid,))


def _receipt(books: Books, rid: UUID) -> Receipt:
    found = books.run(receipt_search.receipt, rid)
    assert found is not None
    return found


def _take_in(books: Books, told: OpenReceiptAnswer) -> Receipt:
    found = books.run(receipt_search.take_in, books.session, told)
    assert found is not None
    return found


def _take_back(books: Books, receipt: Receipt, thousandths: int) -> None:
    back = Back(thousandths, UNWANTED)
    books.run(returning.take_back, books.session, receipt, 1, back)


def _pay_out(books: Books) -> ClosedSale:
    basket = books.view().priced.basket.basket_id
    planned = books.run(refunding.proposal, books.session, basket)
    return books.pay(*planned.offers)


def test_a_gift_card_gets_back_what_it_paid_in_another_store(selling: Books) -> None:
    told = _far(selling, "gift_card", f"2*{PIECE}")
    gave = (
        GaveValue(FAR, "gift_card", "redeem", CARD, 2 * PRICE),
        GaveValue(LATER, "gift_card", "refund", CARD, PRICE),
        GaveValue(FAR, "points", "redeem", "cd" * 32, 5),
    )
    back = PaidWith(LATER, told.at_us + 1, "gift_card", -PRICE, "")
    told = structs.replace(
        told, value=gave, tenders=(*told.tenders, back), back=(GoodsTaken(LATER, 1, 1000),)
    )
    receipt = _take_in(selling, told)
    assert returning.left_of(receipt) == {1: 1000}
    _take_back(selling, receipt, 1000)
    sold = _pay_out(selling)
    assert sold.tenders == (("gift_card", -PRICE),)
    assert [(x.act, x.kind, x.lookup, x.amount) for x in sold.value] == [
        ("refund", "gift_card", CARD, PRICE)
    ]
    assert selling.verify().broken == ""
    assert returning.left_of(_receipt(selling, FAR)) == {1: 0}


def test_a_ticket_that_both_sides_know_counts_once(selling: Books) -> None:
    sold = selling.sell(f"3*{PIECE}")
    _take_back(selling, _receipt(selling, sold.rid), 1000)
    refund = _pay_out(selling)
    told = _told(selling, sold)
    others = (GoodsTaken(refund.rid, 1, 1000), GoodsTaken(LATER, 1, 1000))
    paid = (
        PaidWith(refund.rid, told.at_us + 1, "cash", -PRICE, ""),
        PaidWith(LATER, told.at_us + 2, "cash", -PRICE, ""),
    )
    receipt = _take_in(selling, structs.replace(told, back=others, tenders=(*told.tenders, *paid)))
    assert receipt.elsewhere.place == ""
    assert returning.left_of(receipt) == {1: 1000}
    left = sum(one.left_minor for one in selling.run(refunding.account, {sold.rid}).originals)
    assert left == PRICE


def test_a_sale_that_is_told_with_two_receipts_counts_once(selling: Books) -> None:
    told = _far(selling, "card", PIECE)
    other = structs.replace(told, rid=LATER, tenders=told.tenders)
    for one in (told, other):
        _take_in(selling, one)
    known = selling.run(refunding.account, {FAR, LATER})
    assert [one.paid_minor for one in known.originals] == [PRICE]


def test_an_own_receipt_whose_entry_is_gone_comes_back_by_what_head_office_has(
    selling: Books,
) -> None:
    sold = selling.sell(PIECE)
    told = _told(selling, sold)
    (trigger,) = (
        name
        for (name,) in selling.query("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        if name.startswith("journal_entry") and "delete" in name
    )
    selling.execute(f"DROP TRIGGER {trigger}")
    selling.execute("DELETE FROM journal_entry WHERE rid = :rid", rid=sold.rid.bytes)
    with pytest.raises(RetailError, match="go online"):
        selling.run(receipt_search.receipt, sold.rid)
    receipt = _take_in(selling, told)
    _take_back(selling, receipt, 1000)
    assert _pay_out(selling).total_minor == -PRICE


def test_what_nobody_has_is_not_kept(selling: Books) -> None:
    assert selling.run(receipt_search.take_in, selling.session, OpenReceiptAnswer()) is None
    assert selling.value("SELECT count(*) FROM known_receipt") == 0


def test_what_is_kept_goes_after_a_week(selling: Books) -> None:
    _take_in(selling, _far(selling, "cash", PIECE))
    selling.clock.step(days=8)
    _take_in(selling, structs.replace(_told(selling, selling.sell(PIECE)), rid=LATER))
    assert selling.query("SELECT lower(hex(rid)) FROM known_receipt") == [(LATER.hex,)]


def test_what_is_kept_goes_with_the_daily_tidying_too(selling: Books) -> None:
    class Store:
        def write(self, use_case: Callable[..., object], *args: object) -> Future[object]:
            future: Future[object] = Future()
            future.set_result(selling.run(use_case, *args))
            return future

    _take_in(selling, _far(selling, "cash", PIECE))
    selling.clock.step(days=8)
    Pruning(cast("StoreAccess", Store())).daily(selling.session.desk.now())
    assert selling.value("SELECT count(*) FROM known_receipt") == 0


def _settle(books: Books) -> tuple[ClaimReturnRequest, ...] | None:
    due: tuple[ClaimReturnRequest, ...] | None = books.run(return_claims.settle, books.session)
    return due


def _claimed(books: Books, lines: tuple[tuple[int, int], ...], sale: UUID = FAR) -> None:
    """Asked for and granted."""
    request = ClaimReturnRequest(sale=sale, lines=lines)
    noted = books.run(return_claims.note, books.session, request)
    books.run(return_claims.granted, books.session, noted)


def test_a_basket_that_waits_keeps_its_claims(selling: Books) -> None:
    receipt = _take_in(selling, _far(selling, "cash", f"2*{PIECE}"))
    wanted = return_claims.wanted(receipt, {}, {1: 1000, 2: 0})
    assert wanted == ClaimReturnRequest(sale=FAR, lines=((1, 1000),))
    _claimed(selling, wanted.lines)
    _take_back(selling, receipt, 1000)
    assert _settle(selling) == ()
    selling.run(holding.hold, selling.session)
    assert _settle(selling) == ()
    (one,) = selling.run(holding.held)
    selling.run(holding.recall, selling.session, one.basket_id)
    _take_back(selling, receipt, 2000)
    assert _settle(selling) == (ClaimReturnRequest(sale=FAR, lines=((1, 2000),)),)
    selling.run(service.clear, selling.session)
    (given_up,) = _settle(selling) or ()
    assert given_up == ClaimReturnRequest(sale=FAR)
    assert _settle(selling) == (given_up,)  # until head office has heard of it
    selling.run(return_claims.granted, selling.session, given_up)
    assert _settle(selling) is None


def test_goods_that_undo_brings_back_are_claimed_again(selling: Books) -> None:
    receipt = _take_in(selling, _far(selling, "cash", PIECE))
    _claimed(selling, ((1, 1000),))
    _take_back(selling, receipt, 1000)
    selling.run(service.clear, selling.session)
    (given_up,) = _settle(selling) or ()
    selling.run(return_claims.granted, selling.session, given_up)
    selling.run(service.undo, selling.session)
    (again,) = _settle(selling) or ()
    assert again == ClaimReturnRequest(sale=FAR, lines=((1, 1000),))
    selling.run(return_claims.granted, selling.session, again)
    assert _settle(selling) == ()


def test_a_claim_is_asked_for_until_it_is_granted_and_again_before_it_runs_out(
    selling: Books,
) -> None:
    sold = selling.sell(PIECE)
    _take_back(selling, _receipt(selling, sold.rid), 1000)  # with the cable out: nothing was noted
    due = (ClaimReturnRequest(sale=sold.rid, lines=((1, 1000),)),)
    assert _settle(selling) == due
    assert _settle(selling) == due
    selling.run(return_claims.granted, selling.session, due[0])
    selling.clock.step(minutes=19)
    assert _settle(selling) == ()
    selling.clock.step(minutes=1)
    assert selling.run(return_claims.due_now, selling.session) == due


def test_what_came_back_here_is_told_with_the_next_claim(selling: Books) -> None:
    sold = selling.sell(f"3*{PIECE}")
    _claimed(selling, ((1, 1000),), sold.rid)
    _take_back(selling, _receipt(selling, sold.rid), 1000)
    ticket = _pay_out(selling)
    assert _settle(selling) == ()
    assert _settle(selling) is None
    _take_back(selling, _receipt(selling, sold.rid), 2000)
    (due,) = _settle(selling) or ()
    assert (due.lines, due.came) == (((1, 2000),), (GoodsTaken(ticket.rid, 1, 1000),))


def test_one_till_does_not_take_the_same_goods_back_in_two_baskets(selling: Books) -> None:
    sold = selling.sell(f"2*{PIECE}")
    receipt = _receipt(selling, sold.rid)
    _take_back(selling, receipt, 1000)
    selling.run(holding.hold, selling.session)
    with pytest.raises(RetailError):
        _take_back(selling, receipt, 2000)
    wanted = return_claims.wanted(receipt, {}, {1: 1000})
    noted = selling.run(return_claims.note, selling.session, wanted)
    assert noted.lines == ((1, 2000),)
    selling.run(returning.take_back_all, selling.session, receipt, Back(0, UNWANTED))
    selling.run(holding.hold, selling.session)
    with pytest.raises(RetailError, match="came back already"):
        selling.run(returning.take_back_all, selling.session, receipt, Back(0, UNWANTED))
    refused = ClaimReturnAnswer(granted=False, line=1)
    problem = selling.run(return_claims.why_not, noted, refused)
    assert "another of its baskets" in str(problem)


def test_refusals_say_who_has_the_goods(selling: Books) -> None:
    receipt = _take_in(selling, _far(selling, "cash", PIECE))
    unknown = return_claims.refusal(receipt, ClaimReturnAnswer(granted=False))
    assert unknown.code == "return.unknown_there"
    taken = ClaimReturnAnswer(granted=False, line=1, left=500, number="S2-1-AA-00000003")
    assert "came back with S2-1-AA-00000003 already; 0.5" in str(
        return_claims.refusal(receipt, taken)
    )


def test_card_money_of_another_store_goes_back_by_card(selling: Books) -> None:
    receipt = _take_in(selling, _far(selling, "card", PIECE))
    _take_back(selling, receipt, 1000)
    assert _pay_out(selling).tenders == (("card", -PRICE),)
