"""Promotions at the till: versions, sets, what could not be read, and what they took off sales."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import db.base

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def _promotion_version() -> None:
    op.create_table(
        "promotion_version",
        sa.Column("promotion", sa.String(length=32), nullable=False),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("texts", sa.String(), nullable=False),
        sa.Column("params", sa.String(), nullable=False),
        sa.Column("valid_from", sa.String(length=26), nullable=False),
        sa.Column("valid_to", sa.String(length=26), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("promotion", "version", name=op.f("pk_promotion_version")),
        sqlite_with_rowid=False,
    )
    for act in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER promotion_version_no_{act.lower()} BEFORE {act} ON promotion_version "
            "BEGIN SELECT RAISE(ABORT, 'a live promotion never changes; make a new version'); END"
        )
    # REPLACE would delete without a trigger; what came first stays.
    op.execute(
        "CREATE TRIGGER promotion_version_no_replace BEFORE INSERT ON promotion_version "
        "WHEN EXISTS (SELECT 1 FROM promotion_version "
        "WHERE promotion = NEW.promotion AND version = NEW.version) "
        "BEGIN SELECT RAISE(IGNORE); END"
    )


def _promo_snapshot() -> None:
    op.create_table(
        "promo_snapshot",
        sa.Column("snapshot", sa.String(length=64), nullable=False),
        sa.Column("versions", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("snapshot", name=op.f("pk_promo_snapshot")),
        sqlite_with_rowid=False,
    )


def _promo_plan() -> None:
    op.create_table(
        "promo_plan",
        sa.Column("valid_from", sa.String(length=26), nullable=False),
        sa.Column("snapshot", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("valid_from", name=op.f("pk_promo_plan")),
        sqlite_with_rowid=False,
    )


def _promo_set_aside() -> None:
    op.create_table(
        "promo_set_aside",
        sa.Column("promotion", sa.String(length=32), nullable=False),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("first_at", db.base.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("promotion", "version", name=op.f("pk_promo_set_aside")),
        sqlite_with_rowid=False,
    )


def _sale_line_discount() -> None:
    op.create_table(
        "sale_line_discount",
        sa.Column("rid", db.base.Key(), nullable=False),
        sa.Column("n", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("promotion", sa.String(length=32), nullable=False),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("minor", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("units", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("funding", sa.String(length=12), nullable=False),
        sa.ForeignKeyConstraint(["rid"], ["sale.rid"], name=op.f("fk_sale_line_discount_rid_sale")),
        sa.PrimaryKeyConstraint("rid", "n", "promotion", name=op.f("pk_sale_line_discount")),
        sqlite_with_rowid=False,
    )
    for act in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER sale_line_discount_no_{act.lower()} BEFORE {act} "
            "ON sale_line_discount "
            "BEGIN SELECT RAISE(ABORT, 'sale_line_discount is append-only'); END"
        )


def _columns() -> None:
    whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    for table, column in (
        ("product", sa.Column("tags", sa.String(), server_default="", nullable=False)),
        (
            "product",
            sa.Column("no_discount", sa.Boolean(), server_default=sa.false(), nullable=False),
        ),
        (
            "product",
            sa.Column("no_points", sa.Boolean(), server_default=sa.false(), nullable=False),
        ),
        ("sale", sa.Column("snapshot", sa.String(length=64), server_default="", nullable=False)),
        ("sale", sa.Column("engine_version", whole, server_default=sa.text("0"), nullable=False)),
        ("sale", sa.Column("minimised", whole, server_default=sa.text("0"), nullable=False)),
        ("sale", sa.Column("bound", whole, server_default=sa.text("0"), nullable=False)),
        ("sale", sa.Column("proved", sa.Boolean(), server_default=sa.true(), nullable=False)),
    ):
        op.add_column(table, column)


def upgrade() -> None:
    """Add tables, columns and triggers; sales of before had no promotions."""
    _promotion_version()
    _promo_snapshot()
    _promo_plan()
    _promo_set_aside()
    _sale_line_discount()
    _columns()
