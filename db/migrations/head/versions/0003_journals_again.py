"""A record may be journalled again: in a later journal, under the same id."""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Entries keep their places; the journal becomes part of their key."""
    op.drop_constraint("pk_journal_entry", "journal_entry", type_="primary")
    op.create_primary_key("pk_journal_entry", "journal_entry", ["store_id", "rid", "jid"])
