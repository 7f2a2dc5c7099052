"""A barcode lookup through the checkout's own query against a raw prepared statement."""

from __future__ import annotations

import random
import sqlite3
from functools import partial

from benchmarks.measure import Row, ratio, seconds, times
from benchmarks.world import gtin, world
from pos_app.checkout import queries
from retail.barcode.gtin import parse

_ROUNDS, _BATCH, _PRODUCTS = 300, 20, 100_000
_RAW = (
    "SELECT p.sku, p.name, p.category, p.unit, p.tax_code, p.min_age, p.components, r.minor, "
    "b.pack FROM barcode b JOIN product p ON p.sku = b.sku "
    "JOIN price r ON r.zone = ? AND r.sku = p.sku AND r.pack = b.pack AND r.valid_from_us <= ? "
    "WHERE b.gtin = ? AND p.active ORDER BY r.valid_from_us DESC LIMIT 1"
)


def measure() -> Row:
    """100,000 articles with prices; checking the code and building the item included."""
    rng = random.Random(11)
    with world(_PRODUCTS) as shop:
        store, now = shop.session.store, shop.session.desk.now_us()
        raw = sqlite3.connect(shop.folder / "till.sqlite")
        tx = shop.connection

        def through_the_checkout(codes: list[str]) -> None:
            for code in codes:
                queries.find(tx, store, parse(code), now)

        def prepared(codes: list[str]) -> None:
            for code in codes:
                raw.execute(_RAW, ("NL", now, code)).fetchone()

        ours, floor = [], []
        with tx.begin():
            for _ in range(_ROUNDS):
                codes = [gtin(rng.randrange(_PRODUCTS)) for _ in range(_BATCH)]
                ours.append(seconds(partial(through_the_checkout, codes)))
                floor.append(seconds(partial(prepared, codes)))
        raw.close()
    ours, floor = [t / _BATCH for t in ours], [t / _BATCH for t in floor]
    return Row(
        name="barcode lookup",
        unit="x",
        value=ratio(ours, floor),
        goal=5.0,
        ours=times(ours),
        floor=times(floor),
        note=f"{_PRODUCTS:,} articles; code checked, price in force, item built",
    )
