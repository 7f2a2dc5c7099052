"""Looking articles up: search, categories, barcodes, prices."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import Connection, Select, func, select, tuple_
from sqlalchemy.dialects.postgresql import distinct_on

from backoffice.platform.filters import Page, Position, cursor, page_of
from db.base import from_us, to_us
from db.head.catalog import Barcode, Category, Product
from db.head.pricing import Price, TaxRate
from db.head.stock import StockLevel
from db.head.stores import Store
from retail.folding import fold

PAGE_SIZE = 50
_Articles: TypeAlias = Select[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class CategoryRecord:
    """A category with the number of its articles."""

    category: str
    name: str
    icon: str
    tint: str
    products: int


@dataclass(frozen=True, slots=True)
class PriceRecord:
    """The price of an article in a zone; ``pack`` in thousandths."""

    zone: str
    currency: str
    pack: int
    minor: int
    valid_from: datetime


@dataclass(frozen=True, slots=True)
class ProductRecord:
    """An article in a list; ``prices`` are today's of one unit, by zone."""

    sku: str
    name: str
    folded: str
    category: str
    category_name: str
    icon: str
    tint: str
    unit: str
    tax_code: str
    min_age: int
    active: bool
    gtin: str
    prices: tuple[PriceRecord, ...]


@dataclass(frozen=True, slots=True)
class BarcodeRecord:
    """A barcode; ``pack`` is the stock quantity it stands for, in thousandths."""

    gtin: str
    pack: int


@dataclass(frozen=True, slots=True)
class ShelfRecord:
    """How much of an article a store has on its shelves, in thousandths."""

    store_id: str
    store_name: str
    thousandths: int


@dataclass(frozen=True, slots=True)
class TaxRecord:
    """A tax zone's rate for the article's tax code, in parts per million."""

    zone: str
    ppm: int


@dataclass(frozen=True, slots=True)
class ProductDetail:
    """An article with everything that its page shows."""

    product: ProductRecord
    cost_micro: int
    components: str
    barcodes: tuple[BarcodeRecord, ...]
    prices: tuple[PriceRecord, ...]
    shelves: tuple[ShelfRecord, ...]
    taxes: tuple[TaxRecord, ...]


@dataclass(frozen=True, slots=True)
class ProductFilter:
    """What a list of articles is narrowed to; empty fields do not narrow."""

    search: str = ""
    category: str = ""


def categories(tx: Connection) -> tuple[CategoryRecord, ...]:
    """All categories in their order."""
    count = select(Product.category, func.count().label("n")).group_by(Product.category).subquery()
    rows = tx.execute(
        select(Category, func.coalesce(count.c.n, 0).label("products"))
        .outerjoin(count, count.c.category == Category.category)
        .order_by(Category.rank, Category.name)
    )
    return tuple(
        CategoryRecord(row.category, row.name, row.icon, row.tint, row.products) for row in rows
    )


def products(
    tx: Connection, narrow: ProductFilter, *, at: Position | None, now: datetime
) -> Page[ProductRecord]:
    """A page of articles by name."""
    statement = _narrowed(_articles(), narrow)
    order = (Product.folded, Product.sku)
    backwards = at is not None and at.before
    if at is not None:
        here = tuple_(*order)
        statement = statement.where(here < at.key if at.before else here > at.key)
    statement = statement.order_by(*(c.desc() if backwards else c.asc() for c in order))
    rows = tx.execute(statement.limit(PAGE_SIZE + 1)).all()
    prices = prices_of(tx, [row.sku for row in rows], now)
    records = [
        _record(row, tuple(p for p in prices.get(row.sku, ()) if p.pack == 1000)) for row in rows
    ]
    return page_of(records, lambda r: cursor(r.folded, r.sku), size=PAGE_SIZE, at=at)


def product(tx: Connection, sku: str, now: datetime) -> ProductDetail | None:
    """One article, or None."""
    row = tx.execute(
        _articles().add_columns(Product.cost_micro, Product.components).where(Product.sku == sku)
    ).one_or_none()
    if row is None:
        return None
    prices = prices_of(tx, [sku], now).get(sku, ())
    return ProductDetail(
        product=_record(row, tuple(p for p in prices if p.pack == 1000)),
        cost_micro=row.cost_micro,
        components=row.components,
        barcodes=_barcodes(tx, sku),
        prices=prices,
        shelves=_shelves(tx, sku),
        taxes=_taxes(tx, row.tax_code, now),
    )


def prices_of(tx: Connection, skus: list[str], now: datetime) -> dict[str, tuple[PriceRecord, ...]]:
    """Prices in force by SKU, then zone and pack."""
    if not skus:
        return {}
    zones = select(Store.price_zone, func.min(Store.currency)).group_by(Store.price_zone)
    currencies: dict[str, str] = {zone: currency for zone, currency in tx.execute(zones)}  # noqa: C416 (rows are no pairs to mypy)
    rows = tx.execute(
        select(Price)
        .ext(distinct_on(Price.sku, Price.zone, Price.pack))
        .where(Price.sku.in_(skus), Price.valid_from_us <= to_us(now))
        .order_by(Price.sku, Price.zone, Price.pack, Price.valid_from_us.desc())
    )
    found: dict[str, list[PriceRecord]] = {}
    for row in rows:
        if row.zone in currencies:
            price = PriceRecord(
                row.zone, currencies[row.zone], row.pack, row.minor, from_us(row.valid_from_us)
            )
            found.setdefault(row.sku, []).append(price)
    return {sku: tuple(prices) for sku, prices in found.items()}


def _articles() -> _Articles:
    first = (
        select(func.min(Barcode.gtin))
        .where(Barcode.sku == Product.sku)
        .correlate(Product)
        .scalar_subquery()
    )
    return (
        select(
            Product.sku,
            Product.name,
            Product.folded,
            Product.category,
            Category.name.label("category_name"),
            func.coalesce(func.nullif(Product.icon, ""), Category.icon).label("icon"),
            Category.tint,
            Product.unit,
            Product.tax_code,
            Product.min_age,
            Product.active,
            first.label("gtin"),
        )
        .select_from(Product)
        .outerjoin(Category, Category.category == Product.category)
    )


def _narrowed(statement: _Articles, narrow: ProductFilter) -> _Articles:
    if narrow.category:
        statement = statement.where(Product.category == narrow.category)
    digits = narrow.search.replace(" ", "")
    if digits.isascii() and digits.isdigit() and len(digits) >= 8:
        known = select(Barcode.sku).where(Barcode.gtin == digits.rjust(14, "0")[-14:])
        return statement.where(Product.sku.in_(known) | (Product.sku == digits))
    for word in fold(narrow.search).split():
        by_sku = func.lower(Product.sku).startswith(word, autoescape=True)
        statement = statement.where(Product.folded.contains(word, autoescape=True) | by_sku)
    return statement


def _record(row: object, prices: tuple[PriceRecord, ...]) -> ProductRecord:
    names = [name for name in ProductRecord.__dataclass_fields__ if name != "prices"]
    values = {name: getattr(row, name) for name in names}
    for name in ("category_name", "icon", "tint", "gtin"):
        values[name] = values[name] or ""
    return ProductRecord(**values, prices=prices)


def _barcodes(tx: Connection, sku: str) -> tuple[BarcodeRecord, ...]:
    rows = tx.execute(
        select(Barcode.gtin, Barcode.pack).where(Barcode.sku == sku).order_by(Barcode.gtin)
    )
    return tuple(BarcodeRecord(row.gtin, row.pack) for row in rows)


def _shelves(tx: Connection, sku: str) -> tuple[ShelfRecord, ...]:
    rows = tx.execute(
        select(Store.store_id, Store.name, func.coalesce(StockLevel.thousandths, 0).label("there"))
        .outerjoin(
            StockLevel,
            (StockLevel.store_id == Store.store_id)
            & (StockLevel.site == Store.store_id)
            & (StockLevel.state == "on_hand")
            & (StockLevel.sku == sku),
        )
        .order_by(Store.store_id)
    )
    return tuple(ShelfRecord(row.store_id, row.name, row.there) for row in rows)


def _taxes(tx: Connection, code: str, now: datetime) -> tuple[TaxRecord, ...]:
    rows = tx.execute(
        select(TaxRate.zone, TaxRate.ppm)
        .ext(distinct_on(TaxRate.zone))
        .where(TaxRate.code == code, TaxRate.valid_from_us <= to_us(now))
        .order_by(TaxRate.zone, TaxRate.valid_from_us.desc())
    )
    return tuple(TaxRecord(row.zone, row.ppm) for row in rows)
