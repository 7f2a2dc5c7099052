"""Customers. Personal fields live here and nowhere in a journal's body."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from db.base import HeadBase, distributed


class Customer(HeadBase):
    """A customer; ``card`` is the member card's number, not unique across parties by design.

    ``consents`` are words of ``retail.customers.Consent`` with commas between them.
    """

    __tablename__ = "customer"
    __table_args__ = distributed("party", Index("ix_customer_card", "card"))
    party_id: Mapped[UUID] = mapped_column(primary_key=True)
    card: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(120))
    folded: Mapped[str] = mapped_column(String(160))
    email: Mapped[str] = mapped_column(String(160))
    phone: Mapped[str] = mapped_column(String(24))
    tier: Mapped[str] = mapped_column(String(16))
    home_store: Mapped[str] = mapped_column(String(8))
    created_at: Mapped[datetime]
    consents: Mapped[str] = mapped_column(String(120), server_default="")
    tax_number: Mapped[str] = mapped_column(String(20), server_default="")
    street: Mapped[str] = mapped_column(String(120), server_default="")
    postcode: Mapped[str] = mapped_column(String(16), server_default="")
    city: Mapped[str] = mapped_column(String(80), server_default="")
    country: Mapped[str] = mapped_column(String(2), server_default="")
    language: Mapped[str] = mapped_column(String(16), server_default="")
    company: Mapped[str] = mapped_column(String(120), server_default="")
