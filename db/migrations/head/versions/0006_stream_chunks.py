"""Down-streams in immutable chunks, compacted behind the tills' positions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import db.base

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Chunks, floors, and what each till has of each stream."""
    op.add_column(
        "stream_head", sa.Column("floor", sa.BigInteger(), nullable=False, server_default="0")
    )
    op.alter_column("stream_head", "floor", server_default=None)
    op.drop_column("installation", "catalogue_seq")
    op.create_table(
        "stream_chunk",
        sa.Column("stream", sa.String(length=64), nullable=False),
        sa.Column("lo", sa.BigInteger(), nullable=False),
        sa.Column("hi", sa.BigInteger(), nullable=False),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("chain", sa.LargeBinary(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("stream", "lo", name=op.f("pk_stream_chunk")),
        info={"distribution": "reference"},
    )
    op.create_index("ix_stream_chunk_sha256", "stream_chunk", ["sha256"])
    op.create_table(
        "installation_stream",
        sa.Column("store_id", sa.String(length=8), nullable=False),
        sa.Column("installation_id", db.base.Key(), nullable=False),
        sa.Column("stream", sa.String(length=64), nullable=False),
        sa.Column("generation", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("dead", sa.String(), nullable=False),
        sa.Column("told_at", db.base.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint(
            "store_id", "installation_id", "stream", name=op.f("pk_installation_stream")
        ),
        info={"distribution": "store"},
    )
