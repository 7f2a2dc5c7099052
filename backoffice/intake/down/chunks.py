"""Closed runs of a stream, packed once, known by their SHA-256, never changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import msgspec
import zstandard
from sqlalchemy import Connection, Row, func, insert, select

from backoffice.intake.auth import Caller
from backoffice.intake.down.tail import wire_row
from backoffice.intake.down.visible import visible_streams
from backoffice.intake.errors import Refused
from db.head.streams import StreamChange, StreamChunk, StreamHead
from retail.contract.manifest import CHUNK_ROWS

_LEVEL = 3
_encode = msgspec.json.encode


@dataclass(frozen=True, slots=True)
class Part:
    """Bytes of a chunk from ``start`` on.

    Attributes:
        size: of the whole chunk.
        stream: where the till that asked may read it.
    """

    stream: str
    size: int
    start: int
    data: bytes


def streams_with_full_runs(tx: Connection) -> Sequence[str]:
    """The streams of which a chunk can be closed; most publications fill none."""
    last = (
        select(func.coalesce(func.max(StreamChunk.hi), 0))
        .where(StreamChunk.stream == StreamHead.stream)
        .scalar_subquery()
    )
    return (
        tx.execute(
            select(StreamHead.stream).where(
                StreamHead.head >= CHUNK_ROWS, StreamHead.head - last >= CHUNK_ROWS
            )
        )
        .scalars()
        .all()
    )


def close_chunks(tx: Connection, stream: str) -> int:
    """Pack every full run behind the last chunk; returns how many."""
    newest = tx.execute(select(StreamHead.head).where(StreamHead.stream == stream)).scalar()
    last = tx.execute(
        select(func.coalesce(func.max(StreamChunk.hi), 0)).where(StreamChunk.stream == stream)
    ).scalar_one()
    made = 0
    while (newest or 0) - last >= CHUNK_ROWS:
        rows = tx.execute(
            select(StreamChange)
            .where(StreamChange.stream == stream, StreamChange.seq > last)
            .order_by(StreamChange.seq)
            .limit(CHUNK_ROWS)
        ).all()
        add_chunk(tx, stream, last + 1, rows[-1].seq, rows, chain=bytes(rows[-1].chain))
        last, made = rows[-1].seq, made + 1
    return made


def add_chunk(
    tx: Connection, stream: str, lo: int, hi: int, rows: Sequence[Row[Any]], *, chain: bytes
) -> None:
    """Pack rows as the chunk of ``lo`` to ``hi``."""
    data = packed(rows)
    tx.execute(
        insert(StreamChunk).values(
            stream=stream,
            lo=lo,
            hi=hi,
            rows=len(rows),
            sha256=sha256(data).hexdigest(),
            size=len(data),
            chain=chain,
            data=data,
        )
    )


def packed(rows: Sequence[Row[Any]]) -> bytes:
    """Rows as NDJSON, zstd."""
    lines = b"".join(_encode(wire_row(row)) + b"\n" for row in rows)
    return zstandard.ZstdCompressor(level=_LEVEL).compress(lines)


def read_chunk(tx: Connection, caller: Caller, digest: str, start: int = 0) -> Part:
    """The bytes of a chunk that the till may read, from ``start`` on.

    Raises:
        Refused: 404 ``chunk`` for one that is not there (any more) or not this till's; 416
            ``range`` for a start behind its end.
    """
    found = tx.execute(
        select(
            StreamChunk.stream,
            StreamChunk.size,
            func.substring(StreamChunk.data, start + 1).label("data"),
        )
        .where(StreamChunk.sha256 == digest, StreamChunk.stream.in_(visible_streams(tx, caller)))
        .limit(1)
    ).first()
    if found is None:
        raise Refused(404, "chunk", "There is no such chunk for this till; read the manifest.")
    if start >= found.size:
        raise Refused(416, "range", "The chunk ends before that byte.")
    return Part(found.stream, found.size, start, bytes(found.data))
