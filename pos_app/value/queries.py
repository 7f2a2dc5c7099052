"""What the till knows of instruments."""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select

from db.store.journal import JournalEntry
from db.store.sales import Sale
from db.store.settings import StoreSetting
from db.store.value import ValueKey, ValueKnown, ValueLease, ValueMove
from retail.errors import RetailError
from retail.store_settings import offline_limits
from retail.value import Authority, Known, OfflineLimits, ValueKind


def company_key(tx: Connection) -> bytes:
    """The key that codes are hashed with.

    Raises:
        RetailError: ``value.no_key`` before head office has sent it.
    """
    found = tx.execute(select(ValueKey.key)).scalar_one_or_none()
    if found is None:
        raise RetailError(
            "value.no_key",
            "This till cannot take cards and vouchers before it has synced once; let it sync.",
        )
    return bytes(found)


def limits_of(tx: Connection, store_id: str) -> dict[ValueKind, OfflineLimits]:
    """What this till may take alone: as head office set it for the store, else by default."""
    rows = tx.execute(
        select(StoreSetting.name, StoreSetting.value).where(StoreSetting.store_id == store_id)
    )
    return offline_limits({row.name: row.value for row in rows})


def known(
    tx: Connection, kind: ValueKind, lookup: bytes, day: date, now: datetime, *, proved: bool
) -> Known:
    """What the offline rules need of an instrument.

    Args:
        day: the trading day, for the day's limit.
        proved: its code proved itself.
    """
    row = tx.execute(
        select(ValueKnown.balance, ValueKnown.applied).where(ValueKnown.lookup == lookup)
    ).first()
    applied = _positions(row.applied) if row else {}
    return Known(
        balance=row.balance if row else None,
        pending=_pending(tx, lookup, applied),
        taken_today=_taken(tx, kind, day),
        leased=sum(left for _, left in leases_of(tx, lookup, now)),
        proved=proved,
    )


def leases_of(tx: Connection, lookup: bytes, now: datetime) -> list[tuple[UUID, int]]:
    """Leases that may be used at an instant, the soonest over first, and what is left of each."""
    rows = tx.execute(
        select(ValueLease.lease_id, ValueLease.granted)
        .where(ValueLease.lookup == lookup, ValueLease.state == "open", ValueLease.expires_at > now)
        .order_by(ValueLease.expires_at, ValueLease.lease_id)
    ).all()
    left = [(row.lease_id, row.granted - used_of(tx, row.lease_id)) for row in rows]
    return [(lease, rest) for lease, rest in left if rest > 0]


def used_of(tx: Connection, lease: UUID) -> int:
    """What sales took of a lease."""
    query = select(func.coalesce(func.sum(ValueMove.amount), 0)).where(ValueMove.lease == lease)
    return int(tx.execute(query).scalar_one())


def given_by(tx: Connection, sales: Collection[UUID], kind: str) -> dict[bytes, int]:
    """What instruments of a kind paid these sales with and did not get back, by their lookup."""
    rows = tx.execute(
        select(ValueMove.lookup, ValueMove.act, func.sum(ValueMove.amount))
        .where(
            ValueMove.rid.in_(sales),
            ValueMove.kind == kind,
            ValueMove.act.in_(("redeem", "refund")),
        )
        .group_by(ValueMove.lookup, ValueMove.act)
        .order_by(ValueMove.lookup)
    )
    left: dict[bytes, int] = {}
    for lookup, act, amount in rows:
        key = bytes(lookup)
        left[key] = left.get(key, 0) + (int(amount) if act == "redeem" else -int(amount))
    return left


def _pending(tx: Connection, lookup: bytes, applied: dict[UUID, int]) -> int:
    """Own redemptions that no journal has within what the known balance holds."""
    entry = JournalEntry
    within: list[ColumnElement[bool]] = [
        and_(entry.jid == jid, entry.seq <= seq) for jid, seq in applied.items()
    ]
    query = select(func.coalesce(func.sum(ValueMove.amount), 0)).where(
        ValueMove.lookup == lookup, ValueMove.act == "redeem"
    )
    if within:
        included = select(entry.rid).where(entry.rid == ValueMove.rid, or_(*within)).exists()
        query = query.where(~included)
    return int(tx.execute(query).scalar_one())


def _taken(tx: Connection, kind: ValueKind, day: date) -> int:
    """What this till took of a kind on a trading day by its own limits."""
    query: Any = (
        select(func.coalesce(func.sum(ValueMove.amount), 0))
        .join(Sale, Sale.rid == ValueMove.rid)
        .where(
            ValueMove.kind == kind.value,
            ValueMove.act == "redeem",
            ValueMove.authority == Authority.FLOOR.value,
            Sale.business_date == day,
        )
    )
    return int(tx.execute(query).scalar_one())


def _positions(text: str) -> dict[UUID, int]:
    return {UUID(hex=jid): seq for jid, seq in json.loads(text)}
