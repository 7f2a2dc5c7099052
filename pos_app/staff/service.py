"""Sign on with a PIN: works with the cable out, slows down guessing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.sqlite import insert

from db.store.tills import SignOnGuard
from db.store.tills import StaffMember as StaffTable
from pos_app.journal.desk import Desk

FREE_TRIES = 3
_FIRST_WAIT_SECONDS = 10
_LONGEST_WAIT_SECONDS = 300
# OWASP's second profile: about 30 ms on a till, well below the 120 ms that a sign-on may take.
HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)


@dataclass(frozen=True, slots=True)
class StaffMember:
    """Somebody who may sign on; ``role`` is cashier or manager."""

    staff_id: UUID
    name: str
    initials: str
    role: str


@dataclass(frozen=True, slots=True)
class SignOn:
    """The answer to a PIN.

    Attributes:
        member: set when the PIN was right.
        tries_left: before the next wait; 0 while waiting.
        wait_seconds: how long the next try must wait.
    """

    member: StaffMember | None
    tries_left: int
    wait_seconds: int


def staff_list(tx: Connection) -> tuple[StaffMember, ...]:
    """Everybody who may sign on here, by name."""
    rows = tx.execute(
        select(StaffTable.staff_id, StaffTable.name, StaffTable.initials, StaffTable.role)
        .where(StaffTable.active)
        .order_by(StaffTable.name)
    )
    return tuple(StaffMember(*row) for row in rows)


def sign_on(tx: Connection, desk: Desk, staff_id: UUID, pin: str) -> SignOn:
    """Check a PIN. After three wrong ones each further try waits 10, 20, 40 … 300 seconds."""
    guard = tx.execute(
        select(SignOnGuard.failures, SignOnGuard.blocked_until).where(
            SignOnGuard.staff_id == staff_id
        )
    ).first()
    failures, blocked_until = (guard[0], guard[1]) if guard else (0, None)
    if blocked_until is not None and blocked_until > desk.now():
        seconds = -(-(blocked_until - desk.now()) // timedelta(seconds=1))
        if seconds > _LONGEST_WAIT_SECONDS:
            # A clock set back must not lock anybody out for longer than the longest wait.
            seconds = _LONGEST_WAIT_SECONDS
            _block(tx, staff_id, failures, desk.now() + timedelta(seconds=seconds))
        return SignOn(None, 0, seconds)
    member = _member(tx, staff_id, pin)
    if member is not None:
        tx.execute(delete(SignOnGuard).where(SignOnGuard.staff_id == staff_id))
        return SignOn(member, FREE_TRIES, 0)
    return _count_failure(tx, desk, staff_id, failures + 1)


def _member(tx: Connection, staff_id: UUID, pin: str) -> StaffMember | None:
    row = tx.execute(
        select(StaffTable.name, StaffTable.initials, StaffTable.role, StaffTable.pin_hash).where(
            StaffTable.staff_id == staff_id, StaffTable.active
        )
    ).first()
    try:
        if row is None or not HASHER.verify(row.pin_hash, pin):
            return None
    except (VerificationError, InvalidHashError):
        return None
    return StaffMember(staff_id, row.name, row.initials, row.role)


def _count_failure(tx: Connection, desk: Desk, staff_id: UUID, failures: int) -> SignOn:
    over = failures - FREE_TRIES
    wait = min(_FIRST_WAIT_SECONDS << max(over, 0), _LONGEST_WAIT_SECONDS) if over >= 0 else 0
    _block(tx, staff_id, failures, desk.now() + timedelta(seconds=wait) if wait else None)
    return SignOn(None, max(-over, 0), wait)


def _block(tx: Connection, staff_id: UUID, failures: int, until: datetime | None) -> None:
    statement = insert(SignOnGuard).values(
        staff_id=staff_id, failures=failures, blocked_until=until
    )
    tx.execute(
        statement.on_conflict_do_update(
            index_elements=["staff_id"], set_={"failures": failures, "blocked_until": until}
        )
    )
