"""Taking tills out, shutting them out and letting them in again.

What a till still holds may be money: it is taken in unless somebody says otherwise. What a till
made after it was shut out stands aside until somebody has looked at it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update

from backoffice.identity import IdentityKeeper, ShutOut
from backoffice.platform import audit
from db.base import to_us
from db.head.journals import JournalHead, Quarantined
from db.head.stores import Installation, Terminal
from retail.errors import RetailError


@dataclass(frozen=True, slots=True)
class Decider:
    """Who decides, and when; for the audit trail."""

    company_id: str
    login: str
    at: datetime


def shut_out(
    tx: Connection,
    keeper: IdentityKeeper,
    place: tuple[str, int],
    by: Decider,
    *,
    drain_ok: bool,
) -> None:
    """Shut a till out; a restore does not let it in again.

    Args:
        place: store and till.
        drain_ok: what it still holds is taken in. False for a stolen till: it may not even say
            hello, and is told to keep no customer data.

    Raises:
        RetailError: ``till.none`` for a till that is not enrolled.
    """
    row = present(tx, place)
    set_state(tx, row, state="revoked", revoked_at=by.at, drain_ok=drain_ok)
    record(tx, by, "till.shut_out", place, "" if drain_ok else ", and takes nothing from it")
    keeper.shut_out(row.installation_id, ShutOut(to_us(by.at), drain_ok))


def take_out(tx: Connection, place: tuple[str, int], by: Decider) -> None:
    """Let a till hand over what it holds and get nothing more, as before it is put away.

    Raises:
        RetailError: ``till.none``.
    """
    set_state(tx, present(tx, place), state="draining", revoked_at=None, drain_ok=True)
    record(tx, by, "till.taken_out", place)


def let_in(tx: Connection, keeper: IdentityKeeper, place: tuple[str, int], by: Decider) -> None:
    """Let a till that was taken or shut out work again.

    Raises:
        RetailError: ``till.none``.
    """
    row = present(tx, place)
    set_state(tx, row, state="active", revoked_at=None, drain_ok=True)
    record(tx, by, "till.let_in", place)
    keeper.let_in(row.installation_id)


def accept_reviewed(tx: Connection, place: tuple[str, int], by: Decider) -> int:
    """Have entries booked that a shut-out till made afterwards; returns how many.

    They are booked with the next ``retry``.
    """
    store_id, till = place
    journals = select(JournalHead.jid).where(
        JournalHead.store_id == store_id, JournalHead.till == till
    )
    released = tx.execute(
        update(Quarantined)
        .where(
            Quarantined.store_id == store_id,
            Quarantined.jid.in_(journals),
            Quarantined.state == "review",
        )
        .values(state="quarantined", release="")
    ).rowcount
    record(tx, by, "till.reviewed", place, f", {released} entries accepted")
    return int(released)


def present(tx: Connection, place: tuple[str, int]) -> Row[Any]:
    """The present installation of a till, locked.

    Raises:
        RetailError: ``till.none``.
    """
    store_id, till = place
    row = tx.execute(
        select(Installation)
        .join(
            Terminal,
            (Terminal.store_id == Installation.store_id)
            & (Terminal.installation_id == Installation.installation_id),
        )
        .where(Terminal.store_id == store_id, Terminal.till == till)
        .with_for_update(of=Installation.__table__)
    ).first()
    if row is None:
        raise RetailError(
            "till.none",
            "Till %(till)s of store %(store)s is not enrolled; nothing was changed.",
            till=till,
            store=store_id,
        )
    return row


def set_state(tx: Connection, row: Row[Any], **values: object) -> None:
    """Change an installation."""
    tx.execute(
        update(Installation)
        .where(
            Installation.store_id == row.store_id,
            Installation.installation_id == row.installation_id,
        )
        .values(**values)
    )


def record(tx: Connection, by: Decider, act: str, place: tuple[str, int], more: str = "") -> None:
    """Keep in the audit trail what was decided about a till."""
    detail = f"store {place[0]}, till {place[1]}{more}"
    audit.record(tx, by.company_id, at=by.at, actor=by.login, act=act, detail=detail)
