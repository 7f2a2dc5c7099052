"""A proxy between a till and its head office that does to requests what networks do.

It speaks HTTP, so a fault hits a chosen request at a chosen point: before the head office has
seen it, after it has handled it, or in the middle of either message.
"""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import BinaryIO
from urllib.parse import urlsplit

_BACKEND_SECONDS = 30.0
_CHUNK = 65_536
_RST = struct.pack("ii", 1, 0)


class Fault(Enum):
    """What happens to one exchange."""

    DROP_REQUEST = auto()
    DROP_ANSWER = auto()
    DUPLICATE = auto()
    DUPLICATE_SECOND = auto()
    DELAY = auto()
    LATE_REQUEST = auto()
    TRUNCATE_REQUEST = auto()
    CUT_BODY = auto()
    TRUNCATE_ANSWER = auto()
    RESET = auto()
    RESET_ANSWER = auto()
    SLOW = auto()


@dataclass(frozen=True, slots=True)
class Harm:
    """A fault, and at which byte or after how many seconds it strikes."""

    fault: Fault
    at: int = 0
    seconds: float = 0.05


@dataclass(slots=True)
class Exchange:
    """A request that came by; ``status`` is what the head office answered, 0 for nothing."""

    number: int
    method: str
    path: str
    status: int = 0
    harm: Harm | None = None


Rule = Callable[[Exchange], Harm | None]


@dataclass(slots=True)
class Proxy:
    """A running proxy. ``rule`` decides for each exchange; ``up`` is False with the cable out."""

    url: str
    target: str
    rule: Rule = lambda _exchange: None
    up: bool = True
    seen: list[Exchange] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _stopping: threading.Event = field(default_factory=threading.Event)
    _open: set[socket.socket] = field(default_factory=set)
    _threads: list[threading.Thread] = field(default_factory=list)

    def heal(self) -> None:
        """From now on everything gets through."""
        self.rule, self.up = (lambda _exchange: None), True

    def cut(self) -> None:
        """Pull the cable: open connections break, new ones are refused."""
        self.up = False
        self._break_all()

    def once(self, harm: Harm, *, path: str = "") -> threading.Event:
        """Harm the next exchange whose path holds ``path``; the event is set when it struck."""
        struck = threading.Event()

        def rule(exchange: Exchange) -> Harm | None:
            if struck.is_set() or path not in exchange.path:
                return None
            struck.set()
            return harm

        self.rule = rule
        return struck

    def paths(self, part: str) -> list[Exchange]:
        """What came by with ``part`` in its path."""
        with self._lock:
            return [exchange for exchange in self.seen if part in exchange.path]

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            if not self.up:
                client.close()
                continue
            thread = threading.Thread(target=self._serve, args=(client,), name="proxy-connection")
            with self._lock:
                self._open.add(client)
                self._threads.append(thread)
            thread.start()

    def _serve(self, client: socket.socket) -> None:
        try:
            with client, client.makefile("rb") as stream, contextlib.suppress(OSError):
                while (request := _read_message(stream)) is not None:
                    if not self._exchange(client, request):
                        return
        finally:
            with self._lock:
                self._open.discard(client)

    def _exchange(self, client: socket.socket, request: _Message) -> bool:
        """Handle one request; False when its connection is to end."""
        method, path = request.first.split(" ")[:2]
        with self._lock:
            exchange = Exchange(len(self.seen), method, path)
            self.seen.append(exchange)
            exchange.harm = self.rule(exchange)
        harm = exchange.harm
        if harm is not None and (done := self._before(client, request, harm, exchange)):
            return done == "go on"
        answer = self._forward(request.raw, exchange)
        if harm is not None and harm.fault in {Fault.DUPLICATE, Fault.DUPLICATE_SECOND}:
            second = self._forward(request.raw, exchange)
            answer = second if harm.fault is Fault.DUPLICATE_SECOND else answer
        if answer is None:
            return False
        return self._answer(client, answer, harm)

    def _before(
        self, client: socket.socket, request: _Message, harm: Harm, exchange: Exchange
    ) -> str:
        """Faults that end the exchange before an answer; empty when it goes on as usual."""
        match harm.fault:
            case Fault.DROP_REQUEST:
                return "end"
            case Fault.RESET:
                _reset(client)
                return "end"
            case Fault.DELAY:
                self._stopping.wait(harm.seconds)
            case Fault.LATE_REQUEST:
                # The till has given up on it long ago when the head office gets it.
                client.shutdown(socket.SHUT_RDWR)
                self._stopping.wait(harm.seconds)
                self._forward(request.raw, exchange)
                return "end"
            case Fault.TRUNCATE_REQUEST:
                self._forward(request.raw[: harm.at], exchange, whole=False)
                return "end"
            case Fault.CUT_BODY:
                cut = self._forward(request.with_body(request.body[: harm.at]), exchange)
                if cut is not None:
                    client.sendall(cut.raw)
                return "go on"
            case _:
                pass
        return ""

    def _answer(self, client: socket.socket, answer: _Message, harm: Harm | None) -> bool:
        match harm.fault if harm else None:
            case Fault.DROP_ANSWER:
                return False
            case Fault.RESET_ANSWER:
                _reset(client)
                return False
            case Fault.TRUNCATE_ANSWER:
                client.sendall(answer.raw[: harm.at if harm else 0])
                return False
            case Fault.SLOW:
                for byte in answer.raw:
                    client.sendall(bytes([byte]))
            case _:
                client.sendall(answer.raw)
        return True

    def _forward(self, raw: bytes, exchange: Exchange, *, whole: bool = True) -> _Message | None:
        place = urlsplit(self.target)
        try:
            with (
                socket.create_connection(
                    (place.hostname or "", place.port or 0), _BACKEND_SECONDS
                ) as backend,
                self._breakable(backend),
            ):
                backend.sendall(raw)
                if not whole:
                    return None
                with backend.makefile("rb") as stream:
                    answer = _read_message(stream)
        except OSError:
            return None
        if answer is not None:
            exchange.status = int(answer.first.split(" ")[1])
        return answer

    @contextmanager
    def _breakable(self, connection: socket.socket) -> Iterator[None]:
        """A connection that ends with the others, also while it waits for an answer."""
        with self._lock:
            self._open.add(connection)
        try:
            yield
        finally:
            with self._lock:
                self._open.discard(connection)

    def _break_all(self) -> None:
        with self._lock:
            for connection in self._open:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)

    def _stop(self) -> None:
        self._stopping.set()
        self._break_all()
        for thread in self._threads:
            thread.join()


@dataclass(frozen=True, slots=True)
class _Message:
    """A request or an answer as it stands on the wire."""

    head: bytes
    body: bytes

    @property
    def first(self) -> str:
        return self.head.split(b"\r\n", 1)[0].decode("latin-1")

    @property
    def raw(self) -> bytes:
        return self.head + b"\r\n" + self.body

    def with_body(self, body: bytes) -> bytes:
        """The same message around another body, of the length that it then has."""
        lines = [x for x in self.head.split(b"\r\n") if not x.lower().startswith(b"content-length")]
        lines.insert(1, b"content-length: %d" % len(body))
        return b"\r\n".join(lines) + b"\r\n" + body


def _read_message(stream: BinaryIO) -> _Message | None:
    """A message with a Content-Length, which is all that both sides send; None at the end."""
    head, length = b"", 0
    while True:
        line = stream.readline(_CHUNK)
        if not line:
            return None
        if line == b"\r\n":
            break
        head += line
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    body = stream.read(length) if length else b""
    return _Message(head, body) if len(body) == length else None


def _reset(client: socket.socket) -> None:
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RST)


@contextmanager
def proxy(target: str) -> Iterator[Proxy]:
    """A proxy on a free port in front of ``target``, which may be changed while it runs."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        running = Proxy(f"http://127.0.0.1:{listener.getsockname()[1]}", target)
        accepting = threading.Thread(target=running._accept, args=(listener,), name="proxy")
        accepting.start()
        try:
            yield running
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            accepting.join()
            running._stop()
