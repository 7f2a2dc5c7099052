"""Down-streams: verify, stage in small slices, then switch to the new state at once."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, text, update
from sqlalchemy.dialects.sqlite import insert as upsert

from db.store.streams import DeadRow, StagedRow, Stream
from pos_app.checkout import promotions
from pos_app.sync.tables import TARGETS, activate, staged_body
from retail.contract.codec import GENESIS, row_chain
from retail.contract.envelope import StreamRow, StreamTail, StreamVector
from retail.errors import RetailError

log = logging.getLogger("tillwright.sync")

SLICE = 500
"""Rows per transaction: a sale that comes meanwhile waits for one slice at most."""


@dataclass(frozen=True, slots=True)
class Position:
    """How far a stream is staged, and how far it is in force."""

    generation: int
    staged_seq: int
    chain: bytes
    active_seq: int


@dataclass(frozen=True, slots=True)
class Slice:
    """Verified rows of one transaction and the chain after them."""

    rows: tuple[StreamRow, ...]
    chain: bytes


def position(tx: Connection, stream: str) -> Position:
    """Where a stream stands at this till."""
    row = tx.execute(select(Stream).where(Stream.name == stream)).first()
    if row is None:
        return Position(1, 0, GENESIS, 0)
    return Position(row.generation, row.staged_seq, bytes(row.chain), row.active_seq)


def vector(tx: Connection) -> tuple[StreamVector, ...]:
    """All streams with the positions in force, for a hello."""
    rows = tx.execute(select(Stream.name, Stream.generation, Stream.active_seq))
    return tuple(
        StreamVector(stream=r.name, generation=r.generation, seq=r.active_seq) for r in rows
    )


def slices(at: Position, tail: StreamTail) -> Iterator[Slice]:
    """Check that rows follow on without a gap and hash to the chain, and cut them up.

    Raises:
        RetailError: ``stream.gap`` or ``stream.chain``; nothing of the tail may be used.
    """
    seq, chain = at.staged_seq, at.chain
    if not tail.rows:
        raise RetailError("stream.gap", "The rows of %(name)s are missing.", name=tail.stream)
    cut: list[Slice] = []
    for start in range(0, len(tail.rows), SLICE):
        part = tail.rows[start : start + SLICE]
        for row in part:
            seq += 1
            if row.seq != seq:
                raise RetailError(
                    "stream.gap", "Row %(seq)s of %(name)s is missing.", seq=seq, name=tail.stream
                )
            words = (row.entity, row.key, row.op, row.body)
            chain = row_chain(chain, tuple(word.encode() for word in words))
        cut.append(Slice(part, chain))
    if chain.hex() != tail.chain:
        raise RetailError("stream.chain", "The rows of %(name)s arrived damaged.", name=tail.stream)
    yield from cut


def stage(tx: Connection, stream: str, part: Slice, now: datetime) -> None:
    """Keep a slice for the next switch; a row that cannot be read is set aside and reported."""
    good: list[dict[str, object]] = []
    dead: list[dict[str, object]] = []
    for row in part.rows:
        values = {"stream": stream, "seq": row.seq, "entity": row.entity}
        try:
            body = staged_body(row)
            good.append({**values, "key": row.key, "op": row.op, "body": body})
        except RetailError as problem:
            log.warning("row %s of %s is set aside: %s", row.seq, stream, problem)
            why = {"body": row.body, "error": str(problem)[:400], "first_at": now}
            dead.append({**values, **why})
    if good:
        tx.execute(insert(StagedRow), good)
    if dead:
        tx.execute(upsert(DeadRow).on_conflict_do_nothing(), dead)
    seq = part.rows[-1].seq
    tx.execute(
        upsert(Stream)
        .values(
            name=stream,
            generation=1,
            staged_seq=seq,
            chain=part.chain,
            active_seq=0,
            active_at=None,
        )
        .on_conflict_do_update(
            index_elements=["name"], set_={"staged_seq": seq, "chain": part.chain}
        )
    )


def switch(tx: Connection, streams: Sequence[str], now: datetime) -> None:
    """Bring everything staged into force in this one transaction: no half price list."""
    for stream in streams:
        for entity in TARGETS:
            activate(tx, stream, entity)
        _index_products(tx, stream)
        tx.execute(delete(StagedRow).where(StagedRow.stream == stream))
        tx.execute(
            update(Stream)
            .where(Stream.name == stream)
            .values(active_seq=Stream.staged_seq, active_at=now)
        )
    promotions.look_again(tx)


def staged_streams(tx: Connection) -> tuple[str, ...]:
    """Streams with rows that wait for the switch."""
    rows = tx.execute(
        select(Stream.name).where(Stream.staged_seq > Stream.active_seq).order_by(Stream.name)
    )
    return tuple(row.name for row in rows)


def _index_products(tx: Connection, stream: str) -> None:
    touched = (
        "SELECT rowid FROM product WHERE sku IN (SELECT key FROM staged_row"
        " WHERE stream = :stream AND entity = 'product')"
    )
    values = {"stream": stream}
    tx.execute(
        text(
            f"DELETE FROM product_search WHERE rowid IN ({touched})"  # noqa: S608 (a constant)
            " OR rowid NOT IN (SELECT rowid FROM product)"
        ),
        values,
    )
    tx.execute(
        text(
            "INSERT INTO product_search (rowid, words)"  # noqa: S608 (a constant)
            " SELECT rowid, folded || ' ' || lower(sku) FROM product"
            f" WHERE active AND rowid IN ({touched})"
        ),
        values,
    )
