"""What head office told of receipts, for goods that come back at this till."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from db.base import StoreBase


class KnownReceipt(StoreBase):
    """A receipt as head office told of it, with what other tills took back; ``body`` is JSON."""

    __tablename__ = "known_receipt"
    __table_args__ = ({"sqlite_with_rowid": False},)
    rid: Mapped[UUID] = mapped_column(primary_key=True)
    body: Mapped[bytes]
    as_of: Mapped[datetime]


class ReturnClaim(StoreBase):
    """Goods of a receipt that this till asked head office to hold; ``lines`` is JSON.

    Attributes:
        at: when it asked; ``granted_at`` when head office agreed, None while it has not.
    """

    __tablename__ = "return_claim"
    __table_args__ = ({"sqlite_with_rowid": False},)
    sale_rid: Mapped[UUID] = mapped_column(primary_key=True)
    lines: Mapped[str]
    at: Mapped[datetime]
    granted_at: Mapped[datetime | None]
