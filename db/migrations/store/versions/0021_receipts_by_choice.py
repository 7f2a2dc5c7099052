"""Receipts go the way that the customer chooses; invoices have a series of their own."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import db.base

revision = "0021"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Receipts of before were printed."""
    op.add_column(
        "print_job", sa.Column("way", sa.String(length=8), server_default="paper", nullable=False)
    )
    op.create_table(
        "receipt_wish",
        sa.Column("basket_id", db.base.Key(), nullable=False),
        sa.Column("way", sa.String(length=8), nullable=False),
        sa.Column("address", sa.String(length=160), nullable=False),
        sa.PrimaryKeyConstraint("basket_id", name=op.f("pk_receipt_wish")),
    )
