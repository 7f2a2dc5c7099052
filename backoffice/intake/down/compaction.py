"""Merging chunks: of what every till has passed, only the newest version of a key is kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, select, text, update

from backoffice.intake.down.chunks import add_chunk
from backoffice.intake.down.cursors import slowest
from db.head.streams import StreamChange, StreamChunk, StreamHead
from retail.contract.manifest import CHUNK_ROWS

LEAST_MERGED = CHUNK_ROWS
"""Rows that must fall away before the chunks are written anew."""

# By one sort: looking for a newer version of each row costs hours with a hundred thousand articles.
_FALLEN = """
    SELECT seq FROM (
        SELECT seq, op, max(seq) OVER (PARTITION BY entity, key) AS newest
        FROM stream_change WHERE stream = :stream AND seq <= :upto
    ) AS known WHERE op = 'del' OR seq < newest
"""
_COUNT = text(f"SELECT count(*) FROM ({_FALLEN}) AS fallen")  # noqa: S608 (a constant)
_MERGE = text(f"DELETE FROM stream_change WHERE stream = :stream AND seq IN ({_FALLEN})")  # noqa: S608 (a constant)


def compact(tx: Connection, stream: str, now: datetime, least: int = LEAST_MERGED) -> int:
    """Merge what every till has passed, if enough falls away; returns how many rows did.

    The rows that stay are packed anew, and the floor rises to the end of the last merged chunk:
    a till below it starts again, so that no deletion that it missed can come back.
    """
    head = tx.execute(select(StreamHead).where(StreamHead.stream == stream)).one()
    passed = slowest(tx, stream, head.generation, now)
    limit = head.head if passed is None else passed
    last = tx.execute(
        select(func.max(StreamChunk.hi)).where(
            StreamChunk.stream == stream,
            StreamChunk.hi <= limit,
        )
    ).scalar()
    if last is None or last <= head.floor:
        return 0
    values = {"stream": stream, "upto": last}
    if tx.execute(_COUNT, values).scalar_one() < least:
        return 0
    chain = tx.execute(
        select(StreamChunk.chain).where(StreamChunk.stream == stream, StreamChunk.hi == last)
    ).scalar_one()
    fallen = tx.execute(_MERGE, values).rowcount
    tx.execute(delete(StreamChunk).where(StreamChunk.stream == stream, StreamChunk.hi <= last))
    _pack(tx, stream, last, bytes(chain))
    tx.execute(update(StreamHead).where(StreamHead.stream == stream).values(floor=last))
    return fallen


def _pack(tx: Connection, stream: str, last: int, chain: bytes) -> None:
    """Chunks of the rows that stay; the last one ends where the merged ones ended."""
    lo = 1
    while True:
        rows = _kept(tx, stream, lo, last)
        hi = rows[-1].seq if len(rows) == CHUNK_ROWS else last
        rest = hi < last and _kept(tx, stream, hi + 1, last, 1)
        end = hi if rest else last
        own = bytes(rows[-1].chain) if rest else chain
        add_chunk(tx, stream, lo, end, rows, chain=own)
        if not rest:
            return
        lo = end + 1


def _kept(
    tx: Connection, stream: str, lo: int, last: int, most: int = CHUNK_ROWS
) -> Sequence[Row[Any]]:
    return tx.execute(
        select(StreamChange)
        .where(StreamChange.stream == stream, StreamChange.seq >= lo, StreamChange.seq <= last)
        .order_by(StreamChange.seq)
        .limit(most)
    ).all()
