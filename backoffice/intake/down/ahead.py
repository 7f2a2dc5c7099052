"""Streams of which a till has more than a restored head office: nobody's rows count any more."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, select

from backoffice.intake.auth import Caller
from backoffice.intake.down.visible import visible_streams
from db.head.streams import StreamHead
from db.streams import new_generation
from retail.contract.envelope import StreamVector


def renew_streams_behind(tx: Connection, caller: Caller, told: Iterable[StreamVector]) -> None:
    """Begin a new generation of each stream that ends before what the till has of it.

    The same positions would be given to other rows; tills fetch such a stream anew.
    """
    seen = {vector.stream: vector for vector in told}
    named = [name for name in visible_streams(tx, caller) if name in seen]
    heads = tx.execute(
        select(StreamHead.stream, StreamHead.generation, StreamHead.head).where(
            StreamHead.stream.in_(named)
        )
    )
    for row in heads.all():
        theirs = seen[row.stream]
        if (theirs.generation, theirs.seq) > (row.generation, row.head):
            new_generation(tx, row.stream, above=theirs.generation)
