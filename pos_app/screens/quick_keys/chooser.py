"""What a key shall do: typed words and what fits them, Enter or a tap takes it."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QListView, QStackedLayout, QVBoxLayout, QWidget

from pos_app.runtime import theme
from pos_app.runtime.i18n import _
from pos_app.screens.list_model import RECORD_ROLE, RecordListModel
from pos_app.screens.records import FoundRow
from pos_app.screens.widgets.button import AppButton, ButtonKind
from pos_app.screens.widgets.found_delegate import FoundDelegate
from pos_app.screens.widgets.labels import Label
from pos_app.screens.widgets.notices import EmptyState
from pos_app.screens.widgets.search_bar import SearchScanBar
from pos_app.screens.widgets.text_field import TextField


class Chooser(QWidget):
    """A line and rows below it.

    Signals:
        typed: the text on the line.
        chosen: ``sku`` of the row taken.
    """

    typed = Signal(str)
    chosen = Signal(str)

    def __init__(self, asks: str, *, empty: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.line = SearchScanBar(asks, icon="search")
        self._empty_text = empty
        self._rows: RecordListModel[FoundRow] = RecordListModel(
            key=lambda row: row.sku,
            text=lambda row: row.name,
            spoken=lambda row: row.spoken,
            parent=self,
        )
        self.list = QListView()
        self.list.setModel(self._rows)
        self.list.setItemDelegate(FoundDelegate(self.list))
        self.list.setUniformItemSizes(True)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setAccessibleName(asks)
        self.list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.list.clicked.connect(self._take)
        self._empty = EmptyState("search", asks, empty)
        holder = QWidget()
        self._stack = QStackedLayout(holder)
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self.list)
        self.line.textEdited.connect(self.typed)
        self.line.entered.connect(lambda _text: self._take(self.list.currentIndex()))
        self.line.moved.connect(self._step)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.current().px(12))
        column.addWidget(self.line)
        column.addWidget(holder, 1)
        self.setFocusProxy(self.line)

    @property
    def rows(self) -> tuple[FoundRow, ...]:
        """The rows shown."""
        return self._rows.records

    def show_rows(self, rows: tuple[FoundRow, ...]) -> None:
        """Show what fits, the first chosen."""
        self._rows.replace(rows)
        self.list.setCurrentIndex(self._rows.index(0) if rows else QModelIndex())
        if not rows and self.line.text():
            detail = _("Check the spelling, or type the code on the shelf.")
            self._empty.set_content("search", _("Nothing found"), detail)
        self._stack.setCurrentIndex(1 if rows else 0)

    def _step(self, way: int) -> None:
        row = min(max(self.list.currentIndex().row() + way, 0), len(self.rows) - 1)
        if row >= 0:
            self.list.setCurrentIndex(self._rows.index(row))

    def _take(self, index: QModelIndex) -> None:
        row = index.data(RECORD_ROLE)
        if isinstance(row, FoundRow):
            self.chosen.emit(row.sku)


class PageName(QWidget):
    """What a new page is called.

    Signals:
        entered: the name, perhaps empty.
    """

    entered = Signal(str)

    def __init__(self, longest: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.field = TextField(_("Name of the page"), longest=longest)
        add = AppButton(_("Add the page"), ButtonKind.PRIMARY, icon="plus", hint="↵")
        hint = Label(_("Without a name it gets its number."), "meta", tone="text2")
        hint.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.current().px(12))
        column.addWidget(self.field)
        column.addWidget(hint)
        column.addWidget(add)
        column.addStretch(1)
        self.setFocusProxy(self.field)
        self.field.entered.connect(self._enter)
        add.clicked.connect(self._enter)

    def _enter(self) -> None:
        self.entered.emit(self.field.text())
