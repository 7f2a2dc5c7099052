"""Quick keys of a role, in versions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import db.base

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Without a layout a role has the favourites, as before."""
    op.create_table(
        "quick_layout",
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("version", _NUMBER, nullable=False),
        sa.Column("pages", sa.String(), nullable=False),
        sa.Column("staff_id", db.base.Key(), nullable=False),
        sa.Column("approver_id", db.base.Key(), nullable=True),
        sa.Column("at", db.base.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("role", "version", name=op.f("pk_quick_layout")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "quick_key",
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("version", _NUMBER, nullable=False),
        sa.Column("page", _NUMBER, nullable=False),
        sa.Column("place", _NUMBER, nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("what", sa.String(length=64), nullable=False),
        sa.CheckConstraint(
            "kind IN ('article', 'category', 'command')", name=op.f("ck_quick_key_kind")
        ),
        sa.PrimaryKeyConstraint("role", "version", "page", "place", name=op.f("pk_quick_key")),
        sqlite_with_rowid=False,
    )
