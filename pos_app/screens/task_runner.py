"""Use cases run elsewhere, answers come back on the UI thread."""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from PySide6.QtCore import QObject, Qt, Signal, Slot

from pos_app.runtime.tasks import Lane

_log = logging.getLogger("tillwright.screens")

Answer = TypeVar("Answer")
Done = Callable[[Any], object]
Failed = Callable[[Exception], object]
GiveUp = Callable[[], None]


class TaskRunner(Protocol):
    """What presenters are given."""

    def run(self, use_case: Callable[..., Any], *args: object, done: Done, failed: Failed) -> None:
        """Run a use case that writes; in the order of the calls."""

    def ask(self, use_case: Callable[..., Any], *args: object, done: Done, failed: Failed) -> None:
        """Run a use case behind whatever sells."""

    def read(self, query: Callable[..., Any], *args: object, done: Done, failed: Failed) -> None:
        """Run a query."""

    def follow(
        self, future: Future[Any], *, done: Done, failed: Failed, entered: bool = False
    ) -> GiveUp:
        """Hand over the answer of work that runs elsewhere.

        Args:
            entered: it belongs to what was entered, so that commands behind it wait for it; until
                what is returned is called, because somebody does not wait for it any more.
        """

    def after_answers(self, step: Callable[[], object]) -> None:
        """Take a step once every use case asked for so far has answered."""

    def forget(self) -> None:
        """Whoever asked until now is gone: their answers are dropped, their work is done."""


class Work(Protocol):
    """The till's threads: each call gives a future."""

    def run(self, use_case: Callable[..., Answer], *args: Any) -> Future[Answer]:
        """Run a use case in the sale lane."""

    def submit(self, lane: Lane, work: Callable[[Any], Answer]) -> Future[Answer]:
        """Run a use case in another lane of the same writer."""

    def read(self, query: Callable[..., Answer], *args: Any) -> Future[Answer]:
        """Run a query on the interactive reader."""


@dataclass(slots=True)
class _Entry:
    """Something that was entered; ``waits`` while commands behind it wait."""

    waits: bool


class UiTasks(QObject):
    """Hands the answers of the till's threads to callbacks on the UI thread, in order.

    Args:
        work: the threads.
        parent: Qt parent; it must live on the UI thread.
    """

    _answered = Signal(object)

    def __init__(self, work: Work, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._work = work
        self._open = 0
        self._closed = False
        self._running = 0
        self._steps: list[Callable[[], object]] = []
        self._askers = 0
        self._answered.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def close(self) -> None:
        """Nobody waits any more: answers that still come are dropped, their work is done."""
        self._closed = True

    def forget(self) -> None:
        """Whoever asked until now is gone: their answers are dropped, their work is done."""
        self._askers += 1
        self._steps.clear()

    @property
    def open(self) -> int:
        """How many answers are still to come."""
        return self._open

    def run(self, use_case: Callable[..., Any], *args: object, done: Done, failed: Failed) -> None:
        """Run a use case that writes; in the order of the calls."""
        self._running += 1
        self._wait(self._work.run(use_case, *args), done, failed, _Entry(waits=True))

    def ask(self, use_case: Callable[..., Any], *args: object, done: Done, failed: Failed) -> None:
        """Run a use case behind whatever sells."""
        work = self._work.submit(Lane.INTERACTIVE, lambda tx: use_case(tx, *args))
        self._wait(work, done, failed)

    def read(self, query: Callable[..., Any], *args: object, done: Done, failed: Failed) -> None:
        """Run a query."""
        self._wait(self._work.read(query, *args), done, failed)

    def follow(
        self, future: Future[Any], *, done: Done, failed: Failed, entered: bool = False
    ) -> GiveUp:
        """Hand over the answer of work that runs elsewhere."""
        entry = _Entry(waits=entered)
        self._running += entered
        self._wait(future, done, failed, entry)
        return lambda: self._leave(entry)

    def after_answers(self, step: Callable[[], object]) -> None:
        """Take a step once every use case asked for so far has answered."""
        self._steps.append(step)
        self._take_steps()

    def _take_steps(self) -> None:
        while self._steps and not self._running:
            self._steps.pop(0)()

    def _leave(self, entry: _Entry) -> None:
        """Commands wait for it no longer."""
        self._running -= entry.waits
        entry.waits = False
        self._take_steps()

    def _wait(
        self, future: Future[Any], done: Done, failed: Failed, entry: _Entry | None = None
    ) -> None:
        self._open += 1
        askers = self._askers

        def tell(finished: Future[Any]) -> None:
            try:
                self._answered.emit((askers, finished, done, failed, entry))
            except RuntimeError:
                # The window is gone; the work itself is committed.
                _log.info("An answer came after the window was closed.")

        future.add_done_callback(tell)

    @Slot(object)
    def _deliver(self, answer: tuple[int, Future[Any], Done, Failed, _Entry | None]) -> None:
        askers, future, done, failed, entry = answer
        self._open -= 1
        if entry is not None:
            self._running -= entry.waits
            entry.waits = False
        if self._closed or askers != self._askers:
            return
        try:
            self._hand_over(future, done, failed)
        finally:
            self._take_steps()

    @staticmethod
    def _hand_over(future: Future[Any], done: Done, failed: Failed) -> None:
        try:
            result = future.result(timeout=0)
        except CancelledError:
            return
        except Exception as error:  # noqa: BLE001 - the presenter tells the person
            _log.info("A use case ended with %s.", type(error).__name__, exc_info=error)
            failed(error)
        else:
            done(result)
