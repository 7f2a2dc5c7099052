"""Pushes into head office: large batches beside plain COPY, single sales in groups and alone."""

from __future__ import annotations

import statistics
import time
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, select, text

from backoffice.intake.applier import catch_up
from benchmarks.measure import Row, times
from benchmarks.push_load import Office, office, sales_journal
from db.base import from_us
from db.head.journals import Applied, JournalEntry
from db.transaction import begin
from retail.contract.codec import entry_bytes

_SIZE = 500
_BATCHES = {1: 4, 4: 1, 16: 1}
"""Batches of each of so many clients."""
_ROUNDS, _SINGLE_ROUNDS = 6, 2
_SINGLE_TILLS, _SINGLES = 64, 12
_CATCH_UP_SECONDS = 300.0


def measure() -> list[Row]:
    """All rows."""
    return [*_large_batches(), _single_pushes()]


def _large_batches() -> list[Row]:
    """Signed, compressed, checked, chained and durable, beside the same rows by COPY as text."""
    ours: dict[int, list[float]] = {clients: [] for clients in _BATCHES}
    floor: dict[int, list[float]] = {clients: [] for clients in _BATCHES}
    sales = 0
    with office(max(_BATCHES)) as head:
        with begin(head.engine) as tx:
            tx.execute(_FLOOR)
            tx.execute(_FLOOR_PARTITION)
        for _ in range(_ROUNDS):
            for clients, count in _BATCHES.items():
                sent = [
                    head.batches(till, count, _SIZE, replay_every=4, first=first)
                    for first, till in enumerate(head.tills[:clients])
                ]
                seconds, new = head.send_all(sent)
                ours[clients].append(seconds / new)
                sales += new
                head.settle()
                floor[clients].append(_copied(head, count * clients) / new)
        wrong = _wrong(head, sales)
    shares = {n: statistics.median(ours[n]) / statistics.median(floor[n]) for n in _BATCHES}
    rates = ", ".join(
        f"{n} clients {1 / statistics.median(ours[n]):,.0f} sales/s" for n in _BATCHES
    )
    worst = max(shares, key=lambda n: shares[n])
    told = times(ours[worst]), times(floor[worst])
    note = (
        f"{rates}; COPY {1 / statistics.median(floor[worst]):,.0f} rows/s; every fourth batch twice"
    )
    return [
        Row("batches of 500 over HTTP, per sale", "x", round(shares[worst], 2), 2.5, *told, note),
        Row(
            "lost or doubled after replays", f"of {sales}", wrong, 0, *told, "journalled and booked"
        ),
    ]


_FLOOR = text(
    "CREATE TABLE floor_entry (LIKE journal_entry INCLUDING ALL) PARTITION BY RANGE (rid)"
)
_FLOOR_PARTITION = text("CREATE TABLE floor_entry_all PARTITION OF floor_entry DEFAULT")


def _copied(head: Office, batches: int) -> float:
    """Seconds for as many rows by COPY, a transaction per 500, into a table shaped alike."""
    made = [_rows() for _ in range(batches)]
    began = time.perf_counter()
    for rows in made:
        with begin(head.engine) as tx:
            driver: Any = tx.connection.driver_connection
            with driver.cursor() as cursor, cursor.copy(_COPY) as copy:
                for row in rows:
                    copy.write_row(row)
    return time.perf_counter() - began


_COPY = (
    "COPY floor_entry (store_id, rid, jid, seq, type, at, business_date, received_at, hash, entry)"
    " FROM STDIN"
)


def _rows() -> list[tuple[Any, ...]]:
    now = datetime.now(UTC)
    journal = sales_journal(_SIZE)
    return [
        (
            entry.store,
            entry.rid,
            entry.jid,
            entry.seq,
            entry.type,
            from_us(entry.at_us),
            entry.business_date,
            now,
            journal.hashes[entry.seq],
            entry_bytes(entry),
        )
        for entry in journal.entries
    ]


def _wrong(head: Office, sales: int) -> int:
    """How many entries too many or too few there are, journalled or booked."""
    if not catch_up(head.engine, seconds=_CATCH_UP_SECONDS):
        raise TimeoutError("the entries were not booked in time")
    with begin(head.engine) as tx:
        journalled, known = tx.execute(
            select(func.count(), func.count(JournalEntry.rid.distinct()))
        ).one()
        applied = tx.execute(select(func.count()).select_from(Applied)).scalar_one()
    return max(abs(sales - count) for count in (journalled, known, applied))


def _single_pushes() -> Row:
    """Each till sends sale after sale; the floor gives every push a transaction of its own."""
    ours: list[float] = []
    floor: list[float] = []
    with office(_SINGLE_TILLS) as grouped, office(_SINGLE_TILLS, most_pushes=1) as alone:
        for _ in range(_SINGLE_ROUNDS):
            for head, found in ((grouped, ours), (alone, floor)):
                sent = [head.batches(till, _SINGLES, 1) for till in head.tills]
                seconds, new = head.send_all(sent)
                found.append(seconds / new)
                head.settle()
    gain = statistics.median(floor) / statistics.median(ours)
    return Row(
        name="single pushes of 64 tills, share of one by one",
        unit="x",
        value=round(1 / gain, 3),
        goal=0.2,
        ours=times(ours),
        floor=times(floor),
        note=f"{1 / statistics.median(ours):,.0f} sales/s, {gain:.1f} times the rate of a "
        "transaction per push",
    )
