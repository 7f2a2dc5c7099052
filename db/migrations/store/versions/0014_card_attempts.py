"""Attempts over the card terminal, and which terminal the till has."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import db.base

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_UNRESOLVED = "state = 'requested' OR state = 'unknown'"


def upgrade() -> None:
    """Cards of before were charged on terminals that no till was connected to."""
    op.create_table(
        "card_terminal",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_card_terminal_single")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_card_terminal")),
    )
    _card_attempt()
    op.create_index("ix_card_attempt_basket_id", "card_attempt", ["basket_id"])
    op.create_index("ix_card_attempt_of", "card_attempt", ["of"], unique=True)
    waiting = sa.text(_UNRESOLVED)
    op.create_index("ix_card_attempt_state", "card_attempt", ["state"], sqlite_where=waiting)


def _card_attempt() -> None:
    op.create_table(
        "card_attempt",
        sa.Column("attempt_id", db.base.Key(), nullable=False),
        sa.Column("basket_id", db.base.Key(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("of", db.base.Key(), nullable=True),
        sa.Column("minor", _NUMBER, nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("terminal", sa.String(length=40), nullable=False),
        sa.Column("staff_id", db.base.Key(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("brand", sa.String(length=40), nullable=False),
        sa.Column("last_four", sa.String(length=4), nullable=False),
        sa.Column("auth_code", sa.String(length=40), nullable=False),
        sa.Column("terminal_id", sa.String(length=40), nullable=False),
        sa.Column("slip", sa.String(), nullable=False),
        sa.Column("sale_rid", db.base.Key(), nullable=True),
        sa.Column("requested_at", db.base.UtcDateTime(), nullable=False),
        sa.Column("ended_at", db.base.UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('pay', 'refund', 'reverse')", name=op.f("ck_card_attempt_kind")
        ),
        sa.CheckConstraint(
            "state IN ('requested', 'approved', 'declined', 'cancelled', 'unknown')",
            name=op.f("ck_card_attempt_state"),
        ),
        sa.PrimaryKeyConstraint("attempt_id", name=op.f("pk_card_attempt")),
    )
