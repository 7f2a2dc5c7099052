"""Rows of the down-streams on their way into force: verified, then staged slice by slice."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, delete, func, select
from sqlalchemy.dialects.sqlite import insert as upsert

from db.crash_points import crash_point
from db.prepared import driver_of
from db.store.rows import Understood, understood
from db.store.streams import DeadRow, StagedRow, Stream
from retail.contract.codec import GENESIS, row_chain
from retail.contract.envelope import DeadReport, StreamRow, StreamTail, StreamVector
from retail.contract.manifest import ChunkRef, row_hash
from retail.errors import RetailError

log = logging.getLogger("tillwright.sync")

SLICE = 1_000
"""Rows per transaction: a sale that comes meanwhile waits for one slice at most, some 5 ms.

They are read before it begins.
"""
_MOST_REPORTED = 50


@dataclass(frozen=True, slots=True)
class Position:
    """How far a stream is staged, and how far it is in force; see :class:`Stream`."""

    generation: int
    staged_seq: int
    chain: bytes
    active_seq: int
    replaces: bool = False
    base: int = 0


@dataclass(frozen=True, slots=True)
class Slice:
    """Verified rows of one transaction as they are staged, and the cursor after them.

    Attributes:
        cursor: position and chain; None keeps the cursor.
    """

    rows: tuple[tuple[object, ...], ...]
    cursor: tuple[int, bytes] | None


def positions(tx: Connection) -> dict[str, Position]:
    """Where each stream stands at this till; of one that is missing nothing was ever wanted."""
    return {
        row.name: Position(
            row.staged_generation,
            row.staged_seq,
            bytes(row.chain),
            row.active_seq,
            replaces=row.replaces,
            base=row.base,
        )
        for row in tx.execute(select(Stream))
    }


def position(tx: Connection, stream: str) -> Position | None:
    """Where a stream stands at this till; None when nothing of it was ever wanted."""
    return positions(tx).get(stream)


def vector(tx: Connection) -> tuple[StreamVector, ...]:
    """All streams with the positions in force, for a hello."""
    rows = tx.execute(
        select(Stream.name, Stream.generation, Stream.active_seq).order_by(Stream.name)
    )
    return tuple(
        StreamVector(stream=r.name, generation=r.generation, seq=r.active_seq) for r in rows
    )


def dead_rows(tx: Connection) -> tuple[DeadReport, ...]:
    """The first rows that this till cannot read, for a hello."""
    rows = tx.execute(select(DeadRow).order_by(DeadRow.stream, DeadRow.seq).limit(_MOST_REPORTED))
    return tuple(
        DeadReport(stream=r.stream, seq=r.seq, entity=r.entity, key=r.key, error=r.error)
        for r in rows
    )


def unreadable(tx: Connection) -> int:
    """How many rows this till cannot read."""
    return tx.execute(select(func.count()).select_from(DeadRow)).scalar_one()


def start_over(tx: Connection, stream: str, generation: int, base: int) -> Position:
    """Stage a stream from nothing; what is in force stays so until all of it has come.

    Args:
        base: head office's floor, to which the chunks lead.
    """
    tx.execute(delete(StagedRow).where(StagedRow.stream == stream))
    fresh = {
        "staged_generation": generation,
        "staged_seq": 0,
        "chain": GENESIS,
        "replaces": True,
        "base": base,
    }
    tx.execute(
        upsert(Stream)
        .values(name=stream, **_NOTHING_IN_FORCE, **fresh)
        .on_conflict_do_update(index_elements=["name"], set_=fresh)
    )
    return Position(generation, 0, GENESIS, 0, replaces=True, base=base)


_NOTHING_IN_FORCE = {
    "generation": 1,
    "active_seq": 0,
    "active_chain": GENESIS,
    "active_at": None,
    "compared_at": None,
}


def tail_slices(at: Position, tail: StreamTail, upto: int | None = None) -> Iterator[Slice]:
    """Check that rows follow on without a gap and hash to the chain, and cut them up.

    Args:
        upto: rows after this position belong to a later checkpoint and are left out.

    Raises:
        RetailError: ``stream.gap`` or ``stream.chain``; nothing of the tail may be used.
    """
    if not tail.rows:
        raise RetailError("stream.gap", "The rows of %(name)s are missing.", name=tail.stream)
    chains = _chained(tail.stream, at.staged_seq, at.chain, tail.rows)
    if chains[-1].hex() != tail.chain:
        raise RetailError("stream.chain", "The rows of %(name)s arrived damaged.", name=tail.stream)
    count = len(tail.rows) if upto is None else min(len(tail.rows), upto - at.staged_seq)
    for start in range(0, count, SLICE):
        end = min(start + SLICE, count)
        cursor = (tail.rows[end - 1].seq, chains[end - 1])
        yield _slice(at, tail.stream, tail.rows[start:end], cursor)


def chunk_slices(
    at: Position, stream: str, ref: ChunkRef, rows: Sequence[StreamRow]
) -> Iterator[Slice]:
    """Check the rows of a chunk and cut them up; the cursor moves with the last slice.

    Raises:
        RetailError: ``stream.gap``, or ``stream.other`` when they follow on from other rows than
            ours; nothing of the chunk may be used.
    """
    end = bytes.fromhex(ref.chain)
    whole = ref.rows == ref.hi - ref.lo + 1
    if whole:
        # Behind merged rows there is no chain of one's own to go by.
        chains = _chained(stream, ref.lo - 1, at.chain, rows)
        if len(rows) != ref.rows or chains[-1] != end:
            raise RetailError("stream.other", "The rows of %(name)s are others.", name=stream)
    elif len(rows) != ref.rows or any(not ref.lo <= row.seq <= ref.hi for row in rows):
        raise RetailError("stream.gap", "A chunk of %(name)s is incomplete.", name=stream)
    for start in range(0, len(rows) or 1, SLICE):
        last = start + SLICE >= len(rows)
        part = rows[start : start + SLICE]
        yield _slice(at, stream, part, (ref.hi, end) if last else None)


def _slice(
    at: Position, stream: str, rows: Sequence[StreamRow], cursor: tuple[int, bytes] | None
) -> Slice:
    return Slice(tuple(_staged(stream, row, anew=at.replaces) for row in rows), cursor)


def _chained(stream: str, seq: int, chain: bytes, rows: Sequence[StreamRow]) -> list[bytes]:
    """The chain after each row."""
    found: list[bytes] = []
    for expected, row in enumerate(rows, seq + 1):
        if row.seq != expected:
            raise RetailError(
                "stream.gap", "Row %(seq)s of %(name)s is missing.", seq=expected, name=stream
            )
        words = (row.entity.encode(), row.key.encode(), row.op.encode(), row.body.encode())
        chain = row_chain(chain, words)
        found.append(chain)
    return found


def stage(tx: Connection, stream: str, part: Slice) -> None:
    """Keep a slice for the next flip; a row that cannot be read is marked and never in the way."""
    driver_of(tx).executemany(_STAGE, part.rows)
    crash_point("pull.row_staged")
    if part.cursor is not None:
        seq, chain = part.cursor
        driver_of(tx).execute(_MOVED, (seq, chain, stream))
        crash_point("pull.cursor_saved")


def _staged(stream: str, row: StreamRow, *, anew: bool) -> tuple[object, ...]:
    """The values of ``_STAGE`` in their order."""
    error = ""
    try:
        found = understood(row)
    except RetailError as problem:
        log.warning("row %s of %s is set aside: %s", row.seq, stream, problem)
        found, error = Understood(row.body, None), str(problem)[:400]
    entity, key = row.entity, row.key
    own = row_hash(entity, key, row.body)
    op = "del" if row.op == "del" else "put"
    place = (stream, entity[:16], key[:80], error != "")
    return (*place, row.seq, op, row.ver, own, found.hash, found.columns, error, anew)


_MOVED = "UPDATE stream SET staged_seq = ?, chain = ? WHERE name = ?"
# Looked up by key as each row is written: what is staged already need not be read again.
_AS_IN_FORCE = (
    "(SELECT CASE WHEN r.ver >= ?7 AND NOT ?12 THEN 'old'"
    " WHEN r.hash = ?8 AND r.kept = ?9 AND ?6 = 'put' THEN 'same' END"
    " FROM stream_row AS r WHERE r.stream = ?1 AND r.entity = ?2 AND r.key = ?3)"
)
_STAGE = (
    "INSERT INTO staged_row"  # noqa: S608 (constants)
    " (stream, entity, key, bad, seq, op, ver, hash, kept, body, error)"
    f" VALUES (?1, ?2, ?3, ?4, ?5, coalesce({_AS_IN_FORCE}, ?6), ?7, ?8, ?9, ?10, ?11)"
    " ON CONFLICT (stream, entity, key, bad) DO UPDATE SET seq = excluded.seq,"
    " op = excluded.op, ver = excluded.ver, hash = excluded.hash, kept = excluded.kept,"
    " body = excluded.body, error = excluded.error WHERE staged_row.seq < excluded.seq"
)
