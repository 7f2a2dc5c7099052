"""A narrow way to head office that breaks off: 10 Mbit/s down, connections cut at given bytes."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

BYTES_PER_SECOND = 10_000_000 // 8
_PIECE = 8_192


@dataclass(slots=True)
class NarrowLink:
    """What went down so far, and where it is to be cut."""

    office: tuple[str, int]
    cuts: list[int]
    down: int = 0
    port: int = 0
    _free_at: float = 0.0
    _open: list[socket.socket] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Where a till reaches it."""
        return f"http://127.0.0.1:{self.port}"

    def serve(self, listening: socket.socket) -> None:
        """Take connections until the listening socket is closed."""
        with suppress(OSError):
            while True:
                till, _ = listening.accept()
                office = socket.create_connection(self.office)
                self._open += [till, office]
                for work in (lambda t=till, o=office: self._up(t, o),
                             lambda t=till, o=office: self._down(o, t)):  # fmt: skip
                    threading.Thread(target=work, daemon=True).start()

    def close(self) -> None:
        """Cut whatever is open."""
        for end in self._open:
            _cut(end)

    def _up(self, till: socket.socket, office: socket.socket) -> None:
        with suppress(OSError):
            while piece := till.recv(_PIECE):
                office.sendall(piece)
        _cut(office)

    def _down(self, office: socket.socket, till: socket.socket) -> None:
        with suppress(OSError):
            while piece := office.recv(_PIECE):
                now = time.monotonic()
                self._free_at = max(self._free_at, now) + len(piece) / BYTES_PER_SECOND
                time.sleep(max(0.0, self._free_at - now))
                till.sendall(piece)
                self.down += len(piece)
                if self.cuts and self.down >= self.cuts[0]:
                    del self.cuts[0]
                    break
        _cut(till)
        _cut(office)


def _cut(end: socket.socket) -> None:
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()


@contextmanager
def narrow_link(office: str, cuts: list[int]) -> Iterator[NarrowLink]:
    """A link to an office, cut at those bytes, one after the other."""
    parts = urlsplit(office)
    link = NarrowLink((parts.hostname or "", parts.port or 80), cuts)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        link.port = listening.getsockname()[1]
        serving = threading.Thread(target=link.serve, args=(listening,), daemon=True)
        serving.start()
        try:
            yield link
        finally:
            listening.shutdown(socket.SHUT_RDWR)
            link.close()
            serving.join()
