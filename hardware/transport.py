"""What every way to a device has in common; the ways themselves are in their own modules."""

from __future__ import annotations

import select
import socket
from typing import Protocol

CHUNK = 4096
"""Small printers lose what exceeds their buffer; nothing is handed over in larger pieces."""


class Transport(Protocol):
    """An open port, used by one thread; only :meth:`wake` may be called from another."""

    @property
    def answers(self) -> bool:
        """Whether the far end can send anything back."""

    @property
    def durable(self) -> bool:
        """Whether :meth:`sync` puts the bytes on a disk."""

    def send(self, data: bytes, timeout: float) -> int:
        """Hand over at most :data:`CHUNK` bytes; returns how many, 0 when none in ``timeout`` s.

        Raises:
            Offline: the connection is gone.
        """

    def receive(self, timeout: float) -> bytes:
        """What arrived, or nothing after ``timeout`` seconds or a :meth:`wake`.

        Raises:
            Offline: the connection is gone.
        """

    def sync(self) -> None:
        """Wait until what was sent is safe, as far as the port can tell."""

    def wake(self) -> None:
        """End a :meth:`receive` that waits, or the next one."""

    def close(self) -> None:
        """Give the port back."""


class Waker:
    """Ends a ``select`` from another thread; works for sockets on every system."""

    def __init__(self) -> None:
        self._reader, self._writer = socket.socketpair()
        self._reader.setblocking(False)
        self._writer.setblocking(False)

    def fileno(self) -> int:
        """For ``select``."""
        return self._reader.fileno()

    def set(self) -> None:
        """Wake. A full pipe is awake already."""
        try:
            self._writer.send(b"\0")
        except (BlockingIOError, OSError):
            return

    def clear(self) -> None:
        """Forget earlier wakes."""
        try:
            while self._reader.recv(512):
                pass
        except (BlockingIOError, OSError):
            return

    def wait(self, timeout: float, *others: int) -> list[int]:
        """File numbers of ``others`` that can be read, within ``timeout`` s or until woken."""
        ready, _, _ = select.select([self.fileno(), *others], [], [], timeout)
        if self.fileno() in ready:
            self.clear()
        return [number for number in ready if number != self.fileno()]

    def close(self) -> None:
        """Release both ends."""
        self._reader.close()
        self._writer.close()
