"""What people change by hand, goods that come back, baskets that wait, and undoing an undo."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import db.base

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _sale_line_cut() -> None:
    op.create_table(
        "sale_line_cut",
        sa.Column("rid", db.base.Key(), nullable=False),
        sa.Column("n", _NUMBER, nullable=False),
        sa.Column("scope", sa.String(length=8), nullable=False),
        sa.Column("minor", _NUMBER, nullable=False),
        sa.Column("ppm", _NUMBER, nullable=False),
        sa.Column("reason", sa.String(length=16), nullable=False),
        sa.Column("staff_id", db.base.Key(), nullable=False),
        sa.Column("approved_id", db.base.Key(), nullable=True),
        sa.ForeignKeyConstraint(["rid"], ["sale.rid"], name=op.f("fk_sale_line_cut_rid_sale")),
        sa.PrimaryKeyConstraint("rid", "n", "scope", name=op.f("pk_sale_line_cut")),
        sqlite_with_rowid=False,
    )


def _sale_line_back() -> None:
    op.create_table(
        "sale_line_back",
        sa.Column("rid", db.base.Key(), nullable=False),
        sa.Column("n", _NUMBER, nullable=False),
        sa.Column("disposition", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.String(length=16), nullable=False),
        sa.Column("staff_id", db.base.Key(), nullable=False),
        sa.Column("approved_id", db.base.Key(), nullable=True),
        sa.Column("sale_rid", db.base.Key(), nullable=True),
        sa.Column("sale_n", _NUMBER, nullable=False),
        sa.ForeignKeyConstraint(["rid"], ["sale.rid"], name=op.f("fk_sale_line_back_rid_sale")),
        sa.PrimaryKeyConstraint("rid", "n", name=op.f("pk_sale_line_back")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_sale_line_back_sale", "sale_line_back", ["sale_rid", "sale_n"])


def _held_basket() -> None:
    op.create_table(
        "held_basket",
        sa.Column("basket_id", db.base.Key(), nullable=False),
        sa.Column("label", sa.String(length=60), nullable=False),
        sa.Column("customer", sa.String(length=120), nullable=False),
        sa.Column("staff_id", db.base.Key(), nullable=False),
        sa.Column("at", db.base.UtcDateTime(), nullable=False),
        sa.Column("count", _NUMBER, nullable=False),
        sa.Column("minor", _NUMBER, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("basket_id", name=op.f("pk_held_basket")),
    )


def upgrade() -> None:
    """Sales of before had nothing of the kind; nothing was undone."""
    for table, column in (
        (
            "basket_step",
            sa.Column("undone", sa.Boolean(), server_default=sa.false(), nullable=False),
        ),
        ("sale", sa.Column("note", sa.String(length=200), server_default="", nullable=False)),
        ("sale", sa.Column("certificate", sa.String(length=40), server_default="", nullable=False)),
        ("sale_line", sa.Column("note", sa.String(length=200), server_default="", nullable=False)),
        ("sale_line", sa.Column("seller_id", db.base.Key(), nullable=True)),
    ):
        op.add_column(table, column)
    _sale_line_cut()
    _sale_line_back()
    _held_basket()
