"""Gives commands other keys at this till: at once, undoable, kept as a setting."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from pos_app.runtime.i18n import _, sentence
from pos_app.screens.records import Message, Tone
from pos_app.screens.shell import remapping
from pos_app.screens.shell.commands import Command
from pos_app.screens.shell.keymap import OwnKeys, keys_of, own_keys, use_keys
from pos_app.settings import store
from retail.errors import RetailError

if TYPE_CHECKING:
    from pos_app.screens.task_runner import TaskRunner

SETTING = "keys.own"


class KeysPresenter(QObject):
    """The keys of this till.

    Signals:
        changed: commands have other keys; whatever shows or hears keys follows.
        told: a :class:`Message`.
    """

    changed = Signal()
    told = Signal(object)

    def __init__(self, tasks: TaskRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._before: list[OwnKeys] = []

    @property
    def can_undo(self) -> bool:
        """Whether something was changed since the start."""
        return bool(self._before)

    @property
    def has_own(self) -> bool:
        """Whether some command has a key of this till's own."""
        return bool(own_keys())

    def start(self, text: str) -> None:
        """Use the keys of the setting."""
        use_keys(remapping.read(text))
        self.changed.emit()

    def give(self, command: Command, pressed: str) -> None:
        """Give a command the pressed key, or say why it cannot have it."""
        try:
            after = remapping.give(own_keys(), command, pressed)
        except RetailError as error:
            self.told.emit(Message(sentence(error), Tone.WARN))
            return
        self._change(after)
        self.told.emit(Message(_("It is %(key)s from now on.") % {"key": keys_of(command)}))

    def undo(self) -> None:
        """Take the last change back."""
        if self._before:
            self._use(self._before.pop())
            self.told.emit(Message(_("The keys are as before.")))

    def reset(self) -> None:
        """Give every command its usual key; Undo brings the others back."""
        if self.has_own:
            self._change({})
            self.told.emit(Message(_("Every command has its usual key.")))

    def _change(self, after: OwnKeys) -> None:
        self._before.append(own_keys())
        self._use(after)

    def _use(self, own: OwnKeys) -> None:
        use_keys(own)
        self.changed.emit()
        text = remapping.written(own)
        self._tasks.ask(store.save, SETTING, text, done=lambda _none: None, failed=self._failed)

    def _failed(self, error: Exception) -> None:
        kept = _("The keys work until the till is closed; they were not stored.")
        self.told.emit(Message(f"{sentence(error)} {kept}", Tone.ERROR))
