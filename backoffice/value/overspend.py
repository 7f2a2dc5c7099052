"""Instruments below zero: the case that stands for them while nobody has decided."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, select

from backoffice.cases.service import CaseKind, CaseRef, NewCase, open_case, settle_case
from db.head.cases import ExceptionCase
from db.head.value import ValueEntry, ValueInstrument
from retail.value import ValueKind

_MOST_RECORDS = 50
_BY_KIND = {
    ValueKind.POINTS: "Of a customer's points {0} are gone that were not there",
    ValueKind.HOUSE_ACCOUNT: "A customer's account is {0} beyond its credit line",
}


def subject_of(instrument_id: UUID) -> str:
    """What the case of an instrument is found by."""
    return f"value/{instrument_id}"


def look_after(
    tx: Connection, company_id: str, stores: Mapping[UUID, str], now: datetime
) -> list[CaseRef]:
    """Open, renew or close the overspend case of each instrument.

    Args:
        stores: by instrument, the store that a new case belongs to.
    """
    rows = tx.execute(
        select(ValueInstrument).where(
            ValueInstrument.company_id == company_id,
            ValueInstrument.instrument_id.in_(sorted(stores)),
        )
    ).all()
    opened = []
    for row in rows:
        subject = subject_of(row.instrument_id)
        if row.balance < 0:
            opened.append(_overspent(tx, row, subject, stores[row.instrument_id], now))
        else:
            settle_case(tx, CaseKind.OVERSPEND, subject, "What was spent is covered again.", now)
    return opened


def _overspent(
    tx: Connection, row: Row[Any], subject: str, store_id: str, now: datetime
) -> CaseRef:
    """Open or renew the case of an instrument, also when another store opened it."""
    records = tx.execute(
        select(ValueEntry.store_id, ValueEntry.rid)
        .where(
            ValueEntry.company_id == row.company_id,
            ValueEntry.instrument_id == row.instrument_id,
            ValueEntry.act.in_(("redeem", "reverse")),
        )
        .order_by(ValueEntry.at.desc(), ValueEntry.rid.desc())
        .limit(_MOST_RECORDS)
    ).all()
    of_open_case = select(ExceptionCase.store_id).where(
        ExceptionCase.kind == CaseKind.OVERSPEND.value,
        ExceptionCase.subject == subject,
        ExceptionCase.state == "open",
    )
    owner = tx.execute(of_open_case).scalar_one_or_none() or store_id
    if not owner and records:
        owner = records[0].store_id
    sentence = _sentence(row)
    spent = [(record.store_id, record.rid) for record in records]
    case = NewCase(owner, CaseKind.OVERSPEND, subject, sentence, spent, -row.balance)
    return open_case(tx, case, now)


def _sentence(row: Row[Any]) -> str:
    what = _BY_KIND.get(row.kind, "").format(-row.balance) or (
        f"The {row.kind.replace('_', ' ')} ending in {row.last_four or '????'} was spent "
        f"{-row.balance} beyond its balance"
    )
    return f"{what}; all sales stand. Decide who bears it."
