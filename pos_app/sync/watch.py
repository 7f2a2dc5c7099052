"""Waiting for news of head office on a thread and a connection of its own: a push never waits."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from pos_app.sync.client import HeadOffice, Received
from pos_app.sync.errors import SyncError

log = logging.getLogger("tillwright.sync")

WAIT_SECONDS = 25.0
_SHORTEST_SECONDS = 1.0
"""Whatever stands in front of head office may answer at once that nothing is new."""


class Watch:
    """Long-polls the manifest while it is told to, and calls when there is another one.

    Args:
        connect: makes the connection to head office, on the thread of the watch.
        wake: called with news, or when waiting failed, on that thread.
    """

    def __init__(self, connect: Callable[[], HeadOffice], wake: Callable[[], None]) -> None:
        self._connect = connect
        self._wake = wake
        self._client: HeadOffice | None = None
        self._go = threading.Event()
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._etag = ""
        self._news: Received | None = None
        self._thread = threading.Thread(target=self._loop, name="till-news")

    def start(self) -> None:
        """Start the thread; it waits to be told."""
        self._thread.start()

    def stop(self) -> None:
        """End the request at hand and join; safe to call twice."""
        with self._lock:
            self._stopping.set()
            self._go.set()
            if self._client is not None:
                self._client.interrupt()
        if self._thread.is_alive():
            self._thread.join()

    def watch(self, etag: str) -> None:
        """Wait for a manifest other than this one; nothing happens while it waits already."""
        if not self._go.is_set():
            self._etag = etag
            self._go.set()

    def take(self) -> Received | None:
        """The newest manifest that came while waiting, once."""
        found, self._news = self._news, None
        return found

    def _loop(self) -> None:
        while True:
            self._go.wait()
            if self._stopping.is_set():
                break
            self._poll()
        if self._client is not None:
            self._client.close()

    def _poll(self) -> None:
        began = time.monotonic()
        try:
            found = self._connected().manifest(self._etag, wait=WAIT_SECONDS)
        except SyncError as problem:
            log.debug("waiting for news ended: %s", problem)
            # The next one signs with the secret that is good then.
            self._drop()
        except Exception:
            # A defect here must not end the thread: news would wait for the next hello.
            log.exception("a defect ended waiting for news")
        else:
            if found is None:
                self._stopping.wait(max(0.0, _SHORTEST_SECONDS - time.monotonic() + began))
                return
            self._news = found
        with self._lock:
            if not self._stopping.is_set():
                self._go.clear()
        self._wake()

    def _drop(self) -> None:
        with self._lock:
            client, self._client = self._client, None
        if client is not None:
            client.close()

    def _connected(self) -> HeadOffice:
        if self._client is None:
            client = self._connect()
            with self._lock:
                self._client = client
                if self._stopping.is_set():
                    client.interrupt()
        return self._client
