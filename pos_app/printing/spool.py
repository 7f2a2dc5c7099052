"""Takes print jobs from the database to the printer, one at a time, and notes how they ended.

A sale is durable long before its job is taken, so printing can neither lose nor double it. A job
whose fate is unknown is never printed again unasked.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar
from uuid import UUID

from db.errors import StoreUnavailable
from pos_app.journal.desk import Desk
from pos_app.printing import queue
from retail.receipt import ReceiptDocument

log = logging.getLogger("tillwright.print")

_RETRY_SECONDS = 2.0
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Printed:
    """How the printing of a sale's receipt goes on; ``state`` is printing, done or unknown."""

    rid: UUID
    state: str
    error: str = ""


class StoreAccess(Protocol):
    """The till's database as the spool uses it."""

    def read(self, query: Callable[..., R], *args: Any) -> Future[R]:
        """Run a query."""

    def write(self, use_case: Callable[..., R], *args: Any) -> Future[R]:
        """Run a use case in one transaction."""


class Press(Protocol):
    """The printer as the spool uses it: ``print_job`` returns at once, an outcome follows."""

    def print_job(self, job_id: str, document: ReceiptDocument, *, kick: bool) -> None:
        """Start a job; :meth:`Spool.ended` is called exactly once for it."""


class Spool:
    """A thread that feeds one printer.

    Args:
        publish: told how receipts fare, on the spool's thread.
    """

    def __init__(
        self, store: StoreAccess, desk: Desk, press: Press, publish: Callable[[Printed], None]
    ) -> None:
        self._store = store
        self._desk = desk
        self._press = press
        self._publish = publish
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._outcome: Future[tuple[str, str]] = Future()
        self._current = ""
        self._thread = threading.Thread(target=self._loop, name="till-spool")

    def start(self) -> None:
        """Settle what a crash left behind, then start the thread."""
        self._store.write(queue.settle_after_restart, self._desk.now()).result()
        self._wake.set()
        self._thread.start()

    def stop(self) -> None:
        """Wait for the job at hand's outcome, then join; the printer must be closed after this."""
        self._stopping.set()
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join()

    def kick(self) -> None:
        """There may be a new job."""
        self._wake.set()

    def ended(self, job_id: str, state: str, error: str = "") -> None:
        """The printer's word on a job: done, unknown, or queued (nothing was printed)."""
        if job_id == self._current and not self._outcome.done():
            self._outcome.set_result((state, error))

    def _loop(self) -> None:
        while not self._stopping.is_set():
            try:
                worked = self._print_one()
            except StoreUnavailable as problem:
                log.warning("printing waits for the till's database: %s", problem)
                worked = True
                self._stopping.wait(_RETRY_SECONDS)
            if not worked:
                self._wake.wait()
                self._wake.clear()

    def _print_one(self) -> bool:
        job = self._store.write(queue.take_next, self._desk.now()).result()
        if job is None:
            return False
        self._outcome = Future()
        self._current = str(job.job_id)
        self._publish(Printed(job.rid, "printing"))
        state, error = self._printed(job)
        self._store.write(queue.mark, job.job_id, state, self._desk.now(), error).result()
        if state == "queued":
            log.info("receipt waits for the printer: %s", error)
            self._publish(Printed(job.rid, "waiting", error))
            self._stopping.wait(_RETRY_SECONDS)
        else:
            self._publish(Printed(job.rid, state, error))
        return True

    def _printed(self, job: queue.QueuedJob) -> tuple[str, str]:
        try:
            self._press.print_job(self._current, job.document, kick=job.drawer)
        except Exception:
            # A defect in one receipt must not end the thread: all behind it would never print.
            log.exception("a receipt could not be handed to the printer")
            return "unknown", "The receipt could not be prepared; the cause is in the log."
        return self._await()

    def _await(self) -> tuple[str, str]:
        """The outcome; when the till stops meanwhile nobody knows how much came out."""
        while True:
            try:
                return self._outcome.result(timeout=0.5)
            except TimeoutError:
                if self._stopping.is_set():
                    return "unknown", "The till stopped while this was being printed."
