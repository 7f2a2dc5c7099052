"""The worker that applies behind the pushes: woken by NOTIFY, and by a look at the start."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime

import psycopg
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from backoffice.intake.apply import Retried, apply_store, retry_store, stores_behind
from backoffice.intake.auth import forget_old_nonces
from backoffice.intake.heads import CHANNEL
from backoffice.intake.set_aside import stores_with_entries_aside
from backoffice.oms.baskets import forget_stale, free_unheard
from backoffice.oms.return_claims import forget_expired
from db.errors import StoreUnavailable
from db.transaction import begin

log = logging.getLogger("tillwright.intake")

_LOOK_SECONDS = 30.0
"""A missed wake-up delays entries by this much at most."""
_RETRY_SECONDS = 1.0
_POLL_SECONDS = 0.05
_TIDY_SECONDS = 3600.0
_FREE_SECONDS = 60.0


def apply_pending(engine: Engine, give_way: Callable[[], None] = lambda: None) -> int:
    """Apply everything that no other worker is applying; returns how many entries were taken.

    Args:
        give_way: called before each batch; it may take its time.
    """
    taken = 0
    while True:
        with begin(engine) as tx:
            stores = stores_behind(tx)
        count = 0
        for store in stores:
            give_way()
            count += apply_store(engine, store, datetime.now(UTC))
        if count == 0:
            return taken
        taken += count


def retry_set_aside(engine: Engine, *, new_release: bool) -> Retried:
    """Try once more what stands aside; returns how many entries are booked now and how many left.

    Args:
        new_release: only what this version of the program has not tried.
    """
    with begin(engine) as tx:
        stores = stores_with_entries_aside(tx)
    now = datetime.now(UTC)
    tried = [retry_store(engine, store, now, new_release=new_release) for store in stores]
    return Retried(sum(one.applied for one in tried), sum(one.left for one in tried))


def catch_up(engine: Engine, *, seconds: float) -> bool:
    """Apply, or wait until another process has applied, all that is journalled now.

    Returns False when something is left after ``seconds``.
    """
    deadline = time.monotonic() + seconds
    while True:
        apply_pending(engine)
        with begin(engine) as tx:
            if not stores_behind(tx):
                return True
        if time.monotonic() >= deadline:
            return False
        time.sleep(_POLL_SECONDS)


class Applier:
    """A thread that applies whenever a push was journalled.

    Args:
        give_way: called before each batch, so that journalling goes before applying.
    """

    def __init__(self, engine: Engine, give_way: Callable[[], None] = lambda: None) -> None:
        self._engine = engine
        self._give_way = give_way
        self._stopping = threading.Event()
        self._tidy_at = 0.0
        self._free_at = 0.0
        self._retried = False
        self._thread = threading.Thread(target=self._loop, name="applier")

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def stop(self) -> None:
        """Let the batch at hand end, then join."""
        self._stopping.set()
        try:
            with begin(self._engine) as tx:
                tx.execute(text(f"NOTIFY {CHANNEL}"))
        except (StoreUnavailable, DBAPIError):
            log.info("the database is gone before the applier has stopped")
        if self._thread.is_alive():
            self._thread.join()

    def _loop(self) -> None:
        failing = False
        while not self._stopping.is_set():
            try:
                self._listen()
                failing = False
            except (StoreUnavailable, DBAPIError, psycopg.Error) as problem:
                if not failing and not self._stopping.is_set():
                    log.warning("applying waits for the database: %s", problem)
                failing = True
                self._stopping.wait(_RETRY_SECONDS)
            except Exception:
                # A defect must not end the thread: other entries would wait for a restart.
                log.exception("a defect ended a round of applying")
                self._stopping.wait(_RETRY_SECONDS)

    def _tidy(self) -> None:
        if time.monotonic() >= self._free_at:
            with begin(self._engine) as tx:
                free_unheard(tx, datetime.now(UTC))
            self._free_at = time.monotonic() + _FREE_SECONDS
        if time.monotonic() >= self._tidy_at:
            with begin(self._engine) as tx:
                forget_old_nonces(tx, datetime.now(UTC))
            with begin(self._engine) as tx:
                forget_stale(tx, datetime.now(UTC))
                forget_expired(tx, datetime.now(UTC))
            self._tidy_at = time.monotonic() + _TIDY_SECONDS

    def _retry_once(self) -> None:
        """What an earlier version could not book, this one may."""
        if not self._retried:
            found = retry_set_aside(self._engine, new_release=True)
            self._retried = True
            if found.applied:
                log.info("%d entries that stood aside are booked", found.applied)

    def _listen(self) -> None:
        """Listen first, then look: nothing can slip in between."""
        dsn = self._engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(dsn, autocommit=True) as connection:
            connection.execute(f"LISTEN {CHANNEL}")
            while not self._stopping.is_set():
                self._tidy()
                self._retry_once()
                apply_pending(self._engine, self._give_way)
                for _ in connection.notifies(timeout=_LOOK_SECONDS, stop_after=1):
                    pass
