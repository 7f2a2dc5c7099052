"""Bringing what is staged into force: all streams of a checkpoint in one transaction."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, select, text

from db.base import to_us
from db.crash_points import crash_point
from db.prepared import Prepared
from db.store.rows import TARGETS
from db.store.streams import DeadRow, StagedRow, Stream, StreamRow
from pos_app.checkout import promotions, search_index
from pos_app.customers import service as customers
from pos_app.sync.tables import activate, forget_rest
from pos_app.till import queries as till
from retail.contract.scopes import customer_stream


def due(tx: Connection, current: Collection[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Of the current streams those that wait for the flip; and streams that are no longer ours.

    The latter are those of which another of their kind is in their place.
    """
    known = _KNOWN.all(tx, {})
    kinds = {name.partition("/")[0] for name in current}
    waiting = (name for name, waits in known if waits)
    gone = (name for name, _ in known if name.partition("/")[0] in kinds)
    return (
        tuple(name for name in waiting if name in current),
        tuple(name for name in gone if name not in current),
    )


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
    if any(stream.startswith(_CUSTOMERS) for stream in streams):
        customers.forget_taken_in(tx)
    crash_point("pull.flip")


_CUSTOMERS = customer_stream("")


def _bring_into_force(tx: Connection, stream: str, now: datetime) -> None:
    values = {"stream": stream, "now": to_us(now)}
    (replaces,) = _REPLACES.first(tx, values) or (False,)
    if replaces:
        forget_rest(tx, stream)
    search_index.forget_withdrawn(tx, stream)
    for entity in TARGETS:
        activate(tx, stream, entity)
    search_index.follow(tx, stream, replaces=bool(replaces))
    if replaces:
        for table in (StreamRow, DeadRow):
            tx.execute(delete(table).where(table.stream == stream))
    for statement in (_ON_RECORD, _OFF_RECORD, _READ_NOW):
        statement.one(tx, values)
    degraded = _DEAD.one(tx, values) > 0
    _EMPTY.one(tx, values)
    _MOVED.one(tx, {**values, "degraded": degraded})


_NEWER = (
    "SELECT 1 FROM staged_row AS n WHERE n.stream = s.stream AND n.entity = s.entity"
    " AND n.key = s.key AND n.seq > s.seq"
)
# In the order of the keys, as both tables are; of two versions of a row the newer one stays.
_ON_RECORD = Prepared(
    text(
        "INSERT INTO stream_row (stream, entity, key, ver, hash, kept)"
        " SELECT stream, entity, key, ver, hash, kept FROM staged_row"
        " WHERE stream = :stream AND op IN ('put', 'same')"
        " ON CONFLICT (stream, entity, key) DO UPDATE"
        " SET ver = excluded.ver, hash = excluded.hash, kept = excluded.kept"
        " WHERE excluded.ver >= stream_row.ver"
    )
)
_OFF_RECORD = Prepared(
    text(
        "DELETE FROM stream_row WHERE stream = :stream AND (entity, key) IN"  # noqa: S608 (a constant)
        " (SELECT entity, key FROM staged_row AS s WHERE stream = :stream AND op = 'del'"
        f" AND NOT EXISTS ({_NEWER}))"
    )
)
_READ_NOW = Prepared(
    text(
        "DELETE FROM dead_row WHERE stream = :stream AND EXISTS (SELECT 1 FROM staged_row AS s"
        " WHERE s.stream = dead_row.stream AND s.entity = dead_row.entity"
        " AND s.key = dead_row.key AND s.op <> 'old')"
    )
)
_DEAD = Prepared(
    text(
        "INSERT INTO dead_row (stream, seq, entity, key, body, error, first_at)"  # noqa: S608 (a constant)
        " SELECT stream, seq, entity, key, body, error, :now FROM staged_row AS s"
        f" WHERE stream = :stream AND bad AND op <> 'old' AND NOT EXISTS ({_NEWER})"
    )
)
_KNOWN = Prepared(
    select(Stream.name, (Stream.staged_seq != Stream.active_seq) | Stream.replaces).order_by(
        Stream.name
    )
)
_REPLACES = Prepared(select(Stream.replaces).where(Stream.name == bindparam("stream")))
# A whole stream was just compared; one with rows that cannot be read must be.
_MOVED = Prepared(
    text(
        "UPDATE stream SET generation = staged_generation, active_seq = staged_seq,"
        " active_chain = chain, active_at = :now, replaces = false, compared_at ="
        " CASE WHEN :degraded THEN NULL WHEN replaces THEN :now ELSE compared_at END"
        " WHERE name = :stream"
    )
)
_EMPTY = Prepared(text("DELETE FROM staged_row WHERE stream = :stream"))
