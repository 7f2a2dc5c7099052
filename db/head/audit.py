"""Who did what at head office."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from db.base import HeadBase, distributed


class AuditEvent(HeadBase):
    """An act worth keeping: log-ins, enrolment codes, enrolments. Append-only."""

    __tablename__ = "audit_event"
    __table_args__ = distributed("company", Index("ix_audit_event_at", "at"))
    company_id: Mapped[str] = mapped_column(String(8), primary_key=True)
    event_id: Mapped[UUID] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(80))
    act: Mapped[str] = mapped_column(String(40))
    detail: Mapped[str] = mapped_column(String(400))
