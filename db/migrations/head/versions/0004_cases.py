"""Exception cases, and what is known of entries that stand aside."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import db.base

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None
_WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _cases() -> None:
    op.create_table(
        "exception_case",
        sa.Column("store_id", sa.String(length=8), nullable=False),
        sa.Column("case_id", db.base.Key(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("sentence", sa.String(length=400), nullable=False),
        sa.Column("amount_minor", _WHOLE, nullable=False),
        sa.Column("owner", sa.String(length=12), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("opened_at", db.base.UtcDateTime(), nullable=False),
        sa.Column("resolved_at", db.base.UtcDateTime(), nullable=True),
        sa.Column("resolved_by", sa.String(length=80), nullable=False),
        sa.Column("note", sa.String(length=400), nullable=False),
        sa.CheckConstraint("state IN ('open', 'resolved')", name=op.f("ck_exception_case_state")),
        sa.PrimaryKeyConstraint("store_id", "case_id", name=op.f("pk_exception_case")),
        info={"distribution": "store"},
    )
    op.create_index("ix_exception_case_state", "exception_case", ["state", "opened_at"])
    op.create_index(
        "ix_exception_case_subject",
        "exception_case",
        ["store_id", "kind", "subject"],
        unique=True,
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_table(
        "case_record",
        sa.Column("store_id", sa.String(length=8), nullable=False),
        sa.Column("case_id", db.base.Key(), nullable=False),
        sa.Column("record_store", sa.String(length=8), nullable=False),
        sa.Column("rid", db.base.Key(), nullable=False),
        sa.PrimaryKeyConstraint(
            "store_id", "case_id", "record_store", "rid", name=op.f("pk_case_record")
        ),
        info={"distribution": "store"},
    )
    op.create_index("ix_case_record_rid", "case_record", ["rid"])


def _entries_aside() -> None:
    """What stood aside before is tried again: no version is known to have tried it."""
    for name, kind, first in (
        ("state", sa.String(length=12), "'quarantined'"),
        ("release", sa.String(length=24), "''"),
        ("last_at", db.base.UtcDateTime(), "first_at"),
    ):
        op.add_column("quarantined", sa.Column(name, kind, nullable=True))
        op.execute(f"UPDATE quarantined SET {name} = {first}")  # noqa: S608 (names of ours)
        op.alter_column("quarantined", name, nullable=False)
    op.add_column("quarantined", sa.Column("waiting_on", db.base.Key(), nullable=True))
    op.create_check_constraint(
        op.f("ck_quarantined_state"),
        "quarantined",
        "state IN ('quarantined', 'parked', 'waiting', 'review')",
    )
    op.create_index("ix_quarantined_waiting_on", "quarantined", ["store_id", "waiting_on"])


def upgrade() -> None:
    """Add cases, and the state of entries that stand aside."""
    _cases()
    _entries_aside()
