"""The company, its stores, tills, installations, staff and shifts."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index, String, false, true
from sqlalchemy.orm import Mapped, mapped_column

from db.base import HeadBase, distributed
from db.shared.stores import StaffColumns, StoreColumns


class HeadOffice(HeadBase):
    """Who this head office is; one row. ``incarnation`` rises with every restore."""

    __tablename__ = "head_office"
    __table_args__ = distributed("reference")
    hq_id: Mapped[UUID] = mapped_column(primary_key=True)
    incarnation: Mapped[int]


class Company(HeadBase):
    """A chain."""

    __tablename__ = "company"
    __table_args__ = distributed("reference")
    company_id: Mapped[str] = mapped_column(String(8), primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    currency: Mapped[str] = mapped_column(String(3))


class Store(StoreColumns, HeadBase):
    """Stores."""

    __tablename__ = "store"
    __table_args__ = distributed("reference")
    company_id: Mapped[str] = mapped_column(String(8))


class StoreSetting(HeadBase):
    """A setting of a store as text; see :mod:`retail.store_settings`."""

    __tablename__ = "store_setting"
    __table_args__ = distributed("store")
    store_id: Mapped[str] = mapped_column(String(8), primary_key=True)
    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    value: Mapped[str]


class Terminal(HeadBase):
    """A till as the business knows it; it outlives its hardware."""

    __tablename__ = "terminal"
    __table_args__ = distributed("store")
    store_id: Mapped[str] = mapped_column(String(8), primary_key=True)
    till: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40))
    installation_id: Mapped[UUID | None]


class Installation(HeadBase):
    """One enrolment of one disk; ``signing_key`` is derived from the device's secret.

    Attributes:
        state: ``active``, ``draining``, ``revoked`` or ``replaced``.
        drain_ok: when shut out, what it still holds is taken in; what was made after
            ``revoked_at`` is looked at by somebody before it is booked.
        next_key: offered, and current from the first request that it signs.
        previous_key: good until ``previous_until``.
        key_since: when the current key became so.
        protocol: the newest one spoken by both, 0 when there is none.
        moves_to_store, moves_to_till: where it goes once it is drained; empty and 0 when it stays.
    """

    __tablename__ = "installation"
    __table_args__ = distributed("store", Index("ix_installation_id", "installation_id"))
    store_id: Mapped[str] = mapped_column(String(8), primary_key=True)
    installation_id: Mapped[UUID] = mapped_column(primary_key=True)
    till: Mapped[int]
    signing_key: Mapped[bytes]
    next_key: Mapped[bytes | None]
    previous_key: Mapped[bytes | None]
    previous_until: Mapped[datetime | None]
    key_since: Mapped[datetime | None]
    nonce: Mapped[str] = mapped_column(String(64))
    nonce_previous: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(16))
    revoked_at: Mapped[datetime | None]
    drain_ok: Mapped[bool] = mapped_column(server_default=true())
    protocol: Mapped[int] = mapped_column(server_default="1")
    store_schema: Mapped[str] = mapped_column(String(8), server_default="")
    shift_open: Mapped[bool] = mapped_column(server_default=false())
    moves_to_store: Mapped[str] = mapped_column(String(8), server_default="")
    moves_to_till: Mapped[int] = mapped_column(server_default="0")
    app_version: Mapped[str] = mapped_column(String(24))
    enrolled_at: Mapped[datetime]
    last_seen_at: Mapped[datetime | None]
    clock_skew_ms: Mapped[int]
    queued: Mapped[int]
    oldest_queued_at: Mapped[datetime | None]
    alarm: Mapped[str] = mapped_column(String(200))


class RequestNonce(HeadBase):
    """Signature nonces seen from a till, so that a replayed request changes nothing."""

    __tablename__ = "request_nonce"
    __table_args__ = distributed("store", Index("ix_request_nonce_seen_at", "seen_at"))
    store_id: Mapped[str] = mapped_column(String(8), primary_key=True)
    installation_id: Mapped[UUID] = mapped_column(primary_key=True)
    nonce: Mapped[str] = mapped_column(String(64), primary_key=True)
    seen_at: Mapped[datetime]


class EnrolCode(HeadBase):
    """A one-time code, kept as a hash only."""

    __tablename__ = "enrol_code"
    __table_args__ = distributed("store", Index("ix_enrol_code_hash", "code_hash"))
    store_id: Mapped[str] = mapped_column(String(8), primary_key=True)
    code_id: Mapped[UUID] = mapped_column(primary_key=True)
    till: Mapped[int]
    code_hash: Mapped[bytes]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class StaffMember(StaffColumns, HeadBase):
    """Who may sign on in a store."""

    __tablename__ = "staff_member"
    __table_args__ = distributed("store")
    store_id: Mapped[str] = mapped_column(String(8), primary_key=True)


class Shift(HeadBase):
    """A till's shift as its journal told it."""

    __tablename__ = "shift"
    __table_args__ = distributed("store")
    store_id: Mapped[str] = mapped_column(String(8), primary_key=True)
    shift_id: Mapped[UUID] = mapped_column(primary_key=True)
    till: Mapped[int]
    number: Mapped[int]
    business_date: Mapped[date]
    opened_at: Mapped[datetime]
    staff_id: Mapped[UUID]
    float_minor: Mapped[int]
