"""Letters for fingers: a keyboard over the lower or the upper part of the window."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt
from PySide6.QtWidgets import QApplication, QHBoxLayout, QVBoxLayout, QWidget

from pos_app.runtime import theme
from pos_app.runtime.i18n import _
from pos_app.runtime.key_press import press, press_letter
from pos_app.screens.widgets.button import AppButton, ButtonKind
from pos_app.screens.widgets.labels import Card

_ROWS = ("1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm")
_SIGNS = "-.,@*:"
_KEY_HEIGHT = 52


class TouchKeyboard(Card):
    """Types where the cursor is and leaves it there.

    Args:
        host: what it lies over.
    """

    def __init__(self, host: QWidget) -> None:
        super().__init__("surface", host)
        self._host = host
        self._letters: list[AppButton] = []
        self.setAccessibleName(_("Touch keyboard"))
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        # The digits and letters stand as on every keyboard, whatever the language's direction.
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self._build()
        host.installEventFilter(self)
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self.place)
        self.hide()

    def toggle(self) -> None:
        """Show it, or put it away."""
        self.setVisible(not self.isVisible())
        self.place()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the host's size."""
        if watched is self._host and event.type() == QEvent.Type.Resize:
            self.place()
        return False

    def place(self, *_focus: object) -> None:
        """At the lower end; at the upper one when what is typed into lies below."""
        if not self.isVisible():
            return
        area, height = self._host.rect(), self.sizeHint().height()
        low = QRect(0, area.height() - height, area.width(), height)
        into = QApplication.focusWidget()
        covered = False
        if into is not None and self._host.isAncestorOf(into):
            corner = into.mapTo(self._host, QPoint(0, 0))
            covered = corner.y() + min(into.height(), height) > low.top()
        self.setGeometry(low.translated(0, -low.top()) if covered else low)
        self.raise_()

    def _build(self) -> None:
        now = theme.current()
        column = QVBoxLayout(self)
        pad = now.px(8)
        column.setContentsMargins(pad, pad, pad, pad)
        column.setSpacing(now.px(6))
        for place, letters in enumerate(_ROWS):
            row = QHBoxLayout()
            row.setSpacing(now.px(6))
            if place == len(_ROWS) - 1:
                row.addWidget(self._shift(), 2)
            for letter in letters:
                row.addWidget(self._letter(letter), 2)
            if place == 0:
                row.addWidget(self._soft("", "delete", _("Delete the last letter"), _erase), 3)
            column.addLayout(row)
        row.addWidget(self._soft("", "check", _("Enter"), _enter), 3)
        column.addLayout(self._last_row())

    def _last_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(theme.current().px(6))
        for sign in _SIGNS:
            row.addWidget(self._letter(sign), 2)
        row.addWidget(self._soft("", "minus", _("Space"), lambda: press_letter(" ")), 6)
        row.addWidget(self._soft("", "chevron-down", _("Put the keyboard away"), self.toggle), 2)
        return row

    def _shift(self) -> AppButton:
        self._shifted = self._soft("", "arrow-up", _("Capital letters"), self._show_letters)
        self._shifted.setCheckable(True)
        return self._shifted

    def _letter(self, letter: str) -> AppButton:
        button = AppButton(letter, ButtonKind.KEY, name=letter, parent=self)
        button.clicked.connect(lambda: press_letter(button.text()))
        self._letters.append(button)
        return self._fixed(button)

    def _soft(self, text: str, icon: str, name: str, act: Callable[[], object]) -> AppButton:
        button = AppButton(text, ButtonKind.KEY_SOFT, icon=icon, name=name, parent=self)
        button.clicked.connect(act)
        return self._fixed(button)

    def _fixed(self, button: AppButton) -> AppButton:
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.setFixedHeight(theme.current().px(_KEY_HEIGHT))
        return button

    def _show_letters(self) -> None:
        large = self._shifted.isChecked()
        for button in self._letters:
            letter = button.text().upper() if large else button.text().lower()
            button.set_label(letter)


def _erase() -> None:
    press(Qt.Key.Key_Backspace, "\b")


def _enter() -> None:
    press(Qt.Key.Key_Return, "\r")
