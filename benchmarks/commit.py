"""A durable sale against an fdatasync of the same bytes."""

from __future__ import annotations

import os
import random
import statistics

from benchmarks.measure import Row, ratio, seconds, times
from benchmarks.world import World, gtin, world
from pos_app.checkout import closing, service
from retail.tender import Offer, TenderKind

_ROUNDS, _LINES, _PRODUCTS = 400, 5, 5_000


def measure() -> Row:
    """Five lines paid by card: from BEGIN to the return of COMMIT, ``synchronous=FULL``."""
    rng = random.Random(7)
    with world(_PRODUCTS) as shop:
        size = _wal_bytes(shop, rng)
        target = os.open(shop.folder / "floor", os.O_RDWR | os.O_CREAT)
        block = rng.randbytes(size)
        os.pwrite(target, block, 0)
        os.fsync(target)
        ours, floor = [], []
        for _ in range(_ROUNDS):
            basket_id, offers = _basket(shop, rng)
            ours.append(seconds(lambda: _close(shop, basket_id, offers)))  # noqa: B023 (called at once)
            floor.append(seconds(lambda: _sync(target, block)))
        os.close(target)
    return Row(
        name="durable sale commit",
        unit="x",
        value=ratio(ours, floor),
        goal=5.0,
        ours=times(ours),
        floor=times(floor),
        note=f"5 lines, journal hash, print job; {size / 1024:.0f} KB of WAL written in place",
    )


def _basket(shop: World, rng: random.Random) -> tuple[object, tuple[Offer, ...]]:
    for _ in range(_LINES):
        view = shop.run(service.enter, shop.session, gtin(rng.randrange(_PRODUCTS)))
    total = view.priced.total_minor
    return view.priced.basket.basket_id, (Offer(TenderKind.CARD, total, "A1"),)


def _close(shop: World, basket_id: object, offers: tuple[Offer, ...]) -> None:
    shop.run(closing.close_sale, shop.session, basket_id, offers)


def _sync(target: int, block: bytes) -> None:
    os.pwrite(target, block, 0)
    os.fdatasync(target)


def _wal_bytes(shop: World, rng: random.Random) -> int:
    """The median of what a sale adds to an emptied write-ahead log."""
    wal = shop.folder / "till.sqlite-wal"
    sizes = []
    for _ in range(30):
        basket_id, offers = _basket(shop, rng)
        cursor = shop.connection.connection.cursor()
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        cursor.close()
        _close(shop, basket_id, offers)
        sizes.append(wal.stat().st_size)
    return int(statistics.median(sizes))
