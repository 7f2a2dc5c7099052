"""Check a till's books: chain, numbering and ledgers, and name the first broken record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, case, func, select, union_all

from db.store.journal import EntrySide, Journal, JournalEntry
from db.store.sales import CashMove, Sale, SaleLine, SaleTax, SaleTender
from db.store.stock import StockLevel, StockMove
from retail.contract.codec import GENESIS, Entry, Side, chain_hash, read_entry, side_hash
from retail.contract.facts import SaleClosed, decode
from retail.errors import RetailError
from retail.identity import parse_document_number
from retail.stock import OUTSIDE, SoldComponent, movements_of_sale


@dataclass(frozen=True, slots=True)
class Verified:
    """What was checked; ``broken`` is empty or names the first record that does not hold."""

    entries: int
    sales: int
    erased: int
    broken: str


class _BrokenRecordError(Exception):
    """Carries the sentence that names the broken record."""


def verify(tx: Connection) -> Verified:
    """Check everything inside one read transaction, so that a till may go on selling beside it."""
    counts = {"entries": 0, "sales": 0, "erased": 0}
    try:
        journals = tx.execute(select(Journal).order_by(Journal.opened_at)).all()
        for journal in journals:
            _journal(tx, journal, counts)
        _orphans(tx, counts["sales"])
        _balances(tx)
    except _BrokenRecordError as broken:
        return Verified(**counts, broken=str(broken))
    return Verified(**counts, broken="")


def _journal(tx: Connection, journal: Row[Any], counts: dict[str, int]) -> None:
    jid: UUID = journal.jid
    previous, seq, receipt = GENESIS, 0, 0
    rows = tx.execution_options(yield_per=500).execute(
        select(JournalEntry).where(JournalEntry.jid == jid).order_by(JournalEntry.seq)
    )
    for row in rows:
        entry = _entry(row, seq + 1, previous)
        previous, seq = bytes(row.hash), seq + 1
        counts["entries"] += 1
        counts["erased"] += _side(tx, entry)
        if entry.type == "sale.closed":
            receipt = _sale(tx, entry, receipt)
            counts["sales"] += 1
    head = (journal.head_seq, bytes(journal.head_hash), journal.last_receipt)
    if head != (seq, previous, receipt):
        raise _BrokenRecordError(f"journal {jid}: its head does not match its {seq} entries")


def _entry(row: Row[Any], seq: int, previous: bytes) -> Entry:
    name = f"journal {row.jid} entry {row.seq}"
    if row.seq != seq:
        raise _BrokenRecordError(f"{name}: entry {seq} is missing before it")
    data = bytes(row.entry)
    if chain_hash(previous, data) != bytes(row.hash):
        raise _BrokenRecordError(f"{name}: its hash does not follow from the entry before")
    try:
        entry = read_entry(data)
    except RetailError as problem:
        raise _BrokenRecordError(f"{name}: {problem}") from problem
    columns = (row.jid, row.seq, row.rid, row.type, row.business_date)
    if columns != (entry.jid, entry.seq, entry.rid, entry.type, entry.business_date):
        raise _BrokenRecordError(f"{name}: its columns differ from its bytes")
    return entry


def _side(tx: Connection, entry: Entry) -> int:
    """Compare personal fields with the hash in the body; 1 when they were erased."""
    if b'"side":' not in entry.body:
        return 0
    fact = decode(entry.type, entry.sv, entry.body)
    expected = getattr(fact, "side", "")
    row = tx.execute(
        select(EntrySide.salt, EntrySide.data).where(EntrySide.rid == entry.rid)
    ).first()
    if row is None:
        return 1
    if side_hash(Side(bytes(row.salt), bytes(row.data))).hex() != expected:
        raise _BrokenRecordError(
            f"journal {entry.jid} entry {entry.seq}: its personal fields were altered"
        )
    return 0


def _sale(tx: Connection, entry: Entry, last_receipt: int) -> int:
    name = f"journal {entry.jid} entry {entry.seq}"
    fact = decode(entry.type, entry.sv, entry.body)
    if not isinstance(fact, SaleClosed):
        raise _BrokenRecordError(f"{name}: it is no sale")
    number = parse_document_number(fact.number)
    name = f"sale {fact.number}"
    if number.n != last_receipt + 1:
        raise _BrokenRecordError(f"{name}: receipt {last_receipt + 1} is missing before it")
    row = tx.execute(select(Sale).where(Sale.rid == entry.rid)).first()
    if row is None:
        raise _BrokenRecordError(f"{name}: journalled, but not among the sales")
    if (row.number, row.total_minor, row.jid, row.shift_id) != (
        fact.number,
        fact.total,
        entry.jid,
        entry.shift,
    ):
        raise _BrokenRecordError(f"{name}: the sale differs from its journal entry")
    _parts(tx, entry, fact, name)
    return number.n


def _parts(tx: Connection, entry: Entry, fact: SaleClosed, name: str) -> None:
    """Lines, taxes, tenders, cash and stock of a sale against the journalled fact."""
    rid = entry.rid
    stored = {
        "lines": tx.execute(
            select(SaleLine.n, SaleLine.sku, SaleLine.quantity, SaleLine.net_minor)
            .where(SaleLine.rid == rid)
            .order_by(SaleLine.n)
        ).all(),
        "taxes": tx.execute(
            select(SaleTax.code, SaleTax.ppm, SaleTax.net_minor, SaleTax.tax_minor)
            .where(SaleTax.rid == rid)
            .order_by(SaleTax.code)
        ).all(),
        "tenders": tx.execute(
            select(SaleTender.n, SaleTender.kind, SaleTender.amount_minor)
            .where(SaleTender.rid == rid)
            .order_by(SaleTender.n)
        ).all(),
        "cash": tx.execute(
            select(CashMove.minor).where(CashMove.rid == rid).order_by(CashMove.n)
        ).all(),
        "stock": tx.execute(
            select(StockMove.line, StockMove.component, StockMove.sku, StockMove.thousandths)
            .where(StockMove.rid == rid)
            .order_by(StockMove.line, StockMove.component)
        ).all(),
    }
    for what, meant in _meant(entry, fact).items():
        if [tuple(row) for row in stored[what]] != meant:
            raise _BrokenRecordError(f"{name}: its {what} differ from its journal entry")
    tax = 0 if fact.tax_included else sum(row.tax for row in fact.tax)
    paid = sum(tender.amount for tender in fact.tenders)
    if sum(line.net for line in fact.lines) + tax != fact.total:
        raise _BrokenRecordError(f"{name}: its lines do not add up to its total")
    if paid != fact.total + fact.rounding:
        raise _BrokenRecordError(f"{name}: its tenders do not add up to its total")


def _meant(entry: Entry, fact: SaleClosed) -> dict[str, list[tuple[object, ...]]]:
    parts = (
        SoldComponent(line.n, number, part.sku, part.thousandths)
        for line in fact.lines
        for number, part in enumerate(line.parts)
    )
    moved = movements_of_sale(entry.store, entry.rid, parts)
    return {
        "lines": [(line.n, line.sku, line.qty, line.net) for line in fact.lines],
        "taxes": [(row.code, row.ppm, row.net, row.tax) for row in fact.tax],
        "tenders": [(n, t.kind, t.amount) for n, t in enumerate(fact.tenders, 1)],
        "cash": [(t.amount,) for t in fact.tenders if t.kind == "cash"],
        "stock": [(m.line, m.component, m.sku, m.thousandths) for m in moved],
    }


def _orphans(tx: Connection, sales: int) -> None:
    stored = tx.execute(select(func.count()).select_from(Sale)).scalar_one()
    if stored != sales:
        raise _BrokenRecordError(f"{stored} sales are stored, but {sales} are journalled")


def _balances(tx: Connection) -> None:
    """Every balance of the store's own stock is the sum of its movements."""
    outgoing = select(
        StockMove.from_site.label("site"),
        StockMove.from_state.label("state"),
        StockMove.sku.label("sku"),
        (-StockMove.thousandths).label("change"),
    )
    incoming = select(StockMove.to_site, StockMove.to_state, StockMove.sku, StockMove.thousandths)
    both = union_all(outgoing, incoming).subquery()
    inside = both.c.site != OUTSIDE
    summed = (
        select(both.c.site, both.c.state, both.c.sku, func.sum(both.c.change).label("total"))
        .where(inside)
        .group_by(both.c.site, both.c.state, both.c.sku)
        .subquery()
    )
    wrong = tx.execute(
        select(summed.c.sku)
        .outerjoin(
            StockLevel,
            (StockLevel.site == summed.c.site)
            & (StockLevel.state == summed.c.state)
            & (StockLevel.sku == summed.c.sku),
        )
        .where(
            case((StockLevel.thousandths.is_(None), 0), else_=StockLevel.thousandths)
            != summed.c.total
        )
        .limit(1)
    ).first()
    if wrong is not None:
        raise _BrokenRecordError(
            f"stock of {wrong.sku}: its balance is not the sum of its movements"
        )
