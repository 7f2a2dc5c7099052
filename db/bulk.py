"""Many rows at once into PostgreSQL: COPY, and COPY with duplicates left out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.orm import DeclarativeBase


def _table(model: type[DeclarativeBase]) -> Table:
    found = model.__table__
    if not isinstance(found, Table):
        raise TypeError(model)
    return found


def copy_rows(
    tx: Connection,
    model: type[DeclarativeBase],
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
) -> None:
    """COPY rows into a table; a duplicate key fails the transaction."""
    _copy(tx, _table(model).name, columns, rows)


def copy_new_rows(
    tx: Connection,
    model: type[DeclarativeBase],
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
) -> int:
    """COPY rows into a temporary table and insert those whose key is new; returns how many were."""
    name = _table(model).name
    staging = f"incoming_{name}"
    tx.exec_driver_sql(
        f"CREATE TEMPORARY TABLE IF NOT EXISTS {staging} (LIKE {name}) ON COMMIT DELETE ROWS"
    )
    tx.exec_driver_sql(f"TRUNCATE {staging}")
    _copy(tx, staging, columns, rows)
    listed = ", ".join(columns)
    inserted = tx.exec_driver_sql(
        f"INSERT INTO {name} ({listed}) SELECT {listed} FROM {staging} ON CONFLICT DO NOTHING"  # noqa: S608 (names from the metadata)
    )
    return inserted.rowcount


def _copy(
    tx: Connection, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    driver = tx.connection.driver_connection
    if driver is None:
        raise RuntimeError("the connection is closed")
    with (
        driver.cursor() as cursor,
        cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy,
    ):
        for row in rows:
            copy.write_row(row)
