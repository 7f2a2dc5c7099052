"""The keys of the checkout's grid by role; every published state stays."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from db.base import StoreBase


class QuickLayout(StoreBase):
    """A published layout; the newest version of a role is in force.

    Attributes:
        pages: names of its pages as JSON; none of them means today's favourites.
        staff_id: who published it, ``approver_id`` who allowed it.
    """

    __tablename__ = "quick_layout"
    __table_args__ = ({"sqlite_with_rowid": False},)
    role: Mapped[str] = mapped_column(String(16), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    pages: Mapped[str]
    staff_id: Mapped[UUID]
    approver_id: Mapped[UUID | None]
    at: Mapped[datetime]


class QuickKey(StoreBase):
    """A key that is not free; ``what`` is an SKU, a category or a command."""

    __tablename__ = "quick_key"
    __table_args__ = (
        CheckConstraint("kind IN ('article', 'category', 'command')", name="kind"),
        {"sqlite_with_rowid": False},
    )
    role: Mapped[str] = mapped_column(String(16), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    page: Mapped[int] = mapped_column(primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(8))
    what: Mapped[str] = mapped_column(String(64))
