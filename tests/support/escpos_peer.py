"""A receipt printer on a real socket: it answers like one, runs out of paper, hangs and breaks.

Written from the bit tables, not from the driver: real-time commands act when they arrive, all
others wait in a buffer while the printer is off line.
"""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
import time
from collections.abc import Callable
from typing import Self

_LENGTHS = {b"\x10\x04": 3, b"\x10\x14": 5}
_QUEUED_LENGTHS = {b"\x1dr": 3, b"\x1da": 3, b"\x1bp": 5, b"\x1d(": 11}


class EscposPeer:
    """Listens on a free port of this machine, or on one that was; use as a context manager."""

    def __init__(self, port: int = 0) -> None:
        self.paper = bytearray()
        self.pulses: list[bytes] = []
        self.connections = 0
        self.paper_out = False
        self.cover_open = False
        self.drawer_high = False
        self.mute = False
        self.answers_barrier = True
        self.break_after: int | None = None
        self.reset_on_break = False
        self.bytes_per_second: int | None = None
        self._changed = threading.Condition()
        self._stopping = threading.Event()
        self._client: socket.socket | None = None
        self._buffer = bytearray()
        self._queue = bytearray()
        self._asb = False
        self._listener = socket.create_server(("127.0.0.1", port))
        self._listener.settimeout(0.05)
        self.port = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, name="escpos-peer")

    @property
    def address(self) -> str:
        return f"tcp://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self._thread.join(5)
        self._listener.close()
        assert not self._thread.is_alive()

    def wait_for(self, condition: Callable[[], bool], timeout: float = 5.0) -> bool:
        with self._changed:
            return self._changed.wait_for(condition, timeout)

    def change(self, **state: bool) -> None:
        """Set paper_out, cover_open or drawer_high and tell it like a printer does."""
        with self._changed:
            for name, value in state.items():
                setattr(self, name, value)
            if self._asb and self._client is not None:
                self._client.sendall(self._frame())
            self._changed.notify_all()

    def kill_connection(self) -> None:
        """Break the connection with a reset, as a power cut behind a switch does not."""
        with self._changed:
            if self._client is not None:
                self._reset(self._client)

    @property
    def _online(self) -> bool:
        return not (self.paper_out or self.cover_open)

    def _serve(self) -> None:
        while not self._stopping.is_set():
            with contextlib.suppress(TimeoutError):
                client, _ = self._listener.accept()
                with client:
                    self._talk(client)
        if self._client is not None:
            self._client.close()

    def _talk(self, client: socket.socket) -> None:
        client.settimeout(0.01)
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._buffer.clear()
        self._queue.clear()
        self._asb = False
        with self._changed:
            self._client = client
            self.connections += 1
            self._changed.notify_all()
        try:
            self._listen(client)
        except OSError:
            pass
        finally:
            with self._changed:
                self._client = None
                self._changed.notify_all()

    def _listen(self, client: socket.socket) -> None:
        while not self._stopping.is_set():
            with contextlib.suppress(TimeoutError):
                size = 65536 if self.bytes_per_second is None else self.bytes_per_second // 50
                data = client.recv(size)
                if not data:
                    return
                self._buffer += data
                if self.bytes_per_second is not None:
                    time.sleep(len(data) / self.bytes_per_second)
            with self._changed:
                if self.mute:
                    self._buffer.clear()
                    continue
                self._real_time(client)
                if self._online and not self._print(client):
                    return
                self._changed.notify_all()

    def _real_time(self, client: socket.socket) -> None:
        while self._buffer:
            head = bytes(self._buffer[:2])
            if head[0] != 0x10:
                self._queue.append(self._buffer.pop(0))
                continue
            if len(head) < 2 or len(self._buffer) < _LENGTHS.get(head, 1):
                return
            if head not in _LENGTHS:
                self._queue.append(self._buffer.pop(0))
                continue
            command = bytes(self._buffer[: _LENGTHS[head]])
            del self._buffer[: len(command)]
            if head == b"\x10\x04":
                client.sendall(bytes((self._status(command[2]),)))
            else:
                self.pulses.append(command)

    def _status(self, question: int) -> int:
        bits = {
            1: 0x08 * (not self._online) | 0x04 * self.drawer_high,
            2: 0x04 * self.cover_open | 0x20 * self.paper_out,
            3: 0,
            4: 0x6C * self.paper_out,
        }
        return 0x12 | bits[question]

    def _frame(self) -> bytes:
        first = 0x10 | 0x04 * self.drawer_high | 0x08 * (not self._online) | 0x20 * self.cover_open
        return bytes((first, 0, 0x0F * self.paper_out, 0))

    def _print(self, client: socket.socket) -> bool:
        """Work off the buffer; false when the connection was broken on purpose."""
        while self._queue:
            if self.break_after is not None and len(self.paper) >= self.break_after:
                self.break_after = None
                if self.reset_on_break:
                    self._reset(client)
                return False
            head = bytes(self._queue[:2])
            if head[0] not in (0x1B, 0x1D) or head not in _QUEUED_LENGTHS:
                if len(head) < 2 and head[0] in (0x1B, 0x1D):
                    return True
                self.paper.append(self._queue.pop(0))
                continue
            length = _QUEUED_LENGTHS[head]
            if head == b"\x1d(" and self._queue[2:3] != b"H":
                length = 5 + int.from_bytes(self._queue[3:5], "little")
            if len(self._queue) < length:
                return True
            command = bytes(self._queue[:length])
            del self._queue[:length]
            self._obey(command, client)
        return True

    def _obey(self, command: bytes, client: socket.socket) -> None:
        if command.startswith(b"\x1dr"):
            if self.answers_barrier:
                client.sendall(bytes((0x0F * self.paper_out,)))
        elif command.startswith(b"\x1da"):
            self._asb = command[2] != 0
            client.sendall(self._frame())
        elif command.startswith(b"\x1bp"):
            self.pulses.append(command)
        elif command.startswith(b"\x1d(H"):
            if self.answers_barrier:
                client.sendall(b"\x37\x22" + command[7:11] + b"\x00")
        else:
            self.paper += command

    @staticmethod
    def _reset(client: socket.socket) -> None:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        client.close()
