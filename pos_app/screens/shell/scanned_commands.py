"""Commands and keys that are scanned: a code does what its button and its key do."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Signal

from pos_app.runtime.i18n import _
from pos_app.runtime.key_press import press, press_letter
from pos_app.runtime.wedge import types_a_secret
from pos_app.screens.records import Message, Tone
from pos_app.screens.shell.commands import BINDINGS, Command

KEY = "key."
"""What the code of a single letter, digit or sign begins with: ``key.5``."""

_BY_NAME = {binding.command.value: binding for binding in BINDINGS}
_TYPED = {
    Command.ENTER: (Qt.Key.Key_Return, "\r"),
    Command.LINE_UP: (Qt.Key.Key_Up, ""),
    Command.LINE_DOWN: (Qt.Key.Key_Down, ""),
    Command.LINE_MORE: (Qt.Key.Key_Plus, "+"),
    Command.LINE_LESS: (Qt.Key.Key_Minus, "-"),
    Command.LINE_REMOVE: (Qt.Key.Key_Delete, ""),
}
"""The keys of commands that the place of the cursor understands; they are nobody's to change."""


class ScannedCommands(QObject):
    """Takes the name of a command, ``category.2`` for the second of several, or a key.

    Args:
        run: runs a command by name and number; False where it is closed.

    Signals:
        told: a :class:`Message` when nothing was done.
    """

    told = Signal(object)

    def __init__(self, run: Callable[[Command, int], bool], parent: QObject) -> None:
        super().__init__(parent)
        self._run = run

    def take(self, name: str) -> bool:
        """Do it; False when it is not known or not open here."""
        done = self._press(name.removeprefix(KEY)) if name.startswith(KEY) else self._trigger(name)
        if not done:
            self.told.emit(Message(_("This command does nothing here."), Tone.WARN))
        return done

    def _trigger(self, name: str) -> bool:
        word, _dot, number = name.rpartition(".")
        numbered = _BY_NAME.get(word) if number.isdecimal() else None
        if numbered is not None and 1 <= int(number) <= len(numbered.keys):
            return self._run(numbered.command, int(number) - 1)
        binding = _BY_NAME.get(name)
        if binding is None:
            return False
        if binding.typed:
            return press(*_TYPED[binding.command])
        return self._run(binding.command, 0)

    def _press(self, letter: str) -> bool:
        # A secret is typed by who knows it, never read from paper.
        if len(letter) != 1 or types_a_secret():
            return False
        return press_letter(letter)
