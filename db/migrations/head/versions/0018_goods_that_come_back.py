"""Goods that come back anywhere: claims on them, and what their receipts are found by."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import db.base

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Until now a till knew its own receipts only."""
    op.create_table(
        "return_claim",
        sa.Column("store_id", sa.String(length=8), nullable=False),
        sa.Column("sale_rid", db.base.Key(), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.Column("installation_id", db.base.Key(), nullable=False),
        sa.Column("thousandths", sa.BigInteger(), nullable=False),
        sa.Column("at_store", sa.String(length=8), nullable=False),
        sa.Column("till", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", db.base.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint(
            "store_id", "sale_rid", "n", "installation_id", name=op.f("pk_return_claim")
        ),
        info={"distribution": "store"},
    )
    op.create_index("ix_return_claim_sale", "return_claim", ["sale_rid"])
    for name, length in (("last_four", 4), ("auth_code", 40)):
        op.add_column(
            "sale_tender",
            sa.Column(name, sa.String(length=length), server_default="", nullable=False),
        )
    op.create_index(
        "ix_sale_party", "sale", ["party_id"], postgresql_where=sa.text("party_id IS NOT NULL")
    )
