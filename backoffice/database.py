"""Opening the head office's database: the server of a data folder or one elsewhere.

Several programs may use one data folder. Each holds a shared lock on ``users.lock``; whoever
leaves last, seen by getting the lock for itself alone, stops the embedded PostgreSQL. A killed
program gives up its lock by dying.
"""

from __future__ import annotations

import fcntl
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy import Engine, text
from sqlalchemy.exc import ArgumentError, ProgrammingError

from backoffice.config import Config
from db.embedded import EmbeddedPostgres
from db.engine import open_head
from db.errors import StoreUnavailable
from db.partitions import ensure_default, ensure_months
from db.revisions import bring_up
from db.transaction import begin
from retail.errors import RetailError

log = logging.getLogger("tillwright.database")

_SCHEMES = ("postgresql://", "postgresql+psycopg://")
_UPGRADE_LOCK = 0x54696C6C
_MONTHS_BEFORE = timedelta(days=62)
_MONTHS_AFTER = timedelta(days=93)
_OTHER_CLIENTS = text(
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
)


@contextmanager
def opened(config: Config, *, today: Callable[[], date]) -> Iterator[Engine]:
    """The engine of an up-to-date database; left as it was found, or in others' use.

    Raises:
        StoreUnavailable: the server cannot be started or reached.
        RetailError: ``config.url`` for a URL that is none of a PostgreSQL database.
    """
    if config.data is None:
        with _engine(config.url, today()) as engine:
            yield engine
        return
    config.data.mkdir(parents=True, exist_ok=True)
    server = EmbeddedPostgres(config.data)
    with _using(config.data, server):
        server.start()
        with _engine(server.url, today()) as engine:
            yield engine


@contextmanager
def _engine(url: str, today: date) -> Iterator[Engine]:
    engine = _named(url)
    try:
        _first_prepared(engine, today)
        yield engine
    finally:
        engine.dispose()


def _named(url: str) -> Engine:
    """The engine of a URL; a refusal never repeats the URL, which may hold a password."""
    if not url.startswith(_SCHEMES):
        raise _refused("The database URL must begin with postgresql://, as in %(form)s.")
    try:
        return open_head(url)
    except ArgumentError:
        raise _refused("The database URL cannot be read; write it as %(form)s.") from None
    except ValueError:
        raise _refused(
            "The port in the database URL is not a number; write the URL as %(form)s,"
            " with @, : and / in a password as %%40, %%3A and %%2F."
        ) from None


def _refused(sentence: str) -> RetailError:
    return RetailError("config.url", sentence, form="postgresql://user:password@host:5432/name")


def _first_prepared(engine: Engine, today: date) -> None:
    try:
        prepare(engine, today)
    except ProgrammingError as problem:
        if problem.statement is not None:
            raise
        # Without a statement it is the driver that refuses an option before it connects.
        raise RetailError(
            "config.url",
            "An option in the database URL cannot be used: %(detail)s.",
            detail=" ".join(str(problem.orig).split()),
        ) from None


def prepare(engine: Engine, today: date) -> None:
    """Bring the database to the newest revision and give it the months around today."""
    with begin(engine) as tx:
        # Two programs that start at once must not both run the same revision.
        tx.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _UPGRADE_LOCK})
        bring_up(tx, "head")
        ensure_default(tx)
        ensure_months(tx, today - _MONTHS_BEFORE, today + _MONTHS_AFTER)


@contextmanager
def _using(folder: Path, server: EmbeddedPostgres) -> Iterator[None]:
    with (folder / "users.lock").open("a") as handle:
        fcntl.flock(handle, fcntl.LOCK_SH)
        try:
            yield
        finally:
            _leave(handle.fileno(), server)


def _leave(handle: int, server: EmbeddedPostgres) -> None:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return
    if not _others_connected(server):
        server.stop()


def _others_connected(server: EmbeddedPostgres) -> bool:
    """True when programs that take no lock, such as psql, are connected."""
    if not server.running():
        return False
    engine = open_head(server.url, pool_size=1)
    try:
        with begin(engine) as tx:
            return bool(tx.execute(_OTHER_CLIENTS).scalar_one())
    except StoreUnavailable:
        return False
    finally:
        engine.dispose()
