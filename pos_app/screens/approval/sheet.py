"""The approval on the screen: what is asked, who allows it, their PIN."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QScrollArea,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from pos_app.runtime import theme
from pos_app.runtime.i18n import _
from pos_app.runtime.wedge import PIN_PROPERTY
from pos_app.screens.approval.pin_entry import PinView
from pos_app.screens.approval.presenter import Question
from pos_app.screens.widgets.button import AppButton, ButtonKind
from pos_app.screens.widgets.keypad import Keypad, KeypadMode
from pos_app.screens.widgets.labels import Card, Label
from pos_app.screens.widgets.notices import EmptyState
from pos_app.screens.widgets.painting import CENTRE
from pos_app.screens.widgets.people import PersonTile, PinDots, role_name
from pos_app.screens.widgets.pill import IconMark

_ENTER = {Qt.Key.Key_Return, Qt.Key.Key_Enter}
_STEPS = {Qt.Key.Key_Right: 1, Qt.Key.Key_Down: 1, Qt.Key.Key_Left: -1, Qt.Key.Key_Up: -1}
_COLUMNS = 2
_ROWS_SHOWN = 2


class ApprovalSheet(QWidget):
    """Digits are the PIN, arrows choose who, Enter allows.

    Signals:
        chosen: place of the person in the list.
        moved: -1 or 1, an arrow key.
        typed: a digit, ``back`` or ``clear``.
        submitted: Enter or the button.
    """

    chosen = Signal(int)
    moved = Signal(int)
    typed = Signal(str)
    submitted = Signal()

    def __init__(self, question: Question, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty(PIN_PROPERTY, True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        now = theme.current()
        self._tiles: list[PersonTile] = []
        self._people = QGridLayout()
        self._people.setContentsMargins(0, 0, 0, 0)
        self._people.setSpacing(now.px(8))
        self._dots = PinDots()
        self._hint = Label("", "strong", align=CENTRE)
        self._keypad = Keypad(KeypadMode.PIN)
        self._keypad.pressed.connect(self.typed)
        self.allow = AppButton(_("Allow"), ButtonKind.PRIMARY, icon="shield-check", hint="↵")
        self.allow.clicked.connect(self.submitted)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(now.px(10))
        column.addWidget(_asked(question))
        holder = QWidget()
        self._stack = QStackedLayout(holder)
        self._stack.addWidget(self._build_entry())
        nobody = _("Nobody else at this till may allow this")
        self._stack.addWidget(
            EmptyState("shield-alert", nobody, _("Esc goes back; nothing was changed."))
        )
        column.addWidget(holder, 1)

    @property
    def hint(self) -> str:
        """What is said below the dots."""
        return self._hint.text()

    @property
    def names(self) -> list[str]:
        """Who may be chosen."""
        return [tile.text() for tile in self._tiles]

    def show_pin(self, view: PinView) -> None:
        """Show people, dots and hint."""
        if self.names != [one.name for one in view.staff]:
            self._show_people(view)
        for place, tile in enumerate(self._tiles):
            tile.setChecked(place == view.chosen)
        self._stack.setCurrentIndex(0 if view.staff else 1)
        self._dots.show_digits(view.digits)
        self._hint.setText(view.hint or _("The PIN of who allows it, then Enter"))
        self._hint.set_tone("danger" if view.alarming else "text2")
        self._keypad.setEnabled(view.open)
        self.allow.setEnabled(view.open and view.digits > 0)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Digits, arrows, Backspace, Delete and Enter; Esc is the sheet's."""
        key = Qt.Key(event.key())
        if key in _ENTER:
            if not event.isAutoRepeat():
                self.submitted.emit()
        elif key == Qt.Key.Key_Backspace:
            self.typed.emit("back")
        elif key == Qt.Key.Key_Delete:
            self.typed.emit("clear")
        elif key in _STEPS:
            self.moved.emit(_STEPS[key])
        elif event.text() and event.text() in "0123456789":
            self.typed.emit(event.text())
        else:
            event.ignore()

    def _show_people(self, view: PinView) -> None:
        for tile in self._tiles:
            self._people.removeWidget(tile)
            tile.hide()
            tile.deleteLater()
        self._tiles = [PersonTile(m.name, m.initials, role_name(m.role)) for m in view.staff]
        for place, tile in enumerate(self._tiles):
            tile.clicked.connect(lambda _on=False, at=place: self.chosen.emit(at))
            self._people.addWidget(tile, place // _COLUMNS, place % _COLUMNS)
        now = theme.current()
        rows = min(-(-len(self._tiles) // _COLUMNS), _ROWS_SHOWN)
        self._list.setFixedHeight(max(rows, 1) * now.px(80))

    def _build_entry(self) -> QWidget:
        now = theme.current()
        entry = QWidget()
        column = QVBoxLayout(entry)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(now.px(10))
        inner = QWidget()
        across = QVBoxLayout(inner)
        across.setContentsMargins(0, 0, 0, 0)
        across.addLayout(self._people)
        across.addStretch(1)
        self._list = QScrollArea()
        self._list.setWidget(inner)
        self._list.setWidgetResizable(True)
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        column.addWidget(self._list)
        column.addStretch(1)
        column.addWidget(self._dots)
        column.addWidget(self._hint)
        self._keypad.setMaximumHeight(now.px(4 * 62 + 3 * 8))
        column.addWidget(self._keypad)
        column.addStretch(1)
        column.addWidget(self.allow)
        return entry


def _asked(question: Question) -> Card:
    """What is asked, of whom, and how far it goes."""
    now = theme.current()
    act = question.act
    card = Card()
    row = QHBoxLayout(card)
    row.setContentsMargins(now.px(16), now.px(12), now.px(16), now.px(12))
    row.setSpacing(now.px(14))
    row.addWidget(IconMark("shield-alert", 32, "warn"))
    words = QVBoxLayout()
    words.setSpacing(now.px(2))
    asks = _("%(name)s asks: %(act)s") % {"name": question.asker, "act": act.name}
    told = ((asks, "meta", "text2"), (act.subject, "row", ""), (act.extent, "h2", ""))
    for text, role, tone in told:
        if text:
            label = Label(text, role, tone=tone)
            label.setWordWrap(True)
            words.addWidget(label)
    row.addLayout(words, 1)
    card.setAccessibleName(f"{asks}, {act.subject}, {act.extent}")
    return card
