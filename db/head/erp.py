"""The general ledger: append-only entries of balanced lines."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from db.base import BY_RID, HeadBase, distributed


class Account(HeadBase):
    """The chart of accounts; ``role`` is what the posting rules ask for."""

    __tablename__ = "account"
    __table_args__ = distributed("reference")
    code: Mapped[str] = mapped_column(String(8), primary_key=True)
    role: Mapped[str] = mapped_column(String(24))
    name: Mapped[str] = mapped_column(String(80))
    kind: Mapped[str] = mapped_column(String(10))


class LedgerEntry(HeadBase):
    """A posting's head; ``rid`` names the document it comes from, once. Partitioned by it."""

    __tablename__ = "ledger_entry"
    __table_args__ = distributed(
        "store", Index("ix_ledger_entry_posted_on", "posted_on", "store_id"), **BY_RID
    )
    store_id: Mapped[str] = mapped_column(String(8), primary_key=True)
    rid: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    posted_on: Mapped[date]
    at: Mapped[datetime]
    currency: Mapped[str] = mapped_column(String(3))
    text: Mapped[str] = mapped_column(String(120))


class LedgerLine(HeadBase):
    """A line in minor units: debit positive, credit negative; an entry's lines add up to 0."""

    __tablename__ = "ledger_line"
    __table_args__ = distributed("store", CheckConstraint("minor <> 0", name="minor"), **BY_RID)
    store_id: Mapped[str] = mapped_column(String(8), primary_key=True)
    rid: Mapped[UUID] = mapped_column(primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True)
    account: Mapped[str] = mapped_column(String(8))
    detail: Mapped[str] = mapped_column(String(24))
    minor: Mapped[int]
