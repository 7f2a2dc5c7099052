"""Receipts that are to be sent by e-mail."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import db.base

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nobody could ask for one before."""
    op.create_table(
        "mail_job",
        sa.Column("store_id", sa.String(length=8), nullable=False),
        sa.Column("rid", db.base.Key(), nullable=False),
        sa.Column("sale_rid", db.base.Key(), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("attempts", sa.BigInteger(), nullable=False),
        sa.Column("created_at", db.base.UtcDateTime(), nullable=False),
        sa.Column("next_at", db.base.UtcDateTime(), nullable=False),
        sa.Column("ended_at", db.base.UtcDateTime(), nullable=True),
        sa.Column("error", sa.String(length=200), nullable=False),
        sa.CheckConstraint(
            "state IN ('queued', 'sending', 'sent', 'failed')", name=op.f("ck_mail_job_state")
        ),
        sa.PrimaryKeyConstraint("store_id", "rid", name=op.f("pk_mail_job")),
        info={"distribution": "store"},
    )
    op.create_index(
        "ix_mail_job_next_at",
        "mail_job",
        ["next_at"],
        postgresql_where=sa.text("state IN ('queued', 'sending')"),
    )
