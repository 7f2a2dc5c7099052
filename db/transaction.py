"""The only place that begins, commits and rolls back."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from db.errors import known_error

L = TypeVar("L", bound=Callable[[Connection], None])

_SNAPSHOT = text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
_UNHURRIED = text("SET LOCAL synchronous_commit = off")
_LAST = "tillwright_last_statements"
_AFTER = "tillwright_after_commit"
_CHANGED = "tillwright_changed"
_ENDED = "tillwright_when_ended"


@contextmanager
def begin(engine: Engine) -> Iterator[Connection]:
    """One transaction: committed when the block ends, rolled back when it raises.

    Raises:
        StoreUnavailable: the database is locked, full, read-only, corrupt or unreachable;
            nothing of the block was kept.
    """
    try:
        with engine.connect() as connection:
            yield from _transact(connection)
    except (DBAPIError, sqlite3.Error) as error:
        _raise_known(error)


@contextmanager
def begin_on(connection: Connection) -> Iterator[Connection]:
    """One transaction on a connection that stays open, as the till's writer thread keeps it.

    Raises:
        StoreUnavailable: as :func:`begin`.
    """
    try:
        yield from _transact(connection)
    except (DBAPIError, sqlite3.Error) as error:
        _raise_known(error)


@contextmanager
def savepoint(tx: Connection) -> Iterator[None]:
    """A part of a transaction that may fail alone; what it did is undone when it raises."""
    with tx.begin_nested():
        yield


def last_statement(tx: Connection, key: str, statement: L) -> L:
    """Run something as the transaction's last statements, just before the commit.

    For rows that everybody wants to lock, held as briefly as can be. Registrations run in the
    order of ``key``, so that two transactions lock in the same order; a key runs once, and the
    one registered first for it is returned.
    """
    registered: L = tx.info.setdefault(_LAST, {}).setdefault(key, statement)
    return registered


def after_commit(tx: Connection, act: Callable[[], None]) -> None:
    """Run something once the transaction is durable; never when it was rolled back."""
    tx.info.setdefault(_AFTER, []).append(act)


def when_ended(tx: Connection, act: Callable[[], object]) -> None:
    """Run something once the transaction is over, whether it was kept or rolled back."""
    tx.info.setdefault(_ENDED, []).append(act)


def read_snapshot(tx: Connection) -> None:
    """Make a transaction that has just begun read-only and of one moment (PostgreSQL)."""
    tx.execute(_SNAPSHOT)


def may_be_lost(tx: Connection) -> None:
    """Commit without waiting for the disk: a crash of the server may undo it (PostgreSQL)."""
    tx.execute(_UNHURRIED)


def changed(tx: Connection, what: str) -> None:
    """Note what kind of thing a transaction changed, for whoever acts on it after the commit."""
    tx.info.setdefault(_CHANGED, set()).add(what)


def take_changes(connection: Connection) -> frozenset[str]:
    """What the transaction just committed on a connection changed; empty when asked again."""
    return frozenset(connection.info.pop(_CHANGED, ()))


def _transact(connection: Connection) -> Iterator[Connection]:
    connection.info.pop(_LAST, None)
    connection.info.pop(_AFTER, None)
    connection.info.pop(_CHANGED, None)
    transaction = connection.begin()
    try:
        yield connection
        pending = connection.info.pop(_LAST, {})
        for key in sorted(pending):
            pending[key](connection)
        transaction.commit()
    except BaseException:
        transaction.rollback()
        _leave(connection)
        raise
    finally:
        for end in connection.info.pop(_ENDED, []):
            end()
    for act in connection.info.pop(_AFTER, []):
        act()


def _leave(connection: Connection) -> None:
    """End what a failed COMMIT left open: SQLite stays inside, SQLAlchemy takes it for ended."""
    if connection.dialect.name != "sqlite" or connection.invalidated:
        return
    driver = connection.connection.driver_connection
    if isinstance(driver, sqlite3.Connection) and driver.in_transaction:
        driver.rollback()


def _raise_known(error: DBAPIError | sqlite3.Error) -> None:
    known = known_error(error)
    if known is not None:
        raise known from error
    raise error
