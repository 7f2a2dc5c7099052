"""Down-streams: a new till, a thousand changes, an empty poll, and rows that a reader missed."""

from __future__ import annotations

import os
import statistics
import threading
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, text

from benchmarks import control
from benchmarks.down_world import PRODUCTS, DownOffice, connected, down_office, named
from benchmarks.measure import Row, ratio, seconds, times
from benchmarks.narrow_link import BYTES_PER_SECOND, narrow_link
from benchmarks.world import gtin
from db.streams import CATALOGUE, publish, publish_each
from db.transaction import begin
from pos_app.bootstrap.till import Till
from pos_app.checkout import queries
from pos_app.runtime.tasks import Lane, LaneAccess
from pos_app.sync.client import HeadOffice
from pos_app.sync.clock import ClockEstimate
from pos_app.sync.errors import NoAnswer
from pos_app.sync.greeting import greet
from pos_app.sync.pull import Puller
from pos_app.till.queries import store_profile
from retail.barcode.gtin import parse
from retail.contract.reference import CategoryRow, PriceRow
from retail.release import VERSION

_NEW_TILLS, _DELTAS, _POLLS = 9, 7, 60
_CUTS = 5
_CHANGES = 1_000
_WRITERS, _TRANSACTIONS = 8, 40
_PIECE = 1 << 20


def measure() -> list[Row]:
    """All rows."""
    with down_office() as office:
        rows = [_new_till(office), _narrow(office)]
        with office.empty_till() as till:
            till.sync.run_once()
            client = connected(till)
            try:
                rows += [_delta(office, till, client), _empty_poll(client), _missed(office, client)]
            finally:
                client.close()
    return rows


def _new_till(office: DownOffice) -> Row:
    """From enrolled and greeted to the first barcode, beside a copy of the store that it has then.

    The manifest, the image, the rows behind it: all of them in force and durable.
    """
    ours, floor = [], []
    size = 0
    for number in range(_NEW_TILLS):
        with office.empty_till() as till:
            client = connected(till)
            try:
                _greeted(till, client)
                ours.append(seconds(partial(_first_lookup, till, client, number)))
            finally:
                client.close()
            database = till.paths.store
        size = database.stat().st_size
        floor.append(seconds(partial(_copied, database, office.folder / "copy")))
    return Row(
        name="new till to its first barcode",
        unit="x",
        value=ratio(ours, floor),
        goal=3.0,
        ours=times(ours),
        floor=times(floor),
        note=f"{PRODUCTS:,} articles, {size / 1e6:.0f} MB of database; floor: copy and fsync",
    )


def _greeted(till: Till, client: HeadOffice) -> None:
    store = LaneAccess(till.tasks, Lane.SYNC)
    greet(client, store, till.desk, ClockEstimate(), VERSION)


def _puller(till: Till) -> Puller:
    store = LaneAccess(till.tasks, Lane.SYNC)
    return Puller(store, till.desk, till.paths.chunks, lambda: False, lambda *_: None)


def _pulled(puller: Puller, client: HeadOffice) -> None:
    received = client.manifest()
    if received is None or not puller.pull(client, received.manifest):
        raise LookupError("nothing came")


def _first_lookup(till: Till, client: HeadOffice, number: int) -> None:
    _pulled(_puller(till), client)
    store = till.tasks.read(store_profile).result()
    code, now = parse(gtin(number)), till.desk.now_us()
    if till.tasks.read(queries.find, store, code, now).result() is None:
        raise LookupError("the article is not there")


def _narrow(office: DownOffice) -> Row:
    """The same over 10 Mbit/s, where the image breaks off twice and goes on from there."""
    image = 0
    with (
        narrow_link(office.url, [3_000_000, 6_000_000]) as link,
        office.empty_till(link.url) as till,
    ):
        client = connected(till)
        try:
            _greeted(till, client)
            received = client.manifest()
            if received and received.manifest.snapshot:
                image = received.manifest.snapshot.bytes
            taken = seconds(partial(_in_spite_of_cuts, till, client))
        finally:
            client.close()
        came = link.down
    told = times([taken])
    floor = image / BYTES_PER_SECOND
    return Row(
        name="new till at 10 Mbit/s, cut twice",
        unit="x",
        value=round(taken / floor, 2),
        goal=1.3,
        ours=told,
        floor=times([floor]),
        note=f"{came / 1e6:.1f} MB came; floor: the {image / 1e6:.1f} MB of the image at that rate",
    )


def _in_spite_of_cuts(till: Till, client: HeadOffice) -> None:
    for _ in range(_CUTS):
        try:
            return _first_lookup(till, client, 0)
        except NoAnswer:
            continue
    raise LookupError("the image never came whole")


def _copied(source: Path, target: Path) -> None:
    with source.open("rb") as read, target.open("wb") as write:
        while piece := read.read(_PIECE):
            write.write(piece)
        write.flush()
        os.fsync(write.fileno())


_BARE = text(
    "SELECT seq, entity, key, op, ver, body FROM stream_change"
    " WHERE stream = :stream AND seq > :after ORDER BY seq LIMIT 1000"
)


def _bare(tx: Connection, values: dict[str, Any]) -> None:
    tx.execute(_BARE, values).all()


def _delta(office: DownOffice, till: Till, client: HeadOffice) -> Row:
    """A thousand articles get other names; the till has them and finds them by those."""
    ours, floor = [], []
    puller = _puller(till)
    profile = till.tasks.read(store_profile).result()
    for round_ in range(1, _DELTAS + 1):
        with begin(office.engine) as tx:
            publish(tx, CATALOGUE, [named(n, round_) for n in range(_CHANGES)])
            head = tx.execute(
                text("SELECT head FROM stream_head WHERE stream = 'catalogue'")
            ).scalar_one()
        ours.append(seconds(partial(_pulled, puller, client)))
        with begin(office.engine) as tx:
            values = {"stream": CATALOGUE, "after": head - _CHANGES}
            floor.append(seconds(partial(_bare, tx, values)))
        found = till.tasks.read(
            queries.search, profile, till.desk.now_us(), f"r{round_} 77 soap"
        ).result()
        if not found:
            raise LookupError("the search does not know what came")
    return Row(
        name="delta of 1,000 articles, in force and searchable",
        unit="x",
        value=ratio(ours, floor),
        goal=20.0,
        ours=times(ours),
        floor=times(floor),
        note="manifest, tail, chain, staging, flip, index; floor: the bare query",
    )


def _empty_poll(client: HeadOffice) -> Row:
    ours, floor = [], []
    received = client.manifest()
    etag = received.etag if received else ""
    for _ in range(_POLLS):
        floor.append(seconds(control.work))
        ours.append(seconds(lambda: client.manifest(etag)))
    pace = control.pace(floor)
    return Row(
        name="empty poll",
        unit="ms",
        value=round(statistics.median(ours) * 1e3 / pace, 2),
        goal=5.0,
        ours=times(ours),
        floor=times(floor),
        note=f"signed, answered with 304; floor: the control; machine at {pace:.2f}",
    )


def _missed(office: DownOffice, client: HeadOffice) -> Row:
    """Eight write at once while one follows over the wire."""
    published: list[str] = []

    def write(number: int) -> None:
        for n in range(_TRANSACTIONS):
            name = f"w{number}-{n}"
            row = CategoryRow(category=name, name=name, icon="", tint="", rank=n)
            price = PriceRow(zone="NL", sku=name, minor=n)
            with begin(office.engine) as tx:
                publish_each(tx, [row, price])
                tx.execute(text("SELECT pg_sleep(:s)"), {"s": (n * 7 + number) % 5 * 0.001})
            published.append(name)

    with begin(office.engine) as tx:
        at = tx.execute(text("SELECT head FROM stream_head WHERE stream = 'catalogue'")).scalar()
    writers = [threading.Thread(target=write, args=(n,)) for n in range(_WRITERS)]
    for writer in writers:
        writer.start()
    seen: list[str] = []
    taken: list[float] = []
    after = int(at or 0)
    last = False
    while not last:
        last = not any(writer.is_alive() for writer in writers)
        taken.append(seconds(partial(_follow, client, after, seen)))
        after = int(at or 0) + len(seen)
    missed = len(set(published) - set(seen)) + len(seen) - len(set(seen))
    told = times(taken)
    note = f"{len(published):,} transactions of {_WRITERS} writers, {len(taken)} tails"
    return Row("rows that a reader missed", "rows", missed, 0, told, told, note)


def _follow(client: HeadOffice, after: int, seen: list[str]) -> None:
    seen.extend(row.key for row in client.tail(CATALOGUE, after).rows)
