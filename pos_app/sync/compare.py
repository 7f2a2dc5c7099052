"""Comparing content with head office, once a day: what is in force, by count and hash.

Two questions: are the rows on record those that head office has, and do the tables still hold
what was understood of them? Where either is no, the stream is fetched again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, select, update

from db.store.rows import KEPT, TARGETS
from db.store.streams import Stream, StreamRow
from pos_app.journal.desk import Desk
from pos_app.sync import staging
from pos_app.sync.client import HeadOffice
from pos_app.sync.errors import Rejected
from pos_app.sync.ports import StoreAccess
from pos_app.sync.tables import hashes_in_tables
from retail.contract.manifest import digest_text

log = logging.getLogger("tillwright.sync")

EVERY = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Content:
    """Rows on record: how many, the XOR of their hashes, and those that the tables lost."""

    rows: int
    digest: str
    damaged: tuple[tuple[str, str], ...]


def due(tx: Connection, now: datetime) -> tuple[tuple[str, int, int], ...]:
    """Streams to compare now, with generation and position in force."""
    rows = tx.execute(
        select(Stream.name, Stream.generation, Stream.active_seq).where(
            Stream.active_seq > 0,
            Stream.active_seq == Stream.staged_seq,
            ~Stream.replaces,
            Stream.compared_at.is_(None) | (Stream.compared_at < now - EVERY),
        )
    )
    return tuple((row.name, row.generation, row.active_seq) for row in rows)


def content(tx: Connection, stream: str) -> Content:
    """What is in force of a stream."""
    count, digest = 0, 0
    kept: dict[str, dict[str, int | None]] = {}
    rows = tx.execute(
        select(StreamRow.entity, StreamRow.key, StreamRow.hash, StreamRow.kept).where(
            StreamRow.stream == stream
        )
    )
    for row in rows:
        count += 1
        digest ^= row.hash
        kept.setdefault(row.entity, {})[row.key] = row.kept
    damaged: list[tuple[str, str]] = []
    for entity in TARGETS:
        damaged += _damaged(tx, stream, entity, kept.get(entity, {}))
    return Content(count, digest_text(digest), tuple(damaged))


def _damaged(
    tx: Connection, stream: str, entity: str, kept: dict[str, int | None]
) -> list[tuple[str, str]]:
    found = hashes_in_tables(tx, stream, entity)
    wrong = [key for key, known in kept.items() if known not in {None, found.get(key)}]
    # Rows beside those on record are wrong too, but where old ones are kept on purpose.
    beside = [] if entity in KEPT else [key for key in found if key not in kept]
    return [(entity, key) for key in (*wrong, *beside)]


def check(client: HeadOffice, store: StoreAccess, desk: Desk, stopping: Callable[[], bool]) -> bool:
    """Compare what is due; True when a stream has to be fetched again.

    Raises:
        NoAnswer: head office did not answer; it is done the next time.
    """
    again = False
    for stream, generation, at in store.read(due, desk.now()).result():
        if stopping():
            break
        own = store.read(content, stream).result()
        try:
            theirs = client.content(stream, at)
        except Rejected as refusal:
            # Merged or restored meanwhile: the next pull sees to it.
            log.info("stream %s cannot be compared: %s", stream, refusal)
            continue
        if (own.rows, own.digest) != (theirs.rows, theirs.digest) or own.damaged:
            log.warning(
                "stream %s differs from head office: %s rows against %s, %s damaged",
                stream, own.rows, theirs.rows, len(own.damaged),
            )  # fmt: skip
            store.write(_fetch_again, stream, generation, own.damaged).result()
            again = True
        store.write(_compared, stream, desk.now()).result()
    return again


def _compared(tx: Connection, stream: str, now: datetime) -> None:
    tx.execute(update(Stream).where(Stream.name == stream).values(compared_at=now))


def _fetch_again(
    tx: Connection, stream: str, generation: int, damaged: tuple[tuple[str, str], ...]
) -> None:
    for entity, key in damaged:
        # No longer taken for being in force when it comes again.
        tx.execute(
            update(StreamRow)
            .where(StreamRow.stream == stream, StreamRow.entity == entity, StreamRow.key == key)
            .values(kept=None)
        )
    staging.start_over(tx, stream, generation, 0)
