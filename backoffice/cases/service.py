"""Opening, enlarging and resolving exception cases.

A case never stops or undoes what it is about: the record stays booked as it came.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, select, text, update
from sqlalchemy.dialects.postgresql import insert

from backoffice.platform import audit
from backoffice.platform.keys import new_key
from db.head.cases import CaseRecord, ExceptionCase
from retail.errors import RetailError


class CaseKind(StrEnum):
    """Why somebody must look at records."""

    OVERSPEND = "overspend"
    NUMBER_CLASH = "number_clash"
    RETURNED_TWICE = "returned_twice"
    BASKET_SOLD_TWICE = "basket_sold_twice"
    INVOICED_TWICE = "invoiced_twice"
    INVOICE_NOT_CREDITED = "invoice_not_credited"
    REVOKED_ENTRIES = "revoked_entries"
    COPY = "copied_till"


_BY_SETTLING = frozenset({CaseKind.OVERSPEND})
"""Kinds that a note alone does not close: what they are about must be settled."""
OWNERS = {
    CaseKind.OVERSPEND: "head_office",
    CaseKind.NUMBER_CLASH: "head_office",
    CaseKind.RETURNED_TWICE: "head_office",
    CaseKind.BASKET_SOLD_TWICE: "head_office",
    CaseKind.INVOICED_TWICE: "head_office",
    CaseKind.INVOICE_NOT_CREDITED: "head_office",
    CaseKind.REVOKED_ENTRIES: "head_office",
    CaseKind.COPY: "head_office",
}
"""Who decides, by kind."""


@dataclass(frozen=True, slots=True)
class NewCase:
    """What an applier found.

    Attributes:
        subject: what it is about; there is one open case per store, kind and subject.
        records: ``(store, rid)`` of the records involved.
        amount_minor: what is at stake now; it replaces that of an open case.
    """

    store_id: str
    kind: CaseKind
    subject: str
    sentence: str
    records: Sequence[tuple[str, UUID]]
    amount_minor: int = 0


@dataclass(frozen=True, slots=True)
class CaseRef:
    """An open case as an applier tells it to the tills of its records."""

    store_id: str
    case_id: UUID
    kind: CaseKind
    sentence: str
    records: tuple[tuple[str, UUID], ...]


def open_case(tx: Connection, found: NewCase, now: datetime) -> CaseRef:
    """Open a case, or add records to the open one of the same subject and renew its amount."""
    upsert = insert(ExceptionCase).values(
        store_id=found.store_id,
        case_id=new_key(),
        kind=found.kind.value,
        subject=found.subject[:64],
        sentence=found.sentence[:400],
        amount_minor=found.amount_minor,
        owner=OWNERS[found.kind],
        state="open",
        opened_at=now,
        resolved_at=None,
        resolved_by="",
        note="",
    )
    upsert = upsert.on_conflict_do_update(
        index_elements=["store_id", "kind", "subject"],
        index_where=text("state = 'open'"),
        set_={"amount_minor": found.amount_minor, "sentence": upsert.excluded.sentence},
    )
    case_id = tx.execute(upsert.returning(ExceptionCase.case_id)).scalar_one()
    _add_records(tx, found, case_id)
    return CaseRef(found.store_id, case_id, found.kind, found.sentence[:400], tuple(found.records))


def settle_case(
    tx: Connection, kind: CaseKind, subject: str, note: str, now: datetime, *, by: str = "system"
) -> None:
    """Close what is settled; nothing happens where no case is open."""
    tx.execute(
        update(ExceptionCase)
        .where(
            ExceptionCase.kind == kind.value,
            ExceptionCase.subject == subject[:64],
            ExceptionCase.state == "open",
        )
        .values(state="resolved", resolved_at=now, resolved_by=by, note=note[:400], amount_minor=0)
    )


@dataclass(frozen=True, slots=True)
class Decider:
    """Who resolves a case, and when."""

    company_id: str
    login: str
    at: datetime


def resolve(tx: Connection, store_id: str, case_id: UUID, note: str, by: Decider) -> None:
    """Close a case with a note of what was decided; the audit trail keeps it.

    Raises:
        RetailError: ``case.unknown``, ``case.resolved``, ``case.note`` without a note, or
            ``case.unsettled`` for an overspend, which is closed by settling its instrument.
    """
    if not note.strip():
        raise RetailError("case.note", "A case is closed with a note; nothing was changed.")
    found = tx.execute(
        select(ExceptionCase.state, ExceptionCase.kind)
        .where(*_one(store_id, case_id))
        .with_for_update()
    ).first()
    if found is None:
        raise RetailError("case.unknown", "There is no such case; nothing was changed.")
    if found.state != "open":
        raise RetailError("case.resolved", "The case is closed already; nothing was changed.")
    if found.kind in _BY_SETTLING:
        raise RetailError(
            "case.unsettled", "Settle the instrument to close this case; nothing was changed."
        )
    tx.execute(
        update(ExceptionCase)
        .where(*_one(store_id, case_id))
        .values(state="resolved", resolved_at=by.at, resolved_by=by.login, note=note.strip()[:400])
    )
    audit.record(
        tx,
        by.company_id,
        at=by.at,
        actor=by.login,
        act="case.resolved",
        detail=f"{store_id} {case_id}: {note.strip()}",
    )


def _one(store_id: str, case_id: UUID) -> tuple[ColumnElement[bool], ...]:
    return (ExceptionCase.store_id == store_id, ExceptionCase.case_id == case_id)


def _add_records(tx: Connection, found: NewCase, case_id: UUID) -> None:
    rows = [
        {"store_id": found.store_id, "case_id": case_id, "record_store": store, "rid": rid}
        for store, rid in found.records
    ]
    if rows:
        tx.execute(insert(CaseRecord).on_conflict_do_nothing(), rows)
