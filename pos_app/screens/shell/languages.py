"""The choice of the language that the screens speak."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from pos_app.runtime import theme
from pos_app.runtime.i18n import _, language, name_of, sentence
from pos_app.screens.records import Message, Tone
from pos_app.screens.widgets.button import AppButton, ButtonKind
from pos_app.settings import store
from resources.words import languages

if TYPE_CHECKING:
    from pos_app.screens.task_runner import TaskRunner
    from pos_app.screens.widgets.sheet import Sheet

_SETTING = "screen.language"


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


class LanguageFlow(QObject):
    """Opens the choice and keeps what was chosen.

    Signals:
        kept: the code of the language to speak from now on.
        told: a :class:`Message` when it could not be kept.
    """

    kept = Signal(str)
    told = Signal(object)

    def __init__(self, tasks: TaskRunner, sheet: Sheet, parent: QObject) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._sheet = sheet

    def open(self) -> None:
        """Show the languages."""
        content = LanguageSheet()
        content.chosen.connect(self._keep)
        self._sheet.open_with(_("Language of the screens"), content)

    def _keep(self, language: str) -> None:
        self._sheet.close_sheet()
        self._tasks.run(
            store.save,
            _SETTING,
            language,
            done=lambda _none: self.kept.emit(language),
            failed=lambda error: self.told.emit(Message(sentence(error), Tone.ERROR)),
        )
