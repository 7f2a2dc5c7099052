"""A till of any size, built once and kept under ``.cache/bench``."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert, text

from db.base import StoreBase
from db.demo.chain import STORES, staff_of
from db.engine import open_store
from db.store.catalog import Barcode, Category, Price, Product, TaxRate
from db.store.customers import Customer
from db.store.stock import ShopStockLevel
from db.store.tills import Device, StaffMember, Store
from db.transaction import begin, begin_on
from db.upgrade import ready_store
from pos_app.journal.desk import Desk, real_desk
from pos_app.journal.numbers import open_journal
from pos_app.staff.service import staff_list
from pos_app.till.service import TillSession, open_shift, start_session
from retail.barcode.gtin import check_digit

CACHE = Path(".cache/bench")
_SLICE = 5_000
_FURTHER = 500_000_000
"""Numbers of further barcodes begin here."""


@dataclass(frozen=True, slots=True)
class World:
    """A store file with an open shift; use cases run on one connection."""

    folder: Path
    connection: Connection
    session: TillSession

    def run(self, use_case: Callable[..., Any], *words: Any) -> Any:
        """One use case, one transaction."""
        with begin_on(self.connection) as tx:
            return use_case(tx, *words)


def gtin(number: int) -> str:
    """The 14-digit key of an article."""
    payload = f"952{number:09d}"
    return f"0{payload}{check_digit(payload)}"


def till_folder(products: int, *, further_codes: int = 0, customers: int = 0) -> Path:
    """A fresh copy of a till with so many articles, whose stock head office has told.

    Args:
        further_codes: barcodes beyond one for each article.
    """
    template = CACHE / f"stocked-{products}-{further_codes}-{customers}"
    if not (template / "till.sqlite").exists():
        _build(template, products, further_codes, customers)
    copy = CACHE / "till"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(template, copy)
    return copy


@contextmanager
def world(products: int) -> Iterator[World]:
    """Open a fresh copy."""
    folder = till_folder(products)
    engine = open_store(folder / "till.sqlite")
    desk = real_desk()
    with engine.connect() as connection:
        with begin_on(connection) as tx:
            session = start_session(tx, desk, staff_list(tx)[0])
            session = session if session.shift else open_shift(tx, session, 15_000)
        yield World(folder, connection, session)


def _build(folder: Path, products: int, further_codes: int, customers: int) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    store = folder / "till.sqlite"
    ready_store(store)
    with begin(open_store(store)) as tx:
        _place(tx, real_desk())
        for first in range(0, products, _SLICE):
            _articles(tx, range(first, min(first + _SLICE, products)))
        for first in range(0, further_codes, _SLICE):
            _further_codes(tx, range(first, min(first + _SLICE, further_codes)), products)
        for first in range(0, customers, _SLICE):
            _customers(tx, range(first, min(first + _SLICE, customers)))
        tx.execute(
            text("INSERT INTO product_search (rowid, words) SELECT rowid, folded FROM product")
        )


def _rows(tx: Connection, table: type[StoreBase], rows: list[dict[str, Any]]) -> None:
    tx.execute(insert(table), rows)


def _place(tx: Connection, desk: Desk) -> None:
    store = STORES[0]
    values = {name: getattr(store, name) for name in store.__struct_fields__ if name != "store"}
    _rows(tx, Store, [{"store_id": store.store, **values}])
    for member in staff_of(store.store):
        values = {n: getattr(member, n) for n in member.__struct_fields__ if n != "staff"}
        _rows(tx, StaffMember, [{"staff_id": member.staff, **values}])
    for code, ppm in (("R", 90_000), ("S", 210_000)):
        _rows(tx, TaxRate, [{"zone": "NL", "code": code, "valid_from_us": 0, "ppm": ppm}])
    category = {"category": "all", "name": "All", "icon": "box", "tint": "grey", "rank": 1}
    _rows(tx, Category, [category])
    keys = {"installation": desk.new_id(), "hq_id": desk.new_id(), "enrolled_at": desk.now()}
    device = {
        "id": 1,
        "store_id": store.store,
        "till": 1,
        "server": "http://127.0.0.1:9",
        "incarnation": 1,
        "secret": bytes(32),
        "ticket": "",
        "nonce": "",
        **keys,
    }
    _rows(tx, Device, [device])
    open_journal(tx, desk.new_id(), desk.now())


def _articles(tx: Connection, numbers: range) -> None:
    _rows(
        tx,
        Product,
        [
            {
                "sku": f"P{n:07d}",
                "name": f"Article {n}",
                "folded": f"article {n}",
                "category": "all",
                "tax_code": "RS"[n % 2],
                "unit": "piece",
                "min_age": 0,
                "icon": "box",
                "tile_rank": n + 1 if n < 30 else 0,
                "active": True,
                "components": "",
            }
            for n in numbers
        ],
    )
    _rows(tx, Barcode, [{"gtin": gtin(n), "sku": f"P{n:07d}", "pack": 1000} for n in numbers])
    price = {"zone": "NL", "pack": 1000, "valid_from_us": 0}
    _rows(tx, Price, [{**price, "sku": f"P{n:07d}", "minor": 99 + n % 900} for n in numbers])
    there = {"store_id": STORES[0].store, "thousandths": 24_000, "applied": "[]"}
    _rows(tx, ShopStockLevel, [{**there, "sku": f"P{n:07d}"} for n in numbers])


def _further_codes(tx: Connection, numbers: range, products: int) -> None:
    pack = {"pack": 1000}
    rows = [{"gtin": gtin(_FURTHER + n), "sku": f"P{n % products:07d}", **pack} for n in numbers]
    _rows(tx, Barcode, rows)


def _customers(tx: Connection, numbers: range) -> None:
    rows = [
        {
            "customer": f"{n:032x}",
            "segment": "S1",
            "name": f"Customer {n}",
            "folded": f"customer {n}",
            "tier": "gold" if n % 3 else "",
            "card": f"{n:032x}",
            "phone": f"{n + 1:032x}",
            "email": "",
        }
        for n in numbers
    ]
    _rows(tx, Customer, rows)


def save(results: list[dict[str, Any]]) -> Path:
    """Keep the results as JSON."""
    CACHE.mkdir(parents=True, exist_ok=True)
    target = CACHE / "results.json"
    target.write_text(json.dumps(results, indent=2) + "\n")
    return target
