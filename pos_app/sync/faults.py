"""A wire that misbehaves as a plan says, below the till's own client: nothing above knows of it."""

from __future__ import annotations

import errno
import io
import random
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import ProtocolError

from pos_app.sync.fault_plan import Fault, FaultKind, FaultPlan
from pos_app.sync.interrupt import InterruptibleAdapter

_KEPT = 12
"""Requests and answers that may turn up again later."""

_Send = Callable[[requests.PreparedRequest], requests.Response]
_Wait = Callable[[float], object]


class FaultyWire:
    """Everything between a till and its head office; shared by all of the till's connections.

    Args:
        clock: monotonic seconds.

    Attributes:
        requests: how many the till has sent.
        struck: how often each kind of fault happened.
    """

    def __init__(self, plan: FaultPlan, clock: Callable[[], float] = time.monotonic) -> None:
        self.requests = 0
        self.struck: Counter[FaultKind] = Counter({fault.kind: 0 for fault in plan.faults})
        self._faults = plan.faults
        self._rng = random.Random(plan.seed)  # noqa: S311 (repeatable faults, not a secret)
        self._clock = clock
        self._began = clock()
        self._lock = threading.Lock()
        self._late: list[tuple[float, requests.PreparedRequest]] = []
        self._passed: list[requests.PreparedRequest] = []
        self._answers: dict[str, list[requests.Response]] = defaultdict(list)

    def adapter(self) -> InterruptibleAdapter:
        """What a session sends through."""
        return _FaultyAdapter(self)

    def carry(
        self, request: requests.PreparedRequest, send: _Send, wait: _Wait, *, whole: bool
    ) -> requests.Response:
        """Carry a request and its answer.

        Args:
            send: carries it over the real wire.
            wait: waits so many seconds, or until the till ends the request.
            whole: the answer is read at once, not in pieces.

        Raises:
            requests.RequestException: as the network would.
        """
        with self._lock:
            self.requests += 1
            fault = self._drawn()
            old = self._rng.choice(self._passed or [request])
            self._passed = [*self._passed, request][-_KEPT:]
        self._deliver_late(send)
        answer = self._before(request, fault, send, wait) if fault else None
        if answer is not None:
            return answer
        if fault and fault.kind in {FaultKind.DOUBLED, FaultKind.OLD}:
            self._strike(fault)
            _unheard(old if fault.kind is FaultKind.OLD else request, send)
        return self._after(request, fault, send(request), whole=whole)

    def _drawn(self) -> Fault | None:
        """The fault that strikes the next request."""
        elapsed, drawn = self._clock() - self._began, self._rng.random()
        for fault in self._faults:
            if fault.covers(elapsed):
                return fault
            drawn -= fault.share or 0.0
            if fault.share and drawn < 0:
                return fault
        return None

    def _before(
        self, request: requests.PreparedRequest, fault: Fault, send: _Send, wait: _Wait
    ) -> requests.Response | None:
        """Faults of the way there; None when the request goes on."""
        match fault.kind:
            case FaultKind.OFFLINE:
                self._strike(fault)
                raise requests.ConnectionError(OSError(errno.ENETUNREACH, "no network, by plan"))
            case FaultKind.REQUEST_LOST:
                self._strike(fault)
                raise requests.ConnectionError("the request was lost, by plan")
            case FaultKind.LATE:
                self._strike(fault)
                with self._lock:
                    self._late.append((self._clock() + (fault.seconds or 0.0), request))
                raise requests.ReadTimeout("the request is late, by plan")
            case FaultKind.STATUS:
                self._strike(fault)
                return _answered(fault.status or 503)
            case FaultKind.REQUEST_CUT if request.body:
                self._strike(fault)
                return send(self._cut(request))
            case FaultKind.DELAY:
                self._strike(fault)
                wait(fault.seconds or 0.0)
        return None

    def _after(
        self,
        request: requests.PreparedRequest,
        fault: Fault | None,
        answer: requests.Response,
        *,
        whole: bool,
    ) -> requests.Response:
        """Faults of the way back."""
        match fault.kind if fault else None:
            case FaultKind.ANSWER_LOST:
                self._strike(fault)
                answer.close()
                raise requests.ReadTimeout("the answer was lost, by plan")
            case FaultKind.TRUNCATED:
                self._strike(fault)
                answer.raw = _Body(answer.raw, _broken_off)
            case FaultKind.DAMAGED:
                self._strike(fault)
                answer.raw = _Body(answer.raw, self._flipped)
            case FaultKind.STALE if whole:
                return self._exchanged(request, fault, answer)
            case _ if whole:
                self._keep(request, answer)
        return answer

    def _exchanged(
        self, request: requests.PreparedRequest, fault: Fault | None, answer: requests.Response
    ) -> requests.Response:
        """An earlier answer to the same question, when there is one."""
        with self._lock:
            earlier = self._answers[_question(request)]
            found = self._rng.choice(earlier) if earlier else None
        if found is None:
            self._keep(request, answer)
            return answer
        self._strike(fault)
        answer.close()
        return found

    def _keep(self, request: requests.PreparedRequest, answer: requests.Response) -> None:
        # Read before it is kept: two threads must not read it at the same time.
        _ = answer.content
        with self._lock:
            kept = self._answers[_question(request)]
            kept.append(answer)
            del kept[:-_KEPT]

    def _deliver_late(self, send: _Send) -> None:
        with self._lock:
            now = self._clock()
            due = [request for at, request in self._late if at <= now]
            self._late = [(at, request) for at, request in self._late if at > now]
        for request in due:
            _unheard(request, send)

    def _cut(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        body = request.body or b""
        with self._lock:
            kept = body[: self._rng.randrange(len(body))]
        cut = request.copy()
        cut.body = kept
        cut.headers["Content-Length"] = str(len(kept))
        return cut

    def _flipped(self, pieces: Iterator[bytes], _: Any) -> Iterator[bytes]:
        for number, piece in enumerate(pieces):
            if number or not piece:
                yield piece
                continue
            with self._lock:
                at, bit = self._rng.randrange(len(piece)), 1 << self._rng.randrange(8)
            yield piece[:at] + bytes([piece[at] ^ bit]) + piece[at + 1 :]

    def _strike(self, fault: Fault | None) -> None:
        if fault is not None:
            with self._lock:
                self.struck[fault.kind] += 1


class _FaultyAdapter(InterruptibleAdapter):
    def __init__(self, wire: FaultyWire) -> None:
        super().__init__()
        self._wire = wire
        self._ended = threading.Event()

    def send(
        self, request: requests.PreparedRequest, *args: Any, **kwargs: Any
    ) -> requests.Response:
        """Send as the wire lets it."""

        def send(one: requests.PreparedRequest) -> requests.Response:
            return HTTPAdapter.send(self, one, *args, **kwargs)

        whole = not kwargs.get("stream")
        return self._wire.carry(request, send, self._ended.wait, whole=whole)

    def interrupt(self) -> None:
        """End what is on its way, and what waits to be."""
        self._ended.set()
        super().interrupt()


class _Body:
    """The body of an answer whose bytes change as they are read."""

    def __init__(self, raw: Any, change: Callable[[Iterator[bytes], Any], Iterator[bytes]]) -> None:
        self._raw = raw
        self._change = change

    def stream(self, *args: Any, **kwargs: Any) -> Iterator[bytes]:
        """Its pieces."""
        return self._change(self._raw.stream(*args, **kwargs), self._raw)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._raw, name)


def _broken_off(pieces: Iterator[bytes], raw: Any) -> Iterator[bytes]:
    for piece in pieces:
        yield piece[: len(piece) // 2]
        break
    raw.close()
    raise ProtocolError("the answer was cut off, by plan")


def _unheard(request: requests.PreparedRequest, send: _Send) -> None:
    """Deliver a request whose answer nobody waits for."""
    with suppress(requests.RequestException):
        send(request).close()


def _answered(status: int) -> requests.Response:
    answer = requests.Response()
    answer.status_code = status
    answer.headers["Content-Length"] = "0"
    answer.raw = io.BytesIO()
    return answer


def _question(request: requests.PreparedRequest) -> str:
    return f"{request.method} {request.path_url.partition('?')[0]}"
