"""A mail server that keeps what it is given, on a free port."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

from backoffice.config import Smtp


@dataclass
class Sink:
    """What came in; ``refusal`` is answered to the next letters instead of taking them."""

    smtp: Smtp
    letters: list[tuple[str, EmailMessage]] = field(default_factory=list)
    refusal: str = ""


class _Session(socketserver.StreamRequestHandler):
    """SMTP of RFC 5321 as far as a client that sends one letter needs it."""

    sink: Sink

    def handle(self) -> None:
        self._say("220 sink")
        to = ""
        while line := self.rfile.readline().decode().strip():
            word = line[:4].upper()
            if word == "RCPT":
                to = line.partition("<")[2].rpartition(">")[0]
            if word == "QUIT":
                self._say("221 bye")
                return
            if word == "RCPT" and self.sink.refusal:
                self._say(self.sink.refusal)
            elif word == "DATA":
                self._say("354 go on")
                self._take(to)
            else:
                self._say("250 ok")

    def _take(self, to: str) -> None:
        lines: list[bytes] = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        message = message_from_bytes(b"".join(lines), policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.sink.letters.append((to, message))
        self._say("250 taken")

    def _say(self, answer: str) -> None:
        self.wfile.write(f"{answer}\r\n".encode())


@contextmanager
def smtp_sink() -> Iterator[Sink]:
    """A server on this machine; it is gone at the end."""
    session = type("Session", (_Session,), {})
    with socketserver.TCPServer(("127.0.0.1", 0), session) as server:
        host, port = server.server_address[:2]
        smtp = Smtp(host=str(host), port=port, sender="receipts@example.org", tls="none")
        session.sink = Sink(smtp)  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield session.sink  # type: ignore[attr-defined]
        finally:
            server.shutdown()
            thread.join()
