"""Asks the store for receipts; an answer that a newer question has overtaken is let go."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from PySide6.QtCore import QObject, Signal

from pos_app.checkout import receipt_search
from pos_app.checkout.receipt_search import Wanted
from pos_app.screens.returns.model import By, day_of

if TYPE_CHECKING:
    from pos_app.screens.task_runner import TaskRunner
    from pos_app.till.service import TillSession


class ReceiptFinder(QObject):
    """One question at a time.

    Signals:
        looking: a question was asked.
        found: the receipts of a search.
        loaded: one receipt, or None where this till has none of that kind.
        failed: the store's error.
    """

    looking = Signal()
    found = Signal(object)
    loaded = Signal(object)
    failed = Signal(object)

    def __init__(self, tasks: TaskRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._asked = 0

    def forget(self) -> None:
        """Let the answer go that is still to come."""
        self._asked += 1

    def newest(self) -> None:
        """The newest receipts."""
        self._ask(self.found, receipt_search.search, Wanted())

    def by_code(self, code: str) -> None:
        """The receipt of a QR code or of a whole number."""
        self._ask(self.loaded, receipt_search.by_code, code)

    def by_id(self, rid: UUID) -> None:
        """A receipt that was found before."""
        self._ask(self.loaded, receipt_search.receipt, rid)

    def with_article(self, session: TillSession, code: str) -> None:
        """Receipts with an article."""
        self._ask(self.found, receipt_search.with_article, session, code)

    def search(self, by: By, text: str, session: TillSession, today: date) -> None:
        """Receipts by what somebody typed.

        Raises:
            RetailError: ``return.day``.
        """
        if by is By.ARTICLE:
            self.with_article(session, text)
        elif by is By.CARD:
            self._ask(self.found, receipt_search.search, Wanted(reference=text))
        elif by is By.DAY:
            self._ask(self.found, receipt_search.search, Wanted(day=day_of(text, today)))
        else:
            self._ask(self.found, receipt_search.search, Wanted(number=text))

    def _ask(self, answer: Any, query: Callable[..., Any], *args: object) -> None:
        self._asked += 1
        asked = self._asked
        self.looking.emit()

        def if_newest(signal: Any) -> Callable[[Any], None]:
            return lambda value: signal.emit(value) if asked == self._asked else None

        self._tasks.read(query, *args, done=if_newest(answer), failed=if_newest(self.failed))
