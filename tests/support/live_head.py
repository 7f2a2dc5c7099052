"""A head office that serves on a real socket, in a thread of the test's own process."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import uvicorn
from fastapi import FastAPI

from backoffice.app import create_app, end_waiting
from backoffice.config import Config

_START_SECONDS = 20.0


class _Server(uvicorn.Server):
    """Uvicorn that says when it answers."""

    def __init__(self, app: FastAPI) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                log_config=None,
                lifespan="on",
                access_log=False,
                timeout_graceful_shutdown=1,
            )
        )
        self._app = app
        self.ready = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then tell."""
        await super().startup(sockets=sockets)
        self.ready.set()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Let those go who wait for news, then stop."""
        end_waiting(self._app)
        await super().shutdown(sockets=sockets)


@dataclass
class LiveHead:
    """Started and stopped at will; the port stays the same."""

    database: str
    identity: Path | None = None
    url: str = ""
    app: FastAPI = field(default_factory=FastAPI)
    _server: _Server | None = None
    _thread: threading.Thread | None = None
    _port: int = field(default=0)

    def start(self) -> None:
        """Serve; returns when it answers."""
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", self._port))
        self._port = listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self._port}"
        self.app = create_app(Config(url=self.database, identity=self.identity))
        server = _Server(self.app)
        self._thread = threading.Thread(
            target=server.run, kwargs={"sockets": [listener]}, name="live-head"
        )
        self._server = server
        self._thread.start()
        assert server.ready.wait(_START_SECONDS), "the head office does not start"

    def stop(self) -> None:
        """Stop; safe to call twice."""
        if self._server is not None and self._thread is not None:
            self._server.should_exit = True
            self._thread.join()
            self._server = None


@contextmanager
def live_head(database: str, identity: Path | None = None) -> Iterator[LiveHead]:
    """A head office on a database, until the block ends."""
    head = LiveHead(database, identity)
    head.start()
    try:
        yield head
    finally:
        head.stop()
