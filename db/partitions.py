"""Monthly partitions of the tables that are partitioned by ``rid``: a UUIDv7 is time."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID

from sqlalchemy import Connection, text

from db.base import HeadBase

_DAY_MS = 86_400_000


def partitioned_tables() -> tuple[str, ...]:
    """Names of all head-office tables that are partitioned by ``rid``."""
    return tuple(
        table.name
        for table in HeadBase.metadata.sorted_tables
        if table.dialect_options["postgresql"].get("partition_by") == "RANGE (rid)"
    )


def is_partition(name: str) -> bool:
    """True for the name of a partition, which is no table of the metadata's."""
    parent, mark, _ = name.rpartition("_p")
    return bool(mark) and parent in partitioned_tables()


def _bound(month: date) -> UUID:
    start = datetime(month.year, month.month, 1, tzinfo=UTC)
    return UUID(int=int(start.timestamp()) * 1000 << 80)


def _next(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def ensure_default(tx: Connection) -> None:
    """Give every table a partition for keys outside of all months (a till's clock may be wild).

    A revision may call it before later ones have made their tables.
    """
    for table in partitioned_tables():
        if _exists(tx, table):
            tx.execute(
                text(f"CREATE TABLE IF NOT EXISTS {table}_pdefault PARTITION OF {table} DEFAULT")
            )


def _exists(tx: Connection, table: str) -> bool:
    known = text("SELECT to_regclass(:name) IS NOT NULL")
    return bool(tx.execute(known, {"name": table}).scalar_one())


def ensure_months(tx: Connection, first: date, last: date) -> None:
    """Create the partitions of the months from ``first`` to ``last`` that are not there yet.

    Tables of later revisions are left out.
    A month whose keys already lie in the default partition keeps them there.
    """
    month = first.replace(day=1)
    while month <= last:
        for table in partitioned_tables():
            _ensure(tx, table, month)
        month = _next(month)


def _ensure(tx: Connection, table: str, month: date) -> None:
    name = f"{table}_p{month:%Y%m}"
    if _exists(tx, name) or not _exists(tx, table):
        return
    low, high = _bound(month), _bound(_next(month))
    stray = text(
        f"SELECT EXISTS (SELECT FROM {table}_pdefault"  # noqa: S608 (names from the metadata)
        " WHERE rid >= :low AND rid < :high)"
    )
    if tx.execute(stray, {"low": low, "high": high}).scalar_one():
        return
    tx.execute(
        text(f"CREATE TABLE {name} PARTITION OF {table} FOR VALUES FROM ('{low}') TO ('{high}')")
    )
