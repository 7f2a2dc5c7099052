"""What articles ask for and come with, the numbers of sold pieces, what customers agree to."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Articles of before ask for nothing; of pieces that were sold nothing was noted."""
    for name, kind in (
        ("brand", sa.String(length=60)),
        ("requires", sa.String()),
        ("stopped", sa.String(length=16)),
        ("linked", sa.String()),
        ("family", sa.String(length=32)),
        ("variant", sa.String()),
    ):
        op.add_column("product", sa.Column(name, kind, server_default="", nullable=False))
    op.add_column(
        "product", sa.Column("tare", _NUMBER, server_default=sa.text("0"), nullable=False)
    )
    for name, length in (("serial", 40), ("lot", 40), ("expires", 10)):
        column = sa.Column(name, sa.String(length=length), server_default="", nullable=False)
        op.add_column("sale_line", column)
    for name, length in (
        ("consents", 120),
        ("tax_number", 20),
        ("street", 120),
        ("postcode", 16),
        ("city", 80),
        ("country", 2),
        ("language", 16),
    ):
        column = sa.Column(name, sa.String(length=length), server_default="", nullable=False)
        op.add_column("customer", column)
    op.alter_column("store_setting", "value", type_=sa.String())
