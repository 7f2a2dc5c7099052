"""Instruments that are given a limit instead of money: credit lines, uses of a campaign."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, func, select
from sqlalchemy.dialects.postgresql import insert

from backoffice.platform.keys import new_key
from backoffice.value.service import Source, locked, write_entry
from db.head.value import ValueEntry, ValueInstrument
from retail.errors import RetailError
from retail.value import ValueKind


def set_limit(
    tx: Connection,
    company_id: str,
    instrument: tuple[ValueKind, bytes],
    limit: int,
    source: Source,
    party_id: UUID | None = None,
) -> Row[Any]:
    """Open an instrument with a limit, or change it; the balance is what is left of it.

    Args:
        instrument: its kind, and the hash that it is found by.

    Raises:
        RetailError: ``value.limit`` below zero.
    """
    if limit < 0:
        raise RetailError("value.limit", "A limit cannot be below zero; nothing was changed.")
    kind, lookup = instrument
    tx.execute(
        insert(ValueInstrument)
        .values(
            company_id=company_id,
            instrument_id=new_key(),
            kind=kind.value,
            lookup=lookup,
            last_four="",
            balance=0,
            state="active",
            opened_at=source.at,
            party_id=party_id,
        )
        .on_conflict_do_nothing(index_elements=["company_id", "lookup"])
    )
    row = locked(tx, company_id, lookup)
    if row is None:
        raise RetailError("value.unknown", "There is no such instrument; nothing was changed.")
    _change(tx, row, limit - limit_of(tx, row), source)
    return row


def _change(tx: Connection, row: Row[Any], amount: int, source: Source) -> None:
    if amount:
        write_entry(
            tx,
            {
                "company_id": row.company_id,
                "rid": source.rid,
                "n": 1,
                "instrument_id": row.instrument_id,
                "store_id": "",
                "act": "limit",
                "amount": amount,
                "authority": "online",
                "at": source.at,
            },
        )


def limit_of(tx: Connection, row: Row[Any]) -> int:
    """The limit that an instrument has now."""
    query = select(func.coalesce(func.sum(ValueEntry.amount), 0)).where(
        ValueEntry.company_id == row.company_id,
        ValueEntry.instrument_id == row.instrument_id,
        ValueEntry.act == "limit",
    )
    return int(tx.execute(query).scalar_one())
