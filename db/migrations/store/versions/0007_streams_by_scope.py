"""Down-streams by scope, with the newest version of each row on record.

What was staged or counted of the streams before is void: all of them are fetched again, and
take the place of the rows in force in one go.
"""

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


def upgrade() -> None:
    """Streams, rows in force, staged rows, dead rows."""
    for table in ("stream", "staged_row", "dead_row"):
        op.drop_table(table)
    _stream()
    _stream_row()
    _staged_row()
    _dead_row()


def _stream() -> None:
    op.create_table(
        "stream",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("generation", _whole(), nullable=False),
        sa.Column("active_seq", _whole(), nullable=False),
        sa.Column("active_chain", sa.LargeBinary(), nullable=False),
        sa.Column("active_at", db.base.UtcDateTime(), nullable=True),
        sa.Column("staged_generation", _whole(), nullable=False),
        sa.Column("staged_seq", _whole(), nullable=False),
        sa.Column("chain", sa.LargeBinary(), nullable=False),
        sa.Column("replaces", sa.Boolean(), nullable=False),
        sa.Column("base", _whole(), nullable=False),
        sa.Column("compared_at", db.base.UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_stream")),
    )


def _stream_row() -> None:
    op.create_table(
        "stream_row",
        sa.Column("stream", sa.String(length=64), nullable=False),
        sa.Column("entity", sa.String(length=16), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("ver", _whole(), nullable=False),
        sa.Column("hash", _whole(), nullable=False),
        sa.Column("kept", _whole(), nullable=True),
        sa.PrimaryKeyConstraint("stream", "entity", "key", name=op.f("pk_stream_row")),
        sqlite_with_rowid=False,
    )


def _staged_row() -> None:
    op.create_table(
        "staged_row",
        sa.Column("stream", sa.String(length=64), nullable=False),
        sa.Column("entity", sa.String(length=16), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("bad", sa.Boolean(), nullable=False),
        sa.Column("seq", _whole(), nullable=False),
        sa.Column("op", sa.String(length=4), nullable=False),
        sa.Column("ver", _whole(), nullable=False),
        sa.Column("hash", _whole(), nullable=False),
        sa.Column("kept", _whole(), nullable=True),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("error", sa.String(length=400), nullable=False),
        sa.PrimaryKeyConstraint("stream", "entity", "key", "bad", name=op.f("pk_staged_row")),
        sqlite_with_rowid=False,
    )


def _dead_row() -> None:
    op.create_table(
        "dead_row",
        sa.Column("stream", sa.String(length=64), nullable=False),
        sa.Column("seq", _whole(), nullable=False),
        sa.Column("entity", sa.String(length=16), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("error", sa.String(length=400), nullable=False),
        sa.Column("first_at", db.base.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("stream", "seq", name=op.f("pk_dead_row")),
    )
