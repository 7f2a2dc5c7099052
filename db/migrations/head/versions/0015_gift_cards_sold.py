"""Articles that store value."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Articles of before are goods."""
    op.add_column(
        "product", sa.Column("stores", sa.String(length=16), server_default="", nullable=False)
    )
