"""Publish changes into a down-stream: gap-free, chained, numbered in the last statements.

A counter row locked until commit is the only numbering under which a reader that saw ``n``
has seen everything before ``n``; a sequence leaves holes and shows later numbers first.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import Connection, func, select, update
from sqlalchemy import Row as Found
from sqlalchemy.dialects.postgresql import insert

from db.bulk import copy_rows
from db.head.streams import StreamChange, StreamHead
from db.transaction import last_statement
from retail.contract.codec import GENESIS, canonical, row_chain
from retail.contract.reference import Row, entity_of, key_of
from retail.contract.scopes import (
    CATALOGUE,
    PROMOTIONS,
    TAX,
    ScopedRow,
    customer_stream,
    price_stream,
    store_stream,
    stream_of,
    till_stream,
)

__all__ = [
    "CATALOGUE",
    "CHANNEL",
    "PROMOTIONS",
    "TAX",
    "customer_stream",
    "new_generation",
    "next_chain",
    "price_stream",
    "publish",
    "publish_each",
    "store_stream",
    "till_stream",
    "withdraw",
]

log = logging.getLogger("tillwright.streams")

CHANNEL = "tillwright_stream"
LONGEST_WAIT_SECONDS = 1.0
"""A counter row is locked for the last statements only; waiting longer is an alarm."""
_COLUMNS = ("stream", "seq", "entity", "key", "op", "ver", "body", "chain")


@dataclass(slots=True)
class _Publication:
    """Changes of one transaction to one stream, numbered when everything else is done."""

    stream: str
    changes: list[tuple[str, str, str, str]] = field(default_factory=list)

    def __call__(self, tx: Connection) -> None:
        tx.execute(
            insert(StreamHead)
            .values(stream=self.stream, generation=1, head=0, chain=GENESIS, floor=0)
            .on_conflict_do_nothing()
        )
        old = _locked(tx, self.stream)
        chain = bytes(old.chain)
        rows = []
        for seq, change in enumerate(self.changes, old.head + 1):
            chain = next_chain(chain, *change)
            entity, key, op, body = change
            rows.append((self.stream, seq, entity, key, op, seq, body, chain))
        copy_rows(tx, StreamChange, _COLUMNS, rows)
        tx.execute(
            update(StreamHead)
            .where(StreamHead.stream == self.stream)
            .values(head=old.head + len(rows), chain=chain)
        )
        tx.exec_driver_sql("SELECT pg_notify(%s, %s)", (CHANNEL, self.stream))


def _locked(tx: Connection, stream: str) -> Found[int, bytes]:
    """The counter row, locked; whoever holds it for long holds up everybody who publishes."""
    began = time.perf_counter()
    row = tx.execute(
        select(StreamHead.head, StreamHead.chain)
        .where(StreamHead.stream == stream)
        .with_for_update()
    ).one()
    waited = time.perf_counter() - began
    if waited > LONGEST_WAIT_SECONDS:
        log.error("the head of stream %s was locked by others for %.1f s", stream, waited)
    return row


def next_chain(chain: bytes, entity: str, key: str, op: str, body: str) -> bytes:
    """The stream's chain after one more change."""
    return row_chain(chain, tuple(part.encode() for part in (entity, key, op, body)))


def publish(tx: Connection, stream: str, rows: Iterable[Row]) -> None:
    """Send rows down; they are numbered just before this transaction commits."""
    _add(tx, stream, [(entity_of(r), key_of(r), "put", canonical(r).decode()) for r in rows])


def publish_each(tx: Connection, rows: Iterable[ScopedRow]) -> None:
    """Send rows down, each into the stream that it belongs to."""
    sorted_out: dict[str, list[Row]] = {}
    for row in rows:
        sorted_out.setdefault(stream_of(row), []).append(row)
    for stream, own in sorted_out.items():
        publish(tx, stream, own)


def withdraw(tx: Connection, stream: str, entity: str, keys: Iterable[str]) -> None:
    """Send deletions down."""
    _add(tx, stream, [(entity, key, "del", "") for key in keys])


def new_generation(tx: Connection, stream: str, *, above: int = 0) -> None:
    """Declare void what was sent of a stream: each till fetches all of it again.

    Args:
        above: a generation that was given out already, though it is not known here any more.
    """
    tx.execute(
        update(StreamHead)
        .where(StreamHead.stream == stream)
        .values(generation=func.greatest(StreamHead.generation, above) + 1)
    )
    tx.exec_driver_sql("SELECT pg_notify(%s, %s)", (CHANNEL, stream))


def _add(tx: Connection, stream: str, changes: list[tuple[str, str, str, str]]) -> None:
    if changes:
        publication = last_statement(tx, f"stream {stream}", _Publication(stream))
        publication.changes.extend(changes)
