"""Writing an image: the newest rows of some streams as the tables of a till."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import zstandard
from sqlalchemy import Connection, Row, select
from sqlalchemy.dialects.postgresql import distinct_on

from backoffice.intake.down.tail import WIRE_COLUMNS, wire_row
from db.head.streams import StreamChange
from db.store.image import layout_of
from db.store.rows import TARGETS, columns_of, kept_hash, read
from db.upgrade import ready_store
from retail.contract.manifest import ImageEnd, row_hash

_LEVEL = 3
_AT_ONCE = 2_000
PIECE = 1 << 20
_ON_RECORD = "INSERT INTO stream_row (stream, entity, key, ver, hash, kept) VALUES (?,?,?,?,?,?)"


@cache
def store_layout() -> tuple[str, ...]:
    """The tables of an image as a till of this version has them."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "till.sqlite"
        ready_store(path)
        store = sqlite3.connect(path)
        try:
            return layout_of(store)
        finally:
            store.close()


def write_image(tx: Connection, path: Path, ends: dict[str, ImageEnd]) -> int:
    """Write the rows in force in streams at their ends; returns how many.

    Raises:
        RetailError: a row cannot be read, so that only rows can tell a till of it.
    """
    image = sqlite3.connect(path, isolation_level=None)
    try:
        # Whoever dies in between throws the file away: nothing has to be durable here.
        for pragma in ("journal_mode = OFF", "synchronous = OFF"):
            image.execute(f"PRAGMA {pragma}")
        for statement in store_layout():
            image.execute(statement)
        image.execute("BEGIN")
        rows = sum(_write_stream(tx, image, name, end.seq) for name, end in sorted(ends.items()))
        image.execute("COMMIT")
        # Full pages in the order of their keys, which a till takes over without sorting.
        image.execute("VACUUM")
    finally:
        image.close()
    return rows


def _write_stream(tx: Connection, image: sqlite3.Connection, stream: str, at: int) -> int:
    with closing(_newest(tx, stream, at)) as found:
        return sum(_write_rows(image, stream, part) for part in found.partitions(_AT_ONCE))


def _write_rows(image: sqlite3.Connection, stream: str, changes: Sequence[Row[Any]]) -> int:
    """Rows into their tables, and onto the record of what is in force."""
    tables: dict[str, list[tuple[Any, ...]]] = {}
    record = []
    for change in changes:
        found = read(wire_row(change))
        if found is None:
            continue
        values = columns_of(found)
        columns = tuple(values[name] for name in TARGETS[change.entity].columns)
        tables.setdefault(change.entity, []).append(columns)
        own = row_hash(change.entity, change.key, change.body)
        record.append((stream, change.entity, change.key, change.ver, own, kept_hash(found)))
    for entity, rows in tables.items():
        image.executemany(_insert(entity), rows)
    image.executemany(_ON_RECORD, record)
    return len(record)


def _newest(tx: Connection, stream: str, at: int) -> Any:
    """The newest version of every key."""
    return tx.execute(
        select(*WIRE_COLUMNS)
        .ext(distinct_on(StreamChange.entity, StreamChange.key))
        .where(StreamChange.stream == stream, StreamChange.seq <= at)
        .order_by(StreamChange.entity, StreamChange.key, StreamChange.seq.desc())
        .execution_options(yield_per=_AT_ONCE)
    )


@cache
def _insert(entity: str) -> str:
    target = TARGETS[entity]
    marks = ", ".join("?" * len(target.columns))
    names = ", ".join(target.columns)
    return f"INSERT INTO {target.table.__tablename__} ({names}) VALUES ({marks})"  # noqa: S608 (names from the metadata)


def packed_file(plain: Path, packed: Path) -> str:
    """Pack a file; returns the SHA-256 of the packed one."""
    with plain.open("rb") as source, packed.open("wb") as target:
        # With the size in its head a till knows beforehand how much it will become.
        zstandard.ZstdCompressor(level=_LEVEL).copy_stream(
            source, target, size=plain.stat().st_size
        )
    digest = sha256()
    for piece in pieces(packed):
        digest.update(piece)
    return digest.hexdigest()


def pieces(path: Path) -> Iterator[bytes]:
    """A file's bytes, piece by piece."""
    with path.open("rb") as source:
        while piece := source.read(PIECE):
            yield piece
