"""Look-ups of quick keys. The page of keys is on the hot path: one prebuilt query."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, select
from sqlalchemy.orm import aliased

from db.store.catalog import Category, Product
from db.store.quick_keys import QuickKey, QuickLayout
from pos_app.checkout.queries import PRICE_NOW, CategoryTile, Tile, categories
from pos_app.quick_keys.layout import Cell, CellKind
from pos_app.till.queries import StoreProfile
from retail.catalog import Unit

_OWN = aliased(Category)
_NEWEST = (
    select(QuickLayout.version, QuickLayout.pages)
    .where(QuickLayout.role == bindparam("role"))
    .order_by(QuickLayout.version.desc())
    .limit(1)
)
_KEYS = (
    select(
        QuickKey.place,
        QuickKey.kind,
        QuickKey.what,
        func.coalesce(Product.name, Category.name, "").label("name"),
        func.coalesce(func.nullif(Product.icon, ""), _OWN.icon, Category.icon, "").label("icon"),
        func.coalesce(_OWN.tint, Category.tint, "grey").label("tint"),
        PRICE_NOW.label("minor"),
        Product.unit,
        Product.min_age,
        Product.stores,
    )
    .outerjoin(
        Product, (QuickKey.kind == "article") & (Product.sku == QuickKey.what) & Product.active
    )
    .outerjoin(_OWN, _OWN.category == Product.category)
    .outerjoin(Category, (QuickKey.kind == "category") & (Category.category == QuickKey.what))
    .where(
        QuickKey.role == bindparam("role"),
        QuickKey.version == bindparam("version"),
        QuickKey.page == bindparam("page"),
    )
    .order_by(QuickKey.place)
)

_ARTICLES = (
    select(
        Product.sku.label("what"),
        Product.name,
        func.coalesce(func.nullif(Product.icon, ""), _OWN.icon, "").label("icon"),
        func.coalesce(_OWN.tint, "grey").label("tint"),
        PRICE_NOW.label("minor"),
        Product.unit,
        Product.min_age,
        Product.stores,
    )
    .outerjoin(_OWN, _OWN.category == Product.category)
    .where(Product.active, Product.sku.in_(bindparam("skus", expanding=True)))
)


@dataclass(frozen=True, slots=True)
class Front:
    """What the checkout offers to a role: its pages of keys and the categories.

    Attributes:
        version: of the layout in force, 0 when there is none.
        pages: names of its pages; none of them stands for the favourites.
    """

    role: str
    version: int
    pages: tuple[str, ...]
    categories: tuple[CategoryTile, ...]


@dataclass(frozen=True, slots=True)
class Key:
    """A key as it is in the catalogue of now.

    Attributes:
        tile: the article; None when it is not sold now, or the key is none.
        group: the category; None when the key is none, or there is no such category any more.
    """

    place: int
    cell: Cell
    tile: Tile | None = None
    group: CategoryTile | None = None


def in_force(tx: Connection, role: str) -> tuple[int, tuple[str, ...]]:
    """Version and names of the pages of a role's layout; 0 and none without one."""
    row = tx.execute(_NEWEST, {"role": role}).first()
    return (0, ()) if row is None else (row.version, tuple(json.loads(row.pages)))


def front(tx: Connection, role: str) -> Front:
    """What the checkout offers to a role."""
    version, pages = in_force(tx, role)
    return Front(role, version, pages, categories(tx))


def keys(
    tx: Connection, store: StoreProfile, now_us: int, front_: Front, page: int
) -> tuple[Key, ...]:
    """The keys of a page that are not free, by their places."""
    values = {"role": front_.role, "version": front_.version, "page": page}
    rows = tx.execute(_KEYS, values | {"zone": store.price_zone, "now": now_us})
    found = []
    for row in rows:
        cell = Cell(CellKind(row.kind), row.what)
        tile = group = None
        if row.minor is not None:
            tile = _tile(row)
        elif cell.kind is CellKind.CATEGORY and row.name:
            group = CategoryTile(row.what, row.name, row.icon, row.tint)
        found.append(Key(row.place, cell, tile, group))
    return tuple(found)


def _tile(row: Row[Any]) -> Tile | None:
    if row.minor is None:
        return None
    look = (row.min_age, row.icon, row.tint, row.stores)
    return Tile(row.what, row.name, row.minor, Unit(row.unit), *look)


def looks(
    tx: Connection, store: StoreProfile, now_us: int, cells: tuple[Cell, ...]
) -> dict[Cell, Key]:
    """Keys that are not published yet as they are in the catalogue of now."""
    skus = [cell.what for cell in cells if cell.kind is CellKind.ARTICLE]
    values = {"zone": store.price_zone, "now": now_us}
    tiles = {row.what: _tile(row) for row in tx.execute(_ARTICLES, values | {"skus": skus})}
    groups = {one.category: one for one in categories(tx)}
    return {
        cell: Key(
            0,
            cell,
            tiles.get(cell.what) if cell.kind is CellKind.ARTICLE else None,
            groups.get(cell.what) if cell.kind is CellKind.CATEGORY else None,
        )
        for cell in cells
    }
