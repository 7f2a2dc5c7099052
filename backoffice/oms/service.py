"""Keeping finished sales as rows that people can search."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, insert, select

from backoffice.cases.service import CaseKind, CaseRef, NewCase, open_case
from backoffice.platform.events import SaleAccepted
from db.head.oms import Sale, SaleLine, SaleLineBack, SaleLineCut, SaleTax, SaleTender
from db.head.promotions import SaleLineDiscount
from db.shared.sales import foreign_columns


def record_sales(tx: Connection, sales: Sequence[SaleAccepted]) -> None:
    """Write the sales with their lines, discounts, tax tables and tenders.

    Raises:
        RetailError: ``fact.promotion`` for a discount of a promotion that was not applied.
    """
    if not sales:
        return
    tx.execute(insert(Sale), [_sale(sale) for sale in sales])
    for table, rows in (
        (SaleLine, [row for sale in sales for row in _lines(sale)]),
        (SaleLineDiscount, [row for sale in sales for row in _discounts(sale)]),
        (SaleLineCut, [row for sale in sales for row in _cuts(sale)]),
        (SaleLineBack, [row for sale in sales for row in _goods_back(sale)]),
        (SaleTax, [row for sale in sales for row in _taxes(sale)]),
        (SaleTender, [row for sale in sales for row in _tenders(sale)]),
    ):
        if rows:
            tx.execute(insert(table), rows)


def number_clashes(tx: Connection, sales: Sequence[SaleAccepted], now: datetime) -> list[CaseRef]:
    """Open a case for each receipt number of these sales that another sale has too.

    Both stay booked: a copied disk, or an image of an old one, prints numbers again.
    """
    numbers = {sale.fact.number for sale in sales}
    rows = tx.execute(
        select(Sale.store_id, Sale.number, Sale.rid, Sale.total_minor)
        .where(Sale.number.in_(numbers), Sale.jid.is_not(None))
        .order_by(Sale.number, Sale.rid)
    ).all()
    by_number: dict[str, list[Any]] = {}
    for row in rows:
        by_number.setdefault(row.number, []).append(row)
    return [
        open_case(
            tx,
            NewCase(
                store_id=found[-1].store_id,
                kind=CaseKind.NUMBER_CLASH,
                subject=number,
                sentence=f"Receipt number {number} was printed {len(found)} times; "
                "all of these sales are booked. Find out which disk was copied.",
                records=[(row.store_id, row.rid) for row in found],
                amount_minor=found[-1].total_minor,
            ),
            now,
        )
        for number, found in by_number.items()
        if len(found) > 1
    ]


def returned_twice(tx: Connection, sales: Sequence[SaleAccepted], now: datetime) -> list[CaseRef]:
    """Open a case for each sold line of which more came back than was sold.

    Tills know only their own receipts while the cable is out, so that two of them may take the
    same goods back. All of it stays booked. A refund that comes before its sale is found when
    the sale comes.
    """
    touched = {line.back.sale for sale in sales for line in sale.fact.lines if line.back}
    touched |= {sale.rid for sale in sales}
    refunds = _refunds_of(tx, [rid for rid in touched if rid is not None])
    if not refunds:
        return []
    sold = tx.execute(
        select(SaleLine.store_id, SaleLine.rid, SaleLine.n, SaleLine.name, SaleLine.quantity,
               SaleLine.net_minor, Sale.number)
        .join(Sale, (Sale.store_id == SaleLine.store_id) & (Sale.rid == SaleLine.rid))
        .where(SaleLine.rid.in_({rid for rid, _n in refunds}), SaleLine.quantity > 0)
        .order_by(SaleLine.rid, SaleLine.n)
    )  # fmt: skip
    return [
        open_case(tx, _twice(line, back), now)
        for line in sold
        if (back := refunds.get((line.rid, line.n))) is not None
        and -sum(one.quantity for one in back) > line.quantity
    ]


def _refunds_of(tx: Connection, rids: Sequence[UUID]) -> dict[tuple[UUID, int], list[Any]]:
    """What came back of these sales, by line."""
    rows = tx.execute(
        select(SaleLineBack.sale_rid, SaleLineBack.sale_n, SaleLine.store_id, SaleLine.rid,
               SaleLine.quantity, SaleLine.net_minor, Sale.number)
        .join(SaleLine, (SaleLine.store_id == SaleLineBack.store_id)
              & (SaleLine.rid == SaleLineBack.rid) & (SaleLine.n == SaleLineBack.n))
        .join(Sale, (Sale.store_id == SaleLine.store_id) & (Sale.rid == SaleLine.rid))
        .where(SaleLineBack.sale_rid.in_(rids))
        .order_by(Sale.at, SaleLine.rid, SaleLine.n)
    )  # fmt: skip
    found: dict[tuple[UUID, int], list[Any]] = {}
    for row in rows:
        found.setdefault((row.sale_rid, row.sale_n), []).append(row)
    return found


def _twice(line: Any, back: Sequence[Any]) -> NewCase:
    numbers = ", ".join(dict.fromkeys(one.number for one in back))
    return NewCase(
        store_id=line.store_id,
        kind=CaseKind.RETURNED_TWICE,
        subject=f"{line.rid}/{line.n}",
        sentence=f"More of “{line.name[:60]}” came back than receipt {line.number} sold, with "
        f"{numbers}; all of it is booked. Find out who was paid twice.",
        records=list(dict.fromkeys((one.store_id, one.rid) for one in back)),
        amount_minor=max(0, -sum(one.net_minor for one in back) - line.net_minor),
    )


def _key(sale: SaleAccepted) -> dict[str, Any]:
    return {"store_id": sale.store_id, "rid": sale.rid}


def _sale(sale: SaleAccepted) -> dict[str, Any]:
    fact = sale.fact
    return _key(sale) | {
        "till": fact.till,
        "number": fact.number,
        "business_date": sale.business_date,
        "at": sale.at,
        "jid": sale.jid,
        "shift_id": sale.shift_id,
        "staff_id": fact.staff,
        "party_id": fact.party,
        "currency": fact.currency,
        "total_minor": fact.total,
        "tax_minor": sum(row.tax for row in fact.tax),
        "savings_minor": fact.savings,
        "rounding_minor": fact.rounding,
        "note": fact.note,
        "certificate": fact.exempt.certificate if fact.exempt else "",
        "snapshot": fact.choice.snapshot,
        "engine_version": fact.choice.engine,
        "minimised": fact.choice.minimised,
        "bound": fact.choice.bound,
        "proved": fact.choice.proved,
    }


def _lines(sale: SaleAccepted) -> list[dict[str, Any]]:
    return [
        _key(sale)
        | {
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
            "seller_id": line.seller,
            "serial": line.serial,
            "lot": line.lot,
            "expires": line.expires,
        }
        for line in sale.fact.lines
    ]


def _discounts(sale: SaleAccepted) -> list[dict[str, Any]]:
    return [
        _key(sale)
        | {
            "n": n,
            "promotion": off.promotion,
            "version": of.version,
            "minor": off.minor,
            "units": off.units,
            "funding": of.funding,
        }
        for n, off, of in sale.fact.discounts()
    ]


def _cuts(sale: SaleAccepted) -> list[dict[str, Any]]:
    return [
        _key(sale)
        | {
            "n": line.n,
            "scope": cut.scope,
            "minor": cut.minor,
            "ppm": cut.ppm,
            "reason": cut.reason,
            "staff_id": cut.staff,
            "approved_id": cut.approved,
        }
        for line in sale.fact.lines
        for cut in line.cuts
    ]


def _goods_back(sale: SaleAccepted) -> list[dict[str, Any]]:
    return [
        _key(sale)
        | {
            "n": line.n,
            "disposition": line.back.disposition,
            "reason": line.back.reason,
            "staff_id": line.back.staff,
            "approved_id": line.back.approved,
            "sale_rid": line.back.sale,
            "sale_n": line.back.n,
        }
        for line in sale.fact.lines
        if line.back
    ]


def _taxes(sale: SaleAccepted) -> list[dict[str, Any]]:
    return [
        _key(sale) | {"code": row.code, "ppm": row.ppm, "net_minor": row.net, "tax_minor": row.tax}
        for row in sale.fact.tax
    ]


def _tenders(sale: SaleAccepted) -> list[dict[str, Any]]:
    return [
        _key(sale)
        | {
            "n": n,
            "kind": tender.kind,
            "amount_minor": tender.amount,
            "given_minor": tender.given,
            "change_minor": tender.change,
            "reference": tender.ref,
            "last_four": tender.last_four[-4:],
            "auth_code": tender.auth[:40],
            **foreign_columns(tender.foreign),
        }
        for n, tender in enumerate(sale.fact.tenders, start=1)
    ]
