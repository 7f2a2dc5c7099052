"""Tables of the first schema that record what happened: journals, sales, stock, ledger."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import db.base


def _account() -> None:
    op.create_table(
        "account",
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("role", sa.String(length=24), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_account")),
        info={"distribution": "reference"},
    )


def _applied() -> None:
    op.create_table(
        "applied",
        sa.Column("store_id", sa.String(length=8), nullable=False),
        sa.Column("rid", db.base.Key(), nullable=False),
        sa.Column("jid", db.base.Key(), nullable=False),
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", db.base.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("store_id", "rid", name=op.f("pk_applied")),
        info={"distribution": "store"},
    )


def _entry_side() -> None:
    op.create_table(
        "entry_side",
        sa.Column("store_id", sa.String(length=8), nullable=False),
        sa.Column("rid", db.base.Key(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("store_id", "rid", name=op.f("pk_entry_side")),
        info={"distribution": "store"},
    )


def _journal_entry() -> None:
    op.create_table(
        "journal_entry",
        sa.Column("store_id", sa.String(length=8), nullable=False),
        sa.Column("rid", db.base.Key(), nullable=False),
        sa.Column("jid", db.base.Key(), nullable=False),
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("type", sa.String(length=32), nullable=False),
        sa.Column("at", db.base.UtcDateTime(), nullable=False),
        sa.Column("business_date", sa.Date(), nullable=False),
        sa.Column("received_at", db.base.UtcDateTime(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("entry", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("store_id", "rid", name=op.f("pk_journal_entry")),
        info={"distribution": "store"},
        postgresql_partition_by="RANGE (rid)",
    )
    op.create_index(
        "ix_journal_entry_jid_seq", "journal_entry", ["store_id", "jid", "seq"], unique=False
    )


def _journal_head() -> None:
    op.create_table(
        "journal_head",
        sa.Column("store_id", sa.String(length=8), nullable=False),
        sa.Column("jid", db.base.Key(), nullable=False),
        sa.Column("installation_id", db.base.Key(), nullable=False),
        sa.Column("till", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("head_seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("head_hash", sa.LargeBinary(), nullable=False),
        sa.Column(
            "applied_seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("opened_at", db.base.UtcDateTime(), nullable=False),
        sa.Column("last_at", db.base.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("store_id", "jid", name=op.f("pk_journal_head")),
        info={"distribution": "store"},
    )
    op.create_index("ix_journal_head_jid", "journal_head", ["jid"], unique=False)


def _ledger_entry() -> None:
    op.create_table(
        "ledger_entry",
        sa.Column("store_id", sa.String(length=8), nullable=False),
        sa.Column("rid", db.base.Key(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("posted_on", sa.Date(), nullable=False),
        sa.Column("at", db.base.UtcDateTime(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("text", sa.String(length=120), nullable=False),
        sa.PrimaryKeyConstraint("store_id", "rid", name=op.f("pk_ledger_entry")),
        info={"distribution": "store"},
        postgresql_partition_by="RANGE (rid)",
    )
    op.create_index(
        "ix_ledger_entry_posted_on", "ledger_entry", ["posted_on", "store_id"], unique=False
    )


def _ledger_line() -> None:
    op.create_table(
        "ledger_line",
        sa.Column("store_id", sa.String(length=8), nullable=False),
        sa.Column("rid", db.base.Key(), nullable=False),
        sa.Column("n", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account", sa.String(length=8), nullable=False),
        sa.Column("detail", sa.String(length=24), nullable=False),
        sa.Column("minor", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("minor <> 0", name=op.f("ck_ledger_line_minor")),
        sa.PrimaryKeyConstraint("store_id", "rid", "n", name=op.f("pk_ledger_line")),
        info={"distribution": "store"},
        postgresql_partition_by="RANGE (rid)",
    )


def _quarantined() -> None:
    op.create_table(
        "quarantined",
        sa.Column("store_id", sa.String(length=8), nullable=False),
        sa.Column("rid", db.base.Key(), nullable=False),
        sa.Column("jid", db.base.Key(), nullable=False),
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("tries", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("first_at", db.base.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("store_id", "rid", name=op.f("pk_quarantined")),
        info={"distribution": "store"},
    )


def _sale() -> None:
    op.create_table(
        "sale",
        sa.Column("store_id", sa.String(length=8), nullable=False),
        sa.Column("rid", db.base.Key(), nullable=False),
        sa.Column("till", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.String(length=32), nullable=False),
        sa.Column("business_date", sa.Date(), nullable=False),
        sa.Column("at", db.base.UtcDateTime(), nullable=False),
        sa.Column("jid", db.base.Key(), nullable=True),
        sa.Column("shift_id", db.base.Key(), nullable=True),
        sa.Column("staff_id", db.base.Key(), nullable=False),
        sa.Column("party_id", db.base.Key(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column(
            "total_minor", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "tax_minor", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "savings_minor", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "rounding_minor", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.PrimaryKeyConstraint("store_id", "rid", name=op.f("pk_sale")),
        info={"distribution": "store"},
        postgresql_partition_by="RANGE (rid)",
    )
    op.create_index("ix_sale_at", "sale", ["at"], unique=False)
    op.create_index("ix_sale_business_date", "sale", ["business_date", "store_id"], unique=False)
    op.create_index("ix_sale_number", "sale", ["number"], unique=False)


def _sale_line() -> None:
    op.create_table(
        "sale_line",
        sa.Column("store_id", sa.String(length=8), nullable=False),
        sa.Column("rid", db.base.Key(), nullable=False),
        sa.Column("n", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sku", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("unit", sa.String(length=8), nullable=False),
        sa.Column("quantity", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "price_minor", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "gross_minor", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "discount_minor", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "net_minor", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.PrimaryKeyConstraint("store_id", "rid", "n", name=op.f("pk_sale_line")),
        info={"distribution": "store"},
        postgresql_partition_by="RANGE (rid)",
    )


def _sale_tax() -> None:
    op.create_table(
        "sale_tax",
        sa.Column("store_id", sa.String(length=8), nullable=False),
        sa.Column("rid", db.base.Key(), nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("ppm", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "net_minor", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "tax_minor", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.PrimaryKeyConstraint("store_id", "rid", "code", name=op.f("pk_sale_tax")),
        info={"distribution": "store"},
        postgresql_partition_by="RANGE (rid)",
    )


def _sale_tender() -> None:
    op.create_table(
        "sale_tender",
        sa.Column("store_id", sa.String(length=8), nullable=False),
        sa.Column("rid", db.base.Key(), nullable=False),
        sa.Column("n", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column(
            "amount_minor", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "given_minor", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "change_minor", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("reference", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("store_id", "rid", "n", name=op.f("pk_sale_tender")),
        info={"distribution": "store"},
        postgresql_partition_by="RANGE (rid)",
    )


def _stock_level() -> None:
    op.create_table(
        "stock_level",
        sa.Column("store_id", sa.String(length=8), nullable=False),
        sa.Column("site", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("sku", sa.String(length=32), nullable=False),
        sa.Column(
            "thousandths", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.PrimaryKeyConstraint("store_id", "site", "state", "sku", name=op.f("pk_stock_level")),
        info={"distribution": "store"},
    )


def _stock_move() -> None:
    op.create_table(
        "stock_move",
        sa.Column("store_id", sa.String(length=8), nullable=False),
        sa.Column("rid", db.base.Key(), nullable=False),
        sa.Column("line", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "component", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("at", db.base.UtcDateTime(), nullable=False),
        sa.Column("sku", sa.String(length=32), nullable=False),
        sa.Column(
            "thousandths", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("from_site", sa.String(length=16), nullable=False),
        sa.Column("from_state", sa.String(length=16), nullable=False),
        sa.Column("to_site", sa.String(length=16), nullable=False),
        sa.Column("to_state", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint("store_id", "rid", "line", "component", name=op.f("pk_stock_move")),
        info={"distribution": "store"},
        postgresql_partition_by="RANGE (rid)",
    )


def create_ledgers() -> None:
    """Create them."""
    _account()
    _applied()
    _entry_side()
    _journal_entry()
    _journal_head()
    _ledger_entry()
    _ledger_line()
    _quarantined()
    _sale()
    _sale_line()
    _sale_tax()
    _sale_tender()
    _stock_level()
    _stock_move()
