"""Stored value: instruments, entries, reservations and leases."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import db.base
from db.partitions import ensure_default

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None
_WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _company() -> sa.Column[str]:
    return sa.Column("company_id", sa.String(length=8), nullable=False)


def _instruments() -> None:
    op.create_table(
        "value_key",
        _company(),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("company_id", name=op.f("pk_value_key")),
        info={"distribution": "company"},
    )
    op.create_table(
        "value_instrument",
        _company(),
        sa.Column("instrument_id", db.base.Key(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("lookup", sa.LargeBinary(), nullable=False),
        sa.Column("last_four", sa.String(length=4), nullable=False),
        sa.Column("balance", _WHOLE, nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("opened_at", db.base.UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "state IN ('active', 'blocked')", name=op.f("ck_value_instrument_state")
        ),
        sa.PrimaryKeyConstraint("company_id", "instrument_id", name=op.f("pk_value_instrument")),
        info={"distribution": "company"},
    )
    op.create_index(
        "ix_value_instrument_lookup", "value_instrument", ["company_id", "lookup"], unique=True
    )


def _entries() -> None:
    op.create_table(
        "value_entry",
        _company(),
        sa.Column("rid", db.base.Key(), nullable=False),
        sa.Column("n", _WHOLE, nullable=False),
        sa.Column("instrument_id", db.base.Key(), nullable=False),
        sa.Column("store_id", sa.String(length=8), nullable=False),
        sa.Column("act", sa.String(length=8), nullable=False),
        sa.Column("amount", _WHOLE, nullable=False),
        sa.Column("authority", sa.String(length=8), nullable=False),
        sa.Column("at", db.base.UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "act IN ('issue', 'load', 'earn', 'redeem', 'expire', 'settle')",
            name=op.f("ck_value_entry_act"),
        ),
        sa.PrimaryKeyConstraint("company_id", "rid", "n", name=op.f("pk_value_entry")),
        postgresql_partition_by="RANGE (rid)",
        info={"distribution": "company"},
    )
    op.create_index("ix_value_entry_instrument", "value_entry", ["company_id", "instrument_id"])
    op.execute(
        "CREATE FUNCTION value_entry_stays() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "RAISE EXCEPTION 'value_entry is append-only'; END $$"
    )
    op.execute(
        "CREATE TRIGGER value_entry_no_change BEFORE UPDATE OR DELETE ON value_entry "
        "FOR EACH ROW EXECUTE FUNCTION value_entry_stays()"
    )


def _held() -> None:
    """What is held back of a balance: for a sale under way, or lent to a till."""
    op.create_table(
        "value_reservation",
        _company(),
        sa.Column("rid", db.base.Key(), nullable=False),
        sa.Column("instrument_id", db.base.Key(), nullable=False),
        sa.Column("store_id", sa.String(length=8), nullable=False),
        sa.Column("till", _WHOLE, nullable=False),
        sa.Column("amount", _WHOLE, nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("expires_at", db.base.UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "state IN ('open', 'captured', 'released')", name=op.f("ck_value_reservation_state")
        ),
        sa.PrimaryKeyConstraint("company_id", "rid", name=op.f("pk_value_reservation")),
        info={"distribution": "company"},
    )
    op.create_table(
        "value_lease",
        _company(),
        sa.Column("lease_id", db.base.Key(), nullable=False),
        sa.Column("instrument_id", db.base.Key(), nullable=False),
        sa.Column("store_id", sa.String(length=8), nullable=False),
        sa.Column("till", _WHOLE, nullable=False),
        sa.Column("installation_id", db.base.Key(), nullable=False),
        sa.Column("granted", _WHOLE, nullable=False),
        sa.Column("used", _WHOLE, nullable=False),
        sa.Column("returned", _WHOLE, nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("expires_at", db.base.UtcDateTime(), nullable=False),
        sa.CheckConstraint("state IN ('open', 'returned')", name=op.f("ck_value_lease_state")),
        sa.PrimaryKeyConstraint("company_id", "lease_id", name=op.f("pk_value_lease")),
        info={"distribution": "company"},
    )
    for table in ("value_reservation", "value_lease"):
        op.create_index(f"ix_{table}_instrument", table, ["company_id", "instrument_id", "state"])


def _accounts() -> None:
    """A chart that has no account for stored value and customers' debts gets one."""
    for code, role, name, kind in (
        ("1200", "receivable", "Customers'' accounts", "asset"),
        ("2200", "stored_value", "Gift cards and credit", "liability"),
    ):
        op.execute(
            "INSERT INTO account (code, role, name, kind) "  # noqa: S608 (constants)
            f"SELECT '{code}', '{role}', '{name}', '{kind}' "
            "WHERE EXISTS (SELECT FROM account) ON CONFLICT DO NOTHING"
        )


def upgrade() -> None:
    """Add the tables and the accounts that their postings need."""
    _instruments()
    _entries()
    _held()
    _accounts()
    ensure_default(op.get_bind())
