"""May this be taken? Head office is asked first; when it does not answer, the limits decide.

Nothing here books anything: what was allowed becomes part of a sale, and is booked with it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert

from db.base import to_us
from db.store.value import ValueKnown
from pos_app.till.service import TillSession
from pos_app.value.ports import StoreAccess, Unanswered, ValueOffice
from pos_app.value.queries import (
    Wanted,
    company_key,
    known,
    leases_of,
    limits_of,
    loads_of,
    told_balance,
    unapplied_loads,
)
from retail.contract.sales import ValueMove
from retail.contract.value import (
    BalanceRequest,
    CaptureRequest,
    HeldAnswer,
    ReleaseRequest,
    ReserveRequest,
)
from retail.errors import RetailError
from retail.value import (
    Authority,
    Known,
    ValueKind,
    last_four,
    lookup_of,
    offline_allowance,
    read_voucher,
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the customer wants to spend; ``code`` is typed or scanned and kept nowhere.

    Attributes:
        code: a party for points and accounts, which have no code.
        step: only whole multiples of it are taken, such as blocks of points;
        worth: what a step pays in minor units, 0 where the amount is in minor units itself.
        held: what the sale at hand holds already, of this instrument and of others; of coupons
            what all baskets of the till hold.
    """

    kind: ValueKind
    code: str | UUID
    amount: int
    step: int = 1
    worth: int = 0
    held: tuple[ValueMove, ...] = ()

    def taken_of(self, amount: int) -> int:
        """What is taken where so much may be: whole steps."""
        return amount - amount % self.step

    def __repr__(self) -> str:
        return f"Asked({self.kind.value}, {self.amount})"


@dataclass(frozen=True, slots=True)
class Allowed:
    """What may be taken; ``moves`` are without their numbers, which the sale gives them.

    More than one when several leases are used.
    """

    kind: ValueKind
    amount: int
    authority: Authority
    moves: tuple[ValueMove, ...] = field(repr=False)

    @property
    def minor(self) -> int:
        """What it pays, in minor units."""
        return sum(move.paid for move in self.moves)


@dataclass(frozen=True, slots=True)
class Desk:
    """The parts that a decision needs: database, head office, session."""

    store: StoreAccess
    office: ValueOffice
    session: TillSession


def ask(desk: Desk, asked: Asked) -> Allowed:
    """Hold value for the sale at hand; waits for head office, so it is no use case of the writer.

    Raises:
        RetailError: ``value.no_key``, ``value.amount``, or ``value.refused`` when nothing may be
            taken.
    """
    lookup = lookup_of(desk.store.read(company_key).result(), asked.kind, asked.code)
    rid, now = desk.session.desk.new_id(), desk.session.desk.now()
    try:
        _tell_loads(desk, lookup)
        held = desk.office.reserve(
            ReserveRequest(rid=rid, kind=asked.kind.value, lookup=lookup.hex(), amount=asked.amount)
        )
    except Unanswered:
        return desk.store.read(allow_offline, desk.session, asked).result()
    desk.store.write(note_balance, lookup, held, now).result()
    amount = asked.taken_of(held.amount)
    move = _move(asked, lookup, amount, Authority.ONLINE, reservation=rid)
    allowed = Allowed(asked.kind, amount, Authority.ONLINE, (move,))
    if amount == 0:
        if held.amount:
            give_back(desk, allowed)
        raise _refused()
    return allowed


def allow_offline(tx: Connection, session: TillSession, asked: Asked) -> Allowed:
    """What this till takes alone.

    Raises:
        RetailError: as :func:`ask`.
    """
    key = company_key(tx)
    lookup, now = lookup_of(key, asked.kind, asked.code), session.desk.now()
    proved = asked.kind is ValueKind.VOUCHER and _is_good(key, asked, now)
    day = session.place().business_date
    party = asked.code if isinstance(asked.code, UUID) else None
    at_hand = _less_held(
        known(tx, Wanted(asked.kind, lookup, party, proved), day, now), asked, lookup
    )
    if asked.kind is ValueKind.HOUSE_ACCOUNT and at_hand.balance is None:
        # Nobody has told this till that there is such an account.
        raise _refused()
    limits = limits_of(tx, session.store.store_id)[asked.kind]
    found = offline_allowance(asked.kind, asked.amount, at_hand, limits)
    amount = asked.taken_of(found.amount)
    moves = _leased(tx, asked, lookup, amount, now) if found.authority is Authority.LEASE else ()
    if found.authority is Authority.FLOOR and amount:
        moves = (_move(asked, lookup, amount, Authority.FLOOR),)
    if not moves:
        raise _refused()
    return Allowed(asked.kind, sum(move.amount for move in moves), found.authority, moves)


def _less_held(at_hand: Known, asked: Asked, lookup: bytes) -> Known:
    """What is known, less what the sale at hand holds: it is not booked, but spent."""
    alone = [one for one in asked.held if one.reservation is None]
    own = [one for one in alone if one.lookup == lookup.hex()]
    by_limits = (one for one in alone if (one.kind, one.lease) == (asked.kind.value, None))
    return replace(
        at_hand,
        pending=at_hand.pending + sum(one.amount for one in own if one.lease is None),
        leased=at_hand.leased - sum(one.amount for one in own if one.lease is not None),
        taken_today=at_hand.taken_today + sum(one.amount for one in by_limits),
    )


def _leased(
    tx: Connection, asked: Asked, lookup: bytes, amount: int, now: datetime
) -> tuple[ValueMove, ...]:
    moves, rest = [], amount
    for lease, left in leases_of(tx, lookup, now):
        kept = sum(one.amount for one in asked.held if one.lease == lease)
        part = max(0, min(left - kept, rest)) // asked.step * asked.step
        rest -= part
        if part:
            moves.append(_move(asked, lookup, part, Authority.LEASE, lease=lease))
    return tuple(moves)


@dataclass(frozen=True, slots=True)
class Balance:
    """What is on an instrument.

    Attributes:
        known: somebody ever put something on it, as far as who answered knows.
        minor: None where that is not known here.
        online: head office told it just now; otherwise ``as_of`` says when it did last.
    """

    known: bool
    minor: int | None
    online: bool
    as_of: datetime | None = None
    blocked: bool = False


def balance(desk: Desk, kind: ValueKind, code: str) -> Balance:
    """What is on an instrument; head office is asked, and this till's books where it is not there.

    Raises:
        RetailError: ``value.no_key``.
    """
    lookup, now = (
        lookup_of(desk.store.read(company_key).result(), kind, code),
        desk.session.desk.now(),
    )
    try:
        _tell_loads(desk, lookup)
        found = desk.office.balance(BalanceRequest(kind=kind.value, lookup=lookup.hex()))
    except Unanswered:
        return desk.store.read(own_balance, lookup).result()
    if found.known:
        told = HeldAnswer(
            amount=0,
            balance=found.balance,
            available=0 if found.blocked else found.available,
            expires_us=0,
            applied=found.applied,
        )
        desk.store.write(note_balance, lookup, told, now).result()
    return Balance(found.known, found.available, online=True, as_of=now, blocked=found.blocked)


def own_balance(tx: Connection, lookup: bytes) -> Balance:
    """What this till's books say of an instrument."""
    as_of = tx.execute(select(ValueKnown.as_of).where(ValueKnown.lookup == lookup)).scalar()
    if as_of is None:
        here = sum(load.amount for load in unapplied_loads(tx, lookup))
        return Balance(bool(here), None, online=False)
    return Balance(known=True, minor=told_balance(tx, lookup), online=False, as_of=as_of)


def _tell_loads(desk: Desk, lookup: bytes) -> None:
    """Tell head office what this till put on an instrument, before it is asked what is on it.

    It books each of them once, whether it is told now, at the sale's end or by the journal.

    Raises:
        Unanswered: head office cannot be asked.
    """
    for load in desk.store.read(unapplied_loads, lookup).result():
        moves = desk.store.read(loads_of, load.rid).result()
        desk.office.capture(CaptureRequest(rid=load.rid, at_us=to_us(load.at), moves=moves))


def note_balance(tx: Connection, lookup: bytes, held: HeldAnswer, now: datetime) -> None:
    """Keep what head office told of an instrument, for when it cannot be asked."""
    values = {
        "balance": held.available + held.amount,
        "applied": json.dumps([[jid.hex, seq] for jid, seq in held.applied]),
        "as_of": now,
    }
    tx.execute(
        insert(ValueKnown)
        .values(lookup=lookup, **values)
        .on_conflict_do_update(index_elements=["lookup"], set_=values)
    )


def capture(desk: Desk, rid: UUID, moves: tuple[ValueMove, ...]) -> bool:
    """Tell head office at once what a sale took; False when its journal entry must tell it."""
    request = CaptureRequest(rid=rid, at_us=desk.session.desk.now_us(), moves=moves)
    try:
        desk.office.capture(request)
    except Unanswered:
        return False
    return True


def give_back(desk: Desk, allowed: Allowed) -> bool:
    """A tender was taken off the sale; False when the reservation must run out by itself."""
    try:
        for move in allowed.moves:
            if move.reservation is not None:
                desk.office.release(ReleaseRequest(rid=move.reservation))
    except Unanswered:
        return False
    return True


def _is_good(key: bytes, asked: Asked, now: datetime) -> bool:
    if isinstance(asked.code, UUID):
        return False
    try:
        voucher = read_voucher(key, asked.code)
    except RetailError:
        return False
    today = int(now.timestamp()) // 86_400
    return asked.amount <= voucher.amount and today <= voucher.last_day


def _move(
    asked: Asked,
    lookup: bytes,
    amount: int,
    authority: Authority,
    *,
    reservation: UUID | None = None,
    lease: UUID | None = None,
) -> ValueMove:
    return ValueMove(
        n=0,
        act="redeem",
        kind=asked.kind.value,
        lookup=lookup.hex(),
        amount=amount,
        last_four="" if isinstance(asked.code, UUID) else last_four(asked.code),
        authority=authority.value,
        reservation=reservation,
        lease=lease,
        minor=amount * asked.worth // asked.step,
        party=asked.code if isinstance(asked.code, UUID) else None,
    )


def _refused() -> RetailError:
    return RetailError(
        "value.refused", "Nothing can be taken of it now; nothing was charged. Pay another way."
    )
