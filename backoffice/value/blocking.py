"""Instruments that nothing may be taken of: a card that is lost or stolen, an account that owes."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, update

from backoffice.value.service import locked_by_id
from db.head.value import ValueInstrument
from retail.errors import RetailError
from retail.value import ValueKind

_CARRIED = (ValueKind.GIFT_CARD.value, ValueKind.STORE_CREDIT.value)


def block(tx: Connection, company_id: str, instrument_id: UUID, *, blocked: bool) -> None:
    """Let nothing more be taken of a card that is lost or stolen, or let it be taken again.

    What is on it stays, and what a sale took all the same is booked.

    Raises:
        RetailError: ``value.unknown``; ``value.not_carried`` for what nobody carries about.
    """
    row = locked_by_id(tx, company_id, instrument_id)
    if row.kind not in _CARRIED:
        raise RetailError(
            "value.not_carried",
            "Only gift cards and store credit are blocked here; nothing was changed.",
        )
    set_blocked(tx, row, blocked=blocked)


def set_blocked(tx: Connection, row: Row[Any], *, blocked: bool) -> None:
    """Block a locked instrument, or unblock it."""
    tx.execute(
        update(ValueInstrument)
        .where(
            ValueInstrument.company_id == row.company_id,
            ValueInstrument.instrument_id == row.instrument_id,
        )
        .values(state="blocked" if blocked else "active")
    )
