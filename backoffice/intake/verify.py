"""Check the head office's books: every journal's chain, and what was booked from it.

Pushes may go on beside it when the caller's transaction is a snapshot (``read_snapshot``).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, Select, func, literal, select, union_all

from db.base import to_us
from db.head.erp import LedgerLine
from db.head.journals import Applied, JournalEntry, JournalHead, Quarantined
from db.head.oms import Sale, SaleLine
from db.head.promotions import PromoUsage, SaleLineDiscount
from db.head.stock import StockLevel, StockMove
from db.head.value import ValueEntry, ValueInstrument
from retail.contract.codec import GENESIS, OPAQUE, chain_hash, read_entry
from retail.errors import RetailError

_SLICE = 500


@dataclass(frozen=True, slots=True)
class Verified:
    """What was checked; ``broken`` is empty or names the first record that does not hold."""

    journals: int
    entries: int
    sales: int
    quarantined: int
    broken: str


class _BrokenRecordError(Exception):
    """Carries the sentence that names the broken record."""


def verify(tx: Connection) -> Verified:
    """Recompute every chain from the stored bytes and add the ledgers up."""
    journals = entries = 0
    broken = ""
    try:
        for head in tx.execute(select(JournalHead).order_by(JournalHead.store_id, JournalHead.jid)):
            entries += _journal(tx, head)
            journals += 1
        _ledger(tx)
        _stock(tx)
        _value(tx)
        _sales(tx)
        _discounts(tx)
    except _BrokenRecordError as found:
        broken = str(found)
    quarantined = tx.execute(select(func.count()).select_from(Quarantined)).scalar_one()
    sales = tx.execute(
        select(func.count()).select_from(Sale).where(Sale.jid.is_not(None))
    ).scalar_one()
    return Verified(journals, entries, sales, quarantined, broken)


def _journal(tx: Connection, head: Row[Any]) -> int:
    previous, seq = GENESIS, 0
    for row in _entries(tx, head.store_id, head.jid):
        name = f"journal {head.jid} entry {row.seq}"
        if row.seq != seq + 1:
            raise _BrokenRecordError(f"{name}: entry {seq + 1} is missing before it")
        data = bytes(row.entry)
        if chain_hash(previous, data) != bytes(row.hash):
            raise _BrokenRecordError(f"{name}: its hash does not follow from the entry before")
        _projection(row, data, name)
        previous, seq = bytes(row.hash), row.seq
    if (head.head_seq, bytes(head.head_hash)) != (seq, previous):
        raise _BrokenRecordError(f"journal {head.jid}: its head does not match its {seq} entries")
    return seq


def _entries(tx: Connection, store_id: str, jid: UUID) -> Iterator[Row[Any]]:
    after = 0
    while True:
        rows = tx.execute(
            select(JournalEntry)
            .where(
                JournalEntry.store_id == store_id,
                JournalEntry.jid == jid,
                JournalEntry.seq > after,
            )
            .order_by(JournalEntry.seq)
            .limit(_SLICE)
        ).all()
        if not rows:
            return
        yield from rows
        after = rows[-1].seq


def _projection(row: Row[Any], data: bytes, name: str) -> None:
    if row.type == OPAQUE:
        return
    try:
        entry = read_entry(data)
    except RetailError as problem:
        raise _BrokenRecordError(f"{name}: {problem}") from problem
    columns = (row.jid, row.seq, row.rid, row.type, to_us(row.at), row.business_date)
    meant = (entry.jid, entry.seq, entry.rid, entry.type, entry.at_us, entry.business_date)
    if columns != meant:
        raise _BrokenRecordError(f"{name}: its columns differ from its bytes")


def _ledger(tx: Connection) -> None:
    wrong = tx.execute(
        select(LedgerLine.store_id, LedgerLine.rid)
        .group_by(LedgerLine.store_id, LedgerLine.rid)
        .having(func.sum(LedgerLine.minor) != 0)
        .limit(1)
    ).first()
    if wrong is not None:
        raise _BrokenRecordError(f"ledger entry {wrong.rid} of {wrong.store_id} is not balanced")


def _stock(tx: Connection) -> None:
    """Every balance is the sum of its movements, none is missing and none is left over."""
    moved = union_all(
        select(
            StockMove.store_id,
            StockMove.from_site.label("site"),
            StockMove.from_state.label("state"),
            StockMove.sku,
            (-StockMove.thousandths).label("change"),
        ),
        select(
            StockMove.store_id,
            StockMove.to_site,
            StockMove.to_state,
            StockMove.sku,
            StockMove.thousandths,
        ),
        select(
            StockLevel.store_id,
            StockLevel.site,
            StockLevel.state,
            StockLevel.sku,
            -StockLevel.thousandths,
        ),
    ).subquery()
    columns = (moved.c.store_id, moved.c.site, moved.c.state, moved.c.sku)
    wrong = tx.execute(
        select(moved.c.store_id, moved.c.sku)
        .group_by(*columns)
        .having(func.sum(moved.c.change) != 0)
        .limit(1)
    ).first()
    if wrong is not None:
        raise _BrokenRecordError(
            f"stock of {wrong.sku} in {wrong.store_id}: its balance is not the sum of its movements"
        )


def _value(tx: Connection) -> None:
    """Every balance of stored value is the sum of its postings."""
    own, entry = ValueInstrument, ValueEntry
    wrong = tx.execute(
        select(own.instrument_id)
        .outerjoin(
            entry,
            (entry.company_id == own.company_id) & (entry.instrument_id == own.instrument_id),
        )
        .group_by(own.company_id, own.instrument_id, own.balance)
        .having(func.coalesce(func.sum(entry.amount), 0) != own.balance)
        .limit(1)
    ).first()
    if wrong is not None:
        raise _BrokenRecordError(
            f"stored value {wrong.instrument_id}: its balance is not the sum of its postings"
        )


def _sales(tx: Connection) -> None:
    """Each applied sale is booked once, and nothing is booked that was not applied."""
    of_journals: ColumnElement[bool] = Sale.jid.is_not(None)
    unapplied = tx.execute(
        select(Sale.number)
        .outerjoin(Applied, (Applied.store_id == Sale.store_id) & (Applied.rid == Sale.rid))
        .where(of_journals, Applied.rid.is_(None))
        .limit(1)
    ).first()
    if unapplied is not None:
        raise _BrokenRecordError(f"sale {unapplied.number}: booked, but never applied")
    unbooked = tx.execute(
        select(JournalEntry.rid)
        .join(
            Applied,
            (Applied.store_id == JournalEntry.store_id) & (Applied.rid == JournalEntry.rid),
        )
        .outerjoin(Sale, (Sale.store_id == JournalEntry.store_id) & (Sale.rid == JournalEntry.rid))
        .where(JournalEntry.type == "sale.closed", Sale.rid.is_(None))
        .limit(1)
    ).first()
    if unbooked is not None:
        raise _BrokenRecordError(f"sale {unbooked.rid}: applied, but not booked")


def _discounts(tx: Connection) -> None:
    """What promotions took off adds up for every line, every promotion and every sale."""
    off = SaleLineDiscount
    for what, meant, told in (
        (
            "its lines' discounts are not those of its promotions",
            (SaleLine, SaleLine.n, SaleLine.discount_minor),
            (off, off.n, off.minor),
        ),
        (
            "its promotions did not take off what is booked of them",
            (PromoUsage, PromoUsage.promotion, PromoUsage.minor),
            (off, off.promotion, off.minor),
        ),
        (
            "its savings are not its lines' discounts",
            (Sale, literal(0), Sale.savings_minor),
            (SaleLine, literal(0), SaleLine.discount_minor),
        ),
    ):
        wrong = tx.execute(_differing(meant, told)).first()
        if wrong is not None:
            raise _BrokenRecordError(f"sale {wrong.rid} of {wrong.store_id}: {what}")


def _differing(*sides: tuple[Any, Any, Any]) -> Select[Any]:
    """Sales where a sum by key is not the same in two tables."""
    (one, by, amount), (other, other_by, other_amount) = sides
    parts = union_all(
        select(one.store_id, one.rid, by.label("key"), amount.label("minor")),
        select(other.store_id, other.rid, other_by, -other_amount),
    ).subquery()
    return (
        select(parts.c.store_id, parts.c.rid)
        .group_by(parts.c.store_id, parts.c.rid, parts.c.key)
        .having(func.sum(parts.c.minor) != 0)
        .limit(1)
    )
