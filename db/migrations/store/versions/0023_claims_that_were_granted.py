"""When head office agreed to hold goods that come back."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import db.base

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Claims of before count as not granted: they are asked for again."""
    op.add_column("return_claim", sa.Column("granted_at", db.base.UtcDateTime(), nullable=True))
