"""A till's secret over time: renewed in two phases, known again by its ticket after a restore.

First the next secret is offered, as often as it takes; the first request that is signed with it
makes it current, and the one before stays good for some days. Whatever is lost or killed between,
one secret is valid on both sides.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Connection, Row, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from backoffice.fleet.moves import leave
from backoffice.fleet.tickets import Ticket, issue, next_secret, read
from backoffice.identity import IdentityKeeper
from backoffice.intake.auth import Caller, SignedRequest, check_signature, own, use_nonce
from backoffice.intake.errors import Refused
from db.base import from_us
from db.crash_points import crash_point
from db.head.stores import Installation, Terminal
from retail.contract.envelope import NextSecret, ReadmitRequest, signing_key
from retail.errors import RetailError

RENEW_AFTER = timedelta(days=30)


def ticket_for(
    keeper: IdentityKeeper, hq_id: UUID, caller: Caller, key: bytes, now: datetime
) -> str:
    """The ticket of a till that signs with ``key``."""
    ticket = Ticket(hq_id, caller.installation_id, caller.store_id, caller.till, now, key)
    return issue(keeper.now, ticket)


def due(tx: Connection, caller: Caller, now: datetime) -> bool:
    """True when a till's secret is to be renewed, or its next one waits to be used."""
    row = tx.execute(
        select(Installation.key_since, Installation.next_key).where(*own(caller))
    ).one()
    return row.next_key is not None or row.key_since is None or row.key_since <= now - RENEW_AFTER


def offer(
    tx: Connection, keeper: IdentityKeeper, hq_id: UUID, caller: Caller, now: datetime
) -> NextSecret:
    """The till's next secret with its ticket; good from now on, current once it is used."""
    current = tx.execute(
        select(Installation.signing_key).where(*own(caller)).with_for_update()
    ).scalar_one()
    secret = next_secret(keeper.now, caller.installation_id, bytes(current))
    key = signing_key(secret)
    tx.execute(update(Installation).where(*own(caller)).values(next_key=key))
    crash_point("rotate.offered")
    return NextSecret(secret=secret, ticket=ticket_for(keeper, hq_id, caller, key, now))


def readmit(
    tx: Connection,
    keeper: IdentityKeeper,
    hq_id: UUID,
    request: SignedRequest,
    shown: ReadmitRequest,
    now: datetime,
) -> Caller:
    """Let a till in again by its ticket, with the installation, secret and journals it has.

    Raises:
        Refused: 401 ``signature`` for a ticket that is none or not the sender's; 403 ``revoked``
            or ``shut_out`` for a till that is known to be shut out.
    """
    try:
        ticket = read(keeper.now, shown.ticket)
    except RetailError as problem:
        raise Refused(401, "signature", str(problem)) from problem
    if ticket.hq_id != hq_id:
        raise Refused(401, "signature", "This till belongs to another head office.")
    check_signature(request, (ticket.signing_key,))
    caller = Caller(ticket.store_id, ticket.till, ticket.installation)
    known = tx.execute(select(Installation).where(*own(caller)).with_for_update()).first()
    if known is None:
        _let_in(tx, keeper, caller, ticket, shown, now)
    elif known.key_since is None or ticket.issued_at > known.key_since:
        tx.execute(
            update(Installation)
            .where(*own(caller))
            .values(signing_key=ticket.signing_key, key_since=ticket.issued_at, next_key=None)
        )
    elif bytes(known.signing_key) != ticket.signing_key:
        raise Refused(401, "signature", "The head office does not know this till; enrol it again.")
    use_nonce(tx, caller, request, now)
    return caller


def _let_in(
    tx: Connection,
    keeper: IdentityKeeper,
    caller: Caller,
    ticket: Ticket,
    shown: ReadmitRequest,
    now: datetime,
) -> None:
    """An installation that is newer than the backup; a newer one of its terminal stays in place."""
    leave(tx, caller.installation_id, but=caller.store_id)
    shut_out = keeper.now.shut_out.get(caller.installation_id.hex)
    successor = _present(tx, caller)
    values: dict[str, object] = {"state": "active", "revoked_at": None, "drain_ok": True}
    if shut_out is not None:
        at = from_us(shut_out.at_us)
        values = {"state": "revoked", "revoked_at": at, "drain_ok": shut_out.drain_ok}
    elif successor is not None and successor.enrolled_at > ticket.issued_at:
        values |= {"state": "replaced", "revoked_at": successor.enrolled_at}
    else:
        _take_place(tx, caller, successor, now)
    tx.execute(
        insert(Installation).values(
            store_id=caller.store_id,
            installation_id=caller.installation_id,
            till=caller.till,
            signing_key=ticket.signing_key,
            key_since=ticket.issued_at,
            nonce=secrets.token_hex(16),
            nonce_previous="",
            app_version=shown.app_version[:24],
            enrolled_at=ticket.issued_at,
            last_seen_at=now,
            clock_skew_ms=0,
            queued=0,
            alarm="",
            **values,
        )
    )


def _present(tx: Connection, caller: Caller) -> Row[UUID, datetime] | None:
    return tx.execute(
        select(Installation.installation_id, Installation.enrolled_at).where(
            Installation.store_id == caller.store_id,
            Installation.till == caller.till,
            Installation.state == "active",
        )
    ).first()


def _take_place(
    tx: Connection, caller: Caller, former: Row[UUID, datetime] | None, now: datetime
) -> None:
    if former is not None:
        tx.execute(
            update(Installation)
            .where(
                Installation.store_id == caller.store_id,
                Installation.installation_id == former.installation_id,
            )
            .values(state="replaced", revoked_at=now)
        )
    tx.execute(
        upsert(Terminal)
        .values(
            store_id=caller.store_id,
            till=caller.till,
            name=f"Till {caller.till}",
            installation_id=caller.installation_id,
        )
        .on_conflict_do_update(
            index_elements=["store_id", "till"], set_={"installation_id": caller.installation_id}
        )
    )
