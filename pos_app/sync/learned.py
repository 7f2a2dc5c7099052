"""After an upgrade of the program: streams that it reads otherwise than before come once more.

Each row on record has the hash of what was understood of it. Where the program has learnt a field
since, the same row of the table hashes otherwise; where it has learnt a kind of row, one that could
not be read can be now. Only rows that are understood otherwise are written.
"""

from __future__ import annotations

import logging
from typing import Any

from sqlalchemy import Connection, Row, select

from db.store.rows import KEPT, TARGETS, understood
from db.store.streams import DeadRow, Stream, StreamRow
from pos_app.sync import staging
from pos_app.sync.tables import hash_in_table
from retail.contract.envelope import StreamRow as WireRow
from retail.errors import RetailError

log = logging.getLogger("tillwright.sync")

_LOOKED_AT = 100
"""Rows that could not be read, by stream: those of one kind fail alike."""


def fetch_learnt(tx: Connection) -> tuple[str, ...]:
    """Have the streams come again whose rows this program reads otherwise; returns their names."""
    rows = tx.execute(
        select(Stream.name, Stream.generation)
        .where(Stream.active_seq > 0, Stream.active_seq == Stream.staged_seq, ~Stream.replaces)
        .order_by(Stream.name)
    ).all()
    found = [row for row in rows if _reads_otherwise(tx, row.name) or _reads_now(tx, row.name)]
    for row in found:
        log.info("stream %s is read otherwise since an upgrade; it comes again", row.name)
        staging.start_over(tx, row.name, row.generation, 0)
    return tuple(row.name for row in found)


def _reads_otherwise(tx: Connection, stream: str) -> bool:
    """One row of each kind tells: fields are learnt for all of them."""
    kind = stream.partition("/")[0]
    for entity, target in TARGETS.items():
        if target.kind != kind or entity in KEPT:
            continue
        sample = tx.execute(
            select(StreamRow.key, StreamRow.kept)
            .where(
                StreamRow.stream == stream,
                StreamRow.entity == entity,
                StreamRow.kept.is_not(None),
            )
            .limit(1)
        ).first()
        if sample is not None and hash_in_table(tx, entity, sample.key) not in {None, sample.kept}:
            return True
    return False


def _reads_now(tx: Connection, stream: str) -> bool:
    rows = tx.execute(select(DeadRow).where(DeadRow.stream == stream).limit(_LOOKED_AT))
    return any(_can_read(_sent(row)) for row in rows)


def _sent(row: Row[Any]) -> WireRow:
    return WireRow(seq=row.seq, entity=row.entity, key=row.key, op="put", ver=0, body=row.body)


def _can_read(row: WireRow) -> bool:
    try:
        understood(row)
    except RetailError:
        return False
    return True
