"""Commands as rows: by area for the list of keys, by what is typed for the palette."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from pos_app.checkout.command_codes import CommandCode
from pos_app.runtime.i18n import N_, _
from pos_app.screens.shell.commands import Area, Binding, Command
from pos_app.screens.shell.keymap import bindings, keys_of, own_keys
from pos_app.screens.shell.scanned_commands import KEY
from retail.folding import fold

_WORD = re.compile(r"\w+")
_TYPED = (
    ("n*", N_("Then Enter: quantity or weight of the line, as 3* or 0.842*")),
    ("n*code", N_("That many of the article, as 3*4006381333931")),
    ("VD", N_("The selected line goes; VD2 the second, VD code the last with it")),
    ("PC code", N_("What does it cost?")),
    ("RF receipt", N_("Goods come back")),
    ("M:number", N_("Customer card")),
)


@dataclass(frozen=True, slots=True)
class CommandRow:
    """One row of a list of commands.

    Attributes:
        label: what it does, or the name of an area.
        keys: its keys as people read them; empty for an area.
        command: what runs, None for an area and for what is only typed.
        own: the key is one of this till's own.
        may_change: it may get another key.
    """

    label: str
    keys: str = ""
    command: Command | None = None
    own: bool = False
    may_change: bool = False

    @property
    def is_area(self) -> bool:
        """True for the name of an area."""
        return not self.keys

    @property
    def spoken(self) -> str:
        """The row as a sentence."""
        return f"{self.label}, {self.keys}" if self.keys else self.label


def listed() -> tuple[CommandRow, ...]:
    """Every command with its keys below the name of its area."""
    rows: list[CommandRow] = []
    for area in Area:
        rows.append(CommandRow(_(area)))
        rows += [_row(binding) for binding in bindings() if binding.area is area]
        if area is Area.LINE:
            rows += [CommandRow(_(meaning), typed) for typed, meaning in _TYPED]
    return tuple(rows)


def rows_of(open_now: Iterable[Binding]) -> tuple[CommandRow, ...]:
    """Commands as rows, in their order."""
    return tuple(_row(binding) for binding in open_now)


def codes_of(bound: Collection[Command]) -> tuple[CommandCode, ...]:
    """Commands that have one meaning, and the digits, as codes to be scanned."""
    commands = [
        CommandCode(binding.command.value, _(binding.label))
        for binding in bindings()
        if binding.command in bound and len(binding.keys) == 1
    ]
    return (*commands, *(CommandCode(KEY + digit, digit) for digit in "0123456789"))


def matching(rows: tuple[CommandRow, ...], text: str) -> tuple[CommandRow, ...]:
    """Rows in whose labels every word of a text begins a word; labels that begin so come first."""
    wanted = fold(text).split()
    if not wanted:
        return rows

    def fits(row: CommandRow) -> bool:
        words = _WORD.findall(fold(row.label))
        return all(any(word.startswith(part) for word in words) for part in wanted)

    found = [row for row in rows if fits(row)]
    return tuple(sorted(found, key=lambda row: not fold(row.label).startswith(wanted[0])))


def _row(binding: Binding) -> CommandRow:
    return CommandRow(
        _(binding.label),
        keys_of(binding.command),
        binding.command,
        own=binding.command in own_keys(),
        may_change=not binding.typed and binding.command is not Command.BACK,
    )
