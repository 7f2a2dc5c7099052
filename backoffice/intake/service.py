"""Enrolment and hello."""

from __future__ import annotations

import hmac
import json
import secrets
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, insert, select, update

from backoffice.intake.auth import Caller
from backoffice.intake.down.cursors import note_cursors
from backoffice.intake.errors import Refused
from backoffice.platform.keys import new_key
from backoffice.stores.service import redeem_code
from db.base import from_us, to_us
from db.head.journals import JournalHead
from db.head.stores import HeadOffice, Installation, Terminal
from retail.contract.envelope import (
    EnrolAnswer,
    EnrolRequest,
    HelloAnswer,
    HelloRequest,
    signing_key,
)
from retail.contract.envelope import JournalHead as WireHead
from retail.contract.version import common_protocol

FIRST_INCARNATION = 1


def head_office(tx: Connection) -> tuple[UUID, int]:
    """This head office's id and incarnation; made at the first call."""
    row = tx.execute(select(HeadOffice.hq_id, HeadOffice.incarnation)).first()
    if row is not None:
        return row.hq_id, row.incarnation
    hq_id = new_key()
    tx.execute(insert(HeadOffice).values(hq_id=hq_id, incarnation=FIRST_INCARNATION))
    return hq_id, FIRST_INCARNATION


def enrol(tx: Connection, request: EnrolRequest, now: datetime) -> EnrolAnswer:
    """Let a till in; the terminal's earlier installation is retired.

    Raises:
        RetailError: ``enrol.code``.
        Refused: 426 ``too_old`` when no protocol is common, 409 ``installation_known`` for an
            installation id that is in use.
    """
    if common_protocol(request.oldest_protocol, request.protocol) is None:
        raise Refused(426, "too_old", "Till and head office differ too much in age; update both.")
    store_id, till = redeem_code(tx, request.code, now)
    same = select(Installation.till).where(Installation.installation_id == request.installation)
    if tx.execute(same).first() is not None:
        raise Refused(409, "installation_known", "This till is enrolled already.")
    hq_id, incarnation = head_office(tx)
    secret, nonce = secrets.token_bytes(32), secrets.token_hex(16)
    caller = Caller(store_id, till, request.installation)
    key = signing_key(secret)
    _retire(tx, caller)
    tx.execute(
        insert(Installation).values(
            **_first_state(caller, request, now), signing_key=key, nonce=nonce
        )
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
        ticket=_ticket(key, caller, now),
        nonce=nonce,
    )


def _retire(tx: Connection, caller: Caller) -> None:
    """The terminal's earlier installation may send nothing more."""
    tx.execute(
        update(Installation)
        .where(
            Installation.store_id == caller.store_id,
            Installation.till == caller.till,
            Installation.state == "active",
        )
        .values(state="replaced")
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
        "last_seen_at": now,
        "clock_skew_ms": 0,
        "queued": 0,
        "oldest_queued_at": None,
        "alarm": "",
    }


def _ticket(key: bytes, caller: Caller, now: datetime) -> str:
    """What lets a restored head office know an installation that its backup does not hold."""
    parts = [caller.store_id, caller.till, caller.installation_id.hex, to_us(now)]
    text = json.dumps(parts, separators=(",", ":"))
    return f"{text}.{hmac.new(key, text.encode(), sha256).hexdigest()}"


def hello(tx: Connection, caller: Caller, request: HelloRequest, now: datetime) -> HelloAnswer:
    """Note how the till is, and tell it where its journals and streams stand here.

    Raises:
        Refused: 409 ``clone_suspected`` for a nonce older than the previous one, 426
            ``too_old``.
    """
    protocol = common_protocol(request.oldest_protocol, request.protocol)
    if protocol is None:
        raise Refused(426, "too_old", "Till and head office differ too much in age; update both.")
    hq_id, incarnation = head_office(tx)
    restored = request.incarnation_seen < incarnation
    nonce = _next_nonce(tx, caller, request.nonce, forgotten=restored)
    skew_ms = (request.clock_us - to_us(now)) // 1000
    oldest = from_us(request.oldest_queued_us) if request.oldest_queued_us else None
    tx.execute(
        update(Installation)
        .where(*_own(caller))
        .values(
            nonce=nonce.current,
            nonce_previous=nonce.previous,
            last_seen_at=now,
            clock_skew_ms=skew_ms,
            queued=request.queued,
            oldest_queued_at=oldest,
            app_version=request.app_version[:24],
            alarm="",
        )
    )
    note_cursors(tx, caller, request.streams, request.dead, now)
    return HelloAnswer(
        hq_id=hq_id,
        incarnation=incarnation,
        protocol=protocol,
        clock_us=to_us(now),
        nonce=nonce.current,
        journals=_journals(tx, caller),
    )


@dataclass(frozen=True, slots=True)
class _Nonces:
    """The current nonce and the one before."""

    current: str
    previous: str


def _own(caller: Caller) -> tuple[ColumnElement[bool], ...]:
    return (
        Installation.store_id == caller.store_id,
        Installation.installation_id == caller.installation_id,
    )


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
        .where(*_own(caller))
        .with_for_update()
    ).one()
    if given == row.nonce and not forgotten:
        return _Nonces(secrets.token_hex(16), row.nonce)
    if forgotten or (given and given == row.nonce_previous):
        return _Nonces(row.nonce, row.nonce_previous)
    raise Refused(
        409,
        "clone_suspected",
        "Another copy of this till is at work. This till goes on selling; "
        "have a manager enrol it again so that its sales can be sent.",
    )


def _journals(tx: Connection, caller: Caller) -> tuple[WireHead, ...]:
    rows = tx.execute(
        select(JournalHead.jid, JournalHead.head_seq, JournalHead.head_hash).where(
            JournalHead.store_id == caller.store_id,
            JournalHead.installation_id == caller.installation_id,
        )
    )
    return tuple(
        WireHead(jid=row.jid, seq=row.head_seq, hash=bytes(row.head_hash).hex()) for row in rows
    )
