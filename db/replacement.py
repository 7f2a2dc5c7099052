"""Another file in the place of a till's store, by whoever has it open alone."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Connection

from db.durable import put_in_place
from db.prepared import driver_of


def replace_store(connection: Connection, path: Path, make: Callable[[Path], Path]) -> bool:
    """Put another file in the place of the store; False when somebody else has that open.

    Args:
        connection: the store's, without a transaction; of no use afterwards, to be closed.
        make: completes the other file from the store, of which nothing changes meanwhile, and
            names it; what it raises leaves the store as it is.
    """
    driver = driver_of(connection)
    # Only the last connection can do without the log. None is left that could be taken for the
    # new file's, and nobody has its place open.
    driver.execute("PRAGMA busy_timeout = 0")
    try:
        (mode,) = driver.execute("PRAGMA journal_mode = DELETE").fetchone()
    except sqlite3.OperationalError:
        return False
    if mode != "delete":
        return False
    fresh = make(path)
    # Whoever comes now waits until this connection is closed, and opens the new file.
    driver.execute("BEGIN EXCLUSIVE")
    put_in_place(fresh, path)
    return True
