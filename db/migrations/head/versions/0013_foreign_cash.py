"""Tenders tell which other money was given, and at which rate."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Before, all cash was of the sale's currency."""
    op.add_column(
        "sale_tender",
        sa.Column("currency", sa.String(length=3), server_default="", nullable=False),
    )
    for name in ("currency_minor", "rate_ppm"):
        op.add_column(
            "sale_tender", sa.Column(name, _NUMBER, server_default=sa.text("0"), nullable=False)
        )
