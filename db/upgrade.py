"""Open a till's file at the newest schema: copy, upgrade the copy, check it, swap.

The original is untouched until its upgraded copy has passed ``integrity_check``; it is kept
beside it afterwards.
"""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from db import revisions
from db.durable import put_in_place
from db.engine import APPLICATION_ID, check_store, open_store
from db.errors import StoreUnavailable, known_error
from db.transaction import begin
from retail.errors import RetailError

_PATIENCE_SECONDS = 1.0


def ready_store(path: Path) -> None:
    """Create the file, or bring it to this program's schema. The caller holds its folder's lock.

    Raises:
        StoreUnavailable: the file cannot be used; nothing was changed.
        RetailError: ``store.newer`` for a file of a newer program, ``store.foreign`` for a
            database that is no till's.
    """
    try:
        if not path.exists() or path.stat().st_size == 0:
            _build(path)
            return
        check_store(path)
        revision = _revision(path)
        if revision == revisions.newest("store"):
            return
        if not revisions.knows("store", revision):
            raise RetailError(
                "store.newer",
                "The till's database is of a newer Tillwright (schema %(revision)s); "
                "nothing was changed. Install the newer version again.",
                revision=revision,
            )
        _upgrade(path, revision)
    except (OSError, sqlite3.Error, DBAPIError) as error:
        known = known_error(error)
        if known is None and isinstance(error, OSError):
            known = StoreUnavailable(_code_of(error), str(error))
        if known is None:
            raise
        raise known from error


def _code_of(error: OSError) -> str:
    if isinstance(error, PermissionError):
        return "read_only"
    return "full" if error.errno == 28 else "cannot_open"


def _revision(path: Path) -> str:
    connection = sqlite3.connect(path)
    try:
        marked = connection.execute("PRAGMA application_id").fetchone()[0]
        row = None
        if marked == APPLICATION_ID:
            row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    finally:
        connection.close()
    if row is None:
        raise RetailError(
            "store.foreign", "%(path)s is not a till's database; nothing was changed.", path=path
        )
    return str(row[0])


def _build(path: Path) -> None:
    """A new file appears whole or not at all."""
    fresh = path.with_suffix(".new")
    _remove(fresh)
    _migrate(fresh)
    _swap(fresh, path)


def _upgrade(path: Path, revision: str) -> None:
    fresh = path.with_suffix(".new")
    _remove(fresh)
    source, target = sqlite3.connect(path, timeout=_PATIENCE_SECONDS), sqlite3.connect(fresh)
    try:
        # A log that stays would be taken for the new file's after a crash in the swap.
        busy, *_ = source.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if busy:
            raise StoreUnavailable("locked", "somebody reads the file that is to be upgraded")
        source.backup(target)
    finally:
        target.close()
        source.close()
    _migrate(fresh)
    kept = path.with_suffix(f".before-{revision}")
    kept.unlink(missing_ok=True)
    os.link(path, kept)
    _swap(fresh, path)


def _migrate(path: Path) -> None:
    engine = open_store(path)
    with begin(engine) as tx:
        revisions.bring_up(tx, "store")
    connection = sqlite3.connect(path)
    try:
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        result = connection.execute("PRAGMA integrity_check").fetchone()[0]
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        connection.close()
    if result != "ok":
        raise StoreUnavailable("corrupt", f"integrity_check: {result}")


def _swap(fresh: Path, path: Path) -> None:
    put_in_place(fresh, path)
    for stale in ("-wal", "-shm"):
        Path(f"{path}{stale}").unlink(missing_ok=True)


def _remove(path: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        Path(f"{path}{suffix}").unlink(missing_ok=True)
