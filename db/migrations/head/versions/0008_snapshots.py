"""Images of the public streams for tills that have nothing yet."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import db.base

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """An image, and its bytes in pieces."""
    op.create_table(
        "stream_image",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("scope", sa.String(length=64), nullable=False),
        sa.Column("layout", sa.String(length=32), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("plain_size", sa.BigInteger(), nullable=False),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.Column("streams", sa.String(), nullable=False),
        sa.Column("built_at", db.base.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_stream_image")),
        info={"distribution": "reference"},
    )
    op.create_index("ix_stream_image_scope", "stream_image", ["scope"])
    op.create_table(
        "stream_image_part",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", "n", name=op.f("pk_stream_image_part")),
        info={"distribution": "reference"},
    )
    # Packed already: trying to pack it again would cost time at every image.
    op.execute("ALTER TABLE stream_image_part ALTER COLUMN data SET STORAGE EXTERNAL")
