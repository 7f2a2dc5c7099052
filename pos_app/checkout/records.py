"""The rows of a finished sale, written with statements compiled once."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, insert
from sqlalchemy.dialects.sqlite import insert as upsert

from db.prepared import Prepared
from db.store.print_queue import PrintJob
from db.store.sales import CashMove, Sale, SaleLine, SaleLineDiscount, SaleTax, SaleTender
from db.store.stock import StockLevel, StockMove
from db.transaction import changed
from pos_app.journal.append import Appended, Place
from pos_app.journal.desk import Desk
from retail.contract.documents import encode_document
from retail.contract.facts import LineDiscount, SaleClosed, SalePromotion
from retail.receipt import ReceiptDocument
from retail.stock import Movement, SoldComponent, movements_of_sale
from retail.tender import TenderKind

PRINT_CHANGE = "print_job"
"""What a transaction is marked with that queues something to print."""


def _insert(table: Any) -> Prepared:
    return Prepared(insert(table), [column.key for column in table.__table__.columns])


_SALE, _LINE, _TAX, _TENDER = (_insert(t) for t in (Sale, SaleLine, SaleTax, SaleTender))
_CASH, _MOVE, _PRINT = (_insert(t) for t in (CashMove, StockMove, PrintJob))
_DISCOUNT = _insert(SaleLineDiscount)
_level = upsert(StockLevel)
_LEVEL = Prepared(
    _level.on_conflict_do_update(
        index_elements=["site", "state", "sku"],
        set_={"thousandths": StockLevel.thousandths + _level.excluded.thousandths},
    ),
    ["site", "state", "sku", "thousandths"],
)


def movements(place: Place, rid: Any, sale: SaleClosed) -> tuple[Movement, ...]:
    """The stock movements that the lines of a sale mean."""
    parts = (
        SoldComponent(line.n, number, part.sku, part.thousandths)
        for line in sale.lines
        for number, part in enumerate(line.parts)
    )
    return movements_of_sale(place.store_id, rid, parts)


def write_sale(
    tx: Connection, place: Place, entry: Appended, *, rid: Any, sale: SaleClosed
) -> None:
    """Sale, lines, discounts, taxes, tenders, cash, stock movements and balances."""
    key: dict[str, Any] = {"rid": rid.bytes}
    _SALE.one(tx, _head(place, entry, sale) | {"rid": rid.bytes})
    _LINE.many(tx, [_line(line) | key for line in sale.lines])
    _DISCOUNT.many(tx, [_discount(*one) | key for one in sale.discounts()])
    _TAX.many(
        tx,
        [
            {"code": row.code, "ppm": row.ppm, "net_minor": row.net, "tax_minor": row.tax, **key}
            for row in sale.tax
        ],
    )
    _TENDER.many(tx, [_tender(n, tender) | key for n, tender in enumerate(sale.tenders, 1)])
    cash = [t.amount for t in sale.tenders if t.kind == TenderKind.CASH]
    if cash and place.shift_id is not None:
        shift = {"shift_id": place.shift_id.bytes, "kind": "sale"}
        _CASH.many(tx, [{"n": n, "minor": m, **shift, **key} for n, m in enumerate(cash, 1)])
    moved = movements(place, rid, sale)
    _MOVE.many(tx, [_move(movement) for movement in moved])
    _LEVEL.many(tx, _balances(moved))


def write_print_job(
    tx: Connection, desk: Desk, document: ReceiptDocument, *, rid: Any, copy_no: int, drawer: bool
) -> Any:
    """Queue a receipt; returns the job's id."""
    job_id = desk.new_id()
    _PRINT.one(
        tx,
        {
            "job_id": job_id.bytes,
            "rid": rid.bytes,
            "kind": "receipt",
            "copy_no": copy_no,
            "drawer": drawer,
            "document": encode_document(document),
            "state": "queued",
            "attempts": 0,
            "created_at": desk.now_us(),
            "done_at": None,
            "error": "",
        },
    )
    changed(tx, PRINT_CHANGE)
    return job_id


def _head(place: Place, entry: Appended, sale: SaleClosed) -> dict[str, Any]:
    return {
        "till": sale.till,
        "number": sale.number,
        "business_date": place.business_date.isoformat(),
        "at": entry.at_us,
        "jid": entry.jid.bytes,
        "shift_id": place.shift_id.bytes if place.shift_id else None,
        "staff_id": sale.staff.bytes,
        "party_id": sale.party.bytes if sale.party else None,
        "currency": sale.currency,
        "total_minor": sale.total,
        "tax_minor": sum(row.tax for row in sale.tax),
        "savings_minor": sale.savings,
        "rounding_minor": sale.rounding,
        "price_version": sale.price_version,
        "snapshot": sale.choice.snapshot,
        "engine_version": sale.choice.engine,
        "minimised": sale.choice.minimised,
        "bound": sale.choice.bound,
        "proved": sale.choice.proved,
    }


def _line(line: Any) -> dict[str, Any]:
    return {
        "n": line.n,
        "sku": line.sku,
        "name": line.name,
        "unit": line.unit,
        "quantity": line.qty,
        "price_minor": line.price,
        "gross_minor": line.gross,
        "discount_minor": line.discount,
        "net_minor": line.net,
    }


def _discount(n: int, off: LineDiscount, of: SalePromotion) -> dict[str, Any]:
    return {
        "n": n,
        "promotion": off.promotion,
        "version": of.version,
        "minor": off.minor,
        "units": off.units,
        "funding": of.funding,
    }


def _tender(n: int, tender: Any) -> dict[str, Any]:
    return {
        "n": n,
        "kind": tender.kind,
        "amount_minor": tender.amount,
        "given_minor": tender.given,
        "change_minor": tender.change,
        "reference": tender.ref,
    }


def _move(movement: Movement) -> dict[str, Any]:
    return {
        "rid": movement.rid.bytes,
        "line": movement.line,
        "component": movement.component,
        "sku": movement.sku,
        "thousandths": movement.thousandths,
        "from_site": movement.from_site,
        "from_state": movement.from_state.value,
        "to_site": movement.to_site,
        "to_state": movement.to_state.value,
        "kind": movement.kind.value,
    }


def _balances(moved: tuple[Movement, ...]) -> list[dict[str, Any]]:
    """What a sale does to this store's own stock; what is outside has no balance at a till."""
    change: dict[tuple[str, str, str], int] = {}
    for movement in moved:
        for site, state, sign in (
            (movement.from_site, movement.from_state.value, -1),
            (movement.to_site, movement.to_state.value, 1),
        ):
            if site == movement.store:
                key = (site, state, movement.sku)
                change[key] = change.get(key, 0) + sign * movement.thousandths
    return [
        {"site": site, "state": state, "sku": sku, "thousandths": thousandths}
        for (site, state, sku), thousandths in sorted(change.items())
    ]
