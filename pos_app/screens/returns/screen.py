"""The sheet of returns: one line to find and to type on, receipts or lines, and what is done."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from pos_app.runtime import theme
from pos_app.runtime.i18n import N_, _
from pos_app.screens.returns.model import (
    ASKS,
    PLACES,
    WAYS,
    By,
    ReturnsView,
    State,
    reasons,
)
from pos_app.screens.returns.rows import ReturnRows
from pos_app.screens.shell.command_button import CommandButton
from pos_app.screens.shell.commands import Command
from pos_app.screens.widgets.asking import AskingBar
from pos_app.screens.widgets.button import AppButton, ButtonKind
from pos_app.screens.widgets.labels import ElideLabel, Label
from pos_app.screens.widgets.notices import EmptyState
from pos_app.screens.widgets.painting import CENTRE
from pos_app.screens.widgets.search_bar import SearchScanBar
from pos_app.screens.widgets.segments import Segments
from retail.basket.model import Disposition

_ICONS = {
    State.LOADING: "refresh-cw",
    State.EMPTY: "search",
    State.NOTHING: "search",
    State.ERROR: "circle-alert",
    State.BLIND: "scan-barcode",
}
_COLUMNS = 3
_AGAIN = {
    Command.REPRINT: ("printer", N_("Print this receipt again")),
    Command.GIFT_RECEIPT: ("gift", N_("Gift receipt of this sale")),
    Command.MAIL_RECEIPT: ("mail", N_("Send this receipt by e-mail")),
    Command.INVOICE: ("file-text", N_("Invoice for this receipt")),
}


class ReturnsSheet(QWidget):
    """Layout and keys; the presenter knows what things mean.

    Signals:
        entered: Enter, with what is on the line.
        typed: the line's text as somebody types.
        moved, stepped: -1 or 1, arrows, and plus or minus.
        way_chosen: a :class:`By`.
        tapped: key of a row.
        reason_chosen: code of a reason.
        place_chosen: a :class:`Disposition`.
        took, took_all: the green button, and the one for all that is left.
        left: back from the lines to the receipts.
        cancelled: nobody waits for head office any longer.
    """

    entered = Signal(str)
    typed = Signal(str)
    moved = Signal(int)
    stepped = Signal(int)
    way_chosen = Signal(object)
    tapped = Signal(str)
    reason_chosen = Signal(str)
    place_chosen = Signal(object)
    took = Signal()
    took_all = Signal()
    left = Signal()
    cancelled = Signal()

    def __init__(self, run: Callable[[Command], object], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._run = run
        self.line = SearchScanBar(_(ASKS[By.NUMBER]))
        self.ways = Segments({by.value: _(text) for by, text in WAYS.items()})
        self.rows = ReturnRows()
        self.empty = EmptyState("search", "", "")
        self.heading = ElideLabel("", "row")
        self.amount = Label("", "h2", align=CENTRE)
        self.places = Segments({place.value: _(text) for place, text in PLACES.items()})
        self.reasons: dict[str, AppButton] = {}
        self.less = AppButton("", icon="minus", name=_("Less"))
        self.more = AppButton("", icon="plus", name=_("More"))
        self.all = AppButton(_("All of it"), icon="undo-2")
        self.take = AppButton(_("Take back"), ButtonKind.PRIMARY, icon="check", hint="↵")
        self.hint = Label("", "meta", tone="text2")
        self.hint.setWordWrap(True)
        self.asking = AskingBar()
        self._in_lines = False
        self.setFocusProxy(self.line)
        self._build()
        self._connect()

    @property
    def offers(self) -> frozenset[Command]:
        """What may be done with the receipt that is open."""
        return frozenset(_AGAIN) | {Command.SAVE_RECEIPT} if self._in_lines else frozenset()

    def show_view(self, view: ReturnsView) -> None:
        """Show what the presenter says."""
        lines = view.state is State.LINES
        self.line.setPlaceholderText(self._asked(view))
        self.line.setAccessibleName(self._asked(view))
        self.ways.choose(view.by.value)
        self.ways.setVisible(not lines)
        self._head.setVisible(lines)
        self.heading.set_text(view.title if lines else "")
        self.rows.show_rows(view.rows, view.chosen)
        if not view.rows:
            self.empty.set_content(_ICONS.get(view.state, "search"), view.title, view.detail)
        self._middle.setCurrentIndex(1 if view.rows else 0)
        self._given.setVisible(lines or view.by is By.BLIND)
        self._in_lines = lines
        self._counts.setVisible(lines and not self.asking.text)
        self._acts.setVisible(lines)
        self.amount.setText(view.amount)
        self.amount.setAccessibleName(_("Comes back") + " " + view.amount)
        for code, chip in self.reasons.items():
            chip.setChecked(code == view.reason)
            # Elsewhere letters are the beginning of a code.
            chip.hint = self._letters[code] if lines else ""
            chip.update()
        self.places.choose(view.place.value)
        self.take.set_label(view.take)
        self.take.setEnabled(view.ready)
        self.all.setEnabled(view.ready)
        self.hint.setText(self._keys(view))

    def show_asking(self, text: str) -> None:
        """Head office is asked; an empty text for no more."""
        if text:
            self.asking.begin(text)
        else:
            if self.asking.cancel.hasFocus():
                self.line.setFocus()
            self.asking.end()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """What a button leaves belongs to the line."""
        keys = {Qt.Key.Key_Tab, Qt.Key.Key_Backtab, Qt.Key.Key_Escape}
        if self.line.hasFocus() or event.key() in keys:
            event.ignore()
            return
        self.line.setFocus()
        QCoreApplication.sendEvent(self.line, event)

    @staticmethod
    def _asked(view: ReturnsView) -> str:
        if view.state is State.LINES:
            return _("How much, as 1 or 0.5, or the letter of a reason …")
        return _(ASKS[view.by])

    @staticmethod
    def _keys(view: ReturnsView) -> str:
        if view.state is State.LINES:
            return _("↑ ↓ line · + − how much · Enter takes back · Esc closes")
        if view.state is State.FOUND:
            return _("↑ ↓ choose · Enter opens · Esc closes") + " · " + view.known
        return _("Esc closes.")

    def _connect(self) -> None:
        line = self.line
        line.entered.connect(self.entered)
        line.textEdited.connect(self.typed)
        line.moved.connect(self.moved)
        line.stepped.connect(self.stepped)
        self.rows.tapped.connect(self.tapped)
        self.ways.chosen.connect(lambda key: self.way_chosen.emit(By(key)))
        self.places.chosen.connect(lambda key: self.place_chosen.emit(Disposition(key)))
        self.less.clicked.connect(lambda: self.stepped.emit(-1))
        self.more.clicked.connect(lambda: self.stepped.emit(1))
        self.take.clicked.connect(self.took)
        self.all.clicked.connect(self.took_all)
        self.other.clicked.connect(self.left)
        self.asking.cancelled.connect(self.cancelled)
        # Nothing changes meanwhile, and on a small screen there is no room for both.
        self.asking.shown.connect(lambda on: self._counts.setVisible(not on and self._in_lines))

    def _build(self) -> None:
        now = theme.current()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(now.px(8))
        column.addWidget(self.line)
        column.addWidget(self.ways)
        self._head = self._build_head()
        column.addWidget(self._head)
        holder = QWidget()
        self._middle = QStackedLayout(holder)
        self._middle.addWidget(self.empty)
        self._middle.addWidget(self.rows)
        column.addWidget(holder, 1)
        column.addWidget(self.asking)
        self._counts = self._build_counts()
        column.addWidget(self._counts)
        self._given = self._build_given()
        column.addWidget(self._given)
        self._acts = QWidget()
        acts = QHBoxLayout(self._acts)
        acts.setContentsMargins(0, 0, 0, 0)
        acts.setSpacing(now.px(8))
        acts.addWidget(self.all, 1)
        acts.addWidget(self.take, 2)
        column.addWidget(self._acts)
        column.addWidget(self.hint)

    def _build_head(self) -> QWidget:
        head = QWidget()
        row = QHBoxLayout(head)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.current().px(4))
        kind = ButtonKind.ICON
        self.other = AppButton("", kind, icon="arrow-left", name=_("Other receipt"))
        row.addWidget(self.other)
        row.addWidget(self.heading, 1)
        for command, (icon, text) in _AGAIN.items():
            row.addWidget(CommandButton(_(text), command, self._run, kind, icon=icon))
        return head

    def _build_counts(self) -> QWidget:
        counts = QWidget()
        row = QHBoxLayout(counts)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.current().px(8))
        row.addWidget(self.less)
        row.addWidget(self.amount, 1)
        row.addWidget(self.more)
        return counts

    def _build_given(self) -> QWidget:
        given = QWidget()
        column = QVBoxLayout(given)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.current().px(8))
        grid = QGridLayout()
        grid.setSpacing(theme.current().px(8))
        self._letters = {code: letter for code, _text, letter in reasons()}
        for place, (code, text, letter) in enumerate(reasons()):
            chip = AppButton(text, hint=letter, name=f"{text} ({letter})" if letter else text)
            chip.setCheckable(True)
            chip.clicked.connect(lambda _on=False, code=code: self.reason_chosen.emit(code))
            grid.addWidget(chip, place // _COLUMNS, place % _COLUMNS)
            self.reasons[code] = chip
        for place in range(_COLUMNS):
            grid.setColumnStretch(place, 1)
        column.addLayout(grid)
        column.addWidget(self.places)
        return given
