"""A chain of two stores with three articles, published to its tills' streams."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import asdict
from sqlalchemy import Connection, insert

from db.head.catalog import Product
from db.streams import publish, publish_each, store_stream
from retail.barcode.gtin import check_digit
from retail.contract.reference import (
    BarcodeRow,
    CategoryRow,
    PriceRow,
    ProductRow,
    StaffRow,
    StoreRow,
    TaxRateRow,
)
from retail.contract.scopes import ScopedRow
from tests.support.head_data import PRODUCTS, STAFF, load_chain


def gtin(number: int) -> str:
    """A valid GTIN of the example prefix, 14 digits."""
    body = f"952000{number:06d}"
    return f"0{body}{check_digit(body)}"


def load_small_chain(tx: Connection) -> None:
    """Stores S1 and S2 with tills 1 and 2 each; everything their tills need is in the streams."""
    load_chain(tx)
    for store in ("S1", "S2"):
        publish(tx, store_stream(store), (store_row(store), _staff()))
    rows: list[ScopedRow] = [TaxRateRow(zone="NL", code="A", ppm=210_000)]
    rows += [
        CategoryRow(category=category, name=category.title(), icon="box", tint="blue", rank=rank)
        for rank, (_, _, category, _, _) in enumerate(PRODUCTS)
    ]
    rows += articles((sku, name, category, minor) for sku, name, category, minor, _ in PRODUCTS)
    publish_each(tx, rows)


def articles(wanted: Iterable[tuple[str, str, str, int]], *, first: int = 1) -> list[ScopedRow]:
    """Product, barcode and price rows of ``(sku, name, category, minor)``."""
    rows: list[ScopedRow] = []
    for number, (sku, name, category, minor) in enumerate(wanted, first):
        rows += [
            ProductRow(sku=sku, name=name, category=category, tax_code="A"),
            BarcodeRow(gtin=gtin(number), sku=sku),
            PriceRow(zone="NL", sku=sku, minor=minor),
        ]
    return rows


def sell_gift_cards(tx: Connection) -> None:
    """An article that puts any amount on a gift card; its plastic costs 0.30."""
    row = ProductRow(sku="GIFT", name="Gift card", category="tea", tax_code="A", stores="gift_card")
    values = asdict(row) | {"folded": "gift card", "cost_micro": 300_000, "components": ""}
    lists = dict.fromkeys(("tags", "requires", "linked", "variant"), "")
    tx.execute(insert(Product).values(**values | lists))
    code = BarcodeRow(gtin=gtin(900), sku="GIFT")
    publish_each(tx, (row, code, PriceRow(zone="NL", sku="GIFT", minor=0)))


def store_row(store: str) -> StoreRow:
    """A store as its tills get it."""
    return StoreRow(
        store=store,
        name=f"Store {store}",
        street="High Street 1",
        city="Amsterdam",
        vat_id="NL1",
        phone="+31",
        currency="EUR",
        zone="Europe/Amsterdam",
        cut_over_minutes=240,
        cash_increment=1,
        tax_zone="NL",
        price_zone="NL",
        tax_included=True,
        tax_rounding="per_rate",
        language="en",
    )


def _staff() -> StaffRow:
    return StaffRow(staff=STAFF, name="Maria Keller", initials="MK", role="cashier", pin_hash="-")
