"""What the whole store has on hand, as head office told it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the levels and the vector that tells which movements are in them."""
    whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "shop_stock_level",
        sa.Column("store_id", sa.String(length=8), nullable=False),
        sa.Column("sku", sa.String(length=32), nullable=False),
        sa.Column("thousandths", whole, nullable=False),
        sa.Column("applied", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("store_id", "sku", name=op.f("pk_shop_stock_level")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "shop_stock_vector",
        sa.Column("store_id", sa.String(length=8), nullable=False),
        sa.Column("applied", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("store_id", name=op.f("pk_shop_stock_vector")),
    )
