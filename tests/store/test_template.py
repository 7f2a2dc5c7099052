from __future__ import annotations

from tests.support.till import SHELF, Books


def test_a_fresh_till_verifies(books: Books) -> None:
    found = books.verify()
    assert found.broken == ""
    assert (found.entries, found.sales) == (1, 0)


def test_a_first_sale(selling: Books) -> None:
    sale = selling.sell(SHELF.code(SHELF.piece))
    assert sale.receipt_number.endswith("-00000001")
    assert selling.verify().broken == ""
