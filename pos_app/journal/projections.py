"""The till's tables beside its journal: rows that follow from entries, compared with them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, bindparam, func, select

from db.prepared import Prepared
from db.shared.sales import foreign_columns
from db.store.invoices import Invoice
from db.store.sales import (
    CashMove,
    Sale,
    SaleLine,
    SaleLineBack,
    SaleLineCut,
    SaleLineDiscount,
    SaleTax,
    SaleTender,
)
from db.store.stock import StockMove
from db.store.tills import Shift
from db.store.value import ValueMove
from retail.contract.codec import Entry
from retail.contract.facts import Fact, InvoiceIssued, ShiftOpened, StockCounted
from retail.contract.sales import SaleClosed
from retail.stock import (
    CountDifference,
    Movement,
    movements_of_count,
    movements_of_sale,
)

COUNTED: dict[str, Any] = {
    "lines": SaleLine,
    "discounts": SaleLineDiscount,
    "cuts": SaleLineCut,
    "goods back": SaleLineBack,
    "taxes": SaleTax,
    "tenders": SaleTender,
    "cash movements": CashMove,
    "stock movements": StockMove,
    "value movements": ValueMove,
    "invoices": Invoice,
}
"""Tables whose every row belongs to a journalled record."""


def _of_record(table: Any, columns: str, order: str) -> Prepared:
    """All rows of a record; values as SQLite holds them."""
    named = [getattr(table, name) for name in columns.split()]
    ordered = [getattr(table, name) for name in order.split()]
    return Prepared(select(*named).where(table.rid == bindparam("record")).order_by(*ordered))


_STORED = {
    "head": _of_record(
        Sale,
        "jid till number business_date shift_id staff_id party_id currency "
        "total_minor tax_minor savings_minor rounding_minor note certificate price_version "
        "snapshot engine_version minimised bound proved",
        "rid",
    ),
    "lines": _of_record(
        SaleLine,
        "n sku name unit quantity price_minor gross_minor discount_minor net_minor "
        "note seller_id serial lot expires",
        "n",
    ),
    "discounts": _of_record(
        SaleLineDiscount, "n promotion version minor units funding", "n promotion"
    ),
    "cuts": _of_record(SaleLineCut, "n scope minor ppm reason staff_id approved_id", "n scope"),
    "goods back": _of_record(
        SaleLineBack, "n disposition reason staff_id approved_id sale_rid sale_n", "n"
    ),
    "taxes": _of_record(SaleTax, "code ppm net_minor tax_minor", "code"),
    "tenders": _of_record(
        SaleTender,
        "n kind amount_minor given_minor change_minor reference currency currency_minor rate_ppm",
        "n",
    ),
    "cash movements": _of_record(CashMove, "n kind shift_id minor", "n"),
    "stock movements": _of_record(
        StockMove,
        "line component sku thousandths from_site from_state to_site to_state kind",
        "line component",
    ),
    # Without the last digits: rows of before store migration 0019 have none.
    "value movements": _of_record(
        ValueMove, "n act kind lookup amount authority lease line minor", "n"
    ),
}
_SHIFT = Prepared(
    select(Shift.number, Shift.business_date, Shift.staff_id, Shift.float_minor).where(
        Shift.shift_id == bindparam("record")
    )
)
_INVOICE = Prepared(
    select(
        Invoice.number, Invoice.kind, Invoice.sale_rid, Invoice.refers, Invoice.total_minor
    ).where(Invoice.rid == bindparam("record"))
)
Rows = list[tuple[Any, ...]]


def differing(tx: Connection, rid: UUID, meant: Mapping[str, Rows]) -> str:
    """What of a record's rows is not as meant; empty when all of it is."""
    for what, rows in meant.items():
        if _STORED[what].all(tx, {"record": rid.bytes}) != rows:
            return what
    return ""


def sale_rows(entry: Entry, fact: SaleClosed) -> dict[str, Rows]:
    """The rows that a journalled sale means, by what they are."""
    shift = entry.shift.bytes if entry.shift else None
    cash = [tender.amount for tender in fact.tenders if tender.kind == "cash"]
    return {
        "head": [_head(entry, fact)],
        "lines": [
            (
                *(i.n, i.sku, i.name, i.unit, i.qty, i.price, i.gross, i.discount, i.net),
                *(i.note, _key(i.seller), i.serial, i.lot, i.expires),
            )
            for i in fact.lines
        ],
        "cuts": sorted(
            (i.n, c.scope, c.minor, c.ppm, c.reason, c.staff.bytes, _key(c.approved))
            for i in fact.lines
            for c in i.cuts
        ),
        "goods back": [
            (
                *(i.n, i.back.disposition, i.back.reason, i.back.staff.bytes),
                *(_key(i.back.approved), _key(i.back.sale), i.back.n),
            )
            for i in fact.lines
            if i.back
        ],
        "discounts": sorted(
            (n, off.promotion, of.version, off.minor, off.units, of.funding)
            for n, off, of in fact.discounts()
        ),
        "taxes": [(row.code, row.ppm, row.net, row.tax) for row in fact.tax],
        "tenders": _tenders(fact),
        "cash movements": [(n, "sale", shift, amount) for n, amount in enumerate(cash, 1)],
        "stock movements": _moves(movements_of_sale(entry.store, entry.rid, fact.components())),
        "value movements": [
            (
                v.n,
                v.act,
                v.kind,
                bytes.fromhex(v.lookup),
                v.amount,
                v.authority,
                _key(v.lease),
                v.line,
                v.minor,
            )
            for v in fact.value
        ],
    }


def _tenders(fact: SaleClosed) -> Rows:
    return [
        (
            *(n, t.kind, t.amount, t.given, t.change, t.ref),
            *foreign_columns(t.foreign).values(),
        )
        for n, t in enumerate(fact.tenders, 1)
    ]


def _key(key: UUID | None) -> bytes | None:
    return key.bytes if key else None


def rows_of(entry: Entry, fact: Fact) -> dict[str, int]:
    """How many rows of each kind an entry stands for."""
    if isinstance(fact, SaleClosed):
        return {"sales": 1, **{what: len(rows) for what, rows in sale_rows(entry, fact).items()}}
    if isinstance(fact, ShiftOpened):
        return {"shifts": 1, "cash movements": 1}
    if isinstance(fact, InvoiceIssued):
        return {"invoices": 1}
    if isinstance(fact, StockCounted):
        return {what: len(rows) for what, rows in count_rows(entry, fact).items()}
    return {}


def count_rows(entry: Entry, fact: StockCounted) -> dict[str, Rows]:
    """The rows that a journalled count means: what was found to be more or less."""
    found = (
        CountDifference(n, line.sku, line.counted - line.expected)
        for n, line in enumerate(fact.lines, 1)
    )
    return {"stock movements": _moves(movements_of_count(entry.store, entry.rid, found))}


def _moves(movements: Iterable[Movement]) -> Rows:
    return [
        (m.line, m.component, m.sku, m.thousandths, m.from_site, m.from_state.value,
         m.to_site, m.to_state.value, m.kind.value)
        for m in movements
    ]  # fmt: skip


def _head(entry: Entry, fact: SaleClosed) -> tuple[Any, ...]:
    return (
        entry.jid.bytes,
        fact.till,
        fact.number,
        entry.business_date.isoformat(),
        entry.shift.bytes if entry.shift else None,
        fact.staff.bytes,
        fact.party.bytes if fact.party else None,
        fact.currency,
        fact.total,
        sum(row.tax for row in fact.tax),
        fact.savings,
        fact.rounding,
        fact.note,
        fact.exempt.certificate if fact.exempt else "",
        fact.price_version,
        fact.choice.snapshot,
        fact.choice.engine,
        fact.choice.minimised,
        fact.choice.bound,
        fact.choice.proved,
    )


def shift_differs(tx: Connection, entry: Entry, fact: ShiftOpened) -> bool:
    """True when a shift's row or its float is not what its entry says."""
    record = {"record": entry.rid.bytes}
    day = entry.business_date.isoformat()
    shift = (fact.number, day, fact.staff.bytes, fact.float_minor)
    cash = [(0, "float", entry.rid.bytes, fact.float_minor)]
    return _SHIFT.first(tx, record) != shift or _STORED["cash movements"].all(tx, record) != cash


def invoice_differs(tx: Connection, entry: Entry, fact: InvoiceIssued) -> bool:
    """True when an invoice's row is not what its entry says."""
    meant = (fact.number, fact.kind, fact.sale.bytes, fact.refers, fact.total)
    return _INVOICE.first(tx, {"record": entry.rid.bytes}) != meant


def gaps_in_series(tx: Connection) -> str:
    """A series of invoices whose numbers are not one after the other; empty when all are."""
    gaps = (
        select(Invoice.series)
        .group_by(Invoice.series)
        .having(func.count() != func.max(Invoice.n))
        .limit(1)
    )
    return str(tx.execute(gaps).scalar() or "")
