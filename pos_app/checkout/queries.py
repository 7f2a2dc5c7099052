"""Look-ups of the checkout. Barcode and search are on the hot path: prebuilt, no ORM."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, bindparam, column, func, literal, select, table, text

from db.prepared import Prepared
from db.store.catalog import Barcode, Category, Price, Product
from pos_app.checkout.search_index import progress
from pos_app.till.queries import StoreProfile
from retail.barcode.gtin import Gtin, OtherCode
from retail.catalog import Component, ItemSnapshot, Unit
from retail.folding import fold
from retail.quantity import ONE
from retail.variants import Variant

_ITEM = (
    Product.sku,
    Product.name,
    Product.category,
    Product.unit,
    Product.tax_code,
    Product.min_age,
    Product.components,
    Product.tags,
    Product.no_discount,
    Product.no_points,
    Product.requires,
    Product.stopped,
    Product.linked,
    Product.tare,
    Product.stores,
    Price.minor,
)
_IN_FORCE = (
    Price.sku == Product.sku,
    Price.zone == bindparam("zone"),
    Price.valid_from_us <= bindparam("now"),
)
_BY_GTIN = Prepared(
    select(*_ITEM, Barcode.pack)
    .select_from(Barcode)
    .join(Product, Product.sku == Barcode.sku)
    .join(Price, (Price.pack == Barcode.pack) & _IN_FORCE[0] & _IN_FORCE[1] & _IN_FORCE[2])
    .where(Barcode.gtin == bindparam("gtin"), Product.active)
    .order_by(Price.valid_from_us.desc())
    .limit(1)
)
_BY_SKU = Prepared(
    select(*_ITEM, Price.pack)
    .select_from(Product)
    .join(Price, (Price.pack == ONE) & _IN_FORCE[0] & _IN_FORCE[1] & _IN_FORCE[2])
    .where(Product.sku == bindparam("sku"), Product.active)
    .order_by(Price.valid_from_us.desc())
    .limit(1)
)
_UNPRICED = (*_ITEM[:-1], literal(0).label("minor"))
_UNPRICED_BY_GTIN = Prepared(
    select(*_UNPRICED, Barcode.pack)
    .select_from(Barcode)
    .join(Product, Product.sku == Barcode.sku)
    .where(Barcode.gtin == bindparam("gtin"), Product.active, Product.stores == "")
)
_UNPRICED_BY_SKU = Prepared(
    select(*_UNPRICED, literal(ONE).label("pack")).where(
        Product.sku == bindparam("sku"), Product.active, Product.stores == ""
    )
)
PRICE_NOW = (
    select(Price.minor)
    .where(*_IN_FORCE, Price.pack == ONE)
    .order_by(Price.valid_from_us.desc())
    .limit(1)
    .scalar_subquery()
)
"""The price now of the product of a query, in the zone ``zone`` at the instant ``now``."""
_FAMILY = select(
    Product.sku, Product.name, Product.variant, Product.stopped, PRICE_NOW.label("minor")
).where(Product.family == bindparam("family"), Product.family != "", Product.active)
# A quote would end the word for FTS5, a zero character the whole question.
_NO_WORD = str.maketrans({'"': " ", "\0": " "})
_SEARCH_TABLE = table("product_search", column("rowid"), column("words"))
_SEARCH = (
    select(
        Product.sku,
        Product.name,
        Product.unit,
        Product.icon,
        Product.category,
        Product.family,
        Product.stores,
        PRICE_NOW.label("minor"),
        select(Barcode.gtin)
        .where(Barcode.sku == Product.sku)
        .limit(1)
        .scalar_subquery()
        .label("gtin"),
    )
    .where(Product.active)
    .limit(bindparam("most"))
)
_INDEXED = (
    _SEARCH.select_from(_SEARCH_TABLE)
    .join(Product, text("product.rowid = product_search.rowid"))
    .where(text("product_search MATCH :words"))
)
_WORDS = literal(" ") + Product.folded + literal(" ") + func.lower(Product.sku)


@dataclass(frozen=True, slots=True)
class CategoryTile:
    """A category as a chip."""

    category: str
    name: str
    icon: str
    tint: str


@dataclass(frozen=True, slots=True)
class Tile:
    """An article as a tile; ``price_minor`` is per unit."""

    sku: str
    name: str
    price_minor: int
    unit: Unit
    min_age: int
    icon: str
    tint: str
    stores: str = ""


@dataclass(frozen=True, slots=True)
class FoundItem:
    """A row of the search; ``gtin`` is one of the article's barcodes or empty."""

    sku: str
    name: str
    gtin: str
    price_minor: int
    unit: Unit
    family: str = ""
    stores: str = ""


def family(tx: Connection, store: StoreProfile, code: str, now_us: int) -> tuple[Variant, ...]:
    """The articles of a family that have a price now; none for a code that is no family's."""
    rows = tx.execute(_FAMILY, {"family": code, "zone": store.price_zone, "now": now_us})
    return tuple(
        Variant(
            row.sku,
            row.name,
            tuple(json.loads(row.variant)) if row.variant else (),
            row.minor,
            not row.stopped,
        )
        for row in rows
        if row.minor is not None
    )


def find(
    tx: Connection, store: StoreProfile, code: Gtin | OtherCode, now_us: int
) -> ItemSnapshot | None:
    """The article of a barcode or SKU with its price now; None when there is none."""
    zone = {"zone": store.price_zone, "now": now_us}
    if isinstance(code, Gtin):
        row = _BY_GTIN.first(tx, zone | {"gtin": code.key})
        return None if row is None else _snapshot(row, code.key)
    return find_sku(tx, store, code.text, now_us)


def find_unpriced(tx: Connection, code: Gtin | OtherCode) -> ItemSnapshot | None:
    """The article of a barcode or SKU that has no price here now; None when there is none."""
    if isinstance(code, Gtin):
        row, gtin = _UNPRICED_BY_GTIN.first(tx, {"gtin": code.key}), code.key
    else:
        row, gtin = _UNPRICED_BY_SKU.first(tx, {"sku": code.text}), ""
    return None if row is None else replace(_snapshot(row, gtin), unpriced=True)


def find_sku(tx: Connection, store: StoreProfile, sku: str, now_us: int) -> ItemSnapshot | None:
    """The article of an SKU with its price now; None when there is none."""
    values = {"zone": store.price_zone, "now": now_us, "param_1": 1, "sku": sku}
    row = _BY_SKU.first(tx, values)
    return None if row is None else _snapshot(row, "")


def _snapshot(row: tuple[Any, ...], gtin: str) -> ItemSnapshot:
    sku, name, category, unit, tax_code, min_age, components, *flags, minor, pack = row
    tags, no_discount, no_points, requires, stopped, linked, tare, stores = flags
    parts = tuple(Component(*part) for part in json.loads(components)) if components else ()
    return ItemSnapshot(
        sku=sku,
        name=name,
        category=category,
        unit=Unit(unit),
        unit_price_minor=minor,
        # Money put on a card is taxed when it is spent, and is worth what is paid for it.
        tax_codes=() if stores else (tax_code,),
        gtin=gtin,
        pack_thousandths=pack,
        min_age=min_age,
        components=parts,
        tags=tuple(json.loads(tags)) if tags else (),
        no_discount=bool(no_discount or stores),
        no_points=bool(no_points or stores),
        requires=tuple(json.loads(requires)) if requires else (),
        stopped=stopped,
        linked=tuple((sku, each) for sku, each in json.loads(linked)) if linked else (),
        tare=tare,
        stores=stores,
    )


def categories(tx: Connection) -> tuple[CategoryTile, ...]:
    """All categories in their order."""
    rows = tx.execute(
        select(Category.category, Category.name, Category.icon, Category.tint).order_by(
            Category.rank
        )
    )
    return tuple(CategoryTile(*row) for row in rows)


def names_of(tx: Connection, words: Collection[str]) -> dict[str, str]:
    """What people call these categories and articles; words that are neither are left out."""
    if not words:
        return {}
    articles = select(Product.sku, Product.name).where(Product.sku.in_(words))
    groups = select(Category.category, Category.name).where(Category.category.in_(words))
    return {row[0]: row[1] for query in (articles, groups) for row in tx.execute(query)}


def tiles(
    tx: Connection, store: StoreProfile, now_us: int, category: str | None = None
) -> tuple[Tile, ...]:
    """The favourites, or the first 60 articles of a category."""
    query = (
        select(
            Product.sku,
            Product.name,
            PRICE_NOW.label("minor"),
            Product.unit,
            Product.min_age,
            Product.icon,
            Category.icon.label("category_icon"),
            Category.tint,
            Product.stores,
        )
        .join(Category, Category.category == Product.category)
        .where(Product.active)
        .limit(60)
    )
    if category is None:
        query = query.where(Product.tile_rank > 0).order_by(Product.tile_rank)
    else:
        query = query.where(Product.category == category).order_by(Product.folded)
    rows = tx.execute(query, {"zone": store.price_zone, "now": now_us})
    return tuple(
        Tile(
            row.sku,
            row.name,
            row.minor,
            Unit(row.unit),
            row.min_age,
            row.icon or row.category_icon,
            row.tint,
            row.stores,
        )
        for row in rows
        if row.minor is not None
    )


def search(
    tx: Connection, store: StoreProfile, now_us: int, words: str, most: int = 50
) -> tuple[FoundItem, ...]:
    """Articles whose words begin with all the words given; names that begin so come first.

    While the index is behind, the names themselves are read: slower, but nothing is missing.
    """
    terms = fold(words).translate(_NO_WORD).split()
    if not terms:
        return ()
    values = {"most": most, "zone": store.price_zone, "now": now_us}
    if progress(tx).whole:
        values["words"] = " ".join(f'"{term}"*' for term in terms)
        rows = tx.execute(_INDEXED, values).all()
    else:
        begins = [_WORDS.contains(f" {term}", autoescape=True) for term in terms]
        rows = tx.execute(_SEARCH.where(*begins), values).all()
    found = [
        FoundItem(
            row.sku,
            row.name,
            row.gtin or "",
            row.minor,
            Unit(row.unit),
            row.family,
            row.stores,
        )
        for row in rows
        if row.minor is not None
    ]
    start = terms[0]
    return tuple(sorted(found, key=lambda f: (not fold(f.name).startswith(start), fold(f.name))))
