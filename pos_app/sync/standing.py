"""Where the down-streams stand at this till, for people to see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from db.store.streams import DeadRow, Stream


@dataclass(frozen=True, slots=True)
class Standing:
    """One stream.

    Attributes:
        active_seq: the position in force, since ``active_at``; ``staged_seq`` how far rows have
            come that wait for their checkpoint.
        unreadable: rows that this till cannot read; the others are in force without them.
    """

    name: str
    active_seq: int
    staged_seq: int
    active_at: datetime | None
    unreadable: int


def standings(tx: Connection) -> tuple[Standing, ...]:
    """All streams of this till by name."""
    dead = select(DeadRow.stream, func.count().label("rows")).group_by(DeadRow.stream).subquery()
    rows = tx.execute(
        select(
            Stream.name,
            Stream.active_seq,
            Stream.staged_seq,
            Stream.active_at,
            func.coalesce(dead.c.rows, 0),
        )
        .outerjoin(dead, dead.c.stream == Stream.name)
        .order_by(Stream.name)
    )
    return tuple(Standing(*row) for row in rows)
