"""Articles that store value, the lines that paid for it, and what head office has of it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Articles of before are goods; no line of before put anything on a card."""
    op.add_column(
        "product", sa.Column("stores", sa.String(length=16), server_default="", nullable=False)
    )
    op.add_column(
        "value_move", sa.Column("line", _NUMBER, server_default=sa.text("0"), nullable=False)
    )
    op.add_column(
        "value_move", sa.Column("last_four", sa.String(length=4), server_default="", nullable=False)
    )
