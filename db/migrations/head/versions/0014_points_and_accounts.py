"""Whose points and accounts are, and postings that give back, take back and set a credit line."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import db.base

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_ACTS = "'issue', 'load', 'earn', 'redeem', 'refund', 'reverse', 'expire', 'settle', 'limit'"


def upgrade() -> None:
    """A refund onto a card was refused so far; what stands aside for it is booked again."""
    op.drop_constraint(op.f("ck_value_entry_act"), "value_entry", type_="check")
    op.create_check_constraint(op.f("ck_value_entry_act"), "value_entry", f"act IN ({_ACTS})")
    op.add_column("value_instrument", sa.Column("party_id", db.base.Key(), nullable=True))
    op.create_index("ix_value_instrument_party", "value_instrument", ["party_id"])
