"""Goods that come back, from a receipt and without one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pos_app.checkout import by_hand, receipt_search, refunding, returning
from pos_app.checkout.closing import ClosedSale
from pos_app.checkout.receipt_search import Receipt, Wanted
from pos_app.checkout.returning import Back
from pos_app.printing import queue
from pos_app.staff.approvals import ApprovalNeededError, Why
from retail.basket.model import Disposition
from retail.errors import RetailError
from retail.receipt import Item
from retail.reductions import Cut
from retail.tender.settlement import Offer, TenderKind
from tests.support.till import SHELF, Books

PIECE, OTHER, WEIGHED = (SHELF.code(a) for a in (SHELF.piece, SHELF.other, SHELF.weighed))
PRICE = SHELF.piece.minor["NL"]
UNWANTED = Why("unwanted")


def _receipt(books: Books, sold: ClosedSale) -> Receipt:
    found = books.run(receipt_search.by_code, sold.receipt_number)
    assert found is not None
    assert found.rid == sold.rid
    return found


def _refund(books: Books) -> ClosedSale:
    """Pay out what is owed as the till proposes; what is to pay is paid exactly in cash."""
    priced = books.view().priced
    if priced.total_minor >= 0:
        return books.pay()
    planned = books.run(refunding.proposal, books.session, priced.basket.basket_id)
    return books.pay(*planned.offers)


def test_the_paper_of_a_return_names_the_receipt_that_the_goods_were_sold_with(
    selling: Books,
) -> None:
    sold = selling.sell(PIECE)
    selling.run(
        returning.take_back, selling.session, _receipt(selling, sold), 1, Back(1000, UNWANTED)
    )
    document = selling.run(queue.newest_document, _refund(selling).rid)
    assert document is not None
    (note,) = [one.note for one in document.blocks if isinstance(one, Item)]
    assert note == f"Returned {sold.receipt_number}"


def test_a_part_comes_back_for_what_was_paid_for_it(selling: Books) -> None:
    selling.enter(f"3*{PIECE}")
    selling.run(by_hand.reduce_line, selling.session, 1, Cut(minor=10), Why("goodwill"))
    sold = selling.pay()
    paid = sold.total_minor
    first = selling.run(
        returning.take_back, selling.session, _receipt(selling, sold), 1, Back(1000, UNWANTED)
    )
    assert [(x.line.quantity, x.net_minor) for x in first.priced.lines] == [
        (1000, first.priced.total_minor)
    ]
    refunded = [-_refund(selling).total_minor]
    for _ in range(2):
        receipt = _receipt(selling, sold)
        selling.run(returning.take_back, selling.session, receipt, 1, Back(1000, UNWANTED))
        refunded.append(-_refund(selling).total_minor)
    assert sum(refunded) == paid
    assert max(refunded) - min(refunded) <= 1
    assert selling.verify().broken == ""
    receipt = _receipt(selling, sold)
    assert returning.left_of(receipt) == {1: 0}
    with pytest.raises(RetailError, match="at most 0"):
        selling.run(returning.take_back, selling.session, receipt, 1, Back(1, UNWANTED))


def test_what_comes_back_is_on_record_with_its_reason_and_goes_where_it_is_sent(
    selling: Books,
) -> None:
    sold = selling.sell(PIECE, OTHER)
    receipt = _receipt(selling, sold)
    session, sku = selling.session, SHELF.piece.row.sku
    before = selling.query("SELECT state, thousandths FROM stock_level WHERE sku = :sku", sku=sku)
    back = Back(1000, Why("defective"), Disposition.QUARANTINE)
    selling.run(returning.take_back, session, receipt, 1, back)
    fact = selling.fact(_refund(selling).rid)
    (line,) = fact.lines
    assert line.back is not None
    assert (line.qty, line.net, line.back.sale, line.back.n) == (-1000, -PRICE, sold.rid, 1)
    assert (line.back.reason, line.back.disposition) == ("defective", "quarantine")
    after = selling.query("SELECT state, thousandths FROM stock_level WHERE sku = :sku", sku=sku)
    assert dict(after) == dict(before) | {"quarantine": 1000}
    assert selling.verify().broken == ""


def test_an_exchange_is_one_ticket_with_one_settlement(selling: Books) -> None:
    sold = selling.sell(f"2*{PIECE}")
    receipt = _receipt(selling, sold)
    selling.run(returning.take_back, selling.session, receipt, 1, Back(1000, UNWANTED))
    view = selling.enter(OTHER)
    wanted = SHELF.other.minor["NL"] - PRICE
    assert view.priced.total_minor == wanted
    done = _refund(selling)
    assert done.total_minor == wanted
    assert selling.verify().broken == ""


def test_half_a_kilogram_of_a_kilogram_comes_back(selling: Books) -> None:
    sold = selling.sell(f"1*{WEIGHED}")
    receipt = _receipt(selling, sold)
    view = selling.run(returning.take_back, selling.session, receipt, 1, Back(500, UNWANTED))
    assert -view.priced.total_minor == (SHELF.weighed.minor["NL"] + 1) // 2


def test_the_same_line_again_takes_the_place_of_itself(selling: Books) -> None:
    receipt = _receipt(selling, selling.sell(f"3*{PIECE}"))
    selling.run(returning.take_back, selling.session, receipt, 1, Back(3000, UNWANTED))
    view = selling.run(returning.take_back, selling.session, receipt, 1, Back(2000, UNWANTED))
    assert [(x.line.quantity, x.net_minor) for x in view.priced.lines] == [(2000, -2 * PRICE)]


def test_lines_of_one_receipt_share_its_cents(selling: Books) -> None:
    selling.enter(f"3*{PIECE}", f"2*{OTHER}")
    selling.run(by_hand.reduce_basket, selling.session, Cut(minor=7), Why("goodwill"))
    sold = selling.pay()
    receipt = _receipt(selling, sold)
    selling.run(returning.take_back, selling.session, receipt, 1, Back(3000, UNWANTED))
    view = selling.run(returning.take_back, selling.session, receipt, 2, Back(2000, UNWANTED))
    assert -view.priced.total_minor == sold.total_minor
    assert sum(row.tax_minor for row in view.priced.tax) == -sum(
        row.tax for row in selling.fact(sold.rid).tax
    )


def test_without_a_receipt_somebody_must_allow_it(selling: Books) -> None:
    people = {person.role: person for person in selling.staff()}
    session = replace(selling.session, staff=people["cashier"])
    with pytest.raises(ApprovalNeededError):
        selling.run(returning.take_back_blind, session, PIECE, Back(1000, UNWANTED))
    why = Why("unwanted", people["manager"])
    view = selling.run(returning.take_back_blind, session, PIECE, Back(2000, why))
    assert view.priced.total_minor == -2 * PRICE
    with pytest.raises(RetailError, match="not in the catalogue"):
        selling.run(returning.take_back_blind, session, "NO-SUCH", Back(1000, why))


def test_a_receipt_is_found_by_what_people_know_of_it(selling: Books) -> None:
    first = selling.sell(PIECE)
    selling.enter(OTHER)
    due = selling.view().priced.total_minor
    second = selling.pay(Offer(TenderKind.CARD, due, "AUTH 4471"))
    day = selling.session.place().business_date

    def numbers(wanted: Wanted) -> list[str]:
        return [found.number for found in selling.run(receipt_search.search, wanted)]

    both = [second.receipt_number, first.receipt_number]
    assert numbers(Wanted()) == both
    assert numbers(Wanted(number="00000001")) == both[1:]
    assert numbers(Wanted(reference="4471")) == both[:1]
    assert numbers(Wanted(day=day, sku=SHELF.piece.row.sku)) == both[1:]
    (found,) = selling.run(receipt_search.search, Wanted(number="2"))
    assert (found.articles, found.total_minor) == (SHELF.other.row.name, due)


def test_the_code_on_the_receipt_leads_to_its_sale(selling: Books) -> None:
    sold = selling.sell(PIECE)
    found = selling.run(receipt_search.by_code, f"TW1.{sold.rid.hex}.anything")
    assert found is not None
    assert found.fact.number == sold.receipt_number
    for code in ("TW1.", "TW1.zz.x", "S1-1-AD-99999999", ""):
        assert selling.run(receipt_search.by_code, code) is None
