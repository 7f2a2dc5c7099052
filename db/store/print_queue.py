"""Print jobs: rows first, paper second."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import StoreBase


class PrintJob(StoreBase):
    """A document to print. ``unknown``: begun, but nobody knows how much came out.

    ``way`` is of ``retail.receipt_ways``: what did not go on paper is kept, and opens the drawer.
    ``document`` is empty once the sale's entry is pruned, or the sheet as old as that.
    """

    __tablename__ = "print_job"
    __table_args__ = (
        CheckConstraint("state IN ('queued', 'sent', 'done', 'unknown')", name="state"),
        Index("ix_print_job_open", "job_id", sqlite_where=text("state IN ('queued', 'sent')")),
        {"sqlite_with_rowid": False},
    )
    job_id: Mapped[UUID] = mapped_column(primary_key=True)
    rid: Mapped[UUID]
    kind: Mapped[str] = mapped_column(String(16))
    copy_no: Mapped[int]
    drawer: Mapped[bool]
    document: Mapped[bytes]
    state: Mapped[str] = mapped_column(String(8))
    attempts: Mapped[int]
    created_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(String(300))
    way: Mapped[str] = mapped_column(String(8), server_default="paper")


class ReceiptWish(StoreBase):
    """Where the receipt of a basket is to go; gone with its sale, and so is the address."""

    __tablename__ = "receipt_wish"
    basket_id: Mapped[UUID] = mapped_column(primary_key=True)
    way: Mapped[str] = mapped_column(String(8))
    address: Mapped[str] = mapped_column(String(160))
