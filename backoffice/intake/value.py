"""Stored value as tills ask for it: reserve, capture, release, quota."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, select

from backoffice.intake import results
from backoffice.intake.auth import Caller
from backoffice.intake.errors import Refused
from backoffice.promotions.campaigns import keep_campaigns
from backoffice.value import holds, service
from backoffice.value.holds import Held, Returned, Wish
from backoffice.value.service import Place, Posting, Source
from db.base import from_us, to_us
from db.head.journals import JournalHead
from retail.contract.value import (
    BalanceAnswer,
    BalanceRequest,
    CaptureRequest,
    Done,
    HeldAnswer,
    QuotaAnswer,
    QuotaRequest,
    ReleaseRequest,
    ReserveRequest,
)
from retail.errors import RetailError
from retail.value import ValueKind


def reserve(tx: Connection, caller: Caller, wanted: ReserveRequest, now: datetime) -> HeldAnswer:
    """Hold value for a sale.

    Raises:
        Refused: 400 for a request that makes no sense.
    """
    try:
        wish = Wish(wanted.rid, ValueKind(wanted.kind), bytes.fromhex(wanted.lookup), wanted.amount)
        place = _place(tx, caller)
        _know(tx, place, wish, now)
        held = holds.reserve(tx, place, wish, now)
    except (ValueError, RetailError) as problem:
        raise _no_sense(problem) from problem
    return _held(tx, caller, held)


def balance(tx: Connection, caller: Caller, wanted: BalanceRequest, now: datetime) -> BalanceAnswer:
    """What is on an instrument; one of another kind is not known by that code.

    Raises:
        Refused: 400 for a request that makes no sense.
    """
    try:
        kind, lookup = ValueKind(wanted.kind), bytes.fromhex(wanted.lookup)
    except ValueError as problem:
        raise _no_sense(problem) from problem
    found = holds.standing(tx, _place(tx, caller), kind, lookup, now)
    return BalanceAnswer(
        known=found is not None,
        balance=found.balance if found else 0,
        available=found.available if found else 0,
        blocked=found is not None and found.state != "active",
        applied=_applied(tx, caller),
    )


def capture(tx: Connection, caller: Caller, wanted: CaptureRequest, now: datetime) -> Done:
    """Book what a completed sale did; never refused for want of value.

    Raises:
        Refused: 400 for a request that makes no sense.
    """
    place, source = _place(tx, caller), Source(wanted.rid, from_us(wanted.at_us))
    postings = [Posting(place, source, move) for move in wanted.moves]
    try:
        cases = service.book(tx, place.company_id, postings, now)
    except RetailError as problem:
        raise _no_sense(problem) from problem
    results.tell(tx, [one for case in cases for one in results.of_case(case)])
    return Done()


def release(tx: Connection, caller: Caller, wanted: ReleaseRequest) -> Done:
    """Give a reservation back."""
    holds.release(tx, _place(tx, caller), wanted.rid)
    return Done()


def quota(
    tx: Connection, caller: Caller, kind: str, wanted: QuotaRequest, now: datetime
) -> QuotaAnswer:
    """Take back leases that are over, and lend value for offline use.

    Raises:
        Refused: 400 for a request that makes no sense.
    """
    place = _place(tx, caller)
    held = Held(0, 0, 0, now)
    try:
        holds.take_back(tx, place, [Returned(back.lease, back.used) for back in wanted.back])
        if wanted.wanted:
            lookup = bytes.fromhex(wanted.lookup)
            wish = Wish(wanted.lease, ValueKind(kind), lookup, wanted.wanted)
            _know(tx, place, wish, now)
            held = holds.lend(tx, place, wish, now)
    except (ValueError, RetailError) as problem:
        raise _no_sense(problem) from problem
    return QuotaAnswer(
        granted=held.amount,
        expires_us=to_us(held.expires_at),
        key=service.company_key(tx, place.company_id),
        back=tuple(back.lease for back in wanted.back),
    )


def _place(tx: Connection, caller: Caller) -> Place:
    company_id = service.company_of(tx, caller.store_id)
    return Place(company_id, caller.store_id, caller.till, caller.installation_id)


def _know(tx: Connection, place: Place, wish: Wish, now: datetime) -> None:
    """A campaign is opened when it is first asked for, also of promotions of before."""
    if (
        wish.kind is ValueKind.CAMPAIGN
        and service.locked(tx, place.company_id, wish.lookup) is None
    ):
        keep_campaigns(tx, place.company_id, now)


def _held(tx: Connection, caller: Caller, held: Held) -> HeldAnswer:
    return HeldAnswer(
        amount=held.amount,
        balance=held.balance,
        available=held.available,
        expires_us=to_us(held.expires_at),
        applied=_applied(tx, caller),
    )


def _applied(tx: Connection, caller: Caller) -> tuple[tuple[UUID, int], ...]:
    """How far the caller's journals are in the balances."""
    rows = tx.execute(
        select(JournalHead.jid, JournalHead.applied_seq)
        .where(
            JournalHead.store_id == caller.store_id,
            JournalHead.installation_id == caller.installation_id,
        )
        .order_by(JournalHead.jid)
    )
    return tuple((row.jid, row.applied_seq) for row in rows)


def _no_sense(problem: Exception) -> Refused:
    message = str(problem) if isinstance(problem, RetailError) else "The request makes no sense."
    code = problem.code if isinstance(problem, RetailError) else "bad_request"
    return Refused(400, code, message)
