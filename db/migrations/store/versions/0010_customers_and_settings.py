"""Customers that a till has at hand, and settings that head office makes for its store."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """None are there before the next sync."""
    op.create_table(
        "customer",
        sa.Column("customer", sa.String(length=32), nullable=False),
        sa.Column("segment", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("folded", sa.String(length=160), nullable=False),
        sa.Column("tier", sa.String(length=16), nullable=False),
        sa.Column("card", sa.String(length=32), nullable=False),
        sa.Column("phone", sa.String(length=32), nullable=False),
        sa.Column("email", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("customer", name=op.f("pk_customer")),
        sqlite_with_rowid=False,
    )
    for column in ("card", "phone", "email", "folded"):
        op.create_index(f"ix_customer_{column}", "customer", [column])
    op.create_table(
        "store_setting",
        sa.Column("store_id", sa.String(length=8), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("value", sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint("store_id", "name", name=op.f("pk_store_setting")),
        sqlite_with_rowid=False,
    )
