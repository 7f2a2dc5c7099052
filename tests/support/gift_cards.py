"""Articles that store value, and the key that codes are hashed with, at a till without a head."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, insert

from db.store.value import ValueKey
from pos_app.checkout import stored_value
from pos_app.checkout.open_basket import CheckoutView
from retail.barcode.gtin import check_digit
from retail.contract.reference import BarcodeRow, PriceRow, ProductRow
from retail.contract.scopes import ScopedRow, stream_of
from tests.support.till import Books, receive

KEY = b"the company's key of 32 bytes..."
OPEN, FIXED = "GIFT", "GIFT25"


def gtin(number: int) -> str:
    """A GTIN-13 of the example prefix that no other article of the tests has."""
    body = f"952099{number:06d}"
    return body + str(check_digit(body))


OPEN_CODE, FIXED_CODE = gtin(1), gtin(2)
ROWS: tuple[ScopedRow, ...] = tuple(
    row
    for sku, name, code, minor in (
        (OPEN, "Gift card", OPEN_CODE, 0),
        (FIXED, "Gift card 25", FIXED_CODE, 2_500),
    )
    for row in (
        ProductRow(sku=sku, name=name, category="paper", tax_code="S", stores="gift_card"),
        BarcodeRow(gtin=code.zfill(14), sku=sku),
        PriceRow(zone="NL", sku=sku, minor=minor),
    )
)


def know_key(tx: Connection) -> None:
    """As after the first sync."""
    tx.execute(insert(ValueKey).values(id=1, key=KEY))


def stock(books: Books) -> None:
    """Bring the articles into the catalogue, and the key."""
    books.run(know_key)
    for stream in sorted({stream_of(row) for row in ROWS}):
        rows = [row for row in ROWS if stream_of(row) == stream]
        books.run(receive, stream, rows, books.desk.now())


def load(books: Books, code: str, minor: int = 0, sku: str = OPEN) -> CheckoutView:
    """Ring a card up."""
    found: Any = books.run(stored_value.ring_up, books.session, sku, code, minor)
    assert isinstance(found, CheckoutView)
    return found
