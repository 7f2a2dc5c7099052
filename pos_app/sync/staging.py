"""Rows of the down-streams on their way into force: verified, then staged slice by slice."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, delete, func, select, text, update
from sqlalchemy.dialects.sqlite import insert as upsert

from db.crash_points import crash_point
from db.store.rows import Understood, understood
from db.store.streams import DeadRow, StagedRow, Stream
from retail.contract.codec import GENESIS, row_chain
from retail.contract.envelope import DeadReport, StreamRow, StreamTail, StreamVector
from retail.contract.manifest import ChunkRef, row_hash
from retail.errors import RetailError

log = logging.getLogger("tillwright.sync")

SLICE = 500
"""Rows per transaction: a sale that comes meanwhile waits for one slice at most."""
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
    """Verified rows of one transaction, and the cursor after them; None keeps the cursor."""

    rows: tuple[StreamRow, ...]
    cursor: tuple[int, bytes] | None


def position(tx: Connection, stream: str) -> Position | None:
    """Where a stream stands at this till; None when nothing of it was ever wanted."""
    row = tx.execute(select(Stream).where(Stream.name == stream)).first()
    if row is None:
        return None
    return Position(
        row.staged_generation,
        row.staged_seq,
        bytes(row.chain),
        row.active_seq,
        replaces=row.replaces,
        base=row.base,
    )


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
        part = tail.rows[start:end]
        yield Slice(part, (part[-1].seq, chains[end - 1]))


def chunk_slices(
    at: Position, stream: str, ref: ChunkRef, rows: Sequence[StreamRow]
) -> list[Slice]:
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
    parts = [tuple(rows[n : n + SLICE]) for n in range(0, len(rows), SLICE)] or [()]
    return [
        Slice(part, (ref.hi, end) if n == len(parts) else None) for n, part in enumerate(parts, 1)
    ]


def _chained(stream: str, seq: int, chain: bytes, rows: Sequence[StreamRow]) -> list[bytes]:
    """The chain after each row."""
    found: list[bytes] = []
    for expected, row in enumerate(rows, seq + 1):
        if row.seq != expected:
            raise RetailError(
                "stream.gap", "Row %(seq)s of %(name)s is missing.", seq=expected, name=stream
            )
        words = (row.entity, row.key, row.op, row.body)
        chain = row_chain(chain, tuple(word.encode() for word in words))
        found.append(chain)
    return found


def stage(tx: Connection, stream: str, at: Position, part: Slice) -> None:
    """Keep a slice for the next flip; a row that cannot be read is marked and never in the way.

    Args:
        at: where the stream stood before the tail or chunk of the slice.
    """
    if part.rows:
        staged = upsert(StagedRow)
        names = ("seq", "op", "ver", "hash", "kept", "body", "error")
        tx.execute(
            staged.on_conflict_do_update(
                index_elements=["stream", "entity", "key", "bad"],
                set_={name: staged.excluded[name] for name in names},
                where=StagedRow.seq < staged.excluded.seq,
            ),
            [_staged(stream, row) for row in part.rows],
        )
        span = {"stream": stream, "lo": part.rows[0].seq, "hi": part.rows[-1].seq}
        tx.execute(_SAME, span)
        if not at.replaces:
            tx.execute(_OLD, span)
    crash_point("pull.row_staged")
    if part.cursor is not None:
        seq, chain = part.cursor
        moved = update(Stream).where(Stream.name == stream).values(staged_seq=seq, chain=chain)
        tx.execute(moved)
        crash_point("pull.cursor_saved")


def _staged(stream: str, row: StreamRow) -> dict[str, object]:
    values: dict[str, object] = {
        "stream": stream,
        "entity": row.entity[:16],
        "key": row.key[:80],
        "seq": row.seq,
        "op": "del" if row.op == "del" else "put",
        "ver": row.ver,
        "hash": row_hash(row.entity, row.key, row.body),
    }
    try:
        found, error = understood(row), ""
    except RetailError as problem:
        log.warning("row %s of %s is set aside: %s", row.seq, stream, problem)
        found, error = Understood(row.body, None), str(problem)[:400]
    return {**values, "body": found.columns, "kept": found.hash, "error": error, "bad": error != ""}


_OF_SLICE = "stream = :stream AND seq BETWEEN :lo AND :hi"
_IN_FORCE = (
    "SELECT 1 FROM stream_row AS r WHERE r.stream = staged_row.stream"
    " AND r.entity = staged_row.entity AND r.key = staged_row.key"
)
# In force already, and the tables have it: the flip need not write it again.
_SAME = text(
    f"UPDATE staged_row SET op = 'same', body = '' WHERE {_OF_SLICE} AND op = 'put'"  # noqa: S608 (constants)
    f" AND kept IS NOT NULL AND EXISTS ({_IN_FORCE} AND r.hash = staged_row.hash"
    " AND r.kept = staged_row.kept)"
)
_OLD = text(
    f"DELETE FROM staged_row WHERE {_OF_SLICE} AND EXISTS ({_IN_FORCE} AND r.ver >= staged_row.ver)"  # noqa: S608 (constants)
)
