"""The top of the checkout: store, input line, connection, clock, person."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from pos_app.runtime import theme
from pos_app.runtime.i18n import _, clock_time
from pos_app.screens.shell.command_button import CommandButton
from pos_app.screens.shell.commands import Command
from pos_app.screens.widgets.button import AppButton, ButtonKind
from pos_app.screens.widgets.labels import Card, ElideLabel, Label
from pos_app.screens.widgets.pill import Avatar, IconMark, SyncPill
from pos_app.screens.widgets.search_bar import SearchScanBar


class StatusStrip(Card):
    """One row that never moves.

    Args:
        now: the present instant, for the clock.
        run: runs a command by name.
        parent: Qt parent.
    """

    def __init__(
        self,
        now: Callable[[], datetime],
        run: Callable[[Command], object],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("strip", parent)
        self._now = now
        self._run = run
        self._zone = "UTC"
        self.line = SearchScanBar(_("Scan, or type a name, code or 3*code …"))
        self.sync = SyncPill()
        self.sync.clicked.connect(lambda: run(Command.SYNC))
        self.printer = IconMark("printer", 20, "text2")
        self.alarm = IconMark("triangle-alert", 16, "warn")
        for mark in (self.printer, self.alarm):
            mark.hide()
        self._store = ElideLabel("", "row")
        self._till = ElideLabel("", "caption", colour="text2")
        self._clock = Label("", "amount")
        self._avatar = Avatar()
        self._name = ElideLabel("", "strong")
        self._role = ElideLabel("", "caption", colour="text2")
        self._build()
        self._minute = QTimer(self)
        self._minute.setInterval(1000)
        self._minute.timeout.connect(self._tick)
        self._minute.start()

    def show_session(self, *, store: str, till: str, zone: str) -> None:
        """Say where this is."""
        self._store.set_text(store)
        self._till.set_text(till)
        self._zone = zone
        self._tick()

    def show_person(self, *, name: str, initials: str, role: str) -> None:
        """Say who works here."""
        self._name.set_text(name)
        self._role.set_text(role)
        self._avatar.set_initials(initials)

    def show_printer(self, text: str, *, works: bool) -> None:
        """Show the printer, once it told how it is; ``text`` says what a colour cannot."""
        self.printer.set_icon("printer", "text2" if works else "warn")
        self.printer.setAccessibleName(text)
        self.printer.setToolTip(text)
        self.printer.show()
        self.alarm.setVisible(not works)

    def _build(self) -> None:
        now = theme.current()
        self.setFixedHeight(now.height("topBar"))
        row = QHBoxLayout(self)
        row.setContentsMargins(now.px(16), 0, now.px(12), 0)
        row.setSpacing(now.px(10))
        row.addWidget(IconMark("store", 26, "primary"))
        row.addWidget(_pair(self._store, self._till, now.px(118)))
        row.addWidget(self.line, 1)
        row.addSpacing(now.px(8))
        row.addWidget(self.sync)
        row.addWidget(self.printer)
        row.addWidget(self.alarm)
        row.addWidget(self._icon("keyboard", _("Keyboard for fingers"), Command.KEYBOARD))
        row.addWidget(self._icon("contrast", _("Light, dark, high contrast"), Command.LOOK))
        row.addWidget(self._clock)
        row.addSpacing(now.px(2))
        row.addWidget(self._avatar)
        row.addWidget(_pair(self._name, self._role, now.px(96)))
        row.addWidget(self._icon("lock", _("Lock the till"), Command.LOCK))

    def _icon(self, icon: str, name: str, command: Command) -> AppButton:
        return CommandButton(name, command, self._run, ButtonKind.ICON, icon=icon)

    def _tick(self) -> None:
        text = clock_time(self._now(), self._zone)
        if text != self._clock.text():
            self._clock.setText(text)


def _pair(upper: QWidget, lower: QWidget, width: int) -> QWidget:
    box = QWidget()
    box.setFixedWidth(width)
    column = QVBoxLayout(box)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    column.addStretch(1)
    column.addWidget(upper)
    column.addWidget(lower)
    column.addStretch(1)
    return box
