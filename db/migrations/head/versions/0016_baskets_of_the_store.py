"""Baskets that wait for any till of their store, and sales that came of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import db.base

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Until now a basket waited at its own till only."""
    op.create_table(
        "held_basket",
        sa.Column("store_id", sa.String(length=8), nullable=False),
        sa.Column("hold_id", db.base.Key(), nullable=False),
        sa.Column("basket_id", db.base.Key(), nullable=False),
        sa.Column("installation_id", db.base.Key(), nullable=False),
        sa.Column("till", sa.BigInteger(), nullable=False),
        sa.Column("staff_id", db.base.Key(), nullable=False),
        sa.Column("party_id", db.base.Key(), nullable=True),
        sa.Column("label", sa.String(length=60), nullable=False),
        sa.Column("pieces", sa.BigInteger(), nullable=False),
        sa.Column("total_minor", sa.BigInteger(), nullable=False),
        sa.Column("held_at", db.base.UtcDateTime(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("taken_till", sa.BigInteger(), nullable=False),
        sa.Column("taken_by", db.base.Key(), nullable=True),
        sa.Column("taken_at", db.base.UtcDateTime(), nullable=True),
        sa.Column("received", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "(taken_by IS NULL) = (taken_at IS NULL)", name=op.f("ck_held_basket_taken")
        ),
        sa.PrimaryKeyConstraint("store_id", "hold_id", name=op.f("pk_held_basket")),
        info={"distribution": "store"},
    )
    op.create_index("ix_held_basket_held_on", "held_basket", ["store_id", "held_on"])
    op.create_table(
        "basket_sale",
        sa.Column("store_id", sa.String(length=8), nullable=False),
        sa.Column("origin", db.base.Key(), nullable=False),
        sa.Column("rid", db.base.Key(), nullable=False),
        sa.PrimaryKeyConstraint("store_id", "origin", "rid", name=op.f("pk_basket_sale")),
        info={"distribution": "store"},
    )
