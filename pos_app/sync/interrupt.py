"""Connections whose request another thread can end, so that stopping never waits for an answer."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from typing import Any
from weakref import WeakSet

from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection


class InterruptibleAdapter(HTTPAdapter):
    """Knows the sockets of its connections; from :meth:`interrupt` on it opens no more."""

    def __init__(self) -> None:
        self._connections: WeakSet[HTTPConnection] = WeakSet()
        self._lock = threading.Lock()
        self._interrupted = False
        super().__init__()

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Make pools of connections that tell when they open."""
        super().init_poolmanager(*args, **kwargs)
        opened = self._opened

        class _Plain(HTTPConnection):
            def connect(self) -> None:
                super().connect()
                opened(self)

        class _Secure(HTTPSConnection):
            def connect(self) -> None:
                super().connect()
                opened(self)

        class _PlainPool(HTTPConnectionPool):
            ConnectionCls = _Plain

        class _SecurePool(HTTPSConnectionPool):
            ConnectionCls = _Secure

        self.poolmanager.pool_classes_by_scheme = {"http": _PlainPool, "https": _SecurePool}

    def interrupt(self) -> None:
        """End what every connection waits for."""
        with self._lock:
            self._interrupted = True
            for connection in self._connections:
                _shut(connection)

    def _opened(self, connection: HTTPConnection) -> None:
        with self._lock:
            self._connections.add(connection)
            if self._interrupted:
                _shut(connection)


def _shut(connection: HTTPConnection) -> None:
    if connection.sock is not None:
        with suppress(OSError):
            connection.sock.shutdown(socket.SHUT_RDWR)
