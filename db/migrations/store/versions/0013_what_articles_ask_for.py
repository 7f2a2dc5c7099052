"""What articles ask for and come with, the numbers of sold pieces, customers entered here."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import db.base

revision = "0013"
down_revision = "0012"
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
    op.create_table(
        "own_customer",
        sa.Column("customer", db.base.Key(), nullable=False),
        sa.Column("folded", sa.String(length=160), nullable=False),
        sa.Column("card", sa.String(length=32), nullable=False),
        sa.Column("phone", sa.String(length=32), nullable=False),
        sa.Column("email", sa.String(length=32), nullable=False),
        sa.Column("tier", sa.String(length=16), nullable=False),
        sa.Column("consents", sa.String(length=120), nullable=False),
        sa.Column("personal", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("customer", name=op.f("pk_own_customer")),
    )
