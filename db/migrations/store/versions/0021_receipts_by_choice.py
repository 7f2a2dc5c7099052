"""Receipts go the way that the customer chooses; invoices have a series of their own."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import db.base

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Receipts of before were printed."""
    op.add_column(
        "print_job", sa.Column("way", sa.String(length=8), server_default="paper", nullable=False)
    )
    op.create_table(
        "invoice",
        sa.Column("rid", db.base.Key(), nullable=False),
        sa.Column("number", sa.String(length=32), nullable=False),
        sa.Column("series", sa.String(length=2), nullable=False),
        sa.Column("n", _NUMBER, nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("sale_rid", db.base.Key(), nullable=False),
        sa.Column("refers", sa.String(length=32), nullable=False),
        sa.Column("total_minor", _NUMBER, nullable=False),
        sa.Column("at", db.base.UtcDateTime(), nullable=False),
        sa.Column("handed_out", _NUMBER, nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("buyer", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("rid", name=op.f("pk_invoice")),
    )
    op.create_index("ix_invoice_sale", "invoice", ["sale_rid"])
    op.create_index("ix_invoice_series", "invoice", ["series", "n"], unique=True)
    op.create_index(
        "ix_invoice_once", "invoice", ["sale_rid"], unique=True,
        sqlite_where=sa.text("kind = 'invoice'"),
    )  # fmt: skip
    op.create_table(
        "receipt_wish",
        sa.Column("basket_id", db.base.Key(), nullable=False),
        sa.Column("way", sa.String(length=8), nullable=False),
        sa.Column("address", sa.String(length=160), nullable=False),
        sa.PrimaryKeyConstraint("basket_id", name=op.f("pk_receipt_wish")),
    )
