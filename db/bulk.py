"""Many rows at once into PostgreSQL: COPY, as text and in binary form, and arrays."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import BigInteger, Connection, LargeBinary, String, Table, Uuid
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import DeclarativeBase

UUIDS, TEXTS, NUMBERS, BYTES = (
    ARRAY(Uuid()),
    ARRAY(String()),
    ARRAY(BigInteger()),
    ARRAY(LargeBinary()),
)
"""Types of a statement's parameters when it works on many rows at once, with ``unnest``."""


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


def copy_binary(
    tx: Connection,
    model: type[DeclarativeBase],
    columns: Mapping[str, str],
    rows: Iterable[Sequence[Any]],
) -> None:
    """COPY rows in binary form, at half the price of text for rows of bytes.

    Args:
        columns: PostgreSQL's type of each column by its name; values must be of exactly that type.
    """
    listed = ", ".join(columns)
    with (
        _cursor(tx) as cursor,
        cursor.copy(f"COPY {_table(model).name} ({listed}) FROM STDIN (FORMAT BINARY)") as copy,
    ):
        copy.set_types(list(columns.values()))
        for row in rows:
            copy.write_row(row)


def _copy(
    tx: Connection, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    with (
        _cursor(tx) as cursor,
        cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy,
    ):
        for row in rows:
            copy.write_row(row)


def _cursor(tx: Connection) -> Any:
    driver = tx.connection.driver_connection
    if driver is None:
        raise RuntimeError("the connection is closed")
    return driver.cursor()
