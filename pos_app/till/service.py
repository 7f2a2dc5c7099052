"""Sessions and shifts."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy import Connection, func, insert, select

from db.store.sales import CashMove
from db.store.tills import Device
from db.store.tills import Shift as ShiftTable
from pos_app.journal.append import Draft, Place, append, head
from pos_app.journal.desk import Desk
from pos_app.staff.service import StaffMember
from pos_app.till.queries import Shift, StoreInForce, StoreProfile, identity, store_in_force
from pos_app.till.queries import open_shift as current_shift
from retail.business_day import business_date
from retail.contract.facts import ShiftOpened, SignedOn
from retail.errors import RetailError

MAX_FLOAT_MINOR = 100_000_000
MOST_SKEW_MS = 15 * 60_000


@dataclass(frozen=True, slots=True)
class TillSession:
    """Somebody at work at this till; ``shift`` is None until one is opened."""

    desk: Desk
    in_force: StoreInForce
    till: int
    staff: StaffMember
    shift: Shift | None

    @property
    def store(self) -> StoreProfile:
        """The store as it is in force now: its price zone may change during the session."""
        return self.in_force.profile

    def place(self) -> Place:
        """Where facts of this moment belong."""
        if self.shift is not None:
            day, shift_id = self.shift.business_date, self.shift.shift_id
        else:
            day = business_date(self.desk.now(), self.store.zone, self.store.cut_over)
            shift_id = None
        return Place(self.store.store_id, self.store.zone, day, shift_id)


def start_session(tx: Connection, desk: Desk, staff: StaffMember) -> TillSession:
    """Begin somebody's work and journal it; an open shift goes on.

    Raises:
        RetailError: ``journal.none`` or ``till.no_store`` before the till can sell.
    """
    known = identity(tx)
    end = head(tx)
    store = store_in_force(tx)
    if known is None:
        raise RetailError("journal.none", "This till is not enrolled yet.")
    session = TillSession(desk, store, known.till, staff, current_shift(tx))
    fact = SignedOn(staff=staff.staff_id)
    append(tx, desk, end, Draft(desk.new_id(), session.place(), fact))
    return session


def open_shift(tx: Connection, session: TillSession, float_minor: int) -> TillSession:
    """Open a shift with a float in the drawer (minor units).

    Raises:
        RetailError: ``shift.open`` when one is open already, ``shift.float`` for an amount that
            no drawer holds, ``shift.clock`` when the machine's clock is off by more than a quarter
            of an hour and no manager opens it.
    """
    if current_shift(tx) is not None:
        raise RetailError("shift.open", "A shift is open already; nothing was changed.")
    if not 0 <= float_minor <= MAX_FLOAT_MINOR:
        raise RetailError("shift.float", "The float must be between 0 and 1,000,000.00.")
    _check_clock(tx, session)
    desk, store = session.desk, session.store
    shift = Shift(
        shift_id=desk.new_id(),
        number=1 + tx.execute(select(func.coalesce(func.max(ShiftTable.number), 0))).scalar_one(),
        business_date=business_date(desk.now(), store.zone, store.cut_over),
        opened_at=desk.now(),
        float_minor=float_minor,
    )
    opened = replace(session, shift=shift)
    _record(tx, opened, shift)
    return opened


def _check_clock(tx: Connection, session: TillSession) -> None:
    """The trading day follows from the clock; a manager who opens the shift vouches for it."""
    offset_ms = tx.execute(select(Device.clock_offset_ms)).scalar_one_or_none() or 0
    if abs(offset_ms) > MOST_SKEW_MS and session.staff.role != "manager":
        raise RetailError(
            "shift.clock",
            "This machine's clock is %(minutes)s minutes off. Have it set, or have a manager "
            "sign on and open the shift.",
            minutes=abs(offset_ms) // 60_000,
        )


def _record(tx: Connection, session: TillSession, shift: Shift) -> None:
    staff_id = session.staff.staff_id
    tx.execute(
        insert(ShiftTable).values(
            shift_id=shift.shift_id,
            number=shift.number,
            business_date=shift.business_date,
            opened_at=shift.opened_at,
            closed_at=None,
            staff_id=staff_id,
            float_minor=shift.float_minor,
        )
    )
    tx.execute(
        insert(CashMove).values(
            rid=shift.shift_id, n=0, shift_id=shift.shift_id, kind="float", minor=shift.float_minor
        )
    )
    fact = ShiftOpened(
        number=shift.number,
        till=session.till,
        staff=staff_id,
        float_minor=shift.float_minor,
        currency=session.store.currency,
    )
    append(tx, session.desk, head(tx), Draft(shift.shift_id, session.place(), fact))
