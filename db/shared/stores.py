"""Columns of stores and their staff on both sides."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column


class StoreColumns:
    """A store: what stands on its receipts and how it counts and taxes."""

    store_id: Mapped[str] = mapped_column(String(8), primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    street: Mapped[str] = mapped_column(String(80))
    city: Mapped[str] = mapped_column(String(80))
    vat_id: Mapped[str] = mapped_column(String(20))
    phone: Mapped[str] = mapped_column(String(24))
    currency: Mapped[str] = mapped_column(String(3))
    zone: Mapped[str] = mapped_column(String(40))
    cut_over_minutes: Mapped[int]
    cash_increment: Mapped[int]
    tax_zone: Mapped[str] = mapped_column(String(16))
    price_zone: Mapped[str] = mapped_column(String(16))
    tax_included: Mapped[bool]
    tax_rounding: Mapped[str] = mapped_column(String(10))
    language: Mapped[str] = mapped_column(String(10))


class StaffColumns:
    """Somebody who may sign on; the PIN as an argon2 hash."""

    staff_id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    initials: Mapped[str] = mapped_column(String(4))
    role: Mapped[str] = mapped_column(String(16))
    pin_hash: Mapped[str] = mapped_column(String(160))
    active: Mapped[bool]
