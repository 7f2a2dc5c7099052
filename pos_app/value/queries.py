"""What the till knows of instruments."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select

from db.store.journal import JournalEntry
from db.store.sales import Sale
from db.store.settings import StoreSetting
from db.store.value import ValueKey, ValueKnown, ValueLease, ValueMove
from retail.contract.sales import ValueMove as Moved
from retail.errors import RetailError
from retail.store_settings import offline_limits
from retail.value import Authority, Known, OfflineLimits, ValueKind

LOADABLE = (ValueKind.GIFT_CARD.value, ValueKind.STORE_CREDIT.value)
"""Kinds that a till puts money on."""
_PUT = ("issue", "load", "refund")


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
        select(ValueKnown.balance, ValueKnown.applied, ValueKnown.as_of).where(
            ValueKnown.lookup == lookup
        )
    ).first()
    applied = _positions(row.applied) if row else {}
    loaded = sum(one.amount for one in own_loads(tx, lookup, row.as_of if row else None, applied))
    return Known(
        balance=row.balance if row else None,
        # Below zero where this till put more on it than it took.
        pending=_pending(tx, lookup, applied) - loaded,
        taken_today=_taken(tx, kind, day),
        leased=sum(left for _, left in leases_of(tx, lookup, now)),
        proved=proved,
    )


@dataclass(frozen=True, slots=True)
class OwnLoad:
    """What a sale of this till put on an instrument; ``at`` is when it was closed."""

    rid: UUID
    at: datetime
    amount: int


def own_loads(
    tx: Connection, lookup: bytes, as_of: datetime | None, applied: dict[UUID, int]
) -> list[OwnLoad]:
    """What this till put on a card or credit and head office had not, when it told a balance.

    Whoever asks for a balance tells of these first, so a balance holds all that was put on before.

    Args:
        as_of: when the balance was told, None for never.
        applied: how far the own journals are in it.
    """
    query = (
        select(ValueMove.rid, Sale.at, func.sum(ValueMove.amount))
        .join(Sale, Sale.rid == ValueMove.rid)
        .where(
            ValueMove.lookup == lookup,
            ValueMove.act.in_(_PUT),
            ValueMove.kind.in_(LOADABLE),
        )
        .group_by(ValueMove.rid, Sale.at)
        .order_by(Sale.at)
    )
    if as_of is not None:
        query = query.where(Sale.at > as_of)
    if applied:
        query = query.where(~_included(applied))
    return [OwnLoad(rid, at, int(amount)) for rid, at, amount in tx.execute(query)]


def unapplied_loads(tx: Connection, lookup: bytes) -> list[OwnLoad]:
    """What this till put on it that head office had not booked when it told of it last."""
    told = tx.execute(select(ValueKnown.applied).where(ValueKnown.lookup == lookup)).first()
    return own_loads(tx, lookup, None, _positions(told.applied) if told else {})


def loads_of(tx: Connection, rid: UUID) -> tuple[Moved, ...]:
    """What a sale put on cards and credits, as head office is told of it."""
    rows = tx.execute(
        select(ValueMove)
        .where(ValueMove.rid == rid, ValueMove.act.in_(_PUT), ValueMove.kind.in_(LOADABLE))
        .order_by(ValueMove.n)
    )
    return tuple(
        Moved(
            n=row.n,
            act=row.act,
            kind=row.kind,
            lookup=bytes(row.lookup).hex(),
            amount=row.amount,
            last_four=row.last_four,
            authority=row.authority,
            line=row.line,
        )
        for row in rows
    )


def told_balance(tx: Connection, lookup: bytes) -> int | None:
    """What head office told of an instrument, with what this till did since; None when never."""
    row = tx.execute(
        select(ValueKnown.balance, ValueKnown.applied, ValueKnown.as_of).where(
            ValueKnown.lookup == lookup
        )
    ).first()
    if row is None:
        return None
    applied = _positions(row.applied)
    loaded = sum(one.amount for one in own_loads(tx, lookup, row.as_of, applied))
    return int(row.balance) + loaded - _pending(tx, lookup, applied)


def was_loaded(tx: Connection, lookup: bytes) -> bool:
    """Whether it is known to have held something: by head office's word, or put on here."""
    told = select(ValueKnown.lookup).where(ValueKnown.lookup == lookup, ValueKnown.balance > 0)
    here = select(ValueMove.rid).where(ValueMove.lookup == lookup).limit(1)
    return tx.execute(told).first() is not None or tx.execute(here).first() is not None


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
    query = select(func.coalesce(func.sum(ValueMove.amount), 0)).where(
        ValueMove.lookup == lookup, ValueMove.act == "redeem"
    )
    if applied:
        query = query.where(~_included(applied))
    return int(tx.execute(query).scalar_one())


def _included(applied: dict[UUID, int]) -> ColumnElement[bool]:
    """Whether a move's sale is within these positions of journals."""
    entry = JournalEntry
    within = [and_(entry.jid == jid, entry.seq <= seq) for jid, seq in applied.items()]
    return select(entry.rid).where(entry.rid == ValueMove.rid, or_(*within)).exists()


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
