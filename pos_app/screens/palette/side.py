"""Lists of commands joined with the window: opened, run, and their keys changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from pos_app.checkout import command_codes
from pos_app.runtime.i18n import _, sentence
from pos_app.screens.palette.key_sheet import KeySheet
from pos_app.screens.palette.keys_presenter import KeysPresenter
from pos_app.screens.palette.model import codes_of, listed
from pos_app.screens.palette.presenter import PalettePresenter
from pos_app.screens.palette.screen import Palette
from pos_app.screens.records import Message, Tone
from pos_app.screens.shell.commands import Command
from pos_app.screens.shell.keymap import CommandMap, ShowsKeys, bindings
from pos_app.screens.widgets.sheet import WIDE, Sheet

if TYPE_CHECKING:
    from collections.abc import Callable

    from pos_app.screens.task_runner import TaskRunner
    from pos_app.till.service import TillSession


class CommandSide(QObject):
    """Owns the list of keys, and keeps what shows keys in step with them.

    Signals:
        told: a :class:`Message` for the toasts.

    Args:
        window: all of what shows keys.
        sheet: where the lists are shown.
        session: who is at work.
    """

    told = Signal(object)

    def __init__(
        self,
        window: QWidget,
        commands: CommandMap,
        sheet: Sheet,
        tasks: TaskRunner,
        session: Callable[[], TillSession],
    ) -> None:
        super().__init__(window)
        self._tasks = tasks
        self._session = session
        self._window = window
        self._commands = commands
        self._sheet = sheet
        self.keys = KeysPresenter(tasks, self)
        self.keys.changed.connect(self._follow)
        self.keys.told.connect(self._say)
        commands.bind(Command.HELP, self.open_keys)
        commands.bind(Command.PALETTE, self.toggle_palette)
        commands.bind(Command.CODES, self.print_codes)

    def open_keys(self) -> None:
        """Show all keys by area."""
        content = KeySheet()
        content.pressed.connect(self.keys.give)
        content.undo_asked.connect(self.keys.undo)
        content.reset_asked.connect(self.keys.reset)
        self._show_rows(content)
        self._sheet.open_with(_("Keys"), content, width=WIDE)

    def toggle_palette(self) -> None:
        """Show the commands that are open; close them when they are shown already."""
        if isinstance(self._sheet.content, Palette):
            self._sheet.close_sheet()
        elif self._sheet.content is None:
            open_now = [b for b in bindings() if self._commands.is_open(b.command)]
            content = Palette()
            presenter = PalettePresenter(open_now, content)
            presenter.changed.connect(content.show_rows)
            content.typed.connect(presenter.narrow)
            content.chosen.connect(self._run)
            content.show_rows(presenter.all_rows)
            self._sheet.open_with(_("All commands"), content, width=WIDE)

    def print_codes(self) -> None:
        """Print a sheet with a code for each command."""
        self._tasks.run(
            command_codes.print_codes,
            self._session(),
            _("Commands to scan"),
            codes_of(self._commands.bound()),
            done=lambda _count: self.told.emit(Message(_("The codes are printed."))),
            failed=lambda error: self.told.emit(Message(sentence(error), Tone.WARN)),
        )

    def _run(self, command: Command) -> None:
        self._sheet.close_sheet()
        self._commands.trigger(command)

    def _follow(self) -> None:
        self._commands.listen()
        for widget in (self._window, *self._window.findChildren(QWidget)):
            if isinstance(widget, ShowsKeys):
                widget.show_keys()
        content = self._sheet.content
        if isinstance(content, KeySheet):
            self._show_rows(content)

    def _show_rows(self, content: KeySheet) -> None:
        keys = self.keys
        content.show_rows(listed(), can_undo=keys.can_undo, has_own=keys.has_own)

    def _say(self, message: Message) -> None:
        content = self._sheet.content
        if isinstance(content, KeySheet):
            content.say(message)
