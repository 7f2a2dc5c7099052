"""Asks for what the page of the connection shows, and does what its buttons say."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import QObject, Signal

from pos_app.runtime.i18n import _, sentence
from pos_app.screens.records import Message, Tone
from pos_app.screens.sync.results_model import ListState, ResultsView, Which, result_row
from pos_app.sync import results, standing

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import Any

    from pos_app.journal.desk import Desk
    from pos_app.screens.task_runner import TaskRunner
    from pos_app.sync.results import Told
    from pos_app.till.service import TillSession

_MANAGER = "manager"


class SyncPresenter(QObject):
    """What head office says about this till's records, for a store manager.

    Signals:
        results_changed: a :class:`ResultsView`.
        streams_changed: the :class:`pos_app.sync.standing.Standing` of each stream.
        told: a :class:`Message`.

    Args:
        save: a query ``(tx, rid)`` that writes a record to a file and returns its path; None
            where there is no place for files.
    """

    results_changed = Signal(object)
    streams_changed = Signal(object)
    told = Signal(object)

    def __init__(
        self,
        tasks: TaskRunner,
        desk: Desk,
        save: Callable[[Any, UUID], Path] | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._desk = desk
        self._save = save
        self._session: TillSession | None = None
        self._all = False
        self._asked = 0
        self._shown = False

    @property
    def may_read(self) -> bool:
        """True for a store manager."""
        return self._session is not None and self._session.staff.role == _MANAGER

    @property
    def saves(self) -> bool:
        """True when records can be saved as files."""
        return self._save is not None

    def start(self, session: TillSession | None) -> None:
        """Begin for whoever is signed on, if anybody is."""
        self._session, self._all, self._shown = session, False, False
        self.refresh()

    def refresh(self) -> None:
        """Ask again; what is shown stays until the answer is there."""
        self._tasks.read(standing.standings, done=self.streams_changed.emit, failed=self._quiet)
        if not self.may_read:
            self.results_changed.emit(ResultsView(ListState.NO_RIGHTS))
            return
        if not self._shown:
            self.results_changed.emit(ResultsView(ListState.LOADING))
        self._asked += 1
        number, only_new = self._asked, not self._all
        self._tasks.read(
            lambda tx: (results.results(tx, unseen=only_new), results.unread(tx)),
            done=lambda found: self._found(number, *found),
            failed=lambda error: self._failed(number, error),
        )

    def choose(self, which: Which) -> None:
        """Show the unread records, or all."""
        self._all = which is Which.ALL
        self.refresh()

    def mark_seen(self, rid: UUID) -> None:
        """A store manager has read what became of a record."""
        if self.may_read:
            self._tasks.ask(
                results.mark_seen, rid, done=lambda _nothing: self.refresh(), failed=self._tell
            )

    def save(self, rid: UUID) -> None:
        """Save a record as a file."""
        if self.may_read and self._save is not None:
            self._tasks.read(self._save, rid, done=self._saved, failed=self._tell)

    def _found(self, number: int, told: tuple[Told, ...], unread: int) -> None:
        if number != self._asked or self._session is None:
            return
        self._shown = True
        zone, now = self._session.store.zone, self._desk.now()
        rows = tuple(result_row(one, zone, now) for one in told)
        state = ListState.FILLED if rows else ListState.EMPTY
        self.results_changed.emit(ResultsView(state, rows, unread))

    def _failed(self, number: int, error: Exception) -> None:
        if number == self._asked:
            self.results_changed.emit(ResultsView(ListState.ERROR, sentence=sentence(error)))

    def _saved(self, path: Path) -> None:
        self.told.emit(Message(_("Saved as %(path)s.") % {"path": path}))

    def _tell(self, error: Exception) -> None:
        self.told.emit(Message(sentence(error), Tone.ERROR))

    def _quiet(self, _error: Exception) -> None:
        """The list beside it tells of the same failure."""
