"""Stored value at the till: what sales did to it, what is lent to this till, what is known.

Amounts are in the instrument's unit. Codes are kept nowhere, only keyed hashes (``lookup``).
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import StoreBase


class ValueKey(StoreBase):
    """The company's key for codes; at most one row."""

    __tablename__ = "value_key"
    __table_args__ = (CheckConstraint("id = 1", name="single"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[bytes]


class ValueMove(StoreBase):
    """What a sale did to an instrument; ``line`` paid for it, 0 for none. Append-only.

    ``minor`` is what it paid in minor units, where that is not ``amount``.
    """

    __tablename__ = "value_move"
    __table_args__ = (Index("ix_value_move_lookup", "lookup"), {"sqlite_with_rowid": False})
    rid: Mapped[UUID] = mapped_column(primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True)
    act: Mapped[str] = mapped_column(String(8))
    kind: Mapped[str] = mapped_column(String(16))
    lookup: Mapped[bytes]
    amount: Mapped[int]
    authority: Mapped[str] = mapped_column(String(8))
    lease: Mapped[UUID | None]
    line: Mapped[int] = mapped_column(server_default=text("0"))
    last_four: Mapped[str] = mapped_column(String(4), server_default="")
    minor: Mapped[int] = mapped_column(server_default="0")


class ValueQuota(StoreBase):
    """How much of an instrument this till keeps borrowed, when head office has it."""

    __tablename__ = "value_quota"
    lookup: Mapped[bytes] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    wanted: Mapped[int]


class ValueLease(StoreBase):
    """Value lent to this till. ``state``: asked, open, over (to be given back) or returned.

    What was used of it is what sales took; nothing is counted twice.
    """

    __tablename__ = "value_lease"
    __table_args__ = (
        CheckConstraint("state IN ('asked', 'open', 'over', 'returned')", name="state"),
        Index("ix_value_lease_lookup", "lookup", "state"),
    )
    lease_id: Mapped[UUID] = mapped_column(primary_key=True)
    lookup: Mapped[bytes]
    kind: Mapped[str] = mapped_column(String(16))
    granted: Mapped[int]
    state: Mapped[str] = mapped_column(String(8))
    expires_at: Mapped[datetime]


class ValueKnown(StoreBase):
    """An instrument's balance as head office told it last.

    ``applied`` is JSON, ``[[journal, entry], …]``: which own records are in it.
    """

    __tablename__ = "value_known"
    lookup: Mapped[bytes] = mapped_column(primary_key=True)
    balance: Mapped[int]
    applied: Mapped[str]
    as_of: Mapped[datetime]
