"""A till to practise on: a copy of the real one's data, thrown away afterwards.

Its journal is one of its own, so its receipt numbers are too; head office never sees it, the
drawer stays shut, and everything on paper says what it is.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import Connection, update

from db.engine import open_store
from db.store.print_queue import PrintJob
from db.store.tills import Device
from db.transaction import begin
from pos_app.checkout import drafts
from pos_app.journal import append as journal
from pos_app.journal.again import journal_again
from pos_app.journal.desk import Desk, real_desk
from pos_app.runtime.paths import TillPaths
from pos_app.runtime.single_instance import SingleInstance
from pos_app.till.service import TillSession
from retail.contract.facts import TrainingBegun

_FOLDER = "training"
_REASON = "training"


def note_training(tx: Connection, session: TillSession) -> None:
    """Journal in the real till that somebody goes over to practise."""
    fact = TrainingBegun(staff=session.staff.staff_id)
    entry = journal.Draft(session.desk.new_id(), session.place(), fact)
    journal.append(tx, session.desk, journal.head(tx), entry)


@contextmanager
def practice(folder: Path) -> Iterator[Path]:
    """A copy of a till that nobody has open, to be worked with like the real one.

    The real one stays locked meanwhile, so that no other process opens it.

    Raises:
        RetailError: ``till.running``.
        StoreUnavailable: the till's data cannot be read.
    """
    real, copy = TillPaths(folder), TillPaths(folder / _FOLDER)
    lock = SingleInstance(real.lock)
    lock.acquire()
    try:
        _throw_away(copy)
        copy.prepare()
        _copy(real.store, copy.store)
        with begin(open_store(copy.store)) as tx:
            _separate(tx, real_desk())
        yield copy.folder
    finally:
        _throw_away(copy)
        lock.release()


def _copy(real: Path, copy: Path) -> None:
    with closing(sqlite3.connect(real)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)


def _separate(tx: Connection, desk: Desk) -> None:
    """Nothing of the copy reaches head office, a printer's queue or the real till's files."""
    open_now = drafts.current(tx)
    if open_now is not None:
        drafts.close(tx, desk, open_now.basket.basket_id)
    waiting = PrintJob.state.in_(("queued", "sent"))
    tx.execute(update(PrintJob).where(waiting).values(state="unknown", error="training"))
    tx.execute(update(Device).values(server=""))
    end = journal.head(tx)
    journal_again(tx, desk, end.jid, end.seq, _REASON)


def _throw_away(copy: TillPaths) -> None:
    shutil.rmtree(copy.folder, ignore_errors=True)
    shutil.rmtree(copy.witness(""), ignore_errors=True)
