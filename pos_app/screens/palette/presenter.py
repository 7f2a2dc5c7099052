"""Finds commands by what is typed; it knows no widget."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QObject, Signal

from pos_app.screens.palette.model import CommandRow, matching, rows_of
from pos_app.screens.shell.commands import Binding, Command

_LEFT_OUT = {Command.ENTER, Command.BACK, Command.PALETTE}


class PalettePresenter(QObject):
    """The commands that are open, narrowed by words.

    Signals:
        changed: a tuple of :class:`CommandRow`.
    """

    changed = Signal(object)

    def __init__(self, open_now: Iterable[Binding], parent: QObject | None = None) -> None:
        super().__init__(parent)
        # A command with a key for each digit means nothing without one.
        useful = (b for b in open_now if len(b.keys) == 1 and b.command not in _LEFT_OUT)
        self._all = rows_of(useful)

    @property
    def all_rows(self) -> tuple[CommandRow, ...]:
        """Every command that is open."""
        return self._all

    def narrow(self, text: str) -> None:
        """Show the commands whose labels have these words."""
        self.changed.emit(matching(self._all, text))
