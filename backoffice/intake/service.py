"""Enrolment and hello."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, insert, or_, select, update

from backoffice.cases.service import CaseKind, NewCase, open_case
from backoffice.fleet import moves
from backoffice.fleet.recovery import awaited, note_offer
from backoffice.fleet.service import head_office
from backoffice.identity import IdentityKeeper
from backoffice.intake import keys
from backoffice.intake.auth import TOO_OLD, Caller, own
from backoffice.intake.down.ahead import renew_streams_behind
from backoffice.intake.down.cursors import note_cursors
from backoffice.intake.errors import Refused
from backoffice.stores.service import redeem_code
from db.base import from_us, to_us
from db.head.journals import JournalHead
from db.head.stores import Installation, Terminal
from retail.contract.envelope import (
    MAX_PAST,
    EnrolAnswer,
    EnrolRequest,
    HelloAnswer,
    HelloRequest,
    NextSecret,
    signing_key,
)
from retail.contract.envelope import JournalHead as WireHead
from retail.contract.version import common_protocol
from retail.identity import series_of

COPY_SUSPECTED = "clone_suspected"


def enrol(
    tx: Connection, keeper: IdentityKeeper, request: EnrolRequest, now: datetime
) -> EnrolAnswer:
    """Let a till in; the terminal's earlier installation is retired.

    Raises:
        RetailError: ``enrol.code``.
        Refused: 426 ``too_old`` when no protocol is common, 409 ``installation_known`` for an
            installation id that is in use, 409 ``recovering`` while the terminal's present
            installation is waited for.
    """
    protocol = common_protocol(request.oldest_protocol, request.protocol)
    if protocol is None:
        raise Refused(426, TOO_OLD.code, TOO_OLD.message)
    store_id, till = redeem_code(tx, request.code, now)
    same = select(Installation.till).where(Installation.installation_id == request.installation)
    if tx.execute(same).first() is not None:
        raise Refused(409, "installation_known", "This till is enrolled already.")
    _check_heard_of(tx, store_id, till)
    hq_id, incarnation = head_office(tx)
    secret, nonce = secrets.token_bytes(32), secrets.token_hex(16)
    caller = Caller(store_id, till, request.installation)
    key = signing_key(secret)
    used_series = _used_series(tx, caller)
    _retire(tx, caller, now)
    state = _first_state(caller, request, now)
    tx.execute(
        insert(Installation).values(**state, signing_key=key, nonce=nonce, protocol=protocol)
    )
    tx.execute(
        update(Terminal)
        .where(Terminal.store_id == store_id, Terminal.till == till)
        .values(installation_id=request.installation)
    )
    return EnrolAnswer(
        hq_id=hq_id,
        incarnation=incarnation,
        installation=request.installation,
        store=store_id,
        till=till,
        secret=secret,
        ticket=keys.ticket_for(keeper, hq_id, caller, key, now),
        nonce=nonce,
        used_series=used_series,
    )


def _check_heard_of(tx: Connection, store_id: str, till: int) -> None:
    """After a restore receipts of a till may be on paper that are not known here yet."""
    present = tx.execute(
        select(Terminal.installation_id).where(Terminal.store_id == store_id, Terminal.till == till)
    ).scalar_one_or_none()
    if present is not None and awaited(tx, present):
        raise Refused(
            409,
            "recovering",
            "The head office was restored and has not heard of this till since; let the till "
            "sync first, or end the recovery.",
        )


def _used_series(tx: Connection, caller: Caller) -> tuple[str, ...]:
    jids = tx.execute(
        select(JournalHead.jid).where(
            JournalHead.store_id == caller.store_id, JournalHead.till == caller.till
        )
    ).scalars()
    return tuple(sorted({series_of(jid) for jid in jids}))


def _retire(tx: Connection, caller: Caller, now: datetime) -> None:
    """What the terminal's earlier installation still holds is taken in, but it gets nothing."""
    tx.execute(
        update(Installation)
        .where(
            Installation.store_id == caller.store_id,
            Installation.till == caller.till,
            Installation.state == "active",
        )
        .values(state="replaced", revoked_at=now)
    )


def _first_state(caller: Caller, request: EnrolRequest, now: datetime) -> dict[str, object]:
    return {
        "store_id": caller.store_id,
        "installation_id": caller.installation_id,
        "till": caller.till,
        "nonce_previous": "",
        "state": "active",
        "app_version": request.app_version[:24],
        "enrolled_at": now,
        "key_since": now,
        "last_seen_at": now,
        "clock_skew_ms": 0,
        "queued": 0,
        "oldest_queued_at": None,
        "alarm": "",
    }


def hello(
    tx: Connection, keeper: IdentityKeeper, caller: Caller, request: HelloRequest, now: datetime
) -> HelloAnswer:
    """Note how the till is, and tell it where its journals and streams stand here.

    Raises:
        Refused: 409 ``clone_suspected`` for a nonce older than the previous one, 503
            ``identity`` when the till has met a later incarnation than this one.
    """
    target = moves.ordered(tx, caller.store_id, caller.installation_id)
    moved = target is not None and target == (request.store, request.till)
    if target is not None and moved:
        moves.complete(tx, caller.store_id, caller.installation_id, target)
        caller = replace(caller, store_id=target[0], till=target[1])
    hq_id, incarnation = head_office(tx)
    _check_incarnation(keeper, incarnation, request.incarnation_seen)
    restored = request.incarnation_seen < incarnation
    nonce = _next_nonce(tx, caller, request.nonce, forgotten=restored)
    protocol = common_protocol(request.oldest_protocol, request.protocol) or 0
    tx.execute(
        update(Installation)
        .where(*own(caller))
        .values(
            nonce=nonce.current,
            nonce_previous=nonce.previous,
            protocol=protocol,
            **_condition(request, now),
        )
    )
    note_cursors(tx, caller, request.streams, request.dead, now)
    if restored:
        renew_streams_behind(tx, caller, request.streams)
    note_offer(tx, (caller.store_id, caller.till, caller.installation_id), request.journals, now)
    # What made it too old at its last hello may be an upgrade ago.
    shut_out = caller.refusal is not None and caller.refusal.code != TOO_OLD.code
    refusal = caller.refusal if shut_out else None if protocol else TOO_OLD
    return HelloAnswer(
        hq_id=hq_id,
        incarnation=incarnation,
        protocol=protocol,
        clock_us=to_us(now),
        nonce=nonce.current,
        journals=_journals(tx, caller, request),
        # A ticket tells the place: a till that has moved gets a new one, and with it a secret.
        next=_next_secret(tx, keeper, caller, now, moved=moved),
        refusal=refusal,
        store=target[0] if target else caller.store_id,
        till=target[1] if target else caller.till,
        past=MAX_PAST,
    )


def rotate(tx: Connection, keeper: IdentityKeeper, caller: Caller, now: datetime) -> NextSecret:
    """Give a till its next secret before it is due."""
    hq_id, _ = head_office(tx)
    return keys.offer(tx, keeper, hq_id, caller, now)


def _next_secret(
    tx: Connection, keeper: IdentityKeeper, caller: Caller, now: datetime, *, moved: bool
) -> NextSecret | None:
    if caller.refusal is not None or not (moved or keys.due(tx, caller, now)):
        return None
    return rotate(tx, keeper, caller, now)


def _check_incarnation(keeper: IdentityKeeper, incarnation: int, seen: int) -> None:
    if seen <= incarnation:
        return
    keeper.met(seen)
    raise Refused(
        503,
        "identity",
        "This head office was put back from a backup without its restore procedure; "
        "nothing is lost. Whoever runs it must begin a recovery.",
    )


def _condition(request: HelloRequest, now: datetime) -> dict[str, object]:
    """What a till says of itself."""
    oldest = from_us(request.oldest_queued_us) if request.oldest_queued_us else None
    return {
        "last_seen_at": now,
        "clock_skew_ms": (request.clock_us - to_us(now)) // 1000,
        "queued": request.queued,
        "oldest_queued_at": oldest,
        "app_version": request.app_version[:24],
        "store_schema": request.store_schema[:8],
        "shift_open": request.shift_open,
        "alarm": "",
    }


@dataclass(frozen=True, slots=True)
class _Nonces:
    """The current nonce and the one before."""

    current: str
    previous: str


def _next_nonce(tx: Connection, caller: Caller, given: str, *, forgotten: bool) -> _Nonces:
    """Rotate at each hello; the previous nonce (its answer was lost) gets the current one again.

    Anything older, in a request never seen before, comes from a copy of the till's disk.

    Args:
        forgotten: the till has not met this head office since it was restored from a backup, so
            that its newest nonce may be unknown here. It gets the current one and none is used
            up: late copies of hellos from before the restore must not make it look like a clone.
    """
    row = tx.execute(
        select(Installation.nonce, Installation.nonce_previous)
        .where(*own(caller))
        .with_for_update()
    ).one()
    if given == row.nonce and not forgotten:
        return _Nonces(secrets.token_hex(16), row.nonce)
    if forgotten or (given and given == row.nonce_previous):
        return _Nonces(row.nonce, row.nonce_previous)
    raise Refused(
        409,
        COPY_SUSPECTED,
        "Another copy of this till is at work. This till goes on selling; "
        "have a manager enrol it again so that its sales can be sent.",
    )


def note_copy(tx: Connection, caller: Caller, now: datetime) -> None:
    """Let somebody look after two disks with one enrolment; their sales are safe on them."""
    sentence = (
        f"Two copies of till {caller.till} of store {caller.store_id} are at work. Enrol the one "
        "that cannot send again; what it sold is sent then."
    )
    subject = str(caller.installation_id)
    open_case(tx, NewCase(caller.store_id, CaseKind.COPY, subject, sentence, ()), now)


def _journals(tx: Connection, caller: Caller, request: HelloRequest) -> tuple[WireHead, ...]:
    """The till's journals, and those it names: of an enrolment before, or of another store."""
    told = [head.jid for head in request.journals]
    rows = tx.execute(
        select(
            JournalHead.jid, JournalHead.head_seq, JournalHead.head_hash, JournalHead.durable_seq
        ).where(
            or_(
                (JournalHead.store_id == caller.store_id)
                & (JournalHead.installation_id == caller.installation_id),
                JournalHead.jid.in_(told),
            )
        )
    )
    return tuple(
        WireHead(
            jid=row.jid,
            seq=row.head_seq,
            hash=bytes(row.head_hash).hex(),
            durable=row.durable_seq,
        )
        for row in rows
    )
