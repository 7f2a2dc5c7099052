"""The rows of a finished sale, written with statements compiled once."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, insert, update

from db.prepared import Prepared
from db.shared.sales import foreign_columns
from db.store.print_queue import PrintJob
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
from db.transaction import changed
from pos_app.journal.append import Appended, Place
from pos_app.journal.desk import Desk
from pos_app.till.stock import write_movements
from pos_app.value.records import write_moves
from retail.contract.documents import encode_document
from retail.contract.sales import GoodsBack, LineDiscount, ManualCut, SaleClosed, SalePromotion
from retail.receipt import ReceiptDocument
from retail.stock import Movement, movements_of_sale
from retail.tender.settlement import TenderKind

PRINT_CHANGE = "print_job"
"""What a transaction is marked with that queues something to print."""


def _insert(table: Any) -> Prepared:
    return Prepared(insert(table), [column.key for column in table.__table__.columns])


_SALE, _LINE, _TAX, _TENDER = (_insert(t) for t in (Sale, SaleLine, SaleTax, SaleTender))
_CASH, _PRINT = (_insert(t) for t in (CashMove, PrintJob))
_DISCOUNT, _CUT, _BACK = (_insert(t) for t in (SaleLineDiscount, SaleLineCut, SaleLineBack))


def movements(place: Place, rid: Any, sale: SaleClosed) -> tuple[Movement, ...]:
    """The stock movements that the lines of a sale mean."""
    return movements_of_sale(place.store_id, rid, sale.components())


def write_sale(
    tx: Connection, place: Place, entry: Appended, *, rid: Any, sale: SaleClosed
) -> None:
    """Sale, lines, discounts, taxes, tenders, cash, stock movements and balances."""
    key: dict[str, Any] = {"rid": rid.bytes}
    _SALE.one(tx, _head(place, entry, sale) | {"rid": rid.bytes})
    _LINE.many(tx, [_line(line) | key for line in sale.lines])
    _DISCOUNT.many(tx, [_discount(*one) | key for one in sale.discounts()])
    _CUT.many(tx, [_cut(line.n, cut) | key for line in sale.lines for cut in line.cuts])
    _BACK.many(tx, [_back(line.n, line.back) | key for line in sale.lines if line.back])
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
    write_movements(tx, movements(place, rid, sale))
    if sale.value:
        write_moves(tx, rid, sale.value)


def write_print_job(
    tx: Connection, desk: Desk, document: ReceiptDocument, *, rid: Any, copy_no: int, drawer: bool
) -> Any:
    """Queue a receipt; returns the job's id."""
    job = {"rid": rid.bytes, "kind": "receipt", "copy_no": copy_no, "drawer": drawer}
    return _queue(tx, desk, document, job)


def write_unprinted(
    tx: Connection, desk: Desk, document: ReceiptDocument, *, rid: Any, drawer: bool, way: str
) -> Any:
    """Keep a receipt that goes another way than on paper; the drawer opens all the same."""
    state = "queued" if drawer else "done"
    job = {"rid": rid.bytes, "kind": "receipt", "copy_no": 0, "drawer": drawer}
    return _queue(tx, desk, document, {**job, "way": way, "state": state})


def write_gift_job(tx: Connection, desk: Desk, document: ReceiptDocument, *, rid: Any) -> Any:
    """Queue a receipt without amounts; returns the job's id."""
    job = {"rid": rid.bytes, "kind": "gift", "copy_no": 1, "drawer": False}
    return _queue(tx, desk, document, job)


def write_credit_job(tx: Connection, desk: Desk, document: ReceiptDocument, *, rid: Any) -> Any:
    """Queue a slip of store credit; returns the job's id."""
    job = {"rid": rid.bytes, "kind": "credit", "copy_no": 1, "drawer": False}
    return _queue(tx, desk, document, job)


def queue_credits_again(tx: Connection, desk: Desk) -> int:
    """Print every slip of store credit after all whose printing nobody saw end; returns how many.

    Of whatever sale it is: its code is nowhere else, so without the slip the money is lost. One
    that is on paper holds no code any more and never comes again.
    """
    lost = (PrintJob.kind == "credit", PrintJob.state == "unknown")
    again = update(PrintJob).where(*lost).values(state="queued", created_at=desk.now(), error="")
    found = tx.execute(again).rowcount
    if found:
        changed(tx, PRINT_CHANGE)
    return found


def write_sheet_job(tx: Connection, desk: Desk, document: ReceiptDocument) -> Any:
    """Queue a sheet that belongs to no sale; returns the job's id."""
    job = {"rid": desk.new_id().bytes, "kind": "sheet", "copy_no": 1, "drawer": False}
    return _queue(tx, desk, document, job)


def _queue(tx: Connection, desk: Desk, document: ReceiptDocument, job: dict[str, Any]) -> Any:
    job_id = desk.new_id()
    _PRINT.one(
        tx,
        {
            "job_id": job_id.bytes,
            "document": encode_document(document),
            "state": "queued",
            "attempts": 0,
            "created_at": desk.now_us(),
            "done_at": None,
            "error": "",
            "way": "paper",
            **job,
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
        "note": sale.note,
        "certificate": sale.exempt.certificate if sale.exempt else "",
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
        "note": line.note,
        "seller_id": line.seller.bytes if line.seller else None,
        "serial": line.serial,
        "lot": line.lot,
        "expires": line.expires,
    }


def _cut(n: int, cut: ManualCut) -> dict[str, Any]:
    return {
        "n": n,
        "scope": cut.scope,
        "minor": cut.minor,
        "ppm": cut.ppm,
        "reason": cut.reason,
        "staff_id": cut.staff.bytes,
        "approved_id": cut.approved.bytes if cut.approved else None,
    }


def _back(n: int, back: GoodsBack) -> dict[str, Any]:
    return {
        "n": n,
        "disposition": back.disposition,
        "reason": back.reason,
        "staff_id": back.staff.bytes,
        "approved_id": back.approved.bytes if back.approved else None,
        "sale_rid": back.sale.bytes if back.sale else None,
        "sale_n": back.n,
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
        **foreign_columns(tender.foreign),
    }
