"""A wire without sockets: a till's HTTP goes straight into the application, harmed on the way."""

from __future__ import annotations

import asyncio
import random
import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from urllib.parse import unquote, urlsplit

import requests
from fastapi import FastAPI
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict

SERVER = "http://head-office"
_SECONDS = 60.0
_KEPT = 12
"""Requests and answers that may turn up again later."""


class Harm(StrEnum):
    """What may happen to one exchange."""

    DROP_REQUEST = "request lost"
    DROP_ANSWER = "answer lost"
    DUPLICATE = "request doubled"
    LATE_REQUEST = "request late, out of order"
    OLD_REQUEST = "old request once more"
    STALE_ANSWER = "stale answer"
    CUT_REQUEST = "request cut"
    CUT_ANSWER = "answer cut"
    DAMAGED_REQUEST = "request damaged"
    DAMAGED_ANSWER = "answer damaged"


@dataclass(frozen=True, slots=True)
class Sent:
    """A request as it left the till."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Answered:
    """What the head office answered."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


@dataclass(slots=True)
class Wire:
    """Everything between the tills and the head office.

    Attributes:
        harms: what may happen, each exchange with ``rate``.
        struck: how often each harm happened.
    """

    rng: random.Random
    harms: tuple[Harm, ...] = ()
    rate: float = 0.0
    up: bool = True
    struck: Counter[Harm] = field(default_factory=Counter)
    exchanges: int = 0
    _office: Office | None = None
    _late: list[Sent] = field(default_factory=list)
    _passed: list[Sent] = field(default_factory=list)
    _answers: dict[str, list[Answered]] = field(default_factory=dict)

    def plug(self, office: Office | None) -> None:
        """Connect a head office, or none."""
        self._office = office

    def exchange(self, sent: Sent) -> Answered:
        """Carry a request and its answer.

        Raises:
            requests.ConnectionError, requests.ReadTimeout: as the network would.
        """
        self.exchanges += 1
        self._deliver_late()
        if self._office is None or not self.up:
            raise requests.ConnectionError("no head office")
        harm = self.rng.choice(self.harms) if self.rng.random() < self.rate else None
        if harm is not None:
            self.struck[harm] += 1
        self._passed = [*self._passed, sent][-_KEPT:]
        return self._harmed(sent, harm)

    def _harmed(self, sent: Sent, harm: Harm | None) -> Answered:
        match harm:
            case Harm.DROP_REQUEST:
                raise requests.ConnectionError("lost")
            case Harm.LATE_REQUEST:
                self._late.append(sent)
                raise requests.ReadTimeout("late")
            case Harm.CUT_REQUEST:
                self._ask(self._cut(sent))
                raise requests.ConnectionError("cut")
            case Harm.DAMAGED_REQUEST:
                return self._ask(self._damaged(sent))
            case Harm.OLD_REQUEST:
                self._ask(self.rng.choice(self._passed))
            case Harm.DUPLICATE:
                self._ask(sent)
            case _:
                pass
        answer = self._ask(sent)
        return self._harmed_answer(sent, answer, harm)

    def _harmed_answer(self, sent: Sent, answer: Answered, harm: Harm | None) -> Answered:
        earlier = self._answers.setdefault(f"{sent.method} {sent.path}", [])
        match harm:
            case Harm.DROP_ANSWER:
                raise requests.ReadTimeout("answer lost")
            case Harm.CUT_ANSWER:
                raise requests.exceptions.ChunkedEncodingError("cut")
            case Harm.DAMAGED_ANSWER:
                return Answered(answer.status, answer.headers, self._flipped(answer.body))
            case Harm.STALE_ANSWER if earlier:
                return self.rng.choice(earlier)
            case _:
                earlier.append(answer)
                del earlier[:-_KEPT]
                return answer

    def _ask(self, sent: Sent) -> Answered:
        if self._office is None:
            raise requests.ConnectionError("no head office")
        return self._office.ask(sent)

    def _deliver_late(self) -> None:
        if self._late and self._office is not None and self.rng.random() < 0.3:
            self._office.ask(self._late.pop(self.rng.randrange(len(self._late))))

    def _cut(self, sent: Sent) -> Sent:
        kept = sent.body[: self.rng.randrange(len(sent.body) + 1)]
        return Sent(sent.method, sent.path, sent.headers, kept)

    def _damaged(self, sent: Sent) -> Sent:
        return Sent(sent.method, sent.path, sent.headers, self._flipped(sent.body))

    def _flipped(self, data: bytes) -> bytes:
        if not data:
            return data
        at = self.rng.randrange(len(data))
        return data[:at] + bytes([data[at] ^ (1 << self.rng.randrange(8))]) + data[at + 1 :]


class Office:
    """An application that runs on an event loop of its own; asked from any thread."""

    def __init__(self, app: FastAPI) -> None:
        self.app = app
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="direct-office")

    def ask(self, sent: Sent) -> Answered:
        """One request, answered."""
        return asyncio.run_coroutine_threadsafe(_call(self.app, sent), self._loop).result(_SECONDS)

    @contextmanager
    def open(self) -> Iterator[Office]:
        """Run the application's lifespan until the block ends."""
        self._thread.start()
        lifespan = self.app.router.lifespan_context(self.app)
        try:
            self._wait(lifespan.__aenter__())
            try:
                yield self
            finally:
                self._wait(lifespan.__aexit__(None, None, None))
        finally:
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
            self._loop.close()

    def _wait(self, work: Any) -> None:
        asyncio.run_coroutine_threadsafe(_awaited(work), self._loop).result(_SECONDS)


async def _awaited(work: Any) -> Any:
    return await work


async def _call(app: FastAPI, sent: Sent) -> Answered:
    """The ASGI exchange of one request."""
    url = urlsplit(sent.path)
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": sent.method,
        "scheme": "http",
        "path": unquote(url.path),
        "raw_path": url.path.encode(),
        "query_string": url.query.encode(),
        "headers": [
            (name.lower().encode(), value.encode()) for name, value in sent.headers.items()
        ],
        "client": ("127.0.0.1", 1),
        "server": ("head-office", 80),
        "root_path": "",
    }
    asked = iter(({"type": "http.request", "body": sent.body, "more_body": False},))
    told: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return next(asked, {"type": "http.disconnect"})

    async def send(message: Any) -> None:
        told.append(dict(message))

    await app(scope, receive, send)
    start = next(message for message in told if message["type"] == "http.response.start")
    body = b"".join(m.get("body", b"") for m in told if m["type"] == "http.response.body")
    headers = tuple((name.decode(), value.decode()) for name, value in start["headers"])
    return Answered(start["status"], headers, body)


class Adapter(BaseAdapter):
    """What a till's session sends through."""

    def __init__(self, wire: Wire) -> None:
        super().__init__()
        self._wire = wire

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        """Carry a prepared request over the wire."""
        body = request.body or b""
        sent = Sent(
            str(request.method),
            str(request.path_url),
            dict(request.headers),
            body if isinstance(body, bytes) else body.encode(),
        )
        answered = self._wire.exchange(sent)
        response = requests.Response()
        response.status_code = answered.status
        response.headers = CaseInsensitiveDict(_with_length(answered))
        response._content = answered.body
        response.request, response.url = request, str(request.url)
        return response

    def close(self) -> None:
        """Nothing is kept open."""


def _with_length(answered: Answered) -> Mapping[str, str]:
    return {"content-length": str(len(answered.body)), **dict(answered.headers)}


def session_factory(wire: Wire) -> type[requests.Session]:
    """A class of sessions whose requests go over the wire."""

    class Session(requests.Session):
        def __init__(self) -> None:
            super().__init__()
            self.mount(SERVER, Adapter(wire))

    return Session
