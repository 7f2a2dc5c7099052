"""What the till knows of instruments."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, and_, case, false, func, or_, select

from db.base import from_us
from db.store.customers import Customer
from db.store.journal import JournalEntry
from db.store.sales import Sale
from db.store.settings import StoreSetting
from db.store.value import ValueKey, ValueKnown, ValueLease, ValueMove
from retail.contract.sales import ValueMove as Moved
from retail.errors import RetailError
from retail.store_settings import offline_limits
from retail.value import Authority, Known, OfflineLimits, ValueKind, lookup_of

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


@dataclass(frozen=True, slots=True)
class Wanted:
    """The instrument that something is wanted of.

    Attributes:
        party: whose it is, of kinds that are found by a party.
        proved: its code proved itself.
    """

    kind: ValueKind
    lookup: bytes
    party: UUID | None = None
    proved: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """A balance as head office told it last.

    Attributes:
        applied: by journal, up to which of the till's entries are in it.
        asked: it answered a question, and so knows what had been held until then, booked or not.
    """

    balance: int
    as_of: datetime
    applied: Mapping[UUID, int]
    asked: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """What a customer has, this till's own later sales included."""

    balance: int
    as_of: datetime


def known(tx: Connection, wanted: Wanted, day: date, now: datetime) -> Known:
    """What the offline rules need of an instrument.

    Args:
        day: the trading day, for the day's limit.
    """
    told = told_of(tx, wanted)
    loaded = sum(one.amount for one in own_loads(tx, wanted.lookup, told))
    return Known(
        balance=told.balance if told else None,
        # Below zero where this till put more on it than it took.
        pending=_own(tx, wanted.lookup, _TAKEN, told) - loaded,
        taken_today=_taken(tx, wanted.kind, day),
        leased=sum(left for _, left in leases_of(tx, wanted.lookup, now)),
        proved=wanted.proved,
    )


def told_of(tx: Connection, wanted: Wanted) -> Told | None:
    """The balance as head office told it last: to a question, or with the customer's row."""
    asked = _answered(tx, wanted.lookup)
    sent = _sent(tx, wanted.kind, wanted.party) if wanted.party else None
    if asked is None or sent is None:
        return asked or sent
    return max(asked, sent, key=lambda one: one.as_of)


def _answered(tx: Connection, lookup: bytes) -> Told | None:
    """The balance as head office told it when it was asked last."""
    row = tx.execute(
        select(ValueKnown.balance, ValueKnown.as_of, ValueKnown.applied).where(
            ValueKnown.lookup == lookup
        )
    ).first()
    return Told(row.balance, row.as_of, _positions(row.applied), asked=True) if row else None


def standing(tx: Connection, kind: ValueKind, party: UUID) -> Standing | None:
    """What somebody has of a kind; None where that is not known here."""
    key = tx.execute(select(ValueKey.key)).scalar_one_or_none()
    if key is None:
        return None
    lookup = lookup_of(bytes(key), kind, party)
    told = told_of(tx, Wanted(kind, lookup, party))
    if told is None:
        return None
    since = _own(tx, lookup, _MOVED, told)
    return Standing(told.balance + since, told.as_of)


def _sent(tx: Connection, kind: ValueKind, party: UUID) -> Told | None:
    """What came down with the customer's row."""
    balance = Customer.points if kind is ValueKind.POINTS else Customer.account
    row = tx.execute(
        select(balance.label("balance"), Customer.as_of_us, Customer.applied).where(
            Customer.customer == party.hex
        )
    ).first()
    if row is None or row.balance is None:
        return None
    return Told(row.balance, from_us(row.as_of_us), _positions(row.applied or "[]"))


@dataclass(frozen=True, slots=True)
class OwnLoad:
    """What a sale of this till put on an instrument; ``at`` is when it was closed."""

    rid: UUID
    at: datetime
    amount: int


def own_loads(tx: Connection, lookup: bytes, told: Told | None) -> list[OwnLoad]:
    """What this till put on a card or credit and head office had not, when it told a balance.

    Whoever asks for a balance tells of these first, so a balance holds all that was put on before.
    """
    loads = unapplied_loads(tx, lookup, told)
    return loads if told is None else [one for one in loads if one.at > told.as_of]


def unapplied_loads(tx: Connection, lookup: bytes, told: Told | None = None) -> list[OwnLoad]:
    """What this till put on it that head office had not booked when it told of it last.

    Args:
        told: its last word, where that is at hand.
    """
    told = told or _answered(tx, lookup)
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
    if told is not None:
        query = query.where(~_included(told))
    return [OwnLoad(rid, at, int(amount)) for rid, at, amount in tx.execute(query)]


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
    """What head office told of a card, with what this till did since; None when never."""
    told = _answered(tx, lookup)
    if told is None:
        return None
    loaded = sum(one.amount for one in own_loads(tx, lookup, told))
    return told.balance + loaded - _own(tx, lookup, _TAKEN, told)


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


@dataclass(frozen=True, slots=True)
class Gave:
    """What an instrument paid sales with and what it got back, in its own unit and in money."""

    taken: int
    taken_minor: int
    returned: int
    returned_minor: int

    @property
    def left_minor(self) -> int:
        """What can still go back onto it, in minor units."""
        return self.taken_minor - self.returned_minor

    def __add__(self, other: Gave) -> Gave:
        return Gave(
            self.taken + other.taken,
            self.taken_minor + other.taken_minor,
            self.returned + other.returned,
            self.returned_minor + other.returned_minor,
        )

    def amount_of(self, minor: int) -> int:
        """What goes back of its own unit with so much money; parts add up to what was taken."""
        return self.taken * (self.returned_minor + minor) // self.taken_minor - self.returned


def given_by(tx: Connection, sales: Collection[UUID], kind: str) -> dict[bytes, Gave]:
    """What instruments of a kind paid these sales with and got back, by their lookup."""
    minor = case((ValueMove.minor > 0, ValueMove.minor), else_=ValueMove.amount)
    rows = tx.execute(
        select(ValueMove.lookup, ValueMove.act, func.sum(ValueMove.amount), func.sum(minor))
        .where(
            ValueMove.rid.in_(sales),
            ValueMove.kind == kind,
            ValueMove.act.in_(("redeem", "refund")),
        )
        .group_by(ValueMove.lookup, ValueMove.act)
        .order_by(ValueMove.lookup)
    )
    sums: dict[bytes, dict[str, tuple[int, int]]] = {}
    for lookup, act, amount, paid in rows:
        sums.setdefault(bytes(lookup), {})[act] = (int(amount), int(paid))
    # Also what only got back: the sale that it paid may be another till's.
    return {
        lookup: Gave(*acts.get("redeem", (0, 0)), *acts.get("refund", (0, 0)))
        for lookup, acts in sums.items()
    }


_TAKEN = {"redeem": 1, "reverse": 1}
_MOVED = {"earn": 1, "refund": 1, "redeem": -1, "reverse": -1}


def _own(tx: Connection, lookup: bytes, acts: Mapping[str, int], told: Told | None) -> int:
    """The sum of own moves, each act by its sign, that the balance told does not hold yet."""
    signed = case(acts, value=ValueMove.act, else_=0) * ValueMove.amount
    query = select(func.coalesce(func.sum(signed), 0)).where(ValueMove.lookup == lookup)
    if told is not None:
        query = query.where(~_included(told))
    return int(tx.execute(query).scalar_one())


def _included(told: Told) -> ColumnElement[bool]:
    """Whether a move is in what was told.

    Its entry is, or was booked before and let go since; or head office had held it for the sale.
    """
    entry = JournalEntry
    within = [and_(entry.jid == jid, entry.seq <= seq) for jid, seq in told.applied.items()]
    own = entry.rid == ValueMove.rid
    booked = select(entry.rid).where(own, or_(false(), *within)).exists()
    kept = select(entry.rid).where(own).exists()
    older = (
        select(Sale.rid)
        .where(Sale.rid == ValueMove.rid, Sale.at < told.as_of)
        .correlate(ValueMove)
        .exists()
    )
    if not told.asked:
        return or_(booked, and_(~kept, older))
    online = ValueMove.authority == Authority.ONLINE.value
    held = and_(ValueMove.act == "redeem", online, older)
    return or_(booked, and_(~kept, older), held)


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
