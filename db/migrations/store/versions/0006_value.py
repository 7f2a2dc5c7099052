"""Stored value at the till: moves of sales, quotas, leases and known balances."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import db.base

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None
_WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _moves() -> None:
    op.create_table(
        "value_move",
        sa.Column("rid", db.base.Key(), nullable=False),
        sa.Column("n", _WHOLE, nullable=False),
        sa.Column("act", sa.String(length=8), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("lookup", sa.LargeBinary(), nullable=False),
        sa.Column("amount", _WHOLE, nullable=False),
        sa.Column("authority", sa.String(length=8), nullable=False),
        sa.Column("lease", db.base.Key(), nullable=True),
        sa.PrimaryKeyConstraint("rid", "n", name=op.f("pk_value_move")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_value_move_lookup", "value_move", ["lookup"])
    for act in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER value_move_no_{act.lower()} BEFORE {act} ON value_move "
            "BEGIN SELECT RAISE(ABORT, 'value_move is append-only'); END"
        )


def _lent() -> None:
    op.create_table(
        "value_key",
        sa.Column("id", _WHOLE, nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_value_key_single")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_value_key")),
    )
    op.create_table(
        "value_quota",
        sa.Column("lookup", sa.LargeBinary(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("wanted", _WHOLE, nullable=False),
        sa.PrimaryKeyConstraint("lookup", name=op.f("pk_value_quota")),
    )
    op.create_table(
        "value_lease",
        sa.Column("lease_id", db.base.Key(), nullable=False),
        sa.Column("lookup", sa.LargeBinary(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("granted", _WHOLE, nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("expires_at", db.base.UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "state IN ('asked', 'open', 'over', 'returned')", name=op.f("ck_value_lease_state")
        ),
        sa.PrimaryKeyConstraint("lease_id", name=op.f("pk_value_lease")),
    )
    op.create_index("ix_value_lease_lookup", "value_lease", ["lookup", "state"])


def upgrade() -> None:
    """Add the tables."""
    _moves()
    _lent()
    op.create_table(
        "value_known",
        sa.Column("lookup", sa.LargeBinary(), nullable=False),
        sa.Column("balance", _WHOLE, nullable=False),
        sa.Column("applied", sa.String(), nullable=False),
        sa.Column("as_of", db.base.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("lookup", name=op.f("pk_value_known")),
    )
