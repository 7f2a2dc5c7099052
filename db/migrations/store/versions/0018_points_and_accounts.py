"""What points paid, what customers have of points and credit, and what they bought."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Before, no till took points; what head office tells of customers comes with their rows."""
    op.add_column(
        "value_move", sa.Column("minor", _NUMBER, server_default=sa.text("0"), nullable=False)
    )
    for name in ("points", "account"):
        op.add_column("customer", sa.Column(name, _NUMBER, nullable=True))
    op.add_column(
        "customer", sa.Column("as_of_us", _NUMBER, server_default=sa.text("0"), nullable=False)
    )
    op.create_index(
        "ix_sale_party", "sale", ["party_id", "at"], sqlite_where=sa.text("party_id IS NOT NULL")
    )
    op.add_column("customer", sa.Column("applied", sa.String(), server_default="", nullable=False))
