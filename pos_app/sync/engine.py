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
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection, update

from db.base import to_us
from db.errors import StoreUnavailable
from db.store.tills import Device
from pos_app.journal.desk import Desk
from pos_app.sync import compare, forks, push, results, staging
from pos_app.sync.backoff import PULL_CAP_SECONDS, PUSH_CAP_SECONDS, Backoff
from pos_app.sync.client import HeadOffice, PushBatch
from pos_app.sync.errors import NoAnswer, Rejected, SyncError
from pos_app.sync.identity import Enrolment, load_enrolment
from pos_app.sync.ports import StoreAccess
from pos_app.sync.pull import Puller
from pos_app.sync.reach import why_silent
from pos_app.sync.status import Reach, SyncState, SyncStatus
from pos_app.sync.value_office import refill
from pos_app.sync.watch import Watch
from retail.contract.envelope import MAX_ENTRIES, HelloAnswer, HelloRequest
from retail.contract.version import OLDEST_PROTOCOL, PROTOCOL
from retail.errors import RetailError

log = logging.getLogger("tillwright.sync")

HELLO_SECONDS = 300.0
"""How often an idle till reports; news come at once, by waiting for them."""
REPORT_SECONDS = 30.0
"""How soon head office learns that something new is in force here."""
R = TypeVar("R")
Publish = Callable[[SyncStatus], None]


class SyncEngine:
    """Keeps one till in step with its head office.

    Args:
        store: the till's database.
        publish: called with every new status, on the sync thread.
        app_version: told to head office.
        folder: where parts of the catalogue are kept while they come.
    """

    def __init__(
        self,
        store: StoreAccess,
        desk: Desk,
        publish: Publish,
        *,
        app_version: str,
        folder: Path,
    ) -> None:
        self._store = store
        self._desk = desk
        self._publish = publish
        self._app_version = app_version
        self._client: HeadOffice | None = None
        self._wake = threading.Event()
        self._asked = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._loop, name="till-sync")
        self._backoff = Backoff(PUSH_CAP_SECONDS)
        self._watch = Watch(self._connection, self._news_came)
        self._puller = Puller(store, desk, folder, self._stopping.is_set, self._coming)
        self._greeted = False
        self._behind = True
        self._hello_at = 0.0
        self._etag = ""
        self._healthy = False
        self._most = MAX_ENTRIES
        self.status = SyncStatus(SyncState.OFFLINE)

    def start(self) -> None:
        """Start the threads."""
        self._watch.start()
        self._thread.start()

    def stop(self) -> None:
        """End after the request at hand, then join; safe to call twice."""
        self._stopping.set()
        self._wake.set()
        self._watch.stop()
        if self._thread.is_alive():
            self._thread.join()
        self.close()

    def close(self) -> None:
        """Close the connections; for an engine that was used without its thread."""
        if self._client is not None:
            self._client.close()
            self._client = None

    def kick(self) -> None:
        """Something was committed: send it now, unless a back-off is running."""
        if self._healthy:
            self._wake.set()

    def retry_now(self) -> None:
        """Somebody asked for it: forget back-offs; returns at once."""
        self._backoff.succeeded()
        self._hello_at = 0.0
        self._asked.set()
        self._wake.set()

    def run_once(self) -> SyncStatus:
        """One whole round in the caller's thread; back-offs are ignored.

        Raises:
            SyncError, RetailError: what kept the round from ending well.
        """
        self._greeted = False
        self._round()
        return self.status

    def _news_came(self) -> None:
        """Called by the watch: there are news, or waiting for them has failed."""
        if self._healthy:
            self._behind = True
            self._wake.set()

    def _loop(self) -> None:
        while not self._stopping.is_set():
            wait = self._step()
            self._wake.wait(wait)
            self._wake.clear()

    def _step(self) -> float:
        """One round; the seconds to wait after it."""
        self._asked.clear()
        try:
            self._round()
        except NoAnswer as problem:
            self._silent(problem)
            return self._backoff.failed(problem.retry_after)
        except (SyncError, RetailError) as problem:
            self._fail(SyncState.ACTION, str(problem))
            return PULL_CAP_SECONDS
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
        if self.status.queued or self._behind:
            return 0.0
        self._watch.watch(self._etag)
        return max(0.0, self._hello_at - time.monotonic())

    def _round(self) -> None:
        client = self._connected()
        if not self._greeted or time.monotonic() >= self._hello_at:
            self._hello(client)
            self._behind = True
        self._push_backlog(client)
        if self._behind:
            self._pull(client)
        refill(client, self._store, self._desk)
        queue = self._store.read(push.queue_state).result()
        state = SyncState.SYNCING if queue.entries else SyncState.ONLINE
        self._report(state, last_synced=not queue.entries)

    def _connected(self) -> HeadOffice:
        if self._client is None:
            self._client = self._connection()
        return self._client

    def _connection(self) -> HeadOffice:
        enrolment = self._enrolment()
        return HeadOffice(enrolment.server, enrolment.installation, enrolment.secret)

    def _enrolment(self) -> Enrolment:
        return self._store.read(load_enrolment).result()

    def _hello(self, client: HeadOffice) -> None:
        enrolment = self._enrolment()
        queue = self._store.read(push.queue_state).result()
        answer = client.hello(
            HelloRequest(
                oldest_protocol=OLDEST_PROTOCOL,
                protocol=PROTOCOL,
                hq_id=enrolment.hq_id,
                incarnation_seen=enrolment.incarnation,
                nonce=enrolment.nonce,
                journals=self._store.read(push.heads).result(),
                streams=self._store.read(staging.vector).result(),
                clock_us=self._desk.now_us(),
                queued=queue.entries,
                oldest_queued_us=to_us(queue.oldest_at) if queue.oldest_at else 0,
                app_version=self._app_version,
                dead=self._store.read(staging.dead_rows).result(),
            )
        )
        self._hello_at = time.monotonic() + HELLO_SECONDS
        self._write(lambda tx: _keep_greeting(tx, answer))
        # A restored head office has lost what came after its backup, also when nothing is new.
        if not self._greeted or answer.incarnation != enrolment.incarnation:
            for jid, seq in self._write(
                lambda tx: push.compare(tx, answer.journals, self._desk.now())
            ):
                forks.part_ways(client, self._store, self._desk, jid, seq)
            self._greeted = True

    def _push_backlog(self, client: HeadOffice) -> None:
        """Send what is journalled now; what is sold meanwhile must not keep prices away."""
        ends = {head.jid: head.seq for head in self._store.read(push.heads).result()}
        total = 0
        while not self._stopping.is_set():
            batch = self._store.read(push.next_batch, self._most).result()
            if batch is None or batch.base_seq >= ends.get(batch.jid, 0):
                return
            queue = self._store.read(push.queue_state).result()
            total = max(total, queue.entries)
            if total > 1:
                self._report(SyncState.SYNCING, total=total)
            self._push(client, batch)

    def _push(self, client: HeadOffice, batch: PushBatch) -> None:
        try:
            answer = client.push(batch)
        except NoAnswer:
            # Nobody knows whether it arrived; a hello tells cheaply.
            self._greeted = False
            raise
        except Rejected as problem:
            if problem.problem.code not in _ELSEWHERE:
                self._refused(client, batch, problem)
                return
            head, digest = problem.problem.head, problem.problem.head_hash
            if (head, digest) == (batch.base_seq, batch.base_hash.hex()):
                raise  # no other past: sending the same again would change nothing
        else:
            head, digest = answer.head, answer.head_hash
            self._most = min(2 * self._most, MAX_ENTRIES)
        now = self._desk.now()
        if not self._write(lambda tx: push.acknowledge(tx, batch.jid, head, digest, now)):
            forks.part_ways(client, self._store, self._desk, batch.jid, head)

    def _refused(self, client: HeadOffice, batch: PushBatch, problem: Rejected) -> None:
        """Look for the entry that head office cannot take, and send it as plain bytes.

        Everything else goes on; the record stays here, and head office keeps its bytes.

        Raises:
            Rejected: what is refused is not an entry, or its bytes are refused too.
        """
        if not push.is_about_entries(problem):
            raise problem
        if len(batch.lines) > 1:
            self._most = len(batch.lines) // 2
            return
        rid, opaque = self._store.read(push.as_bytes, batch).result()
        answer = client.push(opaque)
        log.warning("record %s was refused and is sent as plain bytes: %s", rid, problem)
        now, code, why = self._desk.now(), problem.problem.code, str(problem)

        def keep(tx: Connection) -> None:
            results.note_refused(tx, rid, code, why)
            push.acknowledge(tx, batch.jid, answer.head, answer.head_hash, now)

        self._write(keep)

    def _pull(self, client: HeadOffice) -> None:
        """Bring the newest checkpoint into force, if there is one, and compare what is due."""
        received = self._watch.take() or client.manifest(self._etag)
        if received is not None:
            try:
                if not self._puller.pull(client, received.manifest):
                    return
            except Rejected as refusal:
                if refusal.problem.code != _MERGED_AWAY:
                    raise
                # Chunks were merged since the manifest was read; the next round has a new one.
                return
            self._etag = received.etag
            self._hello_at = min(self._hello_at, time.monotonic() + REPORT_SECONDS)
        self._behind = compare.check(client, self._store, self._desk, self._stopping.is_set)
        if self._behind:
            self._etag = ""

    def _coming(self, done: int, total: int) -> None:
        """A large part of the catalogue is on its way."""
        coming = replace(self.status, state=SyncState.SYNCING, cause="", reach=Reach.OFFICE)
        self._set(replace(coming, progress_done=done, progress_total=total))

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
            self._report(state, cause=cause, reach=reach)
        except StoreUnavailable:
            self._set(replace(self.status, state=state, cause=cause, reach=reach))

    def _report(
        self,
        state: SyncState,
        *,
        cause: str = "",
        reach: Reach = Reach.OFFICE,
        total: int = 0,
        last_synced: bool = False,
    ) -> None:
        queue = self._store.read(push.queue_state).result()
        synced_at = self._desk.now() if last_synced else self.status.last_synced_at
        self._set(
            SyncStatus(
                state=state,
                queued=queue.entries,
                queued_total=max(total, queue.entries),
                value_minor=queue.value_minor,
                last_synced_at=synced_at or queue.acked_at,
                oldest_at=queue.oldest_at,
                cause=cause,
                unreadable=self._store.read(staging.unreadable).result(),
                reach=reach,
                backed_up=queue.backed_up,
            )
        )

    def _set(self, status: SyncStatus) -> None:
        if status.state is SyncState.ONLINE and self.status.cause:
            log.info("sync: head office is reached again")
        self.status = status
        self._publish(status)


_MERGED_AWAY = "chunk"
_ELSEWHERE = frozenset({"behind", "fork"})
"""Refusals that tell where the journal ends at head office; whether that is ours, hashes show."""


def _keep_greeting(tx: Connection, answer: HelloAnswer) -> None:
    tx.execute(update(Device).values(nonce=answer.nonce, incarnation=answer.incarnation))
