"""What people change by hand in sales, and goods that come back."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import db.base
from db.partitions import ensure_default

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _sale_line_cut() -> None:
    op.create_table(
        "sale_line_cut",
        sa.Column("store_id", sa.String(length=8), nullable=False),
        sa.Column("rid", db.base.Key(), nullable=False),
        sa.Column("n", _NUMBER, nullable=False),
        sa.Column("scope", sa.String(length=8), nullable=False),
        sa.Column("minor", _NUMBER, nullable=False),
        sa.Column("ppm", _NUMBER, nullable=False),
        sa.Column("reason", sa.String(length=16), nullable=False),
        sa.Column("staff_id", db.base.Key(), nullable=False),
        sa.Column("approved_id", db.base.Key(), nullable=True),
        sa.PrimaryKeyConstraint("store_id", "rid", "n", "scope", name=op.f("pk_sale_line_cut")),
        info={"distribution": "store"},
        postgresql_partition_by="RANGE (rid)",
    )


def _sale_line_back() -> None:
    op.create_table(
        "sale_line_back",
        sa.Column("store_id", sa.String(length=8), nullable=False),
        sa.Column("rid", db.base.Key(), nullable=False),
        sa.Column("n", _NUMBER, nullable=False),
        sa.Column("disposition", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.String(length=16), nullable=False),
        sa.Column("staff_id", db.base.Key(), nullable=False),
        sa.Column("approved_id", db.base.Key(), nullable=True),
        sa.Column("sale_rid", db.base.Key(), nullable=True),
        sa.Column("sale_n", _NUMBER, nullable=False),
        sa.PrimaryKeyConstraint("store_id", "rid", "n", name=op.f("pk_sale_line_back")),
        info={"distribution": "store"},
        postgresql_partition_by="RANGE (rid)",
    )
    op.create_index("ix_sale_line_back_sale", "sale_line_back", ["sale_rid", "sale_n"])


def upgrade() -> None:
    """Sales of before had nothing of the kind."""
    for table, column in (
        ("sale", sa.Column("note", sa.String(length=200), server_default="", nullable=False)),
        ("sale", sa.Column("certificate", sa.String(length=40), server_default="", nullable=False)),
        ("sale_line", sa.Column("note", sa.String(length=200), server_default="", nullable=False)),
        ("sale_line", sa.Column("seller_id", db.base.Key(), nullable=True)),
    ):
        op.add_column(table, column)
    op.alter_column("sale_tax", "code", type_=sa.String(length=24))
    _sale_line_cut()
    _sale_line_back()
    ensure_default(op.get_bind())
