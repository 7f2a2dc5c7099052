"""Baskets that wait at tills for any till of their store, and sales that came of them."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from db.base import HeadBase, distributed


class HeldBasket(HeadBase):
    """A basket that waits; ``body`` is handed to whoever claims it.

    Attributes:
        label: what the cashier called it; it goes with the row.
        taken_till, taken_by, taken_at: who claimed it; 0 and None while it is free.
        received: the claimed basket is known to have arrived there.
    """

    __tablename__ = "held_basket"
    __table_args__ = distributed(
        "store",
        Index("ix_held_basket_held_on", "store_id", "held_on"),
        CheckConstraint("(taken_by IS NULL) = (taken_at IS NULL)", name="taken"),
    )
    store_id: Mapped[str] = mapped_column(String(8), primary_key=True)
    hold_id: Mapped[UUID] = mapped_column(primary_key=True)
    basket_id: Mapped[UUID]
    installation_id: Mapped[UUID]
    till: Mapped[int]
    staff_id: Mapped[UUID]
    party_id: Mapped[UUID | None]
    label: Mapped[str] = mapped_column(String(60))
    pieces: Mapped[int]
    total_minor: Mapped[int]
    held_at: Mapped[datetime]
    held_on: Mapped[date]
    body: Mapped[str]
    taken_till: Mapped[int]
    taken_by: Mapped[UUID | None]
    taken_at: Mapped[datetime | None]
    received: Mapped[bool]


class BasketSale(HeadBase):
    """A sale of a basket that began at another till; ``origin`` is the id that it had there."""

    __tablename__ = "basket_sale"
    __table_args__ = distributed("store")
    store_id: Mapped[str] = mapped_column(String(8), primary_key=True)
    origin: Mapped[UUID] = mapped_column(primary_key=True)
    rid: Mapped[UUID] = mapped_column(primary_key=True)
