"""Tables of the first schema that hold what head office sends down."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import db.base


def _barcode() -> None:
    op.create_table(
        "barcode",
        sa.Column("gtin", sa.String(length=14), nullable=False),
        sa.Column("sku", sa.String(length=32), nullable=False),
        sa.Column("pack", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("gtin", name=op.f("pk_barcode")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_barcode_sku"), "barcode", ["sku"], unique=False)


def _category() -> None:
    op.create_table(
        "category",
        sa.Column("category", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("icon", sa.String(length=40), nullable=False),
        sa.Column("tint", sa.String(length=16), nullable=False),
        sa.Column("rank", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("category", name=op.f("pk_category")),
    )


def _dead_row() -> None:
    op.create_table(
        "dead_row",
        sa.Column("stream", sa.String(length=64), nullable=False),
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("entity", sa.String(length=16), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("error", sa.String(length=400), nullable=False),
        sa.Column("first_at", db.base.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("stream", "seq", name=op.f("pk_dead_row")),
    )


def _price() -> None:
    op.create_table(
        "price",
        sa.Column("zone", sa.String(length=16), nullable=False),
        sa.Column("sku", sa.String(length=32), nullable=False),
        sa.Column("pack", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "valid_from_us", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("minor", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("zone", "sku", "pack", "valid_from_us", name=op.f("pk_price")),
        sqlite_with_rowid=False,
    )


def _product() -> None:
    op.create_table(
        "product",
        sa.Column("sku", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("folded", sa.String(length=160), nullable=False),
        sa.Column("category", sa.String(length=32), nullable=False),
        sa.Column("tax_code", sa.String(length=8), nullable=False),
        sa.Column("unit", sa.String(length=8), nullable=False),
        sa.Column("min_age", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("icon", sa.String(length=40), nullable=False),
        sa.Column(
            "tile_rank", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("components", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("sku", name=op.f("pk_product")),
    )


def _staff_member() -> None:
    op.create_table(
        "staff_member",
        sa.Column("staff_id", db.base.Key(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("initials", sa.String(length=4), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("pin_hash", sa.String(length=160), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("staff_id", name=op.f("pk_staff_member")),
    )


def _staged_row() -> None:
    op.create_table(
        "staged_row",
        sa.Column("stream", sa.String(length=64), nullable=False),
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("entity", sa.String(length=16), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("op", sa.String(length=4), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("stream", "seq", name=op.f("pk_staged_row")),
        sqlite_with_rowid=False,
    )


def _store() -> None:
    op.create_table(
        "store",
        sa.Column("store_id", sa.String(length=8), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("street", sa.String(length=80), nullable=False),
        sa.Column("city", sa.String(length=80), nullable=False),
        sa.Column("vat_id", sa.String(length=20), nullable=False),
        sa.Column("phone", sa.String(length=24), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("zone", sa.String(length=40), nullable=False),
        sa.Column(
            "cut_over_minutes", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "cash_increment", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("tax_zone", sa.String(length=16), nullable=False),
        sa.Column("price_zone", sa.String(length=16), nullable=False),
        sa.Column("tax_included", sa.Boolean(), nullable=False),
        sa.Column("tax_rounding", sa.String(length=10), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.PrimaryKeyConstraint("store_id", name=op.f("pk_store")),
    )


def _stream() -> None:
    op.create_table(
        "stream",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column(
            "generation", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "staged_seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("chain", sa.LargeBinary(), nullable=False),
        sa.Column(
            "active_seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("active_at", db.base.UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_stream")),
    )


def _tax_rate() -> None:
    op.create_table(
        "tax_rate",
        sa.Column("zone", sa.String(length=16), nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column(
            "valid_from_us", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("ppm", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("zone", "code", "valid_from_us", name=op.f("pk_tax_rate")),
    )


def create_reference_tables() -> None:
    """Create them."""
    _barcode()
    _category()
    _dead_row()
    _price()
    _product()
    _staff_member()
    _staged_row()
    _store()
    _stream()
    _tax_rate()
