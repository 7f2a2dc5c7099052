"""The log-in page: who, and the PIN."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from pos_app.runtime import theme
from pos_app.runtime.i18n import _, language, name_of
from pos_app.runtime.wedge import PIN_PROPERTY
from pos_app.screens.approval.pin_entry import PinView
from pos_app.screens.shell.keymap import Command
from pos_app.screens.widgets.button import AppButton, ButtonKind
from pos_app.screens.widgets.keypad import Keypad, KeypadMode
from pos_app.screens.widgets.labels import Card, ElideLabel, Label
from pos_app.screens.widgets.painting import CENTRE
from pos_app.screens.widgets.people import PersonTile, PinDots, role_name
from pos_app.screens.widgets.pill import IconMark, SyncPill
from pos_app.screens.widgets.room import Roll

_COLUMNS = 3


class LoginScreen(QWidget):
    """Layout and keys of the log-in page.

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

    def __init__(self, run: Callable[[Command], object], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty(PIN_PROPERTY, True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._run = run
        self._tiles: list[PersonTile] = []
        self.sync = SyncPill()
        self.sync.clicked.connect(lambda: run(Command.SYNC))
        self._store = ElideLabel("Tillwright", "row")
        self._people = QGridLayout()
        self._name = Label("", "h1", align=CENTRE)
        self._dots = PinDots()
        self._hint = Label("", "strong", align=CENTRE)
        self._keypad = Keypad(KeypadMode.PIN)
        self._keypad.pressed.connect(self.typed)
        self.enter = AppButton(_("Log in"), ButtonKind.PRIMARY, icon="key-round", hint="↵")
        self.enter.clicked.connect(self.submitted)
        self._build()

    def show_store(self, text: str) -> None:
        """Say where this is."""
        self._store.set_text(text)

    def show_login(self, view: PinView) -> None:
        """Show people, dots and hint."""
        if [tile.text() for tile in self._tiles] != [m.name for m in view.staff]:
            self._show_people(view)
        for place, tile in enumerate(self._tiles):
            tile.setChecked(place == view.chosen)
        self._name.setText(view.staff[view.chosen].name if view.staff else "")
        self._dots.show_digits(view.digits)
        self._hint.setText(view.hint or _("Type your PIN, then Enter"))
        self._hint.set_tone("danger" if view.alarming else "text2")
        self._keypad.setEnabled(view.open)
        self.enter.setEnabled(view.open and view.digits > 0)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Digits are the PIN, arrows choose, Enter logs in."""
        key = event.key()
        if key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            if not event.isAutoRepeat():
                self.submitted.emit()
        elif key == Qt.Key.Key_Backspace:
            self.typed.emit("back")
        elif key in {Qt.Key.Key_Delete, Qt.Key.Key_Escape}:
            self.typed.emit("clear")
        elif key in {Qt.Key.Key_Right, Qt.Key.Key_Down}:
            self.moved.emit(1)
        elif key in {Qt.Key.Key_Left, Qt.Key.Key_Up}:
            self.moved.emit(-1)
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

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._build_head())
        column.addWidget(Roll(self._build_middle()), 1)

    def _build_middle(self) -> QWidget:
        now = theme.current()
        middle = QWidget()
        column = QVBoxLayout(middle)
        column.addStretch(1)
        people = QHBoxLayout()
        self._people.setSpacing(now.px(12))
        people.addStretch(1)
        people.addLayout(self._people)
        people.addStretch(1)
        column.addLayout(people)
        column.addSpacing(now.px(16))
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self._build_card())
        row.addStretch(1)
        column.addLayout(row)
        column.addStretch(1)
        return middle

    def _build_head(self) -> Card:
        now = theme.current()
        head = Card("strip")
        head.setFixedHeight(now.height("topBar"))
        row = QHBoxLayout(head)
        row.setContentsMargins(now.px(16), 0, now.px(12), 0)
        row.setSpacing(now.px(10))
        row.addWidget(IconMark("store", 26, "primary"))
        row.addWidget(self._store, 1)
        row.addWidget(self.sync)
        says = f"{_('Language of the screens')}: {name_of(language())}"
        spoken = AppButton(language().upper(), ButtonKind.GHOST, icon="globe", name=says)
        spoken.clicked.connect(lambda: self._run(Command.LANGUAGE))
        row.addWidget(spoken)
        look = AppButton("", ButtonKind.ICON, icon="contrast", name=_("Light, dark, high contrast"))
        look.clicked.connect(lambda: self._run(Command.LOOK))
        row.addWidget(look)
        return head

    def _build_card(self) -> Card:
        now = theme.current()
        card = Card()
        card.setFixedWidth(now.px(400))
        inner = QVBoxLayout(card)
        pad = now.px(24)
        inner.setContentsMargins(pad, now.px(20), pad, pad)
        inner.setSpacing(now.px(10))
        inner.addWidget(self._name)
        inner.addWidget(self._dots)
        inner.addWidget(self._hint)
        inner.addSpacing(now.px(4))
        self._keypad.setMaximumHeight(now.px(4 * 62 + 3 * 8))
        inner.addWidget(self._keypad)
        inner.addWidget(self.enter)
        return card
