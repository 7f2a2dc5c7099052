"""A durable sale against an fdatasync of the same bytes.

The floor writes the bytes of the sale's write-ahead log frame by frame, as any commit to such a
log must, and syncs once. The note tells the ratio to a single write of the same bytes, too.
"""

from __future__ import annotations

import os
import random
import statistics

from benchmarks.measure import Row, ratio, seconds, times
from benchmarks.world import World, gtin, world
from pos_app.checkout import closing, service
from retail.tender.settlement import Offer, TenderKind

_ROUNDS, _LINES, _PRODUCTS = 400, 5, 5_000
_HEADER, _PAGE = 24, 4_096
_FRAME = _HEADER + _PAGE
_LOG_BYTES = 4 << 20


def measure() -> Row:
    """Five lines paid by card: from BEGIN to the return of COMMIT, ``synchronous=FULL``."""
    rng = random.Random(7)
    with world(_PRODUCTS) as shop:
        size = _wal_bytes(shop, rng)
        log = _Log(os.open(shop.folder / "floor", os.O_RDWR | os.O_CREAT), rng.randbytes(size))
        ours, floor, single = [], [], []
        for _ in range(_ROUNDS):
            basket_id, offers = _basket(shop, rng)
            ours.append(seconds(lambda: _close(shop, basket_id, offers)))  # noqa: B023 (called at once)
            floor.append(seconds(log.frames))
            single.append(seconds(log.single))
        log.close()
    return Row(
        name="durable sale commit",
        unit="x",
        value=ratio(ours, floor),
        goal=5.0,
        ours=times(ours),
        floor=times(floor),
        note=(
            f"5 lines, journal hash, print job, {size / 1024:.0f} KB of log in {size // _FRAME} "
            f"frames; {ratio(ours, single):g} x a single write ({times(single).p50:,.0f} µs)"
        ),
    )


class _Log:
    """A preallocated file that is written round and round, as a write-ahead log is."""

    def __init__(self, target: int, block: bytes) -> None:
        self._target = target
        self._block = block
        self._at = 0
        os.pwrite(target, bytes(_LOG_BYTES + len(block)), 0)
        os.fsync(target)

    def frames(self) -> None:
        """Header and page of each frame, then one sync."""
        for start in range(0, len(self._block), _FRAME):
            page = start + _HEADER
            os.pwrite(self._target, self._block[start:page], self._at + start)
            os.pwrite(self._target, self._block[page : start + _FRAME], self._at + page)
        self._sync()

    def single(self) -> None:
        """Everything in one write, then one sync."""
        os.pwrite(self._target, self._block, self._at)
        self._sync()

    def close(self) -> None:
        """Close the file."""
        os.close(self._target)

    def _sync(self) -> None:
        os.fdatasync(self._target)
        self._at = (self._at + len(self._block)) % _LOG_BYTES


def _basket(shop: World, rng: random.Random) -> tuple[object, tuple[Offer, ...]]:
    for _ in range(_LINES):
        view = shop.run(service.enter, shop.session, gtin(rng.randrange(_PRODUCTS)))
    total = view.priced.total_minor
    return view.priced.basket.basket_id, (Offer(TenderKind.CARD, total, "A1"),)


def _close(shop: World, basket_id: object, offers: tuple[Offer, ...]) -> None:
    shop.run(closing.close_sale, shop.session, basket_id, offers)


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
