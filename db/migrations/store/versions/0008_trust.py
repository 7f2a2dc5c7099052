"""Old entries that are safe elsewhere may go; the secret is renewed; the clock is compared."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import db.base

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def _whole() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _prune_guards() -> None:
    """The database itself refuses to lose an entry that is not safe at head office."""
    op.execute("DROP TRIGGER journal_entry_no_delete")
    op.execute(
        "CREATE TRIGGER journal_entry_no_delete BEFORE DELETE ON journal_entry "
        "WHEN OLD.seq > coalesce((SELECT pruned_seq FROM journal WHERE jid = OLD.jid), 0) "
        "BEGIN SELECT RAISE(ABORT, 'journal_entry is append-only'); END"
    )
    op.execute(
        "CREATE TRIGGER journal_pruned_is_durable BEFORE UPDATE OF pruned_seq ON journal "
        "WHEN NEW.pruned_seq < OLD.pruned_seq OR NEW.pruned_seq > "
        "(SELECT durable_seq FROM push_state WHERE jid = NEW.jid) "
        "BEGIN SELECT RAISE(ABORT, 'only durable entries can be pruned'); END"
    )


def upgrade() -> None:
    """Nothing is pruned yet; guards follow the new rule."""
    for table, column in (
        ("journal", sa.Column("pruned_seq", _whole(), server_default="0", nullable=False)),
        ("journal", sa.Column("pruned_hash", sa.LargeBinary(), nullable=True)),
        ("journal", sa.Column("pruned_receipt", _whole(), server_default="0", nullable=False)),
        ("journal", sa.Column("pruned_rows", sa.String(), server_default="{}", nullable=False)),
        ("device", sa.Column("next_secret", sa.LargeBinary(), nullable=True)),
        ("device", sa.Column("next_ticket", sa.String(length=400), nullable=True)),
        ("device", sa.Column("clock_offset_ms", _whole(), nullable=True)),
        ("device", sa.Column("forget_customers_at", db.base.UtcDateTime(), nullable=True)),
    ):
        op.add_column(table, column)
    _prune_guards()
