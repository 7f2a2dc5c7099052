"""What serves a data folder: the note of its address, the lock, and how to stop it.

A running server holds ``serve.lock`` and tells its address in ``serve.json``. The lock is the
truth: a pid may be somebody else's by now, a held lock cannot be.
"""

from __future__ import annotations

import fcntl
import json
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from db.embedded import EmbeddedPostgres
from retail.errors import RetailError

_STOP_SECONDS = 30.0
_LOOK_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Stopped:
    """What ``stop`` found running and ended."""

    server: bool
    database: bool


def tell(folder: Path, url: str, port: int) -> None:
    """Write the note; a reader sees a whole one or none."""
    note = {"pid": os.getpid(), "port": port, "url": url}
    draft = folder / "serve.json.new"
    draft.write_text(json.dumps(note) + "\n", encoding="utf-8")
    draft.replace(folder / "serve.json")


def forget(folder: Path) -> None:
    """Remove the note."""
    (folder / "serve.json").unlink(missing_ok=True)


@contextmanager
def only_server(folder: Path) -> Iterator[None]:
    """Be the one server of a folder.

    Raises:
        RetailError: ``serve.running`` when there is another.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "serve.lock").open("a") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise RetailError(
                "serve.running", "Another server runs on %(folder)s already.", folder=folder
            ) from None
        yield


def stop(folder: Path) -> Stopped:
    """Stop the server of a data folder, then its PostgreSQL.

    Raises:
        RetailError: ``serve.stuck`` when the server does not end in time.
    """
    served = _is_served(folder)
    if served:
        _end(folder)
    forget(folder)
    return Stopped(served, EmbeddedPostgres(folder).stop())


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


def _end(folder: Path) -> None:
    """Signal the server as soon as it tells its pid, and wait until it is gone."""
    deadline = time.monotonic() + _STOP_SECONDS
    signalled = False
    while _is_served(folder):
        pid = None if signalled else _pid_of(folder)
        if pid is not None:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)
            signalled = True
        if time.monotonic() >= deadline:
            raise RetailError(
                "serve.stuck",
                "The server of %(folder)s does not end; nothing else was stopped.",
                folder=folder,
            )
        time.sleep(_LOOK_SECONDS)
