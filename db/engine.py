"""Engines of both sides with the settings that their promises rest on."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.pool import NullPool, QueuePool

from db.errors import StoreUnavailable, known_error

APPLICATION_ID = 0x5469_6C6C
"""``Till``: marks the file as a Tillwright store (``PRAGMA application_id``)."""
_BUSY_MS = 3000
_STORE_PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    # A sale survives a power cut once its commit returned.
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA cache_size = -16000",
    "PRAGMA wal_autocheckpoint = 1000",
    "PRAGMA trusted_schema = OFF",
)


def open_store(path: Path, *, read_only: bool = False) -> Engine:
    """The engine of a till's file. Each connection is opened anew; keep it open for speed.

    Raises:
        StoreUnavailable: on connecting, when the file cannot be opened or is no database.
    """

    def _connect() -> sqlite3.Connection:
        return sqlite3.connect(
            _uri(path, read_only=read_only),
            uri=True,
            timeout=_BUSY_MS / 1000,
            check_same_thread=False,
        )

    engine = create_engine("sqlite://", creator=_connect, poolclass=NullPool)

    @event.listens_for(engine, "connect")
    def _prepare(connection: sqlite3.Connection, _record: Any) -> None:
        connection.isolation_level = None
        try:
            for pragma in _STORE_PRAGMAS[2:] if read_only else _STORE_PRAGMAS:
                connection.execute(pragma)
            if read_only:
                connection.execute("PRAGMA query_only = ON")
        except sqlite3.Error as error:
            raise known_error(error) or error from error

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        # A writer takes its lock at once: a transaction that read first cannot be upgraded.
        connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")

    return engine


def _uri(path: Path, *, read_only: bool) -> str:
    """The file as SQLite's URI; a folder's name may hold spaces, ``#``, ``%`` and ``?``."""
    return path.absolute().as_uri() + ("?mode=ro" if read_only else "")


def check_store(path: Path) -> None:
    """Read the file's header once, so that a foreign or broken file is named before work begins.

    Raises:
        StoreUnavailable: ``corrupt`` or ``cannot_open``.
    """
    try:
        connection = sqlite3.connect(_uri(path, read_only=True), uri=True)
        try:
            connection.execute("PRAGMA schema_version").fetchone()
        finally:
            connection.close()
    except sqlite3.Error as error:
        raise known_error(error) or StoreUnavailable("corrupt", str(error)) from error


def open_head(url: str, *, pool_size: int = 10) -> Engine:
    """The engine of a head office (PostgreSQL through psycopg 3).

    Raises:
        ValueError: for a URL of another database.
    """
    if url.startswith("postgresql://"):
        url = url.replace("postgresql://", "postgresql+psycopg://", 1)
    if not url.startswith("postgresql+psycopg://"):
        raise ValueError("The head office needs a PostgreSQL URL (postgresql://…).")
    return create_engine(
        url,
        poolclass=QueuePool,
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_pre_ping=True,
        connect_args={"options": "-c timezone=UTC -c lock_timeout=5000"},
    )
