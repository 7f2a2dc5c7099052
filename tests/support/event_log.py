"""Collects the events of devices and waits for one of them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

from hardware.events import HardwareEvent

Event = TypeVar("Event", bound=HardwareEvent)


class EventLog:
    """Call it with events from any thread."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self.events: list[HardwareEvent] = []

    def __call__(self, event: HardwareEvent) -> None:
        with self._changed:
            self.events.append(event)
            self._changed.notify_all()

    def all(self, kind: type[Event]) -> list[Event]:
        with self._changed:
            return [event for event in self.events if isinstance(event, kind)]

    def wait(
        self,
        kind: type[Event],
        matches: Callable[[Event], bool] | None = None,
        *,
        timeout: float = 5,
    ) -> Event:
        """The first event of ``kind`` that matches; fails the test when none comes."""

        def found() -> Event | None:
            for event in self.events:
                if isinstance(event, kind) and (matches is None or matches(event)):
                    return event
            return None

        with self._changed:
            event = self._changed.wait_for(found, timeout)
        assert event is not None, f"no {kind.__name__} within {timeout} s, only {self.events}"
        return event

    def wait_count(self, kind: type[Event], count: int, *, timeout: float = 10) -> list[Event]:
        with self._changed:
            self._changed.wait_for(
                lambda: sum(isinstance(e, kind) for e in self.events) >= count, timeout
            )
        return self.all(kind)
