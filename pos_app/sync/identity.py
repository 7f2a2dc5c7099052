"""The till's credentials at its head office, and how they change.

A secret is renewed in two phases: the next one is kept beside the present one, and takes its place
when head office has answered a request that it signed. Whatever is lost or killed between, one
of the two is good.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, select, update

from db.crash_points import crash_point
from db.store.tills import Device
from retail.contract.envelope import NextSecret
from retail.errors import RetailError


@dataclass(frozen=True, slots=True)
class Enrolment:
    """Who this till is and how it proves it. Never logged, never shown."""

    server: str
    installation: UUID
    store_id: str
    till: int
    secret: bytes
    hq_id: UUID
    incarnation: int
    nonce: str
    ticket: str
    next_secret: bytes | None
    next_ticket: str | None

    def __repr__(self) -> str:
        return f"Enrolment({self.server}, {self.installation})"


def load_enrolment(tx: Connection) -> Enrolment:
    """The till's enrolment.

    Raises:
        RetailError: ``journal.none`` before it is enrolled.
    """
    row = tx.execute(select(Device)).first()
    if row is None:
        raise RetailError(
            "journal.none", "This till is not enrolled yet; enrol it at the head office first."
        )
    names = Enrolment.__dataclass_fields__
    return Enrolment(**{name: getattr(row, name) for name in names})


def keep_next(tx: Connection, offered: NextSecret) -> None:
    """Keep the next secret beside the present one."""
    tx.execute(update(Device).values(next_secret=offered.secret, next_ticket=offered.ticket))
    crash_point("rotate.kept")


def take_up_next(tx: Connection) -> None:
    """Head office has answered a request that the next secret signed: it is the present one."""
    tx.execute(
        update(Device)
        .where(Device.next_secret.is_not(None))
        .values(
            secret=Device.next_secret,
            ticket=Device.next_ticket,
            next_secret=None,
            next_ticket=None,
        )
    )
    crash_point("rotate.promoted")


def forget_customers(tx: Connection, now: datetime) -> None:
    """Head office shut this till out: customer data must not stay here."""
    tx.execute(
        update(Device).where(Device.forget_customers_at.is_(None)).values(forget_customers_at=now)
    )
