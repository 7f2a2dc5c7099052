"""The till itself: its enrolment, its store, its staff and its shifts."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import StoreBase
from db.shared.stores import StaffColumns, StoreColumns


class Device(StoreBase):
    """This installation; at most one row. ``secret`` signs its requests.

    Attributes:
        next_secret: offered by head office, current from the first request it signs that is
            answered; ``next_ticket`` goes with it.
        clock_offset_ms: what the machine's clock lacks to head office's; None while unknown.
        forget_customers_at: since when head office wants no customer data to be kept here.
    """

    __tablename__ = "device"
    __table_args__ = (CheckConstraint("id = 1", name="single"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    installation: Mapped[UUID]
    store_id: Mapped[str] = mapped_column(String(8))
    till: Mapped[int]
    server: Mapped[str] = mapped_column(String(200))
    hq_id: Mapped[UUID]
    incarnation: Mapped[int]
    secret: Mapped[bytes]
    ticket: Mapped[str] = mapped_column(String(400))
    nonce: Mapped[str] = mapped_column(String(64))
    enrolled_at: Mapped[datetime]
    next_secret: Mapped[bytes | None]
    next_ticket: Mapped[str | None] = mapped_column(String(400))
    clock_offset_ms: Mapped[int | None]
    forget_customers_at: Mapped[datetime | None]


class Store(StoreColumns, StoreBase):
    """The store that this till stands in."""

    __tablename__ = "store"


class StaffMember(StaffColumns, StoreBase):
    """Who may sign on here."""

    __tablename__ = "staff_member"


class SignOnGuard(StoreBase):
    """Wrong PINs in a row, and until when the next try must wait."""

    __tablename__ = "sign_on_guard"
    staff_id: Mapped[UUID] = mapped_column(primary_key=True)
    failures: Mapped[int]
    blocked_until: Mapped[datetime | None]


class Shift(StoreBase):
    """A cashier's shift; it fixes the business date of its sales.

    A trigger made by the migration refuses a second open one.
    """

    __tablename__ = "shift"
    __table_args__ = (Index("ix_shift_open", "closed_at", sqlite_where=text("closed_at IS NULL")),)
    shift_id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int]
    business_date: Mapped[date]
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    staff_id: Mapped[UUID]
    float_minor: Mapped[int]
