"""A record may be journalled again: in a later journal, under the same id."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Entries keep their places; an id is one entry's in each journal."""
    whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.add_column("journal", sa.Column("moved_after", whole, nullable=True))
    op.drop_index("ix_journal_entry_rid", "journal_entry")
    op.create_index("ix_journal_entry_rid", "journal_entry", ["rid", "jid"], unique=True)
    op.execute("ALTER TABLE push_state DROP COLUMN stopped")
