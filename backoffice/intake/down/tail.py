"""The newest rows of a down-stream, in order and without gaps."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, select

from backoffice.intake.auth import Caller
from backoffice.intake.down.visible import check_visible
from backoffice.intake.errors import Refused
from db.head.streams import StreamChange, StreamChunk, StreamHead
from retail.contract.codec import GENESIS
from retail.contract.envelope import StreamRow, StreamTail

MOST_ROWS = 1_000


def tail(tx: Connection, caller: Caller, stream: str, after: int, chain: str = "") -> StreamTail:
    """Up to 1,000 rows of a stream; all of it must be read from one snapshot.

    Args:
        chain: the caller's chain at ``after`` in hex, empty when it does not say.

    Raises:
        Refused: 403 ``stream`` for a stream that is not this till's, 409 ``ahead`` for a
            position that this head office has not reached, 409 ``other_past`` for one that it
            reached by other rows, 410 ``snapshot_required`` for one below the floor.
    """
    check_visible(tx, caller, stream)
    head = tx.execute(select(StreamHead).where(StreamHead.stream == stream)).first()
    generation, newest, floor = (head.generation, head.head, head.floor) if head else (1, 0, 0)
    if after > newest:
        raise Refused(409, "ahead", "The till has rows that this head office does not know.")
    if after < floor:
        raise Refused(410, "snapshot_required", "Those rows are merged; start with the chunks.")
    if chain and head and chain_at(tx, stream, after).hex() != chain:
        raise Refused(409, "other_past", "The till's rows are not those of this head office.")
    rows = tx.execute(
        select(StreamChange)
        .where(StreamChange.stream == stream, StreamChange.seq > after)
        .order_by(StreamChange.seq)
        .limit(MOST_ROWS)
    ).all()
    return StreamTail(
        stream=stream,
        generation=generation,
        head=newest,
        chain=(bytes(rows[-1].chain) if rows else chain_at(tx, stream, after)).hex(),
        rows=tuple(wire_row(row) for row in rows),
    )


def wire_row(row: Row[Any]) -> StreamRow:
    """A kept change as it travels."""
    return StreamRow(
        seq=row.seq, entity=row.entity, key=row.key, op=row.op, ver=row.ver, body=row.body
    )


def chain_at(tx: Connection, stream: str, seq: int) -> bytes:
    """The stream's chain after a position; that of a merged row stands with its chunk."""
    kept = select(StreamChange.chain).where(StreamChange.stream == stream, StreamChange.seq == seq)
    merged = select(StreamChunk.chain).where(StreamChunk.stream == stream, StreamChunk.hi == seq)
    for query in (kept, merged):
        found = tx.execute(query).scalar_one_or_none()
        if found is not None:
            return bytes(found)
    return GENESIS
