"""The sync thread: push what the journal holds, pull what head office changed, report.

Selling never waits for it. It asks the writer for small transactions and never holds one
while it talks to the network.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TypeVar
from uuid import UUID

from sqlalchemy import Connection

from db.errors import StoreUnavailable
from pos_app.journal.desk import Desk
from pos_app.sync import forks, greeting, push, retention
from pos_app.sync.backoff import PULL_CAP_SECONDS, PUSH_CAP_SECONDS, Backoff
from pos_app.sync.client import HeadOffice
from pos_app.sync.clock import ClockEstimate
from pos_app.sync.drain import Drain
from pos_app.sync.errors import NOT_HEAD_OFFICE, NoAnswer, Rejected, SyncError
from pos_app.sync.fetching import Fetching
from pos_app.sync.identity import load_enrolment
from pos_app.sync.indexing import Indexing
from pos_app.sync.interrupt import InterruptibleAdapter
from pos_app.sync.ports import StoreAccess
from pos_app.sync.pull import Puller
from pos_app.sync.reach import why_silent
from pos_app.sync.reporter import Publish, Reporter
from pos_app.sync.status import Reach, SyncState, SyncStatus
from pos_app.sync.watch import Watch
from retail.contract.envelope import Problem
from retail.errors import RetailError

log = logging.getLogger("tillwright.sync")

HELLO_SECONDS = 300.0
"""How often an idle till reports; news come at once, by waiting for them."""
REPORT_SECONDS = 30.0
"""How soon head office learns that something new is in force here."""
_OLD_COPY = (
    "Head office has later sales of this till than this folder: it is an older copy, and goes on "
    "with new receipt numbers. Nothing that was sent is lost."
)
R = TypeVar("R")


class SyncEngine:
    """Keeps one till in step with its head office.

    Args:
        store: the till's database.
        publish: called with every new status, on the sync thread.
        app_version: told to head office.
        folder: where parts of the catalogue are kept while they come.
        adapter: makes what requests are sent through.
    """

    def __init__(
        self,
        store: StoreAccess,
        desk: Desk,
        publish: Publish,
        *,
        app_version: str,
        folder: Path,
        adapter: Callable[[], InterruptibleAdapter] = InterruptibleAdapter,
    ) -> None:
        self._store = store
        self._desk = desk
        self._app_version = app_version
        self._adapter = adapter
        self._client: HeadOffice | None = None
        self._wake = threading.Event()
        self._asked = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._loop, name="till-sync")
        self._backoff = Backoff(PUSH_CAP_SECONDS)
        self._clock = ClockEstimate()
        self._reporter = Reporter(store, desk, self._clock, publish)
        stopping = self._stopping.is_set
        self._fetching = Fetching(
            store,
            desk,
            Watch(self._connection, self._news_came),
            Puller(store, desk, folder, stopping, self._reporter.coming),
            Indexing(store, stopping, self._reporter.indexed),
            stopping,
        )
        self._refusal: Problem | None = None
        self._pruning = retention.Pruning(store)
        self._pushing = Drain(store, desk, stopping, self._draining, self._part_ways)
        self._greeted = False
        self._hello_at = 0.0
        self._healthy = False
        self._committed = False

    @property
    def status(self) -> SyncStatus:
        """The newest one."""
        return self._reporter.status

    def start(self) -> None:
        """Start the threads."""
        self._fetching.start()
        self._thread.start()

    def stop(self) -> None:
        """End after the request at hand, then join; safe to call twice."""
        self._stopping.set()
        self._wake.set()
        self._fetching.stop()
        if self._thread.is_alive():
            self._thread.join()
        self.close()

    def close(self) -> None:
        """Close the connections; for an engine that was used without its thread."""
        if self._client is not None:
            self._client.close()
            self._client = None

    def tell(self, notice: str) -> None:
        """A sentence that goes along with every status from now on."""
        self._reporter.notice = notice

    def kick(self) -> None:
        """Something was committed: send it now, unless a back-off is running."""
        # Kept before it is asked: a round that is just ending well looks in the other order.
        self._committed = True
        if self._healthy:
            self._wake.set()

    def retry_now(self) -> None:
        """Somebody asked for it: forget back-offs; returns at once."""
        self._backoff.succeeded()
        self._hello_at = 0.0
        self._asked.set()
        self._wake.set()

    def run_once(self, *, index: bool = True) -> SyncStatus:
        """One whole round in the caller's thread; back-offs are ignored.

        Args:
            index: make the search whole too; a till sells before it is.

        Raises:
            SyncError, RetailError: what kept the round from ending well.
        """
        self._greeted = False
        self._round()
        if self._fetching.withheld is not None:
            raise self._fetching.withheld
        if index:
            self._index()
        return self.status

    def _news_came(self) -> None:
        """Called by the watch: there are news, or waiting for them has failed."""
        if self._healthy:
            self._fetching.behind = True
            self._wake.set()

    def _loop(self) -> None:
        while not self._stopping.is_set():
            until = time.monotonic() + self._step()
            self._index()
            self._wake.wait(max(0.0, until - time.monotonic()))
            self._wake.clear()

    def _step(self) -> float:
        """One round; the seconds to wait after it."""
        self._asked.clear()
        self._committed = False
        try:
            self._round()
        except NoAnswer as problem:
            # Whoever answers next may be a head office that was restored meanwhile.
            self._hello_at = 0.0
            self._silent(problem)
            return self._backoff.failed(problem.retry_after)
        except (SyncError, RetailError) as problem:
            self._fail(SyncState.ACTION, str(problem))
            return self._backoff.failed() if _is_stranger(problem) else PULL_CAP_SECONDS
        except StoreUnavailable as problem:
            log.warning("sync waits for the till's database: %s (%s)", problem, problem.detail)
            self._fail(SyncState.ACTION, str(problem))
            return PUSH_CAP_SECONDS
        except Exception:
            # A defect must not end the thread: unsynced sales would wait for a restart.
            log.exception("a defect ended a round of the sync")
            self._fail(SyncState.ACTION, "The sync met an error of its own; it is in the log.")
            return PULL_CAP_SECONDS
        self._backoff.succeeded()
        self._healthy = True
        if self.status.queued or self._fetching.behind or self._committed:
            return 0.0
        if self._refusal is None:
            self._fetching.wait_for_news()
        return max(0.0, self._hello_at - time.monotonic())

    def _round(self) -> None:
        if not self._greeted or time.monotonic() >= self._hello_at:
            self._hello(self._connected())
            self._fetching.look_again()
        client = self._connected()
        self._drain(client)
        fetching = self._fetching
        if self._refusal is None and fetching.withheld is None:
            self._fetch(client)
        if self._refusal is not None or fetching.withheld is not None:
            fetching.behind = False
            cause = self._refusal.message if self._refusal else str(fetching.withheld)
            self._reporter.report(SyncState.ACTION, cause=cause)
            return
        self._pruning.daily(
            self._desk.now() + timedelta(milliseconds=self._reporter.offset_ms() or 0)
        )
        queue = self._store.read(push.queue_state).result()
        state = SyncState.SYNCING if queue.entries else SyncState.ONLINE
        self._reporter.report(state, last_synced=not queue.entries)

    def _fetch(self, client: HeadOffice) -> None:
        """What comes down; sales are sent also when that is withheld."""
        try:
            if self._fetching.fetch(client):
                self._hello_at = min(self._hello_at, time.monotonic() + REPORT_SECONDS)
        except (Rejected, RetailError) as problem:
            if _is_stranger(problem):
                raise
            if isinstance(problem, Rejected) and problem.status in _TOLD_BY_HELLO:
                self._hello(client)
            if self._refusal is None:
                self._fetching.withhold(problem)

    def _connected(self) -> HeadOffice:
        if self._client is None:
            self._client = self._connection()
        return self._client

    def _connection(self) -> HeadOffice:
        known = self._store.read(load_enrolment).result()
        secrets = greeting.secrets_of(known)
        return HeadOffice(known.server, known.installation, secrets, self._adapter)

    def _hello(self, client: HeadOffice) -> None:
        found = greeting.greet(client, self._store, self._desk, self._clock, self._app_version)
        self._pushing.past = found.answer.past
        self._hello_at = time.monotonic() + HELLO_SECONDS
        self._refusal = found.answer.refusal
        if found.renewed:
            self.close()
        if found.moved:
            log.info("head office has moved this till to another store")
            self._fetching.start_over()
            self._hello(self._connected())
            return
        # A restored head office has lost what came after its backup, also when nothing is new.
        if not self._greeted or found.restored:
            for jid, seq in self._write(
                lambda tx: push.compare(tx, found.answer.journals, self._desk.now())
            ):
                self._part_ways(self._connected(), jid, seq)
            self._greeted = True

    def _part_ways(self, client: HeadOffice, jid: UUID, theirs: int) -> None:
        if forks.part_ways(client, self._store, self._desk, jid, theirs):
            self.tell(_OLD_COPY)

    def _drain(self, client: HeadOffice) -> None:
        try:
            while not self._pushing.drain(client):
                # Restored since the hello: nothing counts before all journals are compared.
                self._hello(client)
        except NoAnswer:
            # Nobody knows whether it arrived; a hello tells cheaply.
            self._greeted = False
            raise

    def _draining(self, total: int) -> None:
        self._reporter.report(SyncState.SYNCING, total=total)

    def _index(self) -> None:
        """Let the search know what a large load brought, until something is to be sent."""
        while not self._wake.is_set() and self._fetching.index():
            pass

    def _write(self, work: Callable[[Connection], R]) -> R:
        return self._store.write(work).result()

    def _silent(self, problem: NoAnswer) -> None:
        """Nobody answered; find out where the way ends."""
        reach = why_silent(self._client.server if self._client else "", problem)
        state = SyncState.DOWN if problem.reached else SyncState.OFFLINE
        self._fail(SyncState.ACTION if reach is Reach.UNTRUSTED else state, str(problem), reach)

    def _fail(self, state: SyncState, cause: str, reach: Reach = Reach.OFFICE) -> None:
        if self.status.state is not state:
            log.warning("sync: %s", cause)
        self._healthy = False
        # A sale that was committed during this round must not cut its back-off short.
        self._wake.clear()
        if self._stopping.is_set() or self._asked.is_set():
            self._wake.set()
        try:
            self._reporter.report(state, cause=cause, reach=reach)
        except StoreUnavailable:
            self._reporter.set(replace(self.status, state=state, cause=cause, reach=reach))


def _is_stranger(problem: SyncError | RetailError) -> bool:
    """Somebody stands in between for a moment: a portal, a proxy without a server."""
    return isinstance(problem, Rejected) and problem.problem.code == NOT_HEAD_OFFICE


_TOLD_BY_HELLO = frozenset({403, 426})
"""Statuses of a refusal that the next hello's answer explains."""
