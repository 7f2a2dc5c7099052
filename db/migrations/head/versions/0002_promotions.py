"""Promotions at head office: versions, sets, coupons, usage and discounts of sales."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import db.base
from db.partitions import ensure_default

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def _coupon() -> None:
    op.create_table(
        "coupon",
        sa.Column("company_id", sa.String(length=8), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("batch_id", db.base.Key(), nullable=False),
        sa.Column("uses_left", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("per_application", sa.Boolean(), nullable=False),
        sa.Column("reserved_by", db.base.Key(), nullable=True),
        sa.Column("reserved_until", db.base.UtcDateTime(), nullable=True),
        sa.Column("redeemed_rid", db.base.Key(), nullable=True),
        sa.PrimaryKeyConstraint("company_id", "code_hash", name=op.f("pk_coupon")),
        info={"distribution": "company"},
    )
    op.create_index("ix_coupon_batch_id", "coupon", ["company_id", "batch_id"], unique=False)


def _coupon_batch() -> None:
    op.create_table(
        "coupon_batch",
        sa.Column("company_id", sa.String(length=8), nullable=False),
        sa.Column("batch_id", db.base.Key(), nullable=False),
        sa.Column("promotion", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("created_at", db.base.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("company_id", "batch_id", name=op.f("pk_coupon_batch")),
        info={"distribution": "company"},
    )


def _promo_snapshot() -> None:
    op.create_table(
        "promo_snapshot",
        sa.Column("made_by", sa.String(length=80), nullable=False),
        sa.Column("made_at", db.base.UtcDateTime(), nullable=False),
        sa.Column("snapshot", sa.String(length=64), nullable=False),
        sa.Column("versions", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("snapshot", name=op.f("pk_promo_snapshot")),
        info={"distribution": "reference"},
    )


def _promo_plan() -> None:
    op.create_table(
        "promo_plan",
        sa.Column("valid_from", sa.String(length=26), nullable=False),
        sa.Column("snapshot", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("valid_from", name=op.f("pk_promo_plan")),
        info={"distribution": "reference"},
    )


def _promo_usage() -> None:
    op.create_table(
        "promo_usage",
        sa.Column("store_id", sa.String(length=8), nullable=False),
        sa.Column("rid", db.base.Key(), nullable=False),
        sa.Column("promotion", sa.String(length=32), nullable=False),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column(
            "applications", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("units", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("minor", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("funding", sa.String(length=12), nullable=False),
        sa.Column("party_id", db.base.Key(), nullable=True),
        sa.PrimaryKeyConstraint("store_id", "rid", "promotion", name=op.f("pk_promo_usage")),
        info={"distribution": "store"},
        postgresql_partition_by="RANGE (rid)",
    )
    op.create_index("ix_promo_usage_promotion", "promo_usage", ["promotion"], unique=False)


def _promotion() -> None:
    op.create_table(
        "promotion",
        sa.Column("promotion", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("folded", sa.String(length=120), nullable=False),
        sa.Column("lane", sa.String(length=8), nullable=False),
        sa.Column("type", sa.String(length=24), nullable=False),
        sa.Column("priority", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("exclusive", sa.Boolean(), nullable=False),
        sa.Column("exclusive_group", sa.String(length=32), nullable=False),
        sa.Column("funding", sa.String(length=12), nullable=False),
        sa.Column("alloc", sa.String(length=8), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("owner", sa.String(length=8), nullable=False),
        sa.CheckConstraint(
            "status IN ('draft', 'approved', 'live', 'paused', 'ended')",
            name=op.f("ck_promotion_status"),
        ),
        sa.PrimaryKeyConstraint("promotion", name=op.f("pk_promotion")),
        info={"distribution": "reference"},
    )


def _sale_line_discount() -> None:
    op.create_table(
        "sale_line_discount",
        sa.Column("store_id", sa.String(length=8), nullable=False),
        sa.Column("rid", db.base.Key(), nullable=False),
        sa.Column("n", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("promotion", sa.String(length=32), nullable=False),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("minor", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("units", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("funding", sa.String(length=12), nullable=False),
        sa.PrimaryKeyConstraint(
            "store_id", "rid", "n", "promotion", name=op.f("pk_sale_line_discount")
        ),
        info={"distribution": "store"},
        postgresql_partition_by="RANGE (rid)",
    )


def _promotion_version() -> None:
    op.create_table(
        "promotion_version",
        sa.Column("created_by", sa.String(length=80), nullable=False),
        sa.Column("created_at", db.base.UtcDateTime(), nullable=False),
        sa.Column("approved_by", sa.String(length=80), nullable=False),
        sa.Column("live_at", db.base.UtcDateTime(), nullable=True),
        sa.Column("promotion", sa.String(length=32), nullable=False),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("texts", sa.String(), nullable=False),
        sa.Column("params", sa.String(), nullable=False),
        sa.Column("valid_from", sa.String(length=26), nullable=False),
        sa.Column("valid_to", sa.String(length=26), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["promotion"],
            ["promotion.promotion"],
            name=op.f("fk_promotion_version_promotion_promotion"),
        ),
        sa.PrimaryKeyConstraint("promotion", "version", name=op.f("pk_promotion_version")),
        info={"distribution": "reference"},
    )


def _promo_limit() -> None:
    op.create_table(
        "promo_limit",
        sa.Column("promotion", sa.String(length=32), nullable=False),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "max_applications", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("max_units", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "max_discount", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column(
            "customer_limit", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column(
            "stock_left", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.ForeignKeyConstraint(
            ["promotion", "version"],
            ["promotion_version.promotion", "promotion_version.version"],
            name=op.f("fk_promo_limit_promotion_promotion_version"),
        ),
        sa.PrimaryKeyConstraint("promotion", "version", name=op.f("pk_promo_limit")),
        info={"distribution": "reference"},
    )


def _promo_selector() -> None:
    op.create_table(
        "promo_selector",
        sa.Column("promotion", sa.String(length=32), nullable=False),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("role", sa.String(length=8), nullable=False),
        sa.Column("slot", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("value", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["promotion", "version"],
            ["promotion_version.promotion", "promotion_version.version"],
            name=op.f("fk_promo_selector_promotion_promotion_version"),
        ),
        sa.PrimaryKeyConstraint(
            "promotion", "version", "role", "slot", "kind", "value", name=op.f("pk_promo_selector")
        ),
        info={"distribution": "reference"},
    )
    op.create_index("ix_promo_selector_value", "promo_selector", ["kind", "value"], unique=False)


def _promo_target() -> None:
    op.create_table(
        "promo_target",
        sa.Column("promotion", sa.String(length=32), nullable=False),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("stores", sa.String(), nullable=False),
        sa.Column("channels", sa.String(), nullable=False),
        sa.Column("tiers", sa.String(), nullable=False),
        sa.Column("segments", sa.String(), nullable=False),
        sa.Column("tenders", sa.String(), nullable=False),
        sa.Column("coupon", sa.String(length=64), nullable=False),
        sa.Column("weekdays", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "time_from", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("time_to", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["promotion", "version"],
            ["promotion_version.promotion", "promotion_version.version"],
            name=op.f("fk_promo_target_promotion_promotion_version"),
        ),
        sa.PrimaryKeyConstraint("promotion", "version", name=op.f("pk_promo_target")),
        info={"distribution": "reference"},
    )


def _live_versions_stay() -> None:
    op.execute(
        "CREATE FUNCTION promotion_version_stays() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "RAISE EXCEPTION 'a live promotion never changes; make a new version' "
        "USING ERRCODE = 'restrict_violation'; END $$"
    )
    for act in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER promotion_version_no_{act.lower()} BEFORE {act} ON promotion_version "
            "FOR EACH ROW WHEN (OLD.live_at IS NOT NULL) "
            "EXECUTE FUNCTION promotion_version_stays()"
        )


def _columns() -> None:
    op.add_column("product", sa.Column("tags", sa.String(), server_default="", nullable=False))
    op.add_column(
        "product",
        sa.Column("no_discount", sa.Boolean(), server_default=sa.text("false"), nullable=False),
    )
    op.add_column(
        "product",
        sa.Column("no_points", sa.Boolean(), server_default=sa.text("false"), nullable=False),
    )
    op.add_column(
        "sale", sa.Column("snapshot", sa.String(length=64), server_default="", nullable=False)
    )
    op.add_column(
        "sale",
        sa.Column(
            "engine_version",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            server_default=sa.text("0"),
            nullable=False,
        ),
    )
    op.add_column(
        "sale",
        sa.Column(
            "minimised",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            server_default=sa.text("0"),
            nullable=False,
        ),
    )
    op.add_column(
        "sale",
        sa.Column(
            "bound",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            server_default=sa.text("0"),
            nullable=False,
        ),
    )
    op.add_column(
        "sale", sa.Column("proved", sa.Boolean(), server_default=sa.text("true"), nullable=False)
    )


def upgrade() -> None:
    """Add tables, columns, triggers and default partitions; sales of before had no promotions."""
    _coupon()
    _coupon_batch()
    _promo_snapshot()
    _promo_plan()
    _promo_usage()
    _promotion()
    _sale_line_discount()
    _promotion_version()
    _promo_limit()
    _promo_selector()
    _promo_target()
    _live_versions_stay()
    _columns()
    ensure_default(op.get_bind())
