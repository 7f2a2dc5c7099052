"""The till's credentials at its head office."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection, select

from db.store.tills import Device
from retail.errors import RetailError


@dataclass(frozen=True, slots=True)
class Enrolment:
    """Who this till is and how it proves it. Never logged, never shown."""

    server: str
    installation: UUID
    secret: bytes
    hq_id: UUID
    incarnation: int
    nonce: str

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
    return Enrolment(
        row.server, row.installation, bytes(row.secret), row.hq_id, row.incarnation, row.nonce
    )
