"""Value held back: reserved for a sale that is being paid, or lent to a till for offline use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, func, select, update
from sqlalchemy.dialects.postgresql import insert

from backoffice.value.service import Place, locked
from db.head.value import ValueLease, ValueReservation
from retail.errors import RetailError
from retail.value import ValueKind

RESERVED_FOR = timedelta(minutes=15)
LENT_FOR = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Wish:
    """What a till wants held or lent; ``rid`` is the id that it made for it."""

    rid: UUID
    kind: ValueKind
    lookup: bytes
    amount: int


@dataclass(frozen=True, slots=True)
class Held:
    """What was reserved or lent; ``amount`` may be less than was wanted, 0 for nothing.

    Attributes:
        balance: of the instrument, what is held back included.
        available: what may still be reserved or lent.
    """

    amount: int
    balance: int
    available: int
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """An instrument as it is now; ``state`` is active or blocked."""

    balance: int
    available: int
    state: str


@dataclass(frozen=True, slots=True)
class Returned:
    """A lease that a till gives back, with all that it took of it, booked or not."""

    lease_id: UUID
    used: int


def reserve(tx: Connection, place: Place, wish: Wish, now: datetime) -> Held:
    """Hold up to what is wanted for 15 minutes; the same id again gives the same answer.

    Raises:
        RetailError: ``value.amount`` for nothing or less.
    """
    return _hold(tx, place, wish, ValueReservation, now)


def standing(
    tx: Connection, place: Place, kind: ValueKind, lookup: bytes, now: datetime
) -> Standing | None:
    """What is on an instrument; None for one not heard of."""
    row = locked(tx, place.company_id, lookup)
    if row is None or row.kind != kind.value:
        return None
    return Standing(row.balance, available(tx, row, now), row.state)


def lend(tx: Connection, place: Place, wish: Wish, now: datetime) -> Held:
    """Lend a till up to what is wanted; the same id again gives the same answer.

    Raises:
        RetailError: ``value.amount`` for nothing or less.
    """
    return _hold(tx, place, wish, ValueLease, now)


def release(tx: Connection, place: Place, rid: UUID) -> None:
    """Give a reservation back; nothing happens to one that is captured, released or unknown."""
    tx.execute(
        update(ValueReservation)
        .where(
            ValueReservation.company_id == place.company_id,
            ValueReservation.rid == rid,
            ValueReservation.state == "open",
        )
        .values(state="released")
    )


def take_back(tx: Connection, place: Place, leases: Sequence[Returned]) -> None:
    """Take back what tills did not use of their leases; once per lease.

    What was used and is not booked yet stays held back until its sale is.
    """
    for lease in sorted(leases, key=lambda one: one.lease_id):
        used = func.least(func.greatest(lease.used, ValueLease.used), ValueLease.granted)
        tx.execute(
            update(ValueLease)
            .where(
                ValueLease.company_id == place.company_id,
                ValueLease.lease_id == lease.lease_id,
                ValueLease.installation_id == place.installation_id,
                ValueLease.state == "open",
            )
            .values(state="returned", returned=ValueLease.granted - used)
        )


def available(tx: Connection, instrument: Row[Any], now: datetime) -> int:
    """The balance of a locked instrument without what is reserved or lent."""
    company_id, own = instrument.company_id, instrument.instrument_id
    reserved = select(func.coalesce(func.sum(ValueReservation.amount), 0)).where(
        ValueReservation.company_id == company_id,
        ValueReservation.instrument_id == own,
        ValueReservation.state == "open",
        ValueReservation.expires_at > now,
    )
    # A lease ends when its till gives it back: it may have been spent where nobody saw it yet.
    outstanding = ValueLease.granted - ValueLease.used - ValueLease.returned
    lent = select(func.coalesce(func.sum(func.greatest(outstanding, 0)), 0)).where(
        ValueLease.company_id == company_id, ValueLease.instrument_id == own
    )
    held = tx.execute(reserved).scalar_one() + tx.execute(lent).scalar_one()
    return int(instrument.balance - held)


def _hold(
    tx: Connection,
    place: Place,
    wish: Wish,
    table: type[ValueReservation | ValueLease],
    now: datetime,
) -> Held:
    if wish.amount < 1:
        raise RetailError("value.amount", "An amount must be above zero; nothing was changed.")
    row = locked(tx, place.company_id, wish.lookup)
    if row is None or row.kind != wish.kind.value or row.state != "active":
        return Held(0, 0, 0, now)
    free = available(tx, row, now)
    known = _known(tx, place, wish.rid, table)
    if known is not None:
        return Held(known[0], row.balance, free, known[1])
    amount = min(wish.amount, max(free, 0))
    expires_at = now + (RESERVED_FOR if table is ValueReservation else LENT_FOR)
    if amount:
        common = {
            "company_id": place.company_id,
            "instrument_id": row.instrument_id,
            "store_id": place.store_id,
            "till": place.till,
            "state": "open",
            "expires_at": expires_at,
        }
        own: dict[str, Any] = {"rid": wish.rid, "amount": amount}
        if table is ValueLease:
            own = {"lease_id": wish.rid, "installation_id": place.installation_id}
            own |= {"granted": amount, "used": 0, "returned": 0}
        tx.execute(insert(table).values(**common, **own))
    return Held(amount, row.balance, free - amount, expires_at)


def _known(
    tx: Connection, place: Place, rid: UUID, table: type[ValueReservation | ValueLease]
) -> tuple[int, datetime] | None:
    """What was held under an id before, and until when."""
    if table is ValueLease:
        found = select(ValueLease.granted, ValueLease.expires_at).where(
            ValueLease.company_id == place.company_id, ValueLease.lease_id == rid
        )
    else:
        found = select(ValueReservation.amount, ValueReservation.expires_at).where(
            ValueReservation.company_id == place.company_id, ValueReservation.rid == rid
        )
    row = tx.execute(found).first()
    return None if row is None else (row[0], row[1])
