"""Backups that are proved by restoring them, and the restore itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from hashlib import file_digest
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, func, select, text

from backoffice.config import Config
from backoffice.database import opened, prepare
from backoffice.fleet.recovery import begin_recovery
from backoffice.fleet.service import JournalEnd, VerifiedBackup, note_backup, taken_over
from backoffice.identity import Identity
from backoffice.intake.verify import verify
from backoffice.platform.clock import Clock
from backoffice.running import only_server
from db import dumps
from db.base import HeadBase
from db.crash_points import crash_point
from db.durable import put_in_place
from db.engine import open_head
from db.head.journals import JournalHead
from db.transaction import begin, read_snapshot
from retail.errors import RetailError

_CHECKING = "checking"
_RESTORING = "restoring"
_REPLACED = "replaced"
_EXPORT = text("SELECT pg_export_snapshot()")


@dataclass(frozen=True, slots=True)
class _Content:
    """What a database holds: rows of each table, and where its journals end."""

    rows: dict[str, int]
    ends: tuple[tuple[JournalEnd, bytes], ...]


def back_up(engine: Engine, file: Path, clock: Clock) -> VerifiedBackup:
    """Write a backup beside a working head office, restore it for a try, and note it as verified.

    Only then do the journals' ends of that moment count as durable.

    Raises:
        RetailError: ``backup.differs`` when the copy does not hold what it should; no file is
            left and nothing is durable that was not before.
        StoreUnavailable: the file cannot be written, or the database cannot be read.
    """
    draft = file.with_name(file.name + ".part")
    try:
        with begin(engine) as tx:
            read_snapshot(tx)
            snapshot: str = tx.execute(_EXPORT).scalar_one()
            taken_at, content = clock(), _content(tx)
            dumps.dump(engine.url, draft, snapshot=snapshot)
        crash_point("backup.written")
        _prove(engine.url, draft, content)
        put_in_place(draft, file)
    finally:
        draft.unlink(missing_ok=True)
    crash_point("backup.verified")
    with file.open("rb") as handle:
        digest = file_digest(handle, "sha256").hexdigest()
    ends = [end for end, _ in content.ends]
    done = VerifiedBackup(file.resolve(), digest, file.stat().st_size, taken_at, ends)
    with begin(engine) as tx:
        note_backup(tx, done, clock())
    return done


def restore(config: Config, file: Path, clock: Clock) -> Identity:
    """Put a backup in the place of the database, under a new incarnation, in recovery mode.

    The database as it was is kept as ``…_replaced`` until the next restore.

    Raises:
        RetailError: ``serve.running``, ``backup.missing``, ``backup.differs`` for a backup whose
            books do not hold; the database is as it was then.
        StoreUnavailable: the file is no backup, or the database is in use.
    """
    if not file.is_file():
        raise RetailError("backup.missing", "There is no backup %(file)s.", file=file)
    alone = only_server(config.data) if config.data is not None else nullcontext()
    with alone, opened(config, today=lambda: clock().date()) as engine:
        target = engine.url
        engine.dispose()
        with _scratch(target, _RESTORING) as copy:
            dumps.load(copy, file)
            with _open(copy) as restored:
                prepare(restored, clock().date())
                identity = _taken_up(restored, config, clock())
            crash_point("restore.before_swap")
            dumps.replace_database(target, copy, kept_as=_named(target, _REPLACED))
    return identity


def begin_recovery_here(config: Config, clock: Clock) -> Identity:
    """For a database that was put back by other means: a new incarnation, in recovery mode.

    Raises:
        RetailError: ``serve.running``.
    """
    alone = only_server(config.data) if config.data is not None else nullcontext()
    with alone, opened(config, today=lambda: clock().date()) as engine:
        return _taken_up(engine, config, clock())


def _taken_up(engine: Engine, config: Config, now: datetime) -> Identity:
    with begin(engine) as tx:
        found = verify(tx)
        if found.broken:
            raise RetailError("backup.differs", "%(what)s.", what=found.broken)
        office = taken_over(tx, config.identity_file)
    # In the file first: an incarnation that may have been told must never come again.
    identity = office.next_incarnation()
    crash_point("restore.identity_written")
    with begin(engine) as tx:
        begin_recovery(tx, identity, now)
    return identity


def _prove(source: URL, draft: Path, content: _Content) -> None:
    with _scratch(source, _CHECKING) as copy:
        dumps.load(copy, draft)
        with _open(copy) as restored, begin(restored) as tx:
            read_snapshot(tx)
            held, books = _content(tx), verify(tx)
    if books.broken or held != content:
        differing = [name for name, rows in content.rows.items() if held.rows.get(name) != rows]
        raise RetailError(
            "backup.differs",
            "The backup does not hold what the database does (%(what)s); it was not kept.",
            what=books.broken or ", ".join(differing) or "journals",
        )


def _content(tx: Connection) -> _Content:
    tables = HeadBase.metadata.sorted_tables
    rows = {t.name: tx.execute(select(func.count()).select_from(t)).scalar_one() for t in tables}
    heads = tx.execute(
        select(
            JournalHead.store_id, JournalHead.jid, JournalHead.head_seq, JournalHead.head_hash
        ).order_by(JournalHead.store_id, JournalHead.jid)
    )
    ends = tuple(
        (JournalEnd(row.store_id, row.jid, row.head_seq), bytes(row.head_hash)) for row in heads
    )
    return _Content(rows, ends)


@contextmanager
def _scratch(beside: URL, purpose: str) -> Iterator[URL]:
    """An empty database on the same server, dropped when it is still there at the end."""
    scratch = beside.set(database=_named(beside, purpose))
    dumps.drop_database(scratch)
    dumps.create_database(scratch)
    try:
        yield scratch
    finally:
        dumps.drop_database(scratch)


def _named(beside: URL, purpose: str) -> str:
    return f"{beside.database}_{purpose}"


@contextmanager
def _open(url: URL) -> Iterator[Engine]:
    engine = open_head(url.render_as_string(hide_password=False))
    try:
        yield engine
    finally:
        engine.dispose()
