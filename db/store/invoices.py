"""Invoices and credit notes that this till issued."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import StoreBase


class Invoice(StoreBase):
    """An invoice of a sale, or a credit note of what came back with one.

    Attributes:
        rid: of the journal entry that issued it.
        n: number within the series, from 1 without gaps.
        refers: the number that a credit note corrects, else empty.
        handed_out: how often; from the second time on it is a copy.
        document, buyer: empty once the entry is pruned; head office has them.
    """

    __tablename__ = "invoice"
    __table_args__ = (
        Index("ix_invoice_sale", "sale_rid"),
        Index("ix_invoice_series", "series", "n", unique=True),
        Index("ix_invoice_once", "sale_rid", unique=True, sqlite_where=text("kind = 'invoice'")),
    )
    rid: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(32))
    series: Mapped[str] = mapped_column(String(2))
    n: Mapped[int]
    kind: Mapped[str] = mapped_column(String(12))
    sale_rid: Mapped[UUID]
    refers: Mapped[str] = mapped_column(String(32))
    total_minor: Mapped[int]
    at: Mapped[datetime]
    handed_out: Mapped[int]
    document: Mapped[bytes]
    buyer: Mapped[bytes]
