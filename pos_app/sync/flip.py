"""Bringing what is staged into force: all streams of a checkpoint in one transaction."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    bindparam,
    delete,
    literal,
    null,
    select,
    text,
    update,
)

from db.base import UtcDateTime
from db.crash_points import crash_point
from db.store.rows import TARGETS
from db.store.streams import DeadRow, StagedRow, Stream, StreamRow
from pos_app.checkout import promotions, search_index
from pos_app.sync.tables import activate, forget_rest
from pos_app.till import queries as till


def staged_streams(tx: Connection) -> tuple[str, ...]:
    """Streams of which something waits for the flip."""
    rows = tx.execute(
        select(Stream.name)
        .where((Stream.staged_seq != Stream.active_seq) | Stream.replaces)
        .order_by(Stream.name)
    )
    return tuple(row.name for row in rows)


def replaced_streams(tx: Connection, current: Collection[str]) -> tuple[str, ...]:
    """Streams that are no longer this till's, because another of their kind is in their place."""
    kinds = {name.partition("/")[0] for name in current}
    known = tx.execute(select(Stream.name).order_by(Stream.name)).scalars()
    return tuple(name for name in known if name not in current and name.partition("/")[0] in kinds)


def flip(tx: Connection, streams: Sequence[str], gone: Sequence[str], now: datetime) -> None:
    """Bring everything staged into force in this one transaction: no half price list.

    Args:
        streams: those with staged rows, each staged up to the checkpoint.
        gone: those whose rows leave the till.
    """
    for stream in gone:
        tx.execute(delete(StagedRow).where(StagedRow.stream == stream))
        forget_rest(tx, stream)
        for table in (StreamRow, DeadRow):
            tx.execute(delete(table).where(table.stream == stream))
        tx.execute(delete(Stream).where(Stream.name == stream))
    for stream in streams:
        _bring_into_force(tx, stream, now)
    promotions.look_again(tx)
    till.look_again(tx)
    crash_point("pull.flip")


def _bring_into_force(tx: Connection, stream: str, now: datetime) -> None:
    replaces = tx.execute(select(Stream.replaces).where(Stream.name == stream)).scalar_one()
    if replaces:
        forget_rest(tx, stream)
    search_index.forget_withdrawn(tx, stream)
    for entity in TARGETS:
        activate(tx, stream, entity)
    search_index.follow(tx, stream, replaces=replaces)
    values = {"stream": stream}
    if replaces:
        for table in (StreamRow, DeadRow):
            tx.execute(delete(table).where(table.stream == stream))
    tx.execute(_ON_RECORD, values)
    tx.execute(_OFF_RECORD, values)
    tx.execute(_READ_NOW, values)
    degraded = tx.execute(_DEAD, {**values, "now": now}).rowcount > 0
    tx.execute(delete(StagedRow).where(StagedRow.stream == stream))
    tx.execute(
        update(Stream)
        .where(Stream.name == stream)
        .values(
            generation=Stream.staged_generation,
            active_seq=Stream.staged_seq,
            active_chain=Stream.chain,
            active_at=now,
            replaces=False,
            compared_at=_compared(now, replaces=replaces, degraded=degraded),
        )
    )


def _compared(now: datetime, *, replaces: bool, degraded: bool) -> ColumnElement[Any]:
    """When the stream counts as compared: a whole one just was, one with dead rows must be."""
    if degraded:
        return null()
    return literal(now, UtcDateTime()) if replaces else Stream.compared_at.expression


_NEWER = (
    "SELECT 1 FROM staged_row AS n WHERE n.stream = s.stream AND n.entity = s.entity"
    " AND n.key = s.key AND n.seq > s.seq"
)
_ON_RECORD = text(
    "INSERT INTO stream_row (stream, entity, key, ver, hash, kept)"
    " SELECT stream, entity, key, ver, hash, kept FROM staged_row"
    " WHERE stream = :stream AND op <> 'del' ORDER BY seq"
    " ON CONFLICT (stream, entity, key) DO UPDATE"
    " SET ver = excluded.ver, hash = excluded.hash, kept = excluded.kept"
)
_OFF_RECORD = text(
    "DELETE FROM stream_row WHERE stream = :stream AND (entity, key) IN"  # noqa: S608 (a constant)
    " (SELECT entity, key FROM staged_row AS s WHERE stream = :stream AND op = 'del'"
    f" AND NOT EXISTS ({_NEWER}))"
)
_READ_NOW = text(
    "DELETE FROM dead_row WHERE stream = :stream AND (entity, key) IN"
    " (SELECT entity, key FROM staged_row WHERE stream = :stream)"
)
_DEAD = text(
    "INSERT INTO dead_row (stream, seq, entity, key, body, error, first_at)"  # noqa: S608 (a constant)
    " SELECT stream, seq, entity, key, body, error, :now FROM staged_row AS s"
    f" WHERE stream = :stream AND bad AND NOT EXISTS ({_NEWER})"
).bindparams(bindparam("now", type_=UtcDateTime()))
