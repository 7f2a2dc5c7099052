"""One process per data folder; a second one brings the first one's window forward."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import socket
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import IO

from retail.errors import RetailError

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

_WAIT_SECONDS = 2.0
_ANSWER = b"ok"


class SingleInstance:
    """Holds a data folder's lock and listens for second starts on a loopback port.

    Args:
        lock: the lock file; it holds port and token for the next process to knock.
    """

    def __init__(self, lock: Path) -> None:
        self._path = lock
        self._handle: IO[str] | None = None
        self._server: socket.socket | None = None
        self._thread: threading.Thread | None = None
        self._token = secrets.token_hex(16)

    def acquire(self) -> None:
        """Take the lock.

        Raises:
            RetailError: ``till.running`` when another process has it; that one was asked to
                show itself.
            OSError: when the folder cannot be written to.
        """
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        handle = os.fdopen(descriptor, "r+")
        if not _try_lock(handle.fileno()):
            text = handle.read()
            handle.close()
            _knock(text)
            raise RetailError(
                "till.running",
                "This till is running already; its window was brought to the front.",
            )
        self._handle = handle

    def listen(self, on_knock: Callable[[], None]) -> None:
        """Call ``on_knock`` (on another thread) whenever a second process is started."""
        handle = self._handle
        if handle is None:
            raise RuntimeError("the lock is not held")
        server = socket.create_server(("127.0.0.1", 0))
        self._server = server
        handle.seek(0)
        handle.truncate()
        json.dump({"port": server.getsockname()[1], "token": self._token}, handle)
        handle.flush()
        self._thread = threading.Thread(
            target=self._answer, args=(server, on_knock), name="till-single-instance"
        )
        self._thread.start()

    def release(self) -> None:
        """Stop listening and give the lock back; safe to call twice."""
        if self._server is not None:
            # Shutting down wakes the accept on Linux; closing alone does not.
            with contextlib.suppress(OSError):
                self._server.shutdown(socket.SHUT_RDWR)
            self._server.close()
            self._server = None
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        if self._handle is not None:
            self._handle.close()
            self._handle = None

    def _answer(self, server: socket.socket, on_knock: Callable[[], None]) -> None:
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            with connection, contextlib.suppress(OSError):
                connection.settimeout(_WAIT_SECONDS)
                if secrets.compare_digest(connection.recv(64), self._token.encode()):
                    on_knock()
                    connection.sendall(_ANSWER)


def _try_lock(descriptor: int) -> bool:
    try:
        if sys.platform == "win32":
            # Far behind the text, so that a second process can read it.
            os.lseek(descriptor, 1 << 20, os.SEEK_SET)
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
            os.lseek(descriptor, 0, os.SEEK_SET)
        else:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _knock(text: str) -> None:
    """Ask the running process to show itself; it may be a command without a window."""
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError, OverflowError):
        told = json.loads(text)
        with socket.create_connection(("127.0.0.1", told["port"]), _WAIT_SECONDS) as connection:
            connection.sendall(str(told["token"]).encode())
            connection.recv(len(_ANSWER))
