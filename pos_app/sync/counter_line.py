"""A line to head office for somebody who waits at the counter, on threads of its own."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from pos_app.sync.client import HeadOffice
from pos_app.sync.greeting import secrets_of
from pos_app.sync.identity import load_enrolment
from pos_app.sync.interrupt import InterruptibleAdapter
from pos_app.sync.ports import StoreAccess

R = TypeVar("R")


class CounterLine:
    """What is asked over one line waits for what was asked over it before, and for nothing else.

    Args:
        store: the till's database.
        adapter: makes what requests are sent through.
        name: of its threads.
        at_once: how many requests may be under way.
    """

    def __init__(
        self,
        store: StoreAccess,
        adapter: Callable[[], InterruptibleAdapter],
        name: str,
        at_once: int = 1,
    ) -> None:
        self._store = store
        self._adapter = adapter
        self._threads = ThreadPoolExecutor(at_once, thread_name_prefix=name)

    def ask(self, act: Callable[[HeadOffice], R]) -> Future[R]:
        """Have ``act`` ask with a client of its own, when it is its turn."""
        return self._threads.submit(self._asked, act)

    def stop(self) -> None:
        """Let requests that are under way come to their end, then join."""
        self._threads.shutdown(cancel_futures=True)

    def _asked(self, act: Callable[[HeadOffice], R]) -> R:
        # Anew each time: the till's secret may have been renewed since.
        known = self._store.read(load_enrolment).result()
        client = HeadOffice(known.server, known.installation, secrets_of(known), self._adapter)
        try:
            return act(client)
        finally:
            client.close()
