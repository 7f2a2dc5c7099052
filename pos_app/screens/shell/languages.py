"""The choice of the language that the screens speak."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from pos_app.runtime import theme
from pos_app.runtime.i18n import language, name_of
from pos_app.screens.widgets.button import AppButton, ButtonKind
from resources.words import languages

SETTING = "screen.language"


class LanguageSheet(QWidget):
    """Every language by its own name; a digit or a touch chooses.

    Signals:
        chosen: the code of a language.
    """

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        now = theme.current()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(now.px(8))
        for number, code in enumerate(languages(), 1):
            kind = ButtonKind.PRIMARY if code == language() else ButtonKind.SECONDARY
            button = AppButton(f"{number}   {name_of(code)}", kind, name=name_of(code))
            button.setFixedHeight(now.px(52))
            button.clicked.connect(lambda _on=False, code=code: self.chosen.emit(code))
            column.addWidget(button)
        column.addStretch(1)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """A digit chooses."""
        text = event.text()
        if text and text in "123456789" and int(text) <= len(languages()):
            self.chosen.emit(languages()[int(text) - 1])
        else:
            event.ignore()
