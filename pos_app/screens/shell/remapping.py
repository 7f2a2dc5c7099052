"""Keys of a till's own: which key a command may get, and how they are kept as one setting."""

from __future__ import annotations

import json
import logging
from itertools import combinations

from PySide6.QtCore import QKeyCombination, Qt
from PySide6.QtGui import QKeySequence

from pos_app.runtime.i18n import _
from pos_app.screens.shell.commands import BINDINGS, Binding, Command
from pos_app.screens.shell.keymap import OwnKeys, bindings
from retail.errors import RetailError

_log = logging.getLogger("tillwright.screens")

_PLAIN = Qt.KeyboardModifier.NoModifier
_CTRL, _ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
_SHIFT = Qt.KeyboardModifier.ShiftModifier
_OF_THE_LINE = {Qt.Key.Key_A, Qt.Key.Key_C, Qt.Key.Key_V, Qt.Key.Key_X}
# How some scanners end a code.
_OF_THE_SCANNER = {Qt.Key.Key_J}
_DIGITS = range(1, 10)


def give(own: OwnKeys, command: Command, pressed: str) -> OwnKeys:
    """Own keys in which a command has the pressed key.

    A command with a key for each digit gets the modifier of the pressed digit for all nine.

    Raises:
        RetailError: ``keys.fixed``, ``keys.typed``, ``keys.digit`` or ``keys.taken``.
    """
    binding = _binding(command)
    if binding.typed or command is Command.BACK:
        raise RetailError("keys.fixed", "This key is the same at every till; nothing was changed.")
    keys: tuple[str, ...] = (_usable(pressed),)
    if len(binding.keys) > 1:
        keys = _one_for_each_digit(keys[0])
    usual = keys == binding.keys
    after = {each: had for each, had in own.items() if each is not command}
    if not usual:
        after[command] = keys
    _refuse_conflicts(after, command)
    return after


def conflicts(own: OwnKeys) -> tuple[tuple[Binding, Binding], ...]:
    """Pairs of commands that are open on a common page and have a key in common."""
    return tuple(
        (one, other)
        for one, other in combinations(bindings(own), 2)
        if one.shares_a_page(other) and set(one.all_keys) & set(other.all_keys)
    )


def written(own: OwnKeys) -> str:
    """Own keys as the text of a setting; empty for none."""
    return json.dumps({str(command): list(keys) for command, keys in own.items()}) if own else ""


def read(text: str) -> OwnKeys:
    """Own keys from the text of a setting.

    What is not usable, for instance because an update gave the key to a new command, is left out:
    its command keeps the usual key.
    """
    try:
        kept = json.loads(text) if text else {}
    except ValueError:
        kept = None
    if not isinstance(kept, dict):
        _log.warning("The keys of this till cannot be read; the usual ones are in force.")
        return {}
    wanted = {c: tuple(kept[c]) for c in Command if _is_keys(c, kept.get(c))}
    if not conflicts(wanted):
        return wanted
    own: dict[Command, tuple[str, ...]] = {}
    for command, keys in wanted.items():
        if conflicts({**own, command: keys}):
            _log.warning(
                "The key of %s means something else by now; it has its usual key.", command
            )
        else:
            own[command] = keys
    return own


def _is_keys(command: Command, value: object) -> bool:
    """Whether a value is what :func:`give` makes for the command."""
    binding = _binding(command)
    if binding.typed or command is Command.BACK or not isinstance(value, list):
        return False
    try:
        usable = [_usable(key) for key in value if isinstance(key, str)]
    except RetailError:
        return False
    return usable == value and len(value) == len(binding.keys)


def _binding(command: Command) -> Binding:
    return next(binding for binding in BINDINGS if binding.command is command)


def _usable(pressed: str) -> str:
    """The key by its usual name, if pressing it types nothing."""
    sequence = QKeySequence(pressed)
    # PySide6 has the index; its stubs leave it out.
    if sequence.count() == 1 and _is_free(sequence[0]):  # type: ignore[index]
        return sequence.toString()
    raise RetailError(
        "keys.typed",
        "%(key)s types or edits text, or belongs to the system; "
        "take F1 to F12, or Ctrl with a letter.",
        key=pressed,
    )


def _is_free(pressed: QKeyCombination) -> bool:
    key, modifiers = pressed.key(), pressed.keyboardModifiers()
    if Qt.Key.Key_F1 <= key <= Qt.Key.Key_F24:
        return modifiers in {_PLAIN, _SHIFT, _CTRL, _CTRL | _SHIFT}
    if Qt.Key.Key_1 <= key <= Qt.Key.Key_9:
        return modifiers in {_CTRL, _ALT}
    if Qt.Key.Key_A <= key <= Qt.Key.Key_Z:
        if modifiers == _CTRL:
            return key not in _OF_THE_LINE | _OF_THE_SCANNER
        return modifiers == _CTRL | _SHIFT
    return key == Qt.Key.Key_Delete and modifiers == _CTRL


def _one_for_each_digit(keys: str) -> tuple[str, ...]:
    modifier, _plus, digit = keys.rpartition("+")
    if not modifier or digit not in {str(n) for n in _DIGITS}:
        raise RetailError(
            "keys.digit", "This command has a key for each digit; press Ctrl or Alt with one."
        )
    return tuple(f"{modifier}+{n}" for n in _DIGITS)


def _refuse_conflicts(own: OwnKeys, command: Command) -> None:
    for one, other in conflicts(own):
        taken = other if one.command is command else one
        shared = next(key for key in one.all_keys if key in other.all_keys)
        raise RetailError(
            "keys.taken",
            "%(key)s already means “%(other)s”; nothing was changed.",
            key=shared,
            other=_(taken.label),
        )
