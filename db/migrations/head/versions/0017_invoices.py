"""Invoices of sales, and the companies of customers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import db.base

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nobody could ask for one before."""
    op.create_table(
        "invoice",
        sa.Column("store_id", sa.String(length=8), nullable=False),
        sa.Column("rid", db.base.Key(), nullable=False),
        sa.Column("number", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("sale_rid", db.base.Key(), nullable=False),
        sa.Column("receipt", sa.String(length=32), nullable=False),
        sa.Column("refers", sa.String(length=32), nullable=False),
        sa.Column("at", db.base.UtcDateTime(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("supplied_on", sa.Date(), nullable=False),
        sa.Column("staff_id", db.base.Key(), nullable=False),
        sa.Column("party_id", db.base.Key(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("net_minor", sa.BigInteger(), nullable=False),
        sa.Column("total_minor", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("store_id", "rid", name=op.f("pk_invoice")),
        info={"distribution": "store"},
    )
    op.create_index("ix_invoice_sale", "invoice", ["store_id", "sale_rid"])
    op.create_index("ix_invoice_number", "invoice", ["number"])
    op.create_index("ix_invoice_at", "invoice", ["at"])
    op.add_column(
        "customer", sa.Column("company", sa.String(length=120), server_default="", nullable=False)
    )
