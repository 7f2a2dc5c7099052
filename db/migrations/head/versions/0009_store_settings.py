"""Settings of a store that its tills work by."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """None is made; the defaults hold."""
    op.create_table(
        "store_setting",
        sa.Column("store_id", sa.String(length=8), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("value", sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint("store_id", "name", name=op.f("pk_store_setting")),
        info={"distribution": "store"},
    )
