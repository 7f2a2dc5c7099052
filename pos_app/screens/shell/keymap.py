"""Every action of the till as a named command with its keys.

Touch, keys and tests all call :meth:`CommandMap.trigger` with the same names.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from pos_app.runtime.i18n import N_
from pos_app.screens.shell.navigation import Page


class Command(StrEnum):
    """Names of the actions."""

    HELP = "help"
    SEARCH = "search"
    PRICE_CHECK = "price_check"
    QUANTITY = "quantity"
    CASH = "pay.cash"
    CARD = "pay.card"
    TENDER = "pay.page"
    UNDO = "basket.undo"
    CLEAR = "basket.clear"
    WHY = "basket.why"
    LOCK = "lock"
    REPRINT = "receipt.reprint"
    SYNC = "sync.show"
    LOOK = "look.next"
    BACK = "back"
    LINE_UP = "line.up"
    LINE_DOWN = "line.down"
    LINE_MORE = "line.more"
    LINE_LESS = "line.less"
    LINE_REMOVE = "line.remove"
    LINE_WHY = "line.why"
    ENTER = "enter"
    CATEGORY = "category"
    FAVOURITE = "favourite"


@dataclass(frozen=True, slots=True)
class Binding:
    """A command's keys and where it is open.

    Attributes:
        keys: sequences by number; a command with several gets the number that was pressed.
        also: other keys of the same meaning.
        label: what it does, for the list of keys.
        pages: pages where it works, empty for all.
        typed: the input line itself handles the key, so no shortcut is made.
        through_sheet: it also works while a sheet is open.
    """

    command: Command
    keys: tuple[str, ...]
    label: str
    pages: frozenset[Page] = frozenset()
    typed: bool = False
    through_sheet: bool = False
    also: tuple[str, ...] = ()


_SELLING = frozenset({Page.CHECKOUT})
_PAYING = frozenset({Page.CHECKOUT, Page.TENDER})
_WORK = frozenset({Page.CHECKOUT, Page.TENDER, Page.DONE, Page.OPEN_SHIFT})
_DIGITS = range(1, 10)

BINDINGS = (
    Binding(Command.ENTER, ("Return",), N_("Add the typed code, or confirm"), typed=True),
    Binding(Command.CASH, ("F9",), N_("Cash: exact, or the typed amount"), _PAYING),
    Binding(Command.CARD, ("F11",), N_("Card: exact"), _PAYING),
    Binding(Command.TENDER, ("F12",), N_("Payment page"), _SELLING),
    Binding(Command.BACK, ("Esc",), N_("Back, close"), through_sheet=True),
    Binding(Command.LINE_UP, ("Up",), N_("Line above"), _SELLING, typed=True),
    Binding(Command.LINE_DOWN, ("Down",), N_("Line below"), _SELLING, typed=True),
    Binding(Command.LINE_MORE, ("+",), N_("One more (empty line)"), _SELLING, typed=True),
    Binding(Command.LINE_LESS, ("-",), N_("One less (empty line)"), _SELLING, typed=True),
    Binding(Command.LINE_REMOVE, ("Del",), N_("Remove line (empty line)"), _SELLING, typed=True),
    Binding(Command.QUANTITY, ("F5",), N_("Quantity or weight of the line"), _SELLING),
    Binding(Command.UNDO, ("Ctrl+Z",), N_("Undo the last change"), _SELLING),
    Binding(Command.CLEAR, ("Ctrl+Del",), N_("Empty the basket"), _SELLING),
    Binding(Command.WHY, ("Ctrl+W",), N_("Why this price?"), _SELLING),
    Binding(Command.LINE_WHY, ("Ctrl+Shift+W",), N_("Why this price? (the line alone)"), _SELLING),
    Binding(Command.SEARCH, ("F2",), N_("Search for an article"), _SELLING, also=("Ctrl+F",)),
    Binding(Command.PRICE_CHECK, ("F4",), N_("Price check"), _SELLING),
    Binding(
        Command.CATEGORY,
        tuple(f"Alt+{n}" for n in _DIGITS),
        N_("Category"),
        _SELLING,
    ),
    Binding(
        Command.FAVOURITE,
        tuple(f"Ctrl+{n}" for n in _DIGITS),
        N_("Article of the grid"),
        _SELLING,
    ),
    Binding(Command.REPRINT, ("Ctrl+P",), N_("Print the last receipt again"), _WORK),
    Binding(Command.LOCK, ("Ctrl+L",), N_("Lock the till"), _WORK | {Page.SYNC}),
    Binding(Command.SYNC, ("Ctrl+Shift+S",), N_("Connection to the head office")),
    Binding(Command.LOOK, ("Ctrl+T",), N_("Light, dark, high contrast")),
    Binding(Command.HELP, ("F1",), N_("This list of keys")),
)

Handler = Callable[[int], None]


def keys_of(command: Command) -> str:
    """The keys of a command as people read them: ``F9``, ``Alt+1 … 9``."""
    binding = next(b for b in BINDINGS if b.command is command)
    first = QKeySequence(binding.keys[0]).toString(QKeySequence.SequenceFormat.NativeText)
    return f"{first} … {len(binding.keys)}" if len(binding.keys) > 1 else first


class CommandMap(QObject):
    """Commands, their handlers and their shortcuts on one window.

    Args:
        window: where the keys are heard.
        allowed: tells whether a binding is open now.
    """

    def __init__(self, window: QWidget, allowed: Callable[[Binding], bool]) -> None:
        super().__init__(window)
        self._handlers: dict[Command, Handler] = {}
        self._allowed = allowed
        self._bindings = {binding.command: binding for binding in BINDINGS}
        for binding in BINDINGS:
            for number, keys in enumerate(binding.keys):
                if not binding.typed:
                    self._shortcut(window, binding.command, keys, number)
            for keys in binding.also:
                self._shortcut(window, binding.command, keys, 0)

    def _shortcut(self, window: QWidget, command: Command, keys: str, number: int) -> None:
        shortcut = QShortcut(QKeySequence(keys), window)
        shortcut.setContext(Qt.ShortcutContext.WindowShortcut)
        shortcut.setAutoRepeat(False)
        shortcut.activated.connect(lambda: self.trigger(command, number))

    def bind(self, command: Command, handler: Callable[[], object]) -> None:
        """Give a command its handler."""
        self._handlers[command] = lambda _number: (handler(), None)[1]

    def bind_numbered(self, command: Command, handler: Handler) -> None:
        """Give a command with several keys its handler; it gets 0 for the first key."""
        self._handlers[command] = handler

    def bound(self) -> frozenset[Command]:
        """The commands that have a handler."""
        return frozenset(self._handlers)

    def trigger(self, command: Command, number: int = 0) -> bool:
        """Run a command; False when it is closed on the present page."""
        if not self._allowed(self._bindings[command]):
            return False
        self._handlers[command](number)
        return True
