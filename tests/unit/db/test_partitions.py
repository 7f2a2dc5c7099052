from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from sqlalchemy import Connection, Engine, insert, text

from db.head.journals import JournalEntry
from db.partitions import ensure_default, ensure_months, is_partition, partitioned_tables
from db.transaction import begin
from retail.identity import uuid7


def _entry(tx: Connection, at: datetime) -> str:
    """Add an entry made at that instant; the partition that holds it."""
    rid = uuid7(int(at.timestamp() * 1000), 1)
    tx.execute(
        insert(JournalEntry).values(
            store_id="S1",
            rid=rid,
            jid=UUID(int=1),
            seq=1,
            type="sale",
            at=at,
            business_date=at.date(),
            received_at=at,
            hash=b"h",
            entry=b"e",
        )
    )
    where = text("SELECT tableoid::regclass::text FROM journal_entry WHERE rid = :rid")
    return str(tx.execute(where, {"rid": rid}).scalar_one())


def _partitions(tx: Connection, table: str) -> set[str]:
    query = text(
        "SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid "
        "JOIN pg_class p ON p.oid = i.inhparent WHERE p.relname = :table"
    )
    return set(tx.execute(query, {"table": table}).scalars())


def test_a_partition_is_known_by_its_name() -> None:
    assert is_partition("journal_entry_p203012")
    assert is_partition("sale_pdefault")
    assert not is_partition("sale")
    assert not is_partition("push_plan")
    assert not is_partition("unknown_p203012")


@pytest.mark.parametrize("table", partitioned_tables())
def test_months_follow_each_other_over_the_year(head_engine: Engine, table: str) -> None:
    with begin(head_engine) as tx:
        ensure_default(tx)
        ensure_months(tx, date(2030, 11, 30), date(2031, 2, 1))
        ensure_months(tx, date(2030, 12, 1), date(2031, 1, 1))
        names = _partitions(tx, table)
    expected = {f"{table}_p{month}" for month in (203011, 203012, 203101, 203102)}
    assert expected <= names
    assert f"{table}_pdefault" in names


@pytest.mark.parametrize(
    ("at", "month"),
    [
        (datetime(2030, 12, 1, tzinfo=UTC), "203012"),
        (datetime(2030, 12, 31, 23, 59, 59, 999_000, tzinfo=UTC), "203012"),
        (datetime(2031, 1, 1, tzinfo=UTC), "203101"),
        (datetime(2050, 1, 1, tzinfo=UTC), "default"),
    ],
)
def test_an_entry_lies_in_the_month_of_its_rid(
    head_engine: Engine, at: datetime, month: str
) -> None:
    with begin(head_engine) as tx:
        ensure_months(tx, date(2030, 12, 1), date(2031, 1, 1))
        assert _entry(tx, at) == f"journal_entry_p{month}"


def test_a_month_with_early_keys_keeps_them_in_the_default_partition(head_engine: Engine) -> None:
    at = datetime(2040, 5, 6, tzinfo=UTC)
    with begin(head_engine) as tx:
        assert _entry(tx, at) == "journal_entry_pdefault"
        ensure_months(tx, date(2040, 5, 1), date(2040, 6, 1))
        names = _partitions(tx, "journal_entry")
    assert "journal_entry_p204005" not in names
    assert "journal_entry_p204006" in names
