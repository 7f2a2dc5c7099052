"""Promotions with their versions, the sets sent to tills, coupons, and what sales used.

Selectors, targets and limits are read out of a version's ``params`` (``db.promotions``), so that
lists and reports can ask for them.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from db.base import BY_RID, HeadBase, distributed
from db.shared.promotions import (
    PromoPlanColumns,
    PromoSnapshotColumns,
    PromotionVersionColumns,
    SaleLineDiscountColumns,
)


def _of_version() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["promotion", "version"], ["promotion_version.promotion", "promotion_version.version"]
    )


class Promotion(HeadBase):
    """A promotion as its newest version has it; ``owner`` is a store, empty for head office."""

    __tablename__ = "promotion"
    __table_args__ = distributed(
        "reference",
        CheckConstraint(
            "status IN ('draft', 'approved', 'live', 'paused', 'ended')", name="status"
        ),
    )
    promotion: Mapped[str] = mapped_column(String(32), primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    folded: Mapped[str] = mapped_column(String(120))
    lane: Mapped[str] = mapped_column(String(8))
    type: Mapped[str] = mapped_column(String(24))
    priority: Mapped[int]
    exclusive: Mapped[bool]
    exclusive_group: Mapped[str] = mapped_column(String(32))
    funding: Mapped[str] = mapped_column(String(12))
    alloc: Mapped[str] = mapped_column(String(8))
    status: Mapped[str] = mapped_column(String(12))
    owner: Mapped[str] = mapped_column(String(8))


class PromotionVersion(PromotionVersionColumns, HeadBase):
    """Versions; ``live_at`` is when it was first published, None before."""

    __tablename__ = "promotion_version"
    __table_args__ = distributed(
        "reference", ForeignKeyConstraint(["promotion"], ["promotion.promotion"])
    )
    created_by: Mapped[str] = mapped_column(String(80))
    created_at: Mapped[datetime]
    approved_by: Mapped[str] = mapped_column(String(80))
    live_at: Mapped[datetime | None]


class PromoSelector(HeadBase):
    """One value that a version chooses or excludes articles by.

    ``role`` is scope, exclude, buy, get, gift or slot with ``slot`` counting from 0; ``kind`` is
    article, category, tag, or ``all`` for a selector that takes everything.
    """

    __tablename__ = "promo_selector"
    __table_args__ = distributed(
        "reference", _of_version(), Index("ix_promo_selector_value", "kind", "value")
    )
    promotion: Mapped[str] = mapped_column(String(32), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    role: Mapped[str] = mapped_column(String(8), primary_key=True)
    slot: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(8), primary_key=True)
    value: Mapped[str] = mapped_column(String(64), primary_key=True)


class PromoTarget(HeadBase):
    """Where, when and for whom a version holds; lists are JSON, empty for everywhere.

    ``weekdays`` is a mask with Monday as 1, 127 for all; times are minutes of the day.
    """

    __tablename__ = "promo_target"
    __table_args__ = distributed("reference", _of_version())
    promotion: Mapped[str] = mapped_column(String(32), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    stores: Mapped[str]
    channels: Mapped[str]
    tiers: Mapped[str]
    segments: Mapped[str]
    tenders: Mapped[str]
    coupon: Mapped[str] = mapped_column(String(64))
    weekdays: Mapped[int]
    time_from: Mapped[int]
    time_to: Mapped[int]


class PromoLimit(HeadBase):
    """How often and how far a version may be used; None for without limit."""

    __tablename__ = "promo_limit"
    __table_args__ = distributed("reference", _of_version())
    promotion: Mapped[str] = mapped_column(String(32), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    max_applications: Mapped[int | None]
    max_units: Mapped[int | None]
    max_discount: Mapped[int | None]
    customer_limit: Mapped[int | None]
    stock_left: Mapped[int | None]


class PromoSnapshot(PromoSnapshotColumns, HeadBase):
    """Sets of versions as they were sent to tills."""

    __tablename__ = "promo_snapshot"
    __table_args__ = distributed("reference")
    made_by: Mapped[str] = mapped_column(String(80))
    made_at: Mapped[datetime]


class PromoPlan(PromoPlanColumns, HeadBase):
    """Which set is in force when, as tills were told last."""

    __tablename__ = "promo_plan"
    __table_args__ = distributed("reference")


class CouponBatch(HeadBase):
    """Codes that were made together for a promotion."""

    __tablename__ = "coupon_batch"
    __table_args__ = distributed("company")
    company_id: Mapped[str] = mapped_column(String(8), primary_key=True)
    batch_id: Mapped[UUID] = mapped_column(primary_key=True)
    promotion: Mapped[str] = mapped_column(String(32))
    name: Mapped[str] = mapped_column(String(80))
    created_at: Mapped[datetime]


class Coupon(HeadBase):
    """A code, kept as a hash only; ``uses_left`` None for without limit."""

    __tablename__ = "coupon"
    __table_args__ = distributed("company", Index("ix_coupon_batch_id", "company_id", "batch_id"))
    company_id: Mapped[str] = mapped_column(String(8), primary_key=True)
    code_hash: Mapped[bytes] = mapped_column(primary_key=True)
    batch_id: Mapped[UUID]
    uses_left: Mapped[int | None]
    per_application: Mapped[bool]
    reserved_by: Mapped[UUID | None]
    reserved_until: Mapped[datetime | None]
    redeemed_rid: Mapped[UUID | None]


class PromoUsage(HeadBase):
    """A promotion as a sale used it. Partitioned by ``rid``."""

    __tablename__ = "promo_usage"
    __table_args__ = distributed("store", Index("ix_promo_usage_promotion", "promotion"), **BY_RID)
    store_id: Mapped[str] = mapped_column(String(8), primary_key=True)
    rid: Mapped[UUID] = mapped_column(primary_key=True)
    promotion: Mapped[str] = mapped_column(String(32), primary_key=True)
    version: Mapped[int]
    name: Mapped[str] = mapped_column(String(80))
    applications: Mapped[int]
    units: Mapped[int]
    minor: Mapped[int]
    funding: Mapped[str] = mapped_column(String(12))
    party_id: Mapped[UUID | None]


class SaleLineDiscount(SaleLineDiscountColumns, HeadBase):
    """What made up a line's discount. Partitioned by ``rid``."""

    __tablename__ = "sale_line_discount"
    __table_args__ = distributed("store", **BY_RID)
    store_id: Mapped[str] = mapped_column(String(8), primary_key=True)
    rid: Mapped[UUID] = mapped_column(primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True)
    promotion: Mapped[str] = mapped_column(String(32), primary_key=True)
