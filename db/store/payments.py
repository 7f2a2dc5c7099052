"""Attempts to move money over the card terminal, and which terminal this till has."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import StoreBase

_UNRESOLVED = text("state = 'requested' OR state = 'unknown'")


class CardTerminalInUse(StoreBase):
    """The card terminal that this till was started with; no row: it has none."""

    __tablename__ = "card_terminal"
    __table_args__ = (CheckConstraint("id = 1", name="single"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40))


class CardAttempt(StoreBase):
    """One attempt; it is here before the terminal hears of it.

    Attributes:
        attempt_id: the reference given to the terminal.
        minor: above zero, also of a refund or a reversal.
        of: the attempt that a reversal takes back.
        sale_rid: the sale that it paid; an attempt pays one at most.
        last_four: of the card; its number is nowhere.
    """

    __tablename__ = "card_attempt"
    __table_args__ = (
        CheckConstraint("kind IN ('pay', 'refund', 'reverse')", name="kind"),
        CheckConstraint(
            "state IN ('requested', 'approved', 'declined', 'cancelled', 'unknown')", name="state"
        ),
        Index("ix_card_attempt_basket_id", "basket_id"),
        Index("ix_card_attempt_of", "of", unique=True),
        Index("ix_card_attempt_state", "state", sqlite_where=_UNRESOLVED),
    )
    attempt_id: Mapped[UUID] = mapped_column(primary_key=True)
    basket_id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(String(8))
    of: Mapped[UUID | None]
    minor: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    terminal: Mapped[str] = mapped_column(String(40))
    staff_id: Mapped[UUID]
    state: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str] = mapped_column(String(200))
    brand: Mapped[str] = mapped_column(String(40))
    last_four: Mapped[str] = mapped_column(String(4))
    auth_code: Mapped[str] = mapped_column(String(40))
    terminal_id: Mapped[str] = mapped_column(String(40))
    slip: Mapped[str] = mapped_column(String)
    sale_rid: Mapped[UUID | None]
    requested_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
