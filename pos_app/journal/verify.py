"""Check a till's books: chain, numbering and ledgers, and name the first broken record."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from msgspec.structs import replace
from sqlalchemy import Connection, Row, bindparam, func, literal_column, select, union_all

from db.prepared import Prepared
from db.store.journal import EntrySide, Journal, JournalEntry
from db.store.sales import Sale
from db.store.stock import StockLevel, StockMove
from db.store.tills import Shift
from pos_app.journal.projections import (
    COUNTED,
    count_rows,
    differing,
    gaps_in_series,
    invoice_differs,
    sale_rows,
    shift_differs,
)
from retail.contract.codec import GENESIS, Entry, Side, chain_hash, read_entry, side_hash
from retail.contract.facts import Fact, InvoiceIssued, ShiftOpened, StockCounted, decode
from retail.contract.sales import SaleClosed
from retail.errors import RetailError
from retail.identity import parse_document_number
from retail.stock import OUTSIDE

_ENTRIES = Prepared(
    select(
        JournalEntry.seq,
        JournalEntry.rid,
        JournalEntry.type,
        JournalEntry.at,
        JournalEntry.business_date,
        JournalEntry.hash,
        JournalEntry.entry,
    )
    .where(JournalEntry.jid == bindparam("journal"), JournalEntry.seq > bindparam("after"))
    .order_by(JournalEntry.seq)
    .limit(500)
)
_OF_RECORD = Prepared(
    select(JournalEntry.jid, JournalEntry.entry).where(JournalEntry.rid == bindparam("record"))
)
_SIDE = Prepared(select(EntrySide.salt, EntrySide.data).where(EntrySide.rid == bindparam("record")))
_CHECKED = frozenset({"sale.closed", "shift.opened", "stock.counted"})


@dataclass(frozen=True, slots=True)
class Verified:
    """What was checked; ``broken`` is empty or names the first record that does not hold."""

    entries: int
    sales: int
    erased: int
    broken: str


class _BrokenRecordError(Exception):
    """Carries the sentence that names the broken record."""


@dataclass(slots=True)
class _Counts:
    entries: int = 0
    sales: int = 0
    shifts: int = 0
    erased: int = 0
    rows: Counter[str] = field(default_factory=Counter)
    pruned: Counter[str] = field(default_factory=Counter)
    """Rows of entries that are gone, because they are safe at head office."""
    passed: set[bytes] = field(default_factory=set)
    """Journals that were checked already."""


def verify(tx: Connection) -> Verified:
    """Check everything inside one read transaction, so that a till may go on selling beside it."""
    counts, broken = _Counts(), ""
    try:
        # In the order in which they were opened, whatever the clock said.
        for journal in tx.execute(select(Journal).order_by(literal_column("journal.rowid"))).all():
            _journal(tx, journal, counts)
            counts.passed.add(journal.jid.bytes)
        _orphans(tx, counts)
        _balances(tx)
        if series := gaps_in_series(tx):
            raise _BrokenRecordError(f"the invoices of series {series} have a gap")
    except _BrokenRecordError as found:
        broken = str(found)
    except (TypeError, ValueError, OverflowError):
        # SQLite keeps any type in any column; what is no key or instant is no journal of ours.
        broken = "a journal's head holds something that no till writes"
    return Verified(counts.entries, counts.sales, counts.erased, broken)


def _journal(tx: Connection, journal: Row[Any], counts: _Counts) -> None:
    jid: UUID = journal.jid
    previous, seq, receipt = GENESIS, journal.pruned_seq, journal.pruned_receipt
    if seq:
        previous = bytes(journal.pruned_hash)
        counts.pruned.update(json.loads(journal.pruned_rows))
    for row in _rows(tx, jid):
        entry = _entry(jid, row, seq + 1, previous)
        previous, seq = row[5], seq + 1
        counts.entries += 1
        if counts.passed and _repeats(tx, entry, counts.passed):
            continue
        fact = _fact(entry)
        counts.erased += _side(tx, entry, fact)
        if isinstance(fact, SaleClosed):
            receipt = _number(fact, journal.series, receipt)
            _sale(tx, entry, fact, counts)
        elif isinstance(fact, ShiftOpened):
            if shift_differs(tx, entry, fact):
                raise _BrokenRecordError(f"shift {fact.number}: it differs from its journal entry")
            counts.shifts += 1
            counts.rows["cash movements"] += 1
        elif isinstance(fact, InvoiceIssued):
            if invoice_differs(tx, entry, fact):
                said = "it differs from its journal entry"
                raise _BrokenRecordError(f"invoice {fact.number}: {said}")
            counts.rows["invoices"] += 1
        elif isinstance(fact, StockCounted):
            _count(tx, entry, fact, counts)
    head = (journal.head_seq, bytes(journal.head_hash), journal.last_receipt)
    if head != (seq, previous, receipt):
        raise _BrokenRecordError(f"journal {jid}: its head does not match its {seq} entries")


def _rows(tx: Connection, jid: UUID) -> Iterator[tuple[Any, ...]]:
    """A journal's entries in order, some at a time, as SQLite holds them."""
    after = 0
    while rows := _ENTRIES.all(tx, {"journal": jid.bytes, "after": after}):
        yield from rows
        after = rows[-1][0]


def _entry(jid: UUID, row: tuple[Any, ...], seq: int, previous: bytes) -> Entry:
    name = f"journal {jid} entry {row[0]}"
    if row[0] != seq:
        raise _BrokenRecordError(f"{name}: entry {seq} is missing before it")
    data, stored = row[6], row[5]
    if not isinstance(data, bytes) or chain_hash(previous, data) != stored:
        raise _BrokenRecordError(f"{name}: its hash does not follow from the entry before")
    try:
        entry = read_entry(data)
    except RetailError as problem:
        raise _BrokenRecordError(f"{name}: {problem}") from problem
    day = entry.business_date.isoformat()
    meant = (entry.seq, entry.rid.bytes, entry.type, entry.at_us, day)
    if entry.jid != jid or row[:5] != meant:
        raise _BrokenRecordError(f"{name}: its columns differ from its bytes")
    return entry


def _repeats(tx: Connection, entry: Entry, passed: set[bytes]) -> bool:
    """True for an entry of an earlier journal once more: the same but for its place."""
    earlier = [
        data for jid, data in _OF_RECORD.all(tx, {"record": entry.rid.bytes}) if jid in passed
    ]
    if not earlier:
        return False
    if replace(read_entry(earlier[0]), jid=entry.jid, seq=entry.seq) != entry:
        raise _BrokenRecordError(
            f"journal {entry.jid} entry {entry.seq}: it differs from the entry that it repeats"
        )
    return True


def _fact(entry: Entry) -> Fact | None:
    """The fact of an entry that has rows or personal fields beside it; None for the others."""
    if entry.type not in _CHECKED and b'"side":' not in entry.body:
        return None
    try:
        return decode(entry.type, entry.sv, entry.body)
    except RetailError as problem:
        name = f"journal {entry.jid} entry {entry.seq}"
        raise _BrokenRecordError(f"{name}: {problem}") from problem


def _side(tx: Connection, entry: Entry, fact: Fact | None) -> int:
    """Compare personal fields with the hash in the body; 1 when they were erased."""
    expected = getattr(fact, "side", "")
    if not expected:
        return 0
    row = _SIDE.first(tx, {"record": entry.rid.bytes})
    if row is None:
        return 1
    salt, data = row
    readable = isinstance(salt, bytes) and isinstance(data, bytes)
    if not readable or side_hash(Side(salt, data)).hex() != expected:
        raise _BrokenRecordError(
            f"journal {entry.jid} entry {entry.seq}: its personal fields were altered"
        )
    return 0


def _number(fact: SaleClosed, series: str, last: int) -> int:
    try:
        number = parse_document_number(fact.number)
    except RetailError as problem:
        raise _BrokenRecordError(f"sale {fact.number}: {problem}") from problem
    if number.series != series:
        raise _BrokenRecordError(f"sale {number}: its series is not the journal's, {series}")
    if number.n != last + 1:
        raise _BrokenRecordError(f"sale {number}: receipt {last + 1} is missing before it")
    return number.n


def _sale(tx: Connection, entry: Entry, fact: SaleClosed, counts: _Counts) -> None:
    name = f"sale {fact.number}"
    try:
        meant = sale_rows(entry, fact)
    except RetailError as problem:
        raise _BrokenRecordError(f"{name}: {problem}") from problem
    differs = differing(tx, entry.rid, meant)
    if differs:
        raise _BrokenRecordError(f"{name}: its {differs} differ from its journal entry")
    tax = 0 if fact.tax_included else sum(row.tax for row in fact.tax)
    if sum(line.net for line in fact.lines) + tax != fact.total:
        raise _BrokenRecordError(f"{name}: its lines do not add up to its total")
    if sum(tender.amount for tender in fact.tenders) != fact.total + fact.rounding:
        raise _BrokenRecordError(f"{name}: its tenders do not add up to its total")
    if not _discounted(fact):
        raise _BrokenRecordError(f"{name}: what was taken off its lines is not its savings")
    counts.sales += 1
    counts.rows.update({what: len(rows) for what, rows in meant.items()})


def _count(tx: Connection, entry: Entry, fact: StockCounted, counts: _Counts) -> None:
    meant = count_rows(entry, fact)
    differs = differing(tx, entry.rid, meant)
    if differs:
        raise _BrokenRecordError(f"stock count {entry.rid}: its {differs} differ from its entry")
    counts.rows.update({what: len(rows) for what, rows in meant.items()})


def _discounted(fact: SaleClosed) -> bool:
    """What was taken off the lines is each line's discount, and what each promotion took in all.

    Goods that come back are worth what was paid for them; nothing is taken off anew.
    """
    given = Counter({one.promotion: one.minor for one in fact.choice.applied})
    sold = [line for line in fact.lines if line.back is None]
    for line in sold:
        by_hand = sum(cut.minor for cut in line.cuts if cut.scope != "price")
        if line.discount != sum(off.minor for off in line.discounts) + by_hand:
            return False
        given.subtract({off.promotion: off.minor for off in line.discounts})
    return fact.savings == sum(line.discount for line in sold) and not any(given.values())


def _orphans(tx: Connection, counts: _Counts) -> None:
    """Nothing is stored that no entry speaks of."""
    known = Counter({"sales": counts.sales, "shifts": counts.shifts})
    known.update({what: counts.rows[what] for what in COUNTED})
    known.update(counts.pruned)
    for what, table in {"sales": Sale, "shifts": Shift, **COUNTED}.items():
        stored = tx.execute(select(func.count()).select_from(table)).scalar_one()
        if stored != known[what]:
            raise _BrokenRecordError(
                f"{stored} {what} are stored, but {known[what]} are journalled"
            )


def _balances(tx: Connection) -> None:
    """Every balance of the store's own stock is the sum of its movements."""
    moved = union_all(
        select(
            StockMove.from_site.label("site"),
            StockMove.from_state.label("state"),
            StockMove.sku,
            (-StockMove.thousandths).label("change"),
        ),
        select(StockMove.to_site, StockMove.to_state, StockMove.sku, StockMove.thousandths),
        select(StockLevel.site, StockLevel.state, StockLevel.sku, -StockLevel.thousandths),
    ).subquery()
    wrong = tx.execute(
        select(moved.c.sku)
        .where(moved.c.site != OUTSIDE)
        .group_by(moved.c.site, moved.c.state, moved.c.sku)
        .having(func.sum(moved.c.change) != 0)
        .order_by(moved.c.sku)
        .limit(1)
    ).first()
    if wrong is not None:
        raise _BrokenRecordError(
            f"stock of {wrong.sku}: its balance is not the sum of its movements"
        )
