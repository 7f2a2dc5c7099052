"""The palette: type a few letters of what shall be done, Enter does it."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtWidgets import QStackedLayout, QVBoxLayout, QWidget

from pos_app.runtime import theme
from pos_app.runtime.i18n import _
from pos_app.screens.palette.command_list import CommandList
from pos_app.screens.palette.model import CommandRow
from pos_app.screens.widgets.notices import EmptyState
from pos_app.screens.widgets.search_bar import SearchScanBar


class Palette(QWidget):
    """A line and the commands that fit it.

    Signals:
        typed: the text on the line.
        chosen: a :class:`Command` that shall run.
    """

    typed = Signal(str)
    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.line = SearchScanBar(_("What shall be done?"), icon="search")
        self.list = CommandList(_("Commands"))
        self.line.textEdited.connect(self.typed)
        self.line.entered.connect(lambda _text: self._run(self.list.chosen))
        self.line.moved.connect(self.list.step)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.clicked.connect(self._tapped)
        empty = EmptyState("search", _("No command fits"), _("Type the beginning of a word."))
        holder = QWidget()
        self._stack = QStackedLayout(holder)
        self._stack.addWidget(self.list)
        self._stack.addWidget(empty)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.current().px(12))
        column.addWidget(self.line)
        column.addWidget(holder, 1)
        self.setFocusProxy(self.line)

    def show_rows(self, rows: tuple[CommandRow, ...]) -> None:
        """Show the commands that fit, the best of them chosen."""
        self.list.show_rows(rows)
        self.list.choose(0, 1)
        self._stack.setCurrentIndex(0 if rows else 1)

    def _tapped(self, index: QModelIndex) -> None:
        self._run(self.list.row_at(index))

    def _run(self, row: CommandRow | None) -> None:
        if row is not None:
            self.chosen.emit(row.command)
