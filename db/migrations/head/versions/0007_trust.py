"""Verified backups, recovery, keys that are renewed, and tills that are taken out or moved."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import db.base

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def _whole() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _backup() -> None:
    op.create_table(
        "backup",
        sa.Column("backup_id", db.base.Key(), nullable=False),
        sa.Column("file", sa.String(length=400), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", _whole(), nullable=False),
        sa.Column("incarnation", _whole(), nullable=False),
        sa.Column("journals", _whole(), nullable=False),
        sa.Column("entries", _whole(), nullable=False),
        sa.Column("taken_at", db.base.UtcDateTime(), nullable=False),
        sa.Column("verified_at", db.base.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("backup_id", name=op.f("pk_backup")),
        info={"distribution": "reference"},
    )
    op.create_index("ix_backup_verified_at", "backup", ["verified_at"])


def _recovery() -> None:
    op.create_table(
        "recovery",
        sa.Column("incarnation", _whole(), autoincrement=False, nullable=False),
        sa.Column("began_at", db.base.UtcDateTime(), nullable=False),
        sa.Column("ended_at", db.base.UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("incarnation", name=op.f("pk_recovery")),
        info={"distribution": "reference"},
    )
    op.create_table(
        "recovered_journal",
        sa.Column("store_id", sa.String(length=8), nullable=False),
        sa.Column("jid", db.base.Key(), nullable=False),
        sa.Column("incarnation", _whole(), nullable=False),
        sa.Column("installation_id", db.base.Key(), nullable=False),
        sa.Column("till", _whole(), nullable=False),
        sa.Column("known_until", db.base.UtcDateTime(), nullable=False),
        sa.Column("end_seq", _whole(), nullable=True),
        sa.Column("back_at", db.base.UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint(
            "store_id", "jid", "incarnation", name=op.f("pk_recovered_journal")
        ),
        info={"distribution": "store"},
    )


def _installation() -> None:
    for column in (
        sa.Column("next_key", sa.LargeBinary(), nullable=True),
        sa.Column("previous_key", sa.LargeBinary(), nullable=True),
        sa.Column("previous_until", db.base.UtcDateTime(), nullable=True),
        sa.Column("key_since", db.base.UtcDateTime(), nullable=True),
        sa.Column("revoked_at", db.base.UtcDateTime(), nullable=True),
        sa.Column("drain_ok", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("protocol", _whole(), server_default="1", nullable=False),
        sa.Column("store_schema", sa.String(length=8), server_default="", nullable=False),
        sa.Column("shift_open", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("moves_to_store", sa.String(length=8), server_default="", nullable=False),
        sa.Column("moves_to_till", _whole(), server_default="0", nullable=False),
    ):
        op.add_column("installation", column)
    op.execute("UPDATE installation SET key_since = enrolled_at")


def upgrade() -> None:
    """What was acknowledged before is durable with the next verified backup."""
    _backup()
    _recovery()
    _installation()
    op.add_column(
        "journal_head", sa.Column("durable_seq", _whole(), server_default="0", nullable=False)
    )
