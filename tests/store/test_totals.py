from __future__ import annotations

import pytest

from pos_app.checkout import service
from pos_app.till.totals import totals
from retail.errors import RetailError
from retail.tender.settlement import Offer, TenderKind
from tests.support.till import SHELF, Books

PIECE = SHELF.code(SHELF.piece)
PRICE = SHELF.piece.minor["NL"]


def test_a_fresh_till_has_sold_nothing(books: Books) -> None:
    found = books.run(totals)
    assert (found.store, found.till) == ("S1", 1)
    assert (found.sales, found.gross_minor, found.cash_minor, found.last_seq) == (0, 0, 0, 1)


def test_totals_are_what_was_sold_without_float_and_change(selling: Books) -> None:
    selling.enter(PIECE)
    selling.pay(Offer(TenderKind.CASH, PRICE + 1000))
    selling.enter(f"2*{PIECE}")
    selling.pay(Offer(TenderKind.CARD, PRICE), Offer(TenderKind.CASH, PRICE + 5))
    selling.enter(PIECE)
    selling.run(service.clear, selling.session)
    found = selling.run(totals)
    assert (found.sales, found.gross_minor, found.cash_minor) == (2, 3 * PRICE, 2 * PRICE)


def test_they_name_the_journals_end(selling: Books) -> None:
    selling.sell(PIECE)
    found = selling.run(totals)
    row = selling.query("SELECT seq, lower(hex(hash)) FROM journal_entry ORDER BY seq DESC LIMIT 1")
    assert row == [(found.last_seq, found.head_hash)]


def test_a_till_that_is_not_enrolled_has_none(books: Books) -> None:
    books.execute("DELETE FROM device")
    with pytest.raises(RetailError) as caught:
        books.run(totals)
    assert caught.value.code == "journal.none"
