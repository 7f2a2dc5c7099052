"""The only door from other threads to the UI thread."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal, Slot


class Bridge(QObject):
    """Carries events from any thread to subscribers on the thread that made it.

    Bound methods are held weakly: a subscriber that is gone is forgotten.
    """

    _published = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._slots: dict[type[Any], list[Callable[[], Callable[[Any], None] | None]]] = {}
        self._published.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def publish(self, event: object) -> None:
        """Deliver an event soon; callable from any thread."""
        self._published.emit(event)

    def subscribe(self, event_type: type[Any], slot: Callable[[Any], None]) -> None:
        """Call ``slot`` on the UI thread for each event of exactly that type."""
        self._slots.setdefault(event_type, []).append(_reference(slot))

    @Slot(object)
    def _deliver(self, event: object) -> None:
        found = self._slots.get(type(event), [])
        living = [(reference, slot) for reference in found if (slot := reference()) is not None]
        self._slots[type(event)] = [reference for reference, _ in living]
        for _, slot in living:
            slot(event)


def _reference(slot: Callable[[Any], None]) -> Callable[[], Callable[[Any], None] | None]:
    if hasattr(slot, "__self__"):
        return weakref.WeakMethod(slot)
    return lambda: slot
