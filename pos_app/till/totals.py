"""The till's control totals, as head office computes them from the journals."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, case, func, select

from db.store.journal import Journal
from db.store.sales import Sale, SaleTender
from pos_app.till.queries import identity
from retail.errors import RetailError
from retail.tender.settlement import TenderKind


@dataclass(frozen=True, slots=True)
class Totals:
    """What this installation sold; amounts in minor units.

    Attributes:
        sales: finished sales without returns.
        gross_minor: totals with tax, returns negative.
        cash_minor: cash taken less change; no float, nothing paid in or out.
        head_hash: hex, of the newest journal's entry ``last_seq``.
    """

    store: str
    till: int
    sales: int
    gross_minor: int
    cash_minor: int
    last_seq: int
    head_hash: str


def totals(tx: Connection) -> Totals:
    """Add up all journals of this installation.

    Raises:
        RetailError: ``journal.none`` before the till is enrolled.
    """
    known = identity(tx)
    journal = tx.execute(
        select(Journal.head_seq, Journal.head_hash).where(Journal.state == "open")
    ).first()
    if known is None or journal is None:
        raise RetailError(
            "journal.none", "This till is not enrolled yet; enrol it at the head office first."
        )
    sale_count = func.coalesce(func.sum(case((Sale.total_minor >= 0, 1), else_=0)), 0)
    sold = tx.execute(
        select(
            sale_count.label("sales"), func.coalesce(func.sum(Sale.total_minor), 0).label("gross")
        )
    ).one()
    cash = tx.execute(
        select(func.coalesce(func.sum(SaleTender.amount_minor), 0)).where(
            SaleTender.kind == TenderKind.CASH.value
        )
    ).scalar_one()
    return Totals(
        store=known.store_id,
        till=known.till,
        sales=sold.sales,
        gross_minor=sold.gross,
        cash_minor=cash,
        last_seq=journal.head_seq,
        head_hash=bytes(journal.head_hash).hex(),
    )
