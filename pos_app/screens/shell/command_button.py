"""A button that runs a command and shows the key which the command has now."""

from __future__ import annotations

from collections.abc import Callable

from pos_app.screens.shell.commands import Command
from pos_app.screens.shell.keymap import keys_of
from pos_app.screens.widgets.button import AppButton, ButtonKind


class CommandButton(AppButton):
    """Its key is small beside the text, and in its accessible name.

    Args:
        text: what it says; an icon alone only says it to screen readers and in a tooltip.
        command: what it runs.
        run: runs a command by name.
        kind: what it is for.
        icon: Lucide name.
        hint: whether the key is shown, too.
    """

    def __init__(
        self,
        text: str,
        command: Command,
        run: Callable[[Command], object],
        kind: ButtonKind = ButtonKind.SECONDARY,
        *,
        icon: str = "",
        hint: bool = False,
    ) -> None:
        super().__init__("" if kind is ButtonKind.ICON else text, kind, icon=icon, name=text)
        self.command = command
        self._words = text
        self._hints = hint
        self.clicked.connect(lambda: run(command))
        self.show_keys()

    def show_keys(self) -> None:
        """Show the key that the command has now."""
        keys = keys_of(self.command)
        self.hint = keys if self._hints else ""
        name = f"{self._words} ({keys})"
        self.setAccessibleName(name)
        self.setToolTip("" if self.text() else name)
        self.updateGeometry()
        self.update()
