"""Waiting for news of streams: one LISTEN of the process wakes every till that waits.

A waiting till costs a coroutine and no database connection; reading for those that wait is done
on few threads of its own, so that pushes keep theirs.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import TypeVar

import psycopg
from sqlalchemy import Engine

from db.streams import CHANNEL

log = logging.getLogger("tillwright.streams")

R = TypeVar("R")
_READERS = 4
_RETRY_SECONDS = 1.0


class News:
    """Wakes whoever waits for a stream; lives on the event loop of the application.

    Args:
        told: called for every change of a stream, on the loop; must be quick.
    """

    def __init__(self, engine: Engine, told: Callable[[], None]) -> None:
        self._dsn = engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
        self._told = told
        self._waiting: dict[str, set[asyncio.Event]] = {}
        self._readers = ThreadPoolExecutor(_READERS, thread_name_prefix="manifest")
        self._task: asyncio.Task[None] | None = None
        self.closed = False

    @property
    def waiting(self) -> int:
        """How many wait."""
        return len({id(event) for events in self._waiting.values() for event in events.copy()})

    def start(self) -> None:
        """Begin to listen; the reading threads are there before the first till asks."""
        together = threading.Barrier(_READERS)
        for _ in range(_READERS):
            self._readers.submit(together.wait)
        self._task = asyncio.create_task(self._listen(), name="stream-news")

    def wake_all(self) -> None:
        """End all waiting, now and from now on: the server is about to stop."""
        self.closed = True
        self._tell(self._waiting)

    async def stop(self) -> None:
        """Stop listening."""
        self.wake_all()
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
        self._readers.shutdown()

    async def read(self, query: Callable[[], R]) -> R:
        """Run something that reads the database on the threads set aside for it."""
        return await asyncio.get_running_loop().run_in_executor(self._readers, query)

    @contextmanager
    def watching(self, streams: Iterable[str]) -> Iterator[asyncio.Event]:
        """An event that is set at each change of one of the streams, until the block ends."""
        event, names = asyncio.Event(), tuple(streams)
        for name in names:
            self._waiting.setdefault(name, set()).add(event)
        try:
            yield event
        finally:
            for name in names:
                self._waiting[name].discard(event)
                if not self._waiting[name]:
                    del self._waiting[name]

    def _tell(self, streams: Iterable[str]) -> None:
        for stream in list(streams):
            for event in self._waiting.get(stream, ()):
                event.set()
        self._told()

    async def _listen(self) -> None:
        while True:
            try:
                await self._hear()
            except psycopg.Error as problem:
                log.info("waiting tills hear nothing until the database answers: %s", problem)
            await asyncio.sleep(_RETRY_SECONDS)

    async def _hear(self) -> None:
        async with await psycopg.AsyncConnection.connect(self._dsn, autocommit=True) as connection:
            await connection.execute(f"LISTEN {CHANNEL}")
            # What was published while nobody listened.
            self._tell(self._waiting)
            async for notice in connection.notifies():
                self._tell((notice.payload,))
