"""First schema of the head office: tables and partitions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import db.base
from db.migrations.head.first_ledgers import create_ledgers
from db.partitions import ensure_default

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def _audit_event() -> None:
    op.create_table(
        "audit_event",
        sa.Column("company_id", sa.String(length=8), nullable=False),
        sa.Column("event_id", db.base.Key(), nullable=False),
        sa.Column("at", db.base.UtcDateTime(), nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("act", sa.String(length=40), nullable=False),
        sa.Column("detail", sa.String(length=400), nullable=False),
        sa.PrimaryKeyConstraint("company_id", "event_id", name=op.f("pk_audit_event")),
        info={"distribution": "company"},
    )
    op.create_index("ix_audit_event_at", "audit_event", ["at"], unique=False)


def _barcode() -> None:
    op.create_table(
        "barcode",
        sa.Column("gtin", sa.String(length=14), nullable=False),
        sa.Column("sku", sa.String(length=32), nullable=False),
        sa.Column("pack", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("gtin", name=op.f("pk_barcode")),
        info={"distribution": "reference"},
    )
    op.create_index(op.f("ix_barcode_sku"), "barcode", ["sku"], unique=False)


def _category() -> None:
    op.create_table(
        "category",
        sa.Column("category", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("icon", sa.String(length=40), nullable=False),
        sa.Column("tint", sa.String(length=16), nullable=False),
        sa.Column("rank", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("category", name=op.f("pk_category")),
        info={"distribution": "reference"},
    )


def _company() -> None:
    op.create_table(
        "company",
        sa.Column("company_id", sa.String(length=8), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.PrimaryKeyConstraint("company_id", name=op.f("pk_company")),
        info={"distribution": "reference"},
    )


def _customer() -> None:
    op.create_table(
        "customer",
        sa.Column("party_id", db.base.Key(), nullable=False),
        sa.Column("card", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("folded", sa.String(length=160), nullable=False),
        sa.Column("email", sa.String(length=160), nullable=False),
        sa.Column("phone", sa.String(length=24), nullable=False),
        sa.Column("tier", sa.String(length=16), nullable=False),
        sa.Column("home_store", sa.String(length=8), nullable=False),
        sa.Column("created_at", db.base.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("party_id", name=op.f("pk_customer")),
        info={"distribution": "party"},
    )
    op.create_index("ix_customer_card", "customer", ["card"], unique=False)


def _enrol_code() -> None:
    op.create_table(
        "enrol_code",
        sa.Column("store_id", sa.String(length=8), nullable=False),
        sa.Column("code_id", db.base.Key(), nullable=False),
        sa.Column("till", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", db.base.UtcDateTime(), nullable=False),
        sa.Column("used_at", db.base.UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("store_id", "code_id", name=op.f("pk_enrol_code")),
        info={"distribution": "store"},
    )
    op.create_index("ix_enrol_code_hash", "enrol_code", ["code_hash"], unique=False)


def _head_office() -> None:
    op.create_table(
        "head_office",
        sa.Column("hq_id", db.base.Key(), nullable=False),
        sa.Column(
            "incarnation", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.PrimaryKeyConstraint("hq_id", name=op.f("pk_head_office")),
        info={"distribution": "reference"},
    )


def _installation() -> None:
    op.create_table(
        "installation",
        sa.Column("store_id", sa.String(length=8), nullable=False),
        sa.Column("installation_id", db.base.Key(), nullable=False),
        sa.Column("till", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("signing_key", sa.LargeBinary(), nullable=False),
        sa.Column("nonce", sa.String(length=64), nullable=False),
        sa.Column("nonce_previous", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("app_version", sa.String(length=24), nullable=False),
        sa.Column("enrolled_at", db.base.UtcDateTime(), nullable=False),
        sa.Column("last_seen_at", db.base.UtcDateTime(), nullable=True),
        sa.Column(
            "clock_skew_ms", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("queued", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("oldest_queued_at", db.base.UtcDateTime(), nullable=True),
        sa.Column(
            "catalogue_seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("alarm", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("store_id", "installation_id", name=op.f("pk_installation")),
        info={"distribution": "store"},
    )
    op.create_index("ix_installation_id", "installation", ["installation_id"], unique=False)


def _price() -> None:
    op.create_table(
        "price",
        sa.Column("zone", sa.String(length=16), nullable=False),
        sa.Column("sku", sa.String(length=32), nullable=False),
        sa.Column("pack", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "valid_from_us", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("minor", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("zone", "sku", "pack", "valid_from_us", name=op.f("pk_price")),
        info={"distribution": "reference"},
    )


def _product() -> None:
    op.create_table(
        "product",
        sa.Column(
            "cost_micro", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("sku", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("folded", sa.String(length=160), nullable=False),
        sa.Column("category", sa.String(length=32), nullable=False),
        sa.Column("tax_code", sa.String(length=8), nullable=False),
        sa.Column("unit", sa.String(length=8), nullable=False),
        sa.Column("min_age", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("icon", sa.String(length=40), nullable=False),
        sa.Column(
            "tile_rank", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("components", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("sku", name=op.f("pk_product")),
        info={"distribution": "reference"},
    )
    op.create_index("ix_product_folded", "product", ["folded"], unique=False)


def _request_nonce() -> None:
    op.create_table(
        "request_nonce",
        sa.Column("store_id", sa.String(length=8), nullable=False),
        sa.Column("installation_id", db.base.Key(), nullable=False),
        sa.Column("nonce", sa.String(length=64), nullable=False),
        sa.Column("seen_at", db.base.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint(
            "store_id", "installation_id", "nonce", name=op.f("pk_request_nonce")
        ),
        info={"distribution": "store"},
    )
    op.create_index("ix_request_nonce_seen_at", "request_nonce", ["seen_at"], unique=False)


def _shift() -> None:
    op.create_table(
        "shift",
        sa.Column("store_id", sa.String(length=8), nullable=False),
        sa.Column("shift_id", db.base.Key(), nullable=False),
        sa.Column("till", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("business_date", sa.Date(), nullable=False),
        sa.Column("opened_at", db.base.UtcDateTime(), nullable=False),
        sa.Column("staff_id", db.base.Key(), nullable=False),
        sa.Column(
            "float_minor", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.PrimaryKeyConstraint("store_id", "shift_id", name=op.f("pk_shift")),
        info={"distribution": "store"},
    )


def _staff_member() -> None:
    op.create_table(
        "staff_member",
        sa.Column("store_id", sa.String(length=8), nullable=False),
        sa.Column("staff_id", db.base.Key(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("initials", sa.String(length=4), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("pin_hash", sa.String(length=160), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("store_id", "staff_id", name=op.f("pk_staff_member")),
        info={"distribution": "store"},
    )


def _store() -> None:
    op.create_table(
        "store",
        sa.Column("company_id", sa.String(length=8), nullable=False),
        sa.Column("store_id", sa.String(length=8), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("street", sa.String(length=80), nullable=False),
        sa.Column("city", sa.String(length=80), nullable=False),
        sa.Column("vat_id", sa.String(length=20), nullable=False),
        sa.Column("phone", sa.String(length=24), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("zone", sa.String(length=40), nullable=False),
        sa.Column(
            "cut_over_minutes", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "cash_increment", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("tax_zone", sa.String(length=16), nullable=False),
        sa.Column("price_zone", sa.String(length=16), nullable=False),
        sa.Column("tax_included", sa.Boolean(), nullable=False),
        sa.Column("tax_rounding", sa.String(length=10), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.PrimaryKeyConstraint("store_id", name=op.f("pk_store")),
        info={"distribution": "reference"},
    )


def _stream_change() -> None:
    op.create_table(
        "stream_change",
        sa.Column("stream", sa.String(length=64), nullable=False),
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("entity", sa.String(length=16), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("op", sa.String(length=4), nullable=False),
        sa.Column("ver", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("chain", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("stream", "seq", name=op.f("pk_stream_change")),
        info={"distribution": "reference"},
    )


def _stream_head() -> None:
    op.create_table(
        "stream_head",
        sa.Column("stream", sa.String(length=64), nullable=False),
        sa.Column(
            "generation", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("head", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("chain", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("stream", name=op.f("pk_stream_head")),
        info={"distribution": "reference"},
        postgresql_with={"fillfactor": 50},
    )


def _tax_rate() -> None:
    op.create_table(
        "tax_rate",
        sa.Column("zone", sa.String(length=16), nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column(
            "valid_from_us", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("ppm", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("zone", "code", "valid_from_us", name=op.f("pk_tax_rate")),
        info={"distribution": "reference"},
    )


def _terminal() -> None:
    op.create_table(
        "terminal",
        sa.Column("store_id", sa.String(length=8), nullable=False),
        sa.Column("till", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("installation_id", db.base.Key(), nullable=True),
        sa.PrimaryKeyConstraint("store_id", "till", name=op.f("pk_terminal")),
        info={"distribution": "store"},
    )


def _user_account() -> None:
    op.create_table(
        "user_account",
        sa.Column("company_id", sa.String(length=8), nullable=False),
        sa.Column("user_id", db.base.Key(), nullable=False),
        sa.Column("login", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("password_hash", sa.String(length=160), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("failures", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("blocked_until", db.base.UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("company_id", "user_id", name=op.f("pk_user_account")),
        sa.UniqueConstraint("company_id", "login", name=op.f("uq_user_account_company_id")),
        info={"distribution": "company"},
    )


def _user_session() -> None:
    op.create_table(
        "user_session",
        sa.Column("company_id", sa.String(length=8), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("user_id", db.base.Key(), nullable=False),
        sa.Column("csrf", sa.String(length=64), nullable=False),
        sa.Column("created_at", db.base.UtcDateTime(), nullable=False),
        sa.Column("last_seen_at", db.base.UtcDateTime(), nullable=False),
        sa.Column("expires_at", db.base.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("company_id", "token_hash", name=op.f("pk_user_session")),
        info={"distribution": "company"},
    )


def _partitions() -> None:
    ensure_default(op.get_bind())


def upgrade() -> None:
    """Create everything."""
    _audit_event()
    _barcode()
    _category()
    _company()
    _customer()
    _enrol_code()
    _head_office()
    _installation()
    _price()
    _product()
    _request_nonce()
    _shift()
    _staff_member()
    _store()
    _stream_change()
    _stream_head()
    _tax_rate()
    _terminal()
    _user_account()
    _user_session()
    create_ledgers()
    _partitions()
