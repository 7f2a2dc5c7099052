"""The till's threads to its database: one writer in lanes, two readers.

Every change of the till is a use case ``fn(tx, …)`` run here: one transaction, committed before
its result is handed out. Within a lane order is kept, so scans never overtake one another.
"""

from __future__ import annotations

import logging
import queue
import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from enum import IntEnum
from itertools import count
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from db.engine import open_store
from db.errors import known_error
from db.replacement import replace_store
from db.transaction import begin_on, take_changes

log = logging.getLogger("tillwright.db")

P = ParamSpec("P")
R = TypeVar("R")


class Lane(IntEnum):
    """What waits behind what; a lower lane goes first."""

    SALE = 0
    INTERACTIVE = 1
    SYNC = 2
    HOUSEKEEPING = 3
    STOP = 9


@dataclass(order=True, slots=True)
class _Job:
    lane: Lane
    number: int
    work: Callable[[Connection], Any] = field(compare=False)
    future: Future[Any] = field(compare=False)
    bare: bool = field(default=False, compare=False)
    """The work gets the connection without a transaction, and is the last to have it."""


class Tasks:
    """Starts and stops the threads; hands work to them.

    Args:
        store: the till's database file, migrated already.
    """

    def __init__(self, store: Path) -> None:
        self._store = store
        self._numbers = count()
        self._jobs: queue.PriorityQueue[_Job] = queue.PriorityQueue()
        self._committed: list[Callable[[frozenset[str]], None]] = []
        self._writer = _Worker("till-writer", open_store(store), self._jobs, self._write)
        reader = open_store(store, read_only=True)
        self._readers = {
            name: _Worker(f"till-reader-{name}", reader, queue.PriorityQueue(), self._read)
            for name in ("interactive", "reports")
        }

    def start(self) -> None:
        """Open the connections; raises StoreUnavailable when that fails."""
        started: list[_Worker] = []
        try:
            for worker in (self._writer, *self._readers.values()):
                worker.start()
                started.append(worker)
        except BaseException:
            for worker in started:
                worker.stop()
            raise

    def stop(self) -> None:
        """Finish what is queued, then close; safe to call twice."""
        for worker in (*self._readers.values(), self._writer):
            worker.stop()

    def on_commit(self, listener: Callable[[frozenset[str]], None]) -> None:
        """Call ``listener(changes)`` on the writer thread after each commit that marked some.

        ``changes`` are the words of :func:`db.transaction.changed`; the listener must be quick.
        """
        self._committed.append(listener)

    def run(
        self,
        use_case: Callable[Concatenate[Connection, P], R],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> Future[R]:
        """Run a use case in the sale lane."""
        return self.submit(Lane.SALE, lambda tx: use_case(tx, *args, **kwargs))

    def submit(self, lane: Lane, work: Callable[[Connection], R]) -> Future[R]:
        """Run a use case in a lane; its future is done after the commit."""
        return self._writer.submit(_Job(lane, next(self._numbers), work, Future()))

    def replace_store(self, lane: Lane, make: Callable[[Path], Path]) -> Future[bool]:
        """Put another file in the place of the store between two jobs; False when it is in use.

        What connections remember is forgotten: only for a store that nobody has a session of.

        Args:
            make: as of :func:`db.replacement.replace_store`.
        """
        job = _Job(lane, next(self._numbers), lambda c: self._replace(c, make), Future(), bare=True)
        return self._writer.submit(job)

    def read(
        self,
        query: Callable[Concatenate[Connection, P], R],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> Future[R]:
        """Run a query on the interactive reader."""
        return self._query("interactive", lambda tx: query(tx, *args, **kwargs))

    def report(
        self,
        query: Callable[Concatenate[Connection, P], R],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> Future[R]:
        """Run a long query on the reader for reports, so that it delays nobody."""
        return self._query("reports", lambda tx: query(tx, *args, **kwargs))

    def _query(self, reader: str, work: Callable[[Connection], R]) -> Future[R]:
        job = _Job(Lane.INTERACTIVE, next(self._numbers), work, Future())
        return self._readers[reader].submit(job)

    def _replace(self, connection: Connection, make: Callable[[Path], Path]) -> bool:
        with ExitStack() as readers:
            for reader in self._readers.values():
                readers.enter_context(reader.away())
            try:
                return replace_store(connection, self._store, make)
            finally:
                # Before the readers: whoever may only read cannot begin the log.
                self._writer.reopen()

    def _write(self, connection: Connection, job: _Job) -> Any:
        with begin_on(connection) as tx:
            result = job.work(tx)
        changes = take_changes(connection)
        if changes:
            for listener in self._committed:
                listener(changes)
        return result

    def _read(self, connection: Connection, job: _Job) -> Any:
        with begin_on(connection) as tx:
            return job.work(tx)


class LaneAccess:
    """The database for one who writes in a lane of its own."""

    def __init__(self, tasks: Tasks, lane: Lane) -> None:
        self._tasks = tasks
        self._lane = lane

    def read(self, query: Callable[..., R], *args: Any) -> Future[R]:
        """Run ``query(tx, *args)`` on the reader for reports: it never delays the screens."""
        return self._tasks.report(query, *args)

    def write(self, use_case: Callable[..., R], *args: Any) -> Future[R]:
        """Run ``use_case(tx, *args)`` in the lane; done after its commit."""
        return self._tasks.submit(self._lane, lambda tx: use_case(tx, *args))

    def replace(self, make: Callable[[Path], Path]) -> Future[bool]:
        """Put another file in the place of the store; see :meth:`Tasks.replace_store`."""
        return self._tasks.replace_store(self._lane, make)


class _Worker:
    """A thread with one connection of its own, opened and closed on it."""

    def __init__(
        self,
        name: str,
        engine: Engine,
        jobs: queue.PriorityQueue[_Job],
        execute: Callable[[Connection, _Job], Any],
    ) -> None:
        self._engine = engine
        self._jobs = jobs
        self._execute = execute
        self._connection: Connection | None = None
        self._thread = threading.Thread(target=self._loop, name=name)
        self._opened: Future[None] = Future()
        self._closing = threading.Lock()
        self._closed = False

    def start(self) -> None:
        """Start the thread and wait until its connection is open."""
        self._thread.start()
        self._opened.result()

    def submit(self, job: _Job) -> Future[Any]:
        """Queue a job; after :meth:`stop` its future is cancelled at once."""
        with self._closing:
            if self._closed:
                job.future.cancel()
            else:
                self._jobs.put(job)
        return job.future

    def stop(self) -> None:
        """Let the queue run dry and join the thread."""
        with self._closing:
            if not self._closed:
                self._closed = True
                self._jobs.put(_Job(Lane.STOP, 0, _nothing, Future()))
        if self._thread.is_alive():
            self._thread.join()

    @contextmanager
    def away(self) -> Iterator[None]:
        """Meanwhile the worker has no connection and does nothing."""
        gone, back = threading.Event(), threading.Event()

        def stay(connection: Connection) -> None:
            connection.close()
            gone.set()
            back.wait()

        job = _Job(Lane.SALE, -1, stay, Future(), bare=True)
        self.submit(job).add_done_callback(lambda _: gone.set())
        gone.wait()
        try:
            yield
        finally:
            back.set()

    def reopen(self) -> None:
        """Close the connection and open another; only on the worker's own thread."""
        self._close()
        self._open()

    def _loop(self) -> None:
        try:
            self._open()
        except Exception as error:  # noqa: BLE001 (handed to the caller of start)
            self._opened.set_exception(_known(error))
            return
        self._opened.set_result(None)
        try:
            while (job := self._jobs.get()).lane is not Lane.STOP:
                self._run(job)
        finally:
            self._close()

    def _open(self) -> Connection:
        if self._connection is None:
            self._connection = self._engine.connect()
        return self._connection

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _run(self, job: _Job) -> None:
        if not job.future.set_running_or_notify_cancel():
            return
        try:
            result = self._bare(job) if job.bare else self._execute(self._open(), job)
        except Exception as error:  # noqa: BLE001 (handed to whoever waits for the future)
            job.future.set_exception(_known(error))
        else:
            job.future.set_result(result)

    def _bare(self, job: _Job) -> Any:
        connection = self._open()
        try:
            return job.work(connection)
        finally:
            # Whatever was done to it, unless there is another by now.
            if self._connection is connection:
                self._close()


def _known(error: Exception) -> Exception:
    known = known_error(error) if isinstance(error, (DBAPIError, sqlite3.Error)) else None
    return known or error


def _nothing(_tx: Connection) -> None:
    """What the job that ends a worker does."""
