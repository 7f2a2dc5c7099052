"""The search index may be behind the articles; how far it is stands in a row."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """An index that is there is whole."""
    op.create_table(
        "search_progress",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("done_rowid", sa.Integer(), nullable=False),
        sa.Column("end_rowid", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_progress")),
    )
    op.execute("INSERT INTO search_progress (id, done_rowid, end_rowid) VALUES (1, 0, 0)")
