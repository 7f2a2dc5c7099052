"""The newest rows of a down-stream, in order and without gaps."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, bindparam, case, select

from backoffice.intake.auth import Caller
from backoffice.intake.down.visible import check_visible
from backoffice.intake.errors import Refused
from db.head.streams import StreamChange, StreamChunk, StreamHead
from retail.contract.codec import GENESIS
from retail.contract.envelope import StreamRow, StreamTail

MOST_ROWS = 1_000
WIRE_COLUMNS = (
    StreamChange.seq,
    StreamChange.entity,
    StreamChange.key,
    StreamChange.op,
    StreamChange.ver,
    StreamChange.body,
)
"""What travels of a change, as :func:`wire_row` wants it."""


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
    head = tx.execute(_HEAD, {"stream": stream}).first()
    generation, newest, floor = (head.generation, head.head, head.floor) if head else (1, 0, 0)
    if after > newest:
        raise Refused(409, "ahead", "The till has rows that this head office does not know.")
    if after < floor:
        raise Refused(410, "snapshot_required", "Those rows are merged; start with the chunks.")
    last = min(newest, after + MOST_ROWS)
    rows = list(tx.execute(_ROWS, {"stream": stream, "after": after, "last": last}))
    at = rows.pop(0) if rows and rows[0].seq == after else None
    if chain and head and _chain_of(tx, stream, after, at) != chain:
        raise Refused(409, "other_past", "The till's rows are not those of this head office.")
    return StreamTail(
        stream=stream,
        generation=generation,
        head=newest,
        chain=_chain_of(tx, stream, last, rows[-1] if rows else at),
        rows=tuple(
            StreamRow(seq=seq, entity=entity, key=key, op=op, ver=ver, body=body)
            for seq, entity, key, op, ver, body, _ in rows
        ),
    )


_HEAD = select(StreamHead).where(StreamHead.stream == bindparam("stream"))
# From the row before on, whose chain the caller may have told; the chains between prove nothing.
_ENDS = StreamChange.seq.in_((bindparam("after"), bindparam("last")))
_ROWS = (
    select(
        *WIRE_COLUMNS,
        case((_ENDS, StreamChange.chain)).label("chain"),
    )
    .where(
        StreamChange.stream == bindparam("stream"),
        StreamChange.seq.between(bindparam("after"), bindparam("last")),
    )
    .order_by(StreamChange.seq)
)


def _chain_of(tx: Connection, stream: str, seq: int, row: Row[Any] | None) -> str:
    """The chain (hex) at a position: of its row, if that is there."""
    found = chain_at(tx, stream, seq) if row is None or row.seq != seq else row.chain
    return bytes(found).hex()


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
