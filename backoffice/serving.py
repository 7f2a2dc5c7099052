"""Serving the application from a data folder, and stopping what serves there.

A running server holds ``serve.lock`` and tells its address in ``serve.json``. The lock is the
truth: a pid may be somebody else's by now, a held lock cannot be.
"""

from __future__ import annotations

import fcntl
import json
import os
import signal
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import uvicorn

from backoffice.app import create_app
from backoffice.config import Config
from db.embedded import EmbeddedPostgres
from retail.errors import RetailError

_STOP_SECONDS = 30.0
_LOOK_SECONDS = 0.05
_GRACE_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Address:
    """Where to listen; port 0 takes a free one."""

    host: str
    port: int


@dataclass(frozen=True, slots=True)
class Stopped:
    """What ``stop`` found running and ended."""

    server: bool
    database: bool


class _Server(uvicorn.Server):
    """Uvicorn that says when it answers."""

    def __init__(self, config: uvicorn.Config, on_ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_ready = on_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then tell."""
        await super().startup(sockets=sockets)
        if self.started:
            self._on_ready()


def serve(config: Config, address: Address, on_ready: Callable[[str], None]) -> bool:
    """Serve until SIGTERM or SIGINT; False when the application could not start.

    Args:
        on_ready: called once with the URL when it answers.

    Raises:
        RetailError: ``serve.running`` when the folder is served already, ``serve.port`` when
            the port cannot be had.
    """
    listener = _listen(address)
    host, port = listener.getsockname()[:2]
    url = f"http://{f'[{host}]' if ':' in host else host}:{port}"
    with listener, _only_server(config.data), _signals_return():
        server = _Server(
            uvicorn.Config(
                create_app(config),
                log_config=None,
                lifespan="on",
                access_log=False,
                server_header=False,
                timeout_graceful_shutdown=_GRACE_SECONDS,
            ),
            lambda: _announce(config.data, url, port, on_ready),
        )
        try:
            server.run(sockets=[listener])
        finally:
            if config.data is not None:
                (config.data / "serve.json").unlink(missing_ok=True)
    return server.started


def stop(folder: Path) -> Stopped:
    """Stop the server of a data folder, then its PostgreSQL.

    Raises:
        RetailError: ``serve.stuck`` when the server does not end in time.
    """
    served = _is_served(folder)
    if served:
        pid = _pid_of(folder)
        if pid is not None:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)
        _wait_until_free(folder)
    (folder / "serve.json").unlink(missing_ok=True)
    return Stopped(served, EmbeddedPostgres(folder).stop())


def _listen(address: Address) -> socket.socket:
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
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
        note = {"pid": os.getpid(), "port": port, "url": url}
        draft = folder / "serve.json.new"
        draft.write_text(json.dumps(note) + "\n", encoding="utf-8")
        draft.replace(folder / "serve.json")
    on_ready(url)


@contextmanager
def _signals_return() -> Iterator[None]:
    """Uvicorn raises the signal that ended it again: let it return, so that all is put away."""
    kept = {
        number: signal.signal(number, lambda _number, _frame: None)
        for number in (signal.SIGTERM, signal.SIGINT)
    }
    try:
        yield
    finally:
        for number, handler in kept.items():
            signal.signal(number, handler)


@contextmanager
def _only_server(folder: Path | None) -> Iterator[None]:
    if folder is None:
        yield
        return
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "serve.lock").open("a") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise RetailError(
                "serve.running", "Another server runs on %(folder)s already.", folder=folder
            ) from None
        yield


def _is_served(folder: Path) -> bool:
    try:
        with (folder / "serve.lock").open("r+") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


def _pid_of(folder: Path) -> int | None:
    try:
        pid = int(json.loads((folder / "serve.json").read_text(encoding="utf-8"))["pid"])
        command = Path(f"/proc/{pid}/cmdline").read_bytes()
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return pid if b"backoffice" in command else None


def _wait_until_free(folder: Path) -> None:
    deadline = time.monotonic() + _STOP_SECONDS
    while _is_served(folder):
        if time.monotonic() >= deadline:
            raise RetailError(
                "serve.stuck",
                "The server of %(folder)s does not end; nothing else was stopped.",
                folder=folder,
            )
        time.sleep(_LOOK_SECONDS)
