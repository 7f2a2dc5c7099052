"""Baskets that wait are known to all tills of a store."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import db.base

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """What waits already stays at its till."""
    op.add_column("held_basket", sa.Column("hold_id", db.base.Key(), nullable=True))
    op.add_column("held_basket", sa.Column("held_on", sa.Date(), nullable=True))
    op.create_table(
        "shared_basket",
        sa.Column("store_id", sa.String(length=8), nullable=False),
        sa.Column("hold", sa.String(length=32), nullable=False),
        sa.Column("till", _NUMBER, nullable=False),
        sa.Column("staff", sa.String(length=32), nullable=False),
        sa.Column("pieces", _NUMBER, nullable=False),
        sa.Column("total", _NUMBER, nullable=False),
        sa.Column("at_us", _NUMBER, nullable=False),
        sa.Column("label", sa.String(length=60), nullable=False),
        sa.Column("party", sa.String(length=32), nullable=False),
        sa.Column("taken", _NUMBER, nullable=False),
        sa.PrimaryKeyConstraint("store_id", "hold", name=op.f("pk_shared_basket")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "ended_hold",
        sa.Column("hold", sa.String(length=32), nullable=False),
        sa.Column("at", db.base.UtcDateTime(), nullable=False),
        sa.Column("basket_id", db.base.Key(), nullable=True),
        sa.PrimaryKeyConstraint("hold", name=op.f("pk_ended_hold")),
        sqlite_with_rowid=False,
    )
