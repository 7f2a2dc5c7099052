"""What happened although the rules do not allow it: booked as it was, then decided by somebody."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import HeadBase, distributed


class ExceptionCase(HeadBase):
    """A case; ``subject`` is what it is about, and has one open case of its kind.

    Attributes:
        store_id: the store whose record opened it.
        owner: who decides, ``store`` or ``head_office``.
        amount_minor: what is at stake in the smallest unit of the subject.
        note: what was decided and why.
    """

    __tablename__ = "exception_case"
    __table_args__ = distributed(
        "store",
        CheckConstraint("state IN ('open', 'resolved')", name="state"),
        Index("ix_exception_case_state", "state", "opened_at"),
        Index(
            "ix_exception_case_subject",
            "store_id",
            "kind",
            "subject",
            unique=True,
            postgresql_where=text("state = 'open'"),
        ),
    )
    store_id: Mapped[str] = mapped_column(String(8), primary_key=True)
    case_id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(24))
    subject: Mapped[str] = mapped_column(String(64))
    sentence: Mapped[str] = mapped_column(String(400))
    amount_minor: Mapped[int]
    owner: Mapped[str] = mapped_column(String(12))
    state: Mapped[str] = mapped_column(String(8))
    opened_at: Mapped[datetime]
    resolved_at: Mapped[datetime | None]
    resolved_by: Mapped[str] = mapped_column(String(80))
    note: Mapped[str] = mapped_column(String(400))


class CaseRecord(HeadBase):
    """A record that a case is about; it may be another store's."""

    __tablename__ = "case_record"
    __table_args__ = distributed("store", Index("ix_case_record_rid", "rid"))
    store_id: Mapped[str] = mapped_column(String(8), primary_key=True)
    case_id: Mapped[UUID] = mapped_column(primary_key=True)
    record_store: Mapped[str] = mapped_column(String(8), primary_key=True)
    rid: Mapped[UUID] = mapped_column(primary_key=True)
