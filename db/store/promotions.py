"""The till's copy of the promotions, every version and set that ever came.

Nothing of it is deleted: an open basket is priced with the set that it began with.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from db.base import StoreBase
from db.shared.promotions import PromoPlanColumns, PromoSnapshotColumns, PromotionVersionColumns

_NO_ROWID = ({"sqlite_with_rowid": False},)


class PromotionVersion(PromotionVersionColumns, StoreBase):
    """Versions; all of them are live."""

    __tablename__ = "promotion_version"
    __table_args__ = _NO_ROWID


class PromoSnapshot(PromoSnapshotColumns, StoreBase):
    """Sets of versions."""

    __tablename__ = "promo_snapshot"
    __table_args__ = _NO_ROWID


class PromoPlan(PromoPlanColumns, StoreBase):
    """Which set is in force when."""

    __tablename__ = "promo_plan"
    __table_args__ = _NO_ROWID


class PromoSetAside(StoreBase):
    """A version of a set that this till cannot read; the others work."""

    __tablename__ = "promo_set_aside"
    __table_args__ = _NO_ROWID
    promotion: Mapped[str] = mapped_column(String(32), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    reason: Mapped[str] = mapped_column(String(400))
    first_at: Mapped[datetime]
