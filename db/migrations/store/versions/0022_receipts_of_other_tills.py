"""Receipts of other tills that head office told of, and goods of receipts that are claimed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import db.base

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Until now a till knew its own receipts only."""
    op.create_table(
        "known_receipt",
        sa.Column("rid", db.base.Key(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("as_of", db.base.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("rid", name=op.f("pk_known_receipt")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "return_claim",
        sa.Column("sale_rid", db.base.Key(), nullable=False),
        sa.Column("lines", sa.String(), nullable=False),
        sa.Column("at", db.base.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("sale_rid", name=op.f("pk_return_claim")),
        sqlite_with_rowid=False,
    )
