"""Invoices and credit notes that tills issued; whom they are for stands in the entry's side."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from db.base import HeadBase, distributed


class Invoice(HeadBase):
    """An invoice of the journal entry ``rid``.

    Attributes:
        sale_rid: the sale that it is of; of a credit note the return.
        refers: number of the invoice that a credit note corrects, else empty.
        issued_on, supplied_on: days in the store's zone.
    """

    __tablename__ = "invoice"
    __table_args__ = distributed(
        "store",
        Index("ix_invoice_sale", "store_id", "sale_rid"),
        Index("ix_invoice_number", "number"),
        Index("ix_invoice_at", "at"),
    )
    store_id: Mapped[str] = mapped_column(String(8), primary_key=True)
    rid: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(32))
    kind: Mapped[str] = mapped_column(String(12))
    sale_rid: Mapped[UUID]
    receipt: Mapped[str] = mapped_column(String(32))
    refers: Mapped[str] = mapped_column(String(32))
    at: Mapped[datetime]
    issued_on: Mapped[date]
    supplied_on: Mapped[date]
    staff_id: Mapped[UUID]
    party_id: Mapped[UUID | None]
    currency: Mapped[str] = mapped_column(String(3))
    net_minor: Mapped[int]
    total_minor: Mapped[int]
