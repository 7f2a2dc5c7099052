"""Gift cards as articles of the shop, with and without a fixed amount."""

from __future__ import annotations

from sqlalchemy import Connection, insert, text

from db.store.catalog import Barcode, Price, Product
from tests.screens.till_store import gtin
from tests.support.gift_cards import know_key

OPEN, FIXED = gtin(800), gtin(801)


def stock_gift_cards(tx: Connection) -> None:
    """Put both on the shelf; the company's key has come down."""
    know_key(tx)
    for sku, name, code, minor in (
        ("GIFT", "Gift card", OPEN, 0),
        ("GIFT25", "Gift card 25", FIXED, 2_500),
    ):
        tx.execute(
            insert(Product).values(
                sku=sku, name=name, folded=name.casefold(), category="paper", tax_code="S",
                unit="piece", min_age=0, icon="gift", tile_rank=0, active=True, components="",
                stores="gift_card",
            )
        )  # fmt: skip
        tx.execute(
            text(
                "INSERT INTO product_search(rowid, words) "
                "SELECT rowid, folded FROM product WHERE sku = :sku"
            ),
            {"sku": sku},
        )
        tx.execute(insert(Barcode).values(gtin=code.zfill(14), sku=sku, pack=1000))
        tx.execute(
            insert(Price).values(zone="NL", sku=sku, pack=1000, valid_from_us=0, minor=minor)
        )
