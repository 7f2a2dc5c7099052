"""Down-streams as tills read them: rows after a position, in order and without gaps."""

from __future__ import annotations

from sqlalchemy import Connection, select

from backoffice.intake.auth import Caller
from backoffice.intake.errors import Refused
from backoffice.intake.visible import check_visible
from db.head.streams import StreamChange, StreamHead
from retail.contract.codec import GENESIS
from retail.contract.envelope import StreamRow, StreamTail

MOST_ROWS = 1_000


def tail(tx: Connection, caller: Caller, stream: str, after: int) -> StreamTail:
    """Up to 1,000 rows of a stream.

    Raises:
        Refused: 403 ``stream`` for a stream that is not this till's, 409 ``ahead`` for a
            position that this head office has not reached.
    """
    check_visible(tx, caller, stream)
    head = tx.execute(
        select(StreamHead.generation, StreamHead.head).where(StreamHead.stream == stream)
    ).first()
    generation, newest = (head.generation, head.head) if head else (1, 0)
    if after > newest:
        raise Refused(409, "ahead", "The till has rows that this head office does not know.")
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
        chain=(bytes(rows[-1].chain) if rows else _chain_at(tx, stream, after)).hex(),
        rows=tuple(
            StreamRow(seq=r.seq, entity=r.entity, key=r.key, op=r.op, ver=r.ver, body=r.body)
            for r in rows
        ),
    )


def _chain_at(tx: Connection, stream: str, seq: int) -> bytes:
    found = tx.execute(
        select(StreamChange.chain).where(StreamChange.stream == stream, StreamChange.seq == seq)
    ).scalar_one_or_none()
    return GENESIS if found is None else bytes(found)
