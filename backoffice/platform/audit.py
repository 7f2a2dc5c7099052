"""The audit trail: who did what, written in the transaction that did it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, insert

from backoffice.platform.keys import new_key
from db.head.audit import AuditEvent

_LONGEST_DETAIL = 400


def record(
    tx: Connection, company_id: str, *, at: datetime, actor: str, act: str, detail: str
) -> None:
    """Add an event; ``act`` is a stable name such as ``user.signed_in``."""
    tx.execute(
        insert(AuditEvent).values(
            company_id=company_id,
            event_id=new_key(),
            at=at,
            actor=actor,
            act=act,
            detail=detail[:_LONGEST_DETAIL],
        )
    )
