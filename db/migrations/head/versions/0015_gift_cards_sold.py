"""Articles that store value, and what returns give back onto instruments."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Articles of before are goods."""
    op.add_column(
        "product", sa.Column("stores", sa.String(length=16), server_default="", nullable=False)
    )
    op.drop_constraint(op.f("ck_value_entry_act"), "value_entry")
    op.create_check_constraint(
        op.f("ck_value_entry_act"),
        "value_entry",
        "act IN ('issue', 'load', 'earn', 'redeem', 'refund', 'expire', 'settle')",
    )
