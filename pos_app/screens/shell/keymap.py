"""The keys of commands on a window, the usual ones or a till's own, and what runs them.

Touch, keys and tests all call :meth:`CommandMap.trigger` with the same names.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import ClassVar, Protocol, runtime_checkable

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from pos_app.screens.shell.commands import BINDINGS, Binding, Command

OwnKeys = Mapping[Command, tuple[str, ...]]
"""The keys that a till has of its own, by command."""

Handler = Callable[[int], None]


class _Own:
    keys: ClassVar[OwnKeys] = {}


def use_keys(own: OwnKeys) -> None:
    """Let commands have these keys instead of their usual ones."""
    _Own.keys = dict(own)


def own_keys() -> OwnKeys:
    """The keys that are in force instead of the usual ones."""
    return _Own.keys


def bindings(own: OwnKeys | None = None) -> tuple[Binding, ...]:
    """Every binding with the keys it has now, or would have with others."""
    keys = _Own.keys if own is None else own
    return tuple(
        replace(b, keys=keys[b.command], also=()) if b.command in keys else b for b in BINDINGS
    )


def keys_of(command: Command) -> str:
    """The keys of a command as people read them: ``F9``, ``Alt+1 … 9``."""
    binding = next(b for b in bindings() if b.command is command)
    first = QKeySequence(binding.keys[0]).toString(QKeySequence.SequenceFormat.NativeText)
    return f"{first} … {len(binding.keys)}" if len(binding.keys) > 1 else first


@runtime_checkable
class ShowsKeys(Protocol):
    """A widget that shows keys of commands."""

    def show_keys(self) -> None:
        """Show the keys that the commands have now."""


@runtime_checkable
class OffersCommands(Protocol):
    """What a sheet holds when commands do something with it."""

    @property
    def offers(self) -> frozenset[Command]:
        """Those that are open now."""


class CommandMap(QObject):
    """Commands, their handlers and their shortcuts on one window.

    Args:
        window: where the keys are heard.
        allowed: tells whether a binding is open now.
        make_way: leaves the present page for a binding that is closed on it, where that is meant.

    Signals:
        refused: a key was pressed that does nothing here.
    """

    refused = Signal()

    def __init__(
        self,
        window: QWidget,
        allowed: Callable[[Binding], bool],
        make_way: Callable[[Binding], object] = lambda _binding: None,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._handlers: dict[Command, Handler] = {}
        self._allowed = allowed
        self._make_way = make_way
        self._bindings = {binding.command: binding for binding in BINDINGS}
        self._shortcuts: list[QShortcut] = []
        self.listen()

    def listen(self) -> None:
        """Hear the keys that the commands have now."""
        for shortcut in self._shortcuts:
            shortcut.setEnabled(False)
            shortcut.deleteLater()
        # One shortcut for a key, however many pages give it a meaning: Qt runs none of several.
        meanings: dict[str, list[tuple[Command, int]]] = {}
        for binding in bindings():
            if not binding.typed:
                for number, keys in enumerate(binding.keys):
                    meanings.setdefault(keys, []).append((binding.command, number))
                for keys in binding.also:
                    meanings.setdefault(keys, []).append((binding.command, 0))
        self._shortcuts = [self._shortcut(keys, what) for keys, what in meanings.items()]

    def _shortcut(self, keys: str, meanings: list[tuple[Command, int]]) -> QShortcut:
        shortcut = QShortcut(QKeySequence(keys), self._window)
        shortcut.setContext(Qt.ShortcutContext.WindowShortcut)
        shortcut.setAutoRepeat(False)
        shortcut.activated.connect(lambda: self._pressed(meanings))
        return shortcut

    def _pressed(self, meanings: Iterable[tuple[Command, int]]) -> None:
        if not any(self.trigger(*meaning) for meaning in meanings):
            self.refused.emit()

    def bind(self, command: Command, handler: Callable[[], object]) -> None:
        """Give a command its handler."""
        self._handlers[command] = lambda _number: (handler(), None)[1]

    def bind_numbered(self, command: Command, handler: Handler) -> None:
        """Give a command with several keys its handler; it gets 0 for the first key."""
        self._handlers[command] = handler

    def bound(self) -> frozenset[Command]:
        """The commands that have a handler."""
        return frozenset(self._handlers)

    def is_open(self, command: Command) -> bool:
        """Whether a command may be run now."""
        return command in self._handlers and self._allowed(self._bindings[command])

    def trigger(self, command: Command, number: int = 0) -> bool:
        """Run a command; False when it is closed on the present page."""
        if not self.is_open(command):
            self._make_way(self._bindings[command])
        if not self.is_open(command):
            return False
        self._handlers[command](number)
        return True
