"""The other end of :mod:`tests.proof.seller`: start a till, read what it says, kill it."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Self

import msgspec

from tests.proof.seller import Order

ROOT = Path(__file__).resolve().parents[2]
_PATIENCE_SECONDS = 60.0


class TillProcess:
    """Tills as real processes, one after the other; use as a context manager."""

    def __init__(self) -> None:
        self._host = subprocess.Popen(
            [sys.executable, "-m", "tests.proof.seller"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        self._unread = b""
        self.pid = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._host.stdin is None or self._host.stdout is None:
            raise RuntimeError("the pipes are gone")
        self._host.stdin.close()
        self._host.stdout.close()
        self._host.wait(_PATIENCE_SECONDS)

    def start(self, order: Order) -> None:
        """Fork a till; its first word has been read when this returns."""
        if self._host.stdin is None:
            raise RuntimeError("the pipe is gone")
        self._host.stdin.write(msgspec.json.encode(order) + b"\n")
        self._host.stdin.flush()
        word, pid = self.line()
        if word != "till":
            raise AssertionError(f"{word} instead of a till")
        self.pid = int(pid)

    def line(self) -> list[str]:
        """The next line's words.

        Raises:
            TimeoutError: nothing was said for a minute.
        """
        if self._host.stdout is None:
            raise RuntimeError("the pipe is gone")
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while b"\n" not in self._unread:
            left = deadline - time.monotonic()
            ready, _, _ = select.select([self._host.stdout], [], [], max(left, 0))
            if not ready:
                raise TimeoutError("the till says nothing")
            read = os.read(self._host.stdout.fileno(), 1 << 16)
            if not read:
                raise AssertionError("the tills' process ended")
            self._unread += read
        line, self._unread = self._unread.split(b"\n", 1)
        return line.decode().split()

    def kill(self) -> None:
        """SIGKILL: nothing of the till's own runs any more."""
        os.kill(self.pid, signal.SIGKILL)

    def stand_still(self) -> None:
        """Stop the till wherever it is; returns when every thread of it stands."""
        os.kill(self.pid, signal.SIGSTOP)
        status = Path(f"/proc/{self.pid}/task")
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while any(_state(task) not in "Tt" for task in status.iterdir()):
            if time.monotonic() > deadline:
                raise TimeoutError("the till does not stand still")
            os.sched_yield()

    def go_on(self) -> None:
        """Let a stopped till run again."""
        os.kill(self.pid, signal.SIGCONT)


def _state(task: Path) -> str:
    return (task / "stat").read_text().rsplit(") ", 1)[1][0]
