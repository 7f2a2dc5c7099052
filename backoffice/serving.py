"""Serving the application until a signal ends it."""

from __future__ import annotations

import gc
import logging
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

import uvicorn
from fastapi import FastAPI

from backoffice.app import create_app, end_waiting
from backoffice.config import Config
from backoffice.database import opened
from backoffice.fleet.service import identified
from backoffice.platform.clock import system_clock
from backoffice.running import forget, only_server, tell
from retail.errors import RetailError

log = logging.getLogger("tillwright.serving")

_GRACE_SECONDS = 10
_NEW_OBJECTS = 20_000
"""After so many new ones the collector looks through them."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where to listen; port 0 takes a free one."""

    host: str
    port: int


class _Server(uvicorn.Server):
    """Uvicorn that says when it answers, and lets tills that wait for news go when it ends."""

    def __init__(self, app: FastAPI, on_ready: Callable[[], None]) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                log_config=None,
                lifespan="on",
                access_log=False,
                server_header=False,
                timeout_graceful_shutdown=_GRACE_SECONDS,
            )
        )
        self._app = app
        self._on_ready = on_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then tell."""
        await super().startup(sockets=sockets)
        if self.started:
            _keep_what_stays()
            self._on_ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Answer those who wait, then stop."""
        end_waiting(self._app)
        await super().shutdown(sockets=sockets)


def serve(config: Config, address: Address, on_ready: Callable[[str], None]) -> bool:
    """Serve until SIGTERM or SIGINT; False when the application could not start.

    Args:
        on_ready: called once with the URL when it answers.

    Raises:
        RetailError: ``serve.running`` when the folder is served already, ``serve.port`` when
            the port cannot be had.
        StoreUnavailable: the database cannot be started or reached.
    """
    listener = _listen(address)
    host, port = listener.getsockname()[:2]
    url = f"http://{f'[{host}]' if ':' in host else host}:{port}"
    alone = only_server(config.data) if config.data is not None else nullcontext()
    with listener, alone, opened(config, today=lambda: system_clock().date()) as engine:
        # Opened out here, a database that cannot be used is a sentence and not a failed start.
        database = engine.url.render_as_string(hide_password=False)
        if not identified(engine, config.identity_file).kept:
            log.warning("no identity file: after a restore tills must be enrolled again")
        server = _Server(
            create_app(
                Config(
                    url=database,
                    metrics_token=config.metrics_token,
                    identity=config.identity_file,
                    smtp=config.smtp,
                )
            ),
            lambda: _announce(config.data, url, port, on_ready),
        )
        try:
            with _signals_end(server):
                server.run(sockets=[listener])
        finally:
            if config.data is not None:
                forget(config.data)
    return server.started


def _keep_what_stays() -> None:
    """What the start left behind stays: it need not be looked through for garbage again.

    A batch of 500 sales makes thousands of objects at once, and each passage through all that
    was imported costs as much as reading the batch.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_NEW_OBJECTS)


def _listen(address: Address) -> socket.socket:
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    # Only of a socket that says TCP does asyncio switch off Nagle; with it, an answer on a kept
    # connection waits 40 ms for the delayed acknowledgement of its head.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((address.host, address.port))
    except OSError as problem:
        listener.close()
        raise RetailError(
            "serve.port",
            "Cannot listen on %(host)s, port %(port)s: %(why)s.",
            host=address.host,
            port=address.port,
            why=problem.strerror,
        ) from problem
    return listener


def _announce(folder: Path | None, url: str, port: int, on_ready: Callable[[str], None]) -> None:
    if folder is not None:
        tell(folder, url, port)
    on_ready(url)


@contextmanager
def _signals_end(server: uvicorn.Server) -> Iterator[None]:
    """Signals end the server, also before it handles them itself.

    Uvicorn raises a signal again when it has ended by it; here it returns, so that the caller
    puts everything away.
    """

    def end(_number: int, _frame: FrameType | None) -> None:
        server.should_exit = True

    kept = {number: signal.signal(number, end) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in kept.items():
            signal.signal(number, handler)
