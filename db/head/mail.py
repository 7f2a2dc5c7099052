"""Receipts that are to be sent by e-mail. To whom and what stands in the entry's side alone."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import HeadBase, distributed


class MailJob(HeadBase):
    """One e-mail, of the journal entry ``rid`` that asked for it; there is never a second.

    Attributes:
        state: ``sending`` while a server may have it; nobody knows how one ended that is left so.
        next_at: when a queued one is tried, and until when a ``sending`` one may take.
        error: why it failed or waits; never whom it is for.
    """

    __tablename__ = "mail_job"
    __table_args__ = distributed(
        "store",
        CheckConstraint("state IN ('queued', 'sending', 'sent', 'failed')", name="state"),
        Index(
            "ix_mail_job_next_at",
            "next_at",
            postgresql_where=text("state IN ('queued', 'sending')"),
        ),
    )
    store_id: Mapped[str] = mapped_column(String(8), primary_key=True)
    rid: Mapped[UUID] = mapped_column(primary_key=True)
    sale_rid: Mapped[UUID]
    number: Mapped[str] = mapped_column(String(40))
    state: Mapped[str] = mapped_column(String(8))
    attempts: Mapped[int]
    created_at: Mapped[datetime]
    next_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(String(200))
