"""The customers that a till has at hand. Whatever could be read but the name is a keyed hash."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from db.base import StoreBase


class OwnCustomer(StoreBase):
    """A customer who was entered or changed at this till, until head office has taken it in.

    ``personal`` is JSON of ``retail.customers.Personal``; lookups are as in :class:`Customer`.
    """

    __tablename__ = "own_customer"
    customer: Mapped[UUID] = mapped_column(primary_key=True)
    folded: Mapped[str] = mapped_column(String(160))
    card: Mapped[str] = mapped_column(String(32))
    phone: Mapped[str] = mapped_column(String(32))
    email: Mapped[str] = mapped_column(String(32))
    tier: Mapped[str] = mapped_column(String(16))
    consents: Mapped[str] = mapped_column(String(120))
    personal: Mapped[bytes]


class Customer(StoreBase):
    """A customer; ``customer`` is the party's UUID, all lookups are 32 hex digits or empty.

    ``points`` and ``account`` (what is left of a credit line, in minor units) are as head office
    had them at ``as_of_us``; None for nothing. ``applied`` is JSON, ``[[journal, entry], …]``:
    which records are in them.
    """

    __tablename__ = "customer"
    __table_args__ = (
        Index("ix_customer_card", "card"),
        Index("ix_customer_phone", "phone"),
        Index("ix_customer_email", "email"),
        Index("ix_customer_folded", "folded"),
        {"sqlite_with_rowid": False},
    )
    customer: Mapped[str] = mapped_column(String(32), primary_key=True)
    segment: Mapped[str] = mapped_column(String(16))
    name: Mapped[str] = mapped_column(String(120))
    folded: Mapped[str] = mapped_column(String(160))
    tier: Mapped[str] = mapped_column(String(16))
    card: Mapped[str] = mapped_column(String(32))
    phone: Mapped[str] = mapped_column(String(32))
    email: Mapped[str] = mapped_column(String(32))
    points: Mapped[int | None]
    account: Mapped[int | None]
    as_of_us: Mapped[int] = mapped_column(server_default="0")
    applied: Mapped[str] = mapped_column(server_default="")
