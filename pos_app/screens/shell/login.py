"""The log-in page: who, and the PIN."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from pos_app.runtime import theme
from pos_app.runtime.i18n import _, language, name_of
from pos_app.screens.approval.pin_entry import PinView
from pos_app.screens.approval.pin_page import PinPage
from pos_app.screens.shell.commands import Command
from pos_app.screens.widgets.button import AppButton, ButtonKind
from pos_app.screens.widgets.keypad import CLEAR
from pos_app.screens.widgets.labels import Card, ElideLabel, Label
from pos_app.screens.widgets.painting import CENTRE
from pos_app.screens.widgets.pill import IconMark, SyncPill
from pos_app.screens.widgets.room import Roll

_COLUMNS = 3


class LoginScreen(PinPage):
    """Layout of the log-in page; Esc takes back what was typed.

    Args:
        run: runs a command by name.
        parent: Qt parent.
    """

    def __init__(self, run: Callable[[Command], object], parent: QWidget | None = None) -> None:
        enter = AppButton(_("Log in"), ButtonKind.PRIMARY, icon="key-round", hint="↵")
        asks = _("Type your PIN, then Enter")
        super().__init__(enter, asks=asks, columns=_COLUMNS, parent=parent)
        self.setProperty("kind", "page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._run = run
        self.sync = SyncPill()
        self.sync.clicked.connect(lambda: run(Command.SYNC))
        self._store = ElideLabel("Tillwright", "row")
        self._name = Label("", "h1", align=CENTRE)
        self._build()

    def show_store(self, text: str) -> None:
        """Say where this is."""
        self._store.set_text(text)

    def show_pin(self, view: PinView) -> None:
        """Show people, dots and hint, and whose PIN it is."""
        super().show_pin(view)
        self._name.setText(view.staff[view.chosen].name if view.staff else "")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """As everywhere, and Esc."""
        if event.key() == Qt.Key.Key_Escape:
            self.typed.emit(CLEAR)
        else:
            super().keyPressEvent(event)

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
        self.people.setSpacing(now.px(12))
        people.addStretch(1)
        people.addLayout(self.people)
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
        inner.addWidget(self.dots)
        inner.addWidget(self._hint)
        inner.addSpacing(now.px(4))
        inner.addWidget(self.keypad)
        inner.addWidget(self.act)
        return card
