"""First schema of the till: tables, append-only triggers, full-text index."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import db.base
from db.migrations.store.first_reference import create_reference_tables

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def _basket_step() -> None:
    op.create_table(
        "basket_step",
        sa.Column("step", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("basket_id", db.base.Key(), nullable=False),
        sa.Column("at", db.base.UtcDateTime(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("step", name=op.f("pk_basket_step")),
    )


def _cash_move() -> None:
    op.create_table(
        "cash_move",
        sa.Column("rid", db.base.Key(), nullable=False),
        sa.Column("n", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("shift_id", db.base.Key(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("minor", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("rid", "n", name=op.f("pk_cash_move")),
        sqlite_with_rowid=False,
    )


def _device() -> None:
    op.create_table(
        "device",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("installation", db.base.Key(), nullable=False),
        sa.Column("store_id", sa.String(length=8), nullable=False),
        sa.Column("till", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("server", sa.String(length=200), nullable=False),
        sa.Column("hq_id", db.base.Key(), nullable=False),
        sa.Column(
            "incarnation", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("ticket", sa.String(length=400), nullable=False),
        sa.Column("nonce", sa.String(length=64), nullable=False),
        sa.Column("enrolled_at", db.base.UtcDateTime(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_device_single")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_device")),
    )


def _entry_side() -> None:
    op.create_table(
        "entry_side",
        sa.Column("rid", db.base.Key(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("rid", name=op.f("pk_entry_side")),
    )


def _journal() -> None:
    op.create_table(
        "journal",
        sa.Column("jid", db.base.Key(), nullable=False),
        sa.Column("opened_at", db.base.UtcDateTime(), nullable=False),
        sa.Column("series", sa.String(length=2), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("head_seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("head_hash", sa.LargeBinary(), nullable=False),
        sa.Column(
            "last_receipt", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.CheckConstraint("state IN ('open', 'closed')", name=op.f("ck_journal_state")),
        sa.PrimaryKeyConstraint("jid", name=op.f("pk_journal")),
    )


def _journal_entry() -> None:
    op.create_table(
        "journal_entry",
        sa.Column("jid", db.base.Key(), nullable=False),
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("rid", db.base.Key(), nullable=False),
        sa.Column("type", sa.String(length=32), nullable=False),
        sa.Column("at", db.base.UtcDateTime(), nullable=False),
        sa.Column("business_date", sa.Date(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("entry", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("jid", "seq", name=op.f("pk_journal_entry")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_journal_entry_rid", "journal_entry", ["rid"], unique=True)


def _print_job() -> None:
    op.create_table(
        "print_job",
        sa.Column("job_id", db.base.Key(), nullable=False),
        sa.Column("rid", db.base.Key(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("copy_no", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("drawer", sa.Boolean(), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("attempts", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", db.base.UtcDateTime(), nullable=False),
        sa.Column("done_at", db.base.UtcDateTime(), nullable=True),
        sa.Column("error", sa.String(length=300), nullable=False),
        sa.CheckConstraint(
            "state IN ('queued', 'sent', 'done', 'unknown')", name=op.f("ck_print_job_state")
        ),
        sa.PrimaryKeyConstraint("job_id", name=op.f("pk_print_job")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_print_job_open",
        "print_job",
        ["job_id"],
        unique=False,
        sqlite_where=sa.text("state IN ('queued', 'sent')"),
    )


def _push_state() -> None:
    op.create_table(
        "push_state",
        sa.Column("jid", db.base.Key(), nullable=False),
        sa.Column(
            "acked_seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("acked_hash", sa.LargeBinary(), nullable=False),
        sa.Column("acked_at", db.base.UtcDateTime(), nullable=True),
        sa.Column(
            "durable_seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("stopped", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("jid", name=op.f("pk_push_state")),
    )


def _sale() -> None:
    op.create_table(
        "sale",
        sa.Column("rid", db.base.Key(), nullable=False),
        sa.Column(
            "price_version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
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
        sa.PrimaryKeyConstraint("rid", name=op.f("pk_sale")),
        sqlite_with_rowid=False,
    )


def _setting() -> None:
    op.create_table(
        "setting",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_setting")),
    )


def _shift() -> None:
    op.create_table(
        "shift",
        sa.Column("shift_id", db.base.Key(), nullable=False),
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("business_date", sa.Date(), nullable=False),
        sa.Column("opened_at", db.base.UtcDateTime(), nullable=False),
        sa.Column("closed_at", db.base.UtcDateTime(), nullable=True),
        sa.Column("staff_id", db.base.Key(), nullable=False),
        sa.Column(
            "float_minor", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.PrimaryKeyConstraint("shift_id", name=op.f("pk_shift")),
    )
    op.create_index(
        "ix_shift_open",
        "shift",
        ["closed_at"],
        sqlite_where=sa.text("closed_at IS NULL"),
    )


def _sign_on_guard() -> None:
    op.create_table(
        "sign_on_guard",
        sa.Column("staff_id", db.base.Key(), nullable=False),
        sa.Column("failures", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("blocked_until", db.base.UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("staff_id", name=op.f("pk_sign_on_guard")),
    )


def _stock_level() -> None:
    op.create_table(
        "stock_level",
        sa.Column("site", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("sku", sa.String(length=32), nullable=False),
        sa.Column(
            "thousandths", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.PrimaryKeyConstraint("site", "state", "sku", name=op.f("pk_stock_level")),
        sqlite_with_rowid=False,
    )


def _stock_move() -> None:
    op.create_table(
        "stock_move",
        sa.Column("rid", db.base.Key(), nullable=False),
        sa.Column("line", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "component", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("sku", sa.String(length=32), nullable=False),
        sa.Column(
            "thousandths", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("from_site", sa.String(length=16), nullable=False),
        sa.Column("from_state", sa.String(length=16), nullable=False),
        sa.Column("to_site", sa.String(length=16), nullable=False),
        sa.Column("to_state", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint("rid", "line", "component", name=op.f("pk_stock_move")),
        sqlite_with_rowid=False,
    )


def _sale_line() -> None:
    op.create_table(
        "sale_line",
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
        sa.ForeignKeyConstraint(["rid"], ["sale.rid"], name=op.f("fk_sale_line_rid_sale")),
        sa.PrimaryKeyConstraint("rid", "n", name=op.f("pk_sale_line")),
        sqlite_with_rowid=False,
    )


def _sale_tax() -> None:
    op.create_table(
        "sale_tax",
        sa.Column("rid", db.base.Key(), nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("ppm", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "net_minor", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "tax_minor", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.ForeignKeyConstraint(["rid"], ["sale.rid"], name=op.f("fk_sale_tax_rid_sale")),
        sa.PrimaryKeyConstraint("rid", "code", name=op.f("pk_sale_tax")),
        sqlite_with_rowid=False,
    )


def _sale_tender() -> None:
    op.create_table(
        "sale_tender",
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
        sa.ForeignKeyConstraint(["rid"], ["sale.rid"], name=op.f("fk_sale_tender_rid_sale")),
        sa.PrimaryKeyConstraint("rid", "n", name=op.f("pk_sale_tender")),
        sqlite_with_rowid=False,
    )


APPEND_ONLY = (
    "journal_entry",
    "sale",
    "sale_line",
    "sale_tax",
    "sale_tender",
    "stock_move",
    "cash_move",
)


def _append_only() -> None:
    """Finished records never change; corrections are new records."""
    for table in APPEND_ONLY:
        for act in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )


def _one_open_shift() -> None:
    """A unique index would not do: to it no two NULLs are equal."""
    op.execute(
        "CREATE TRIGGER shift_one_open BEFORE INSERT ON shift "
        "WHEN NEW.closed_at IS NULL AND EXISTS (SELECT 1 FROM shift WHERE closed_at IS NULL) "
        "BEGIN SELECT RAISE(ABORT, 'a shift is open already'); END"
    )


def _product_search() -> None:
    """Words of a product under its row id; prefixes of two and three letters are indexed."""
    op.execute(
        "CREATE VIRTUAL TABLE product_search USING fts5("
        "words, tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3')"
    )


def upgrade() -> None:
    """Create everything."""
    create_reference_tables()
    _basket_step()
    _cash_move()
    _device()
    _entry_side()
    _journal()
    _journal_entry()
    _print_job()
    _push_state()
    _sale()
    _setting()
    _shift()
    _sign_on_guard()
    _stock_level()
    _stock_move()
    _sale_line()
    _sale_tax()
    _sale_tender()
    _append_only()
    _one_open_shift()
    _product_search()
