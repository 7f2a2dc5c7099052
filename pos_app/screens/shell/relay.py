"""Events for pages that may be made anew."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pos_app.screens.shell.ports import EventSource


class Relay:
    """Hands events on to the pages of now; those that were before hear nothing more.

    Args:
        events: where they come from.
    """

    def __init__(self, events: EventSource) -> None:
        self._events = events
        self._slots: dict[type[Any], list[Callable[[Any], None]]] = {}

    def subscribe(self, event_type: type[Any], slot: Callable[[Any], None]) -> None:
        """Call ``slot`` for each event of that type, until :meth:`forget`."""
        if event_type not in self._slots:
            self._slots[event_type] = []
            self._events.subscribe(event_type, self._hand_on)
        self._slots[event_type].append(slot)

    def forget(self) -> None:
        """Let go all who listened."""
        for slots in self._slots.values():
            slots.clear()

    def _hand_on(self, event: object) -> None:
        for slot in tuple(self._slots[type(event)]):
            slot(event)
