"""Somebody of several and their PIN: tiles, dots and a keypad, for the log-in and for approvals."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from pos_app.runtime import theme
from pos_app.runtime.wedge import PIN_PROPERTY
from pos_app.screens.approval.pin_entry import PinView
from pos_app.screens.widgets.button import AppButton
from pos_app.screens.widgets.keypad import ENTER, Keypad, KeypadMode, pad_key
from pos_app.screens.widgets.labels import Label
from pos_app.screens.widgets.painting import CENTRE
from pos_app.screens.widgets.people import PersonTile, PinDots, role_name

_STEPS = {Qt.Key.Key_Right: 1, Qt.Key.Key_Down: 1, Qt.Key.Key_Left: -1, Qt.Key.Key_Up: -1}


class PinPage(QWidget):
    """Digits are the PIN, arrows choose who, Enter goes on; the parts are laid out by its heirs.

    Args:
        act: the button that goes on.
        asks: what is said below the dots while nothing is wrong.
        columns: people side by side.
        parent: Qt parent.

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

    def __init__(
        self, act: AppButton, *, asks: str, columns: int, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setProperty(PIN_PROPERTY, True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.act = act
        act.clicked.connect(self.submitted)
        self._asks = asks
        self._columns = columns
        self.tiles: list[PersonTile] = []
        self.people = QGridLayout()
        self.people.setContentsMargins(0, 0, 0, 0)
        self.dots = PinDots()
        self._hint = Label("", "strong", align=CENTRE)
        self.keypad = Keypad(KeypadMode.PIN)
        self.keypad.setMaximumHeight(theme.current().px(4 * 62 + 3 * 8))
        self.keypad.pressed.connect(self.typed)

    @property
    def hint(self) -> str:
        """What is said below the dots."""
        return self._hint.text()

    @property
    def names(self) -> list[str]:
        """Who may be chosen."""
        return [tile.text() for tile in self.tiles]

    def show_pin(self, view: PinView) -> None:
        """Show people, dots and hint."""
        if self.names != [one.name for one in view.staff]:
            self._show_people(view)
        for place, tile in enumerate(self.tiles):
            tile.setChecked(place == view.chosen)
        self.dots.show_digits(view.digits)
        self._hint.setText(view.hint or self._asks)
        self._hint.set_tone("danger" if view.alarming else "text2")
        self.keypad.setEnabled(view.open)
        self.act.setEnabled(view.open and view.digits > 0)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Digits, arrows, Backspace, Delete and Enter."""
        key, step = pad_key(event, whole=True), _STEPS.get(Qt.Key(event.key()))
        if step is not None:
            self.moved.emit(step)
        elif key == ENTER:
            self.submitted.emit()
        elif key:
            self.typed.emit(key)
        elif key is None:
            event.ignore()

    def _show_people(self, view: PinView) -> None:
        for tile in self.tiles:
            self.people.removeWidget(tile)
            tile.hide()
            tile.deleteLater()
        self.tiles = [PersonTile(m.name, m.initials, role_name(m.role)) for m in view.staff]
        for place, tile in enumerate(self.tiles):
            tile.clicked.connect(lambda _on=False, at=place: self.chosen.emit(at))
            self.people.addWidget(tile, place // self._columns, place % self._columns)
