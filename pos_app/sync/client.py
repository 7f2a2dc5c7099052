"""HTTP to the head office: signed requests, typed answers. Used on the threads of the sync only."""

from __future__ import annotations

import secrets as randomness
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TypeVar
from urllib.parse import quote
from uuid import UUID

import msgspec
import requests

from pos_app.sync.errors import NOT_HEAD_OFFICE, NoAnswer, Rejected
from pos_app.sync.interrupt import InterruptibleAdapter
from retail.contract.envelope import (
    ANSWERED,
    DIGEST,
    EnrolAnswer,
    EnrolRequest,
    HashRange,
    HelloAnswer,
    HelloRequest,
    Problem,
    PushAnswer,
    StreamTail,
    request_signature,
    signing_key,
)
from retail.contract.manifest import Manifest, StreamContent
from retail.contract.packing import pack
from retail.contract.wire import batch_lines
from retail.errors import RetailError

CONNECT_SECONDS = 5.0
READ_SECONDS = 30.0
_SECONDS_PER_ENTRY = 1 / 50
_PIECE = 65_536
_NOT_MODIFIED, _PARTIAL = 304, 206
UNAUTHORISED = 401
_RETRY = frozenset({423, 429, 500, 502, 503, 504})
_LONGEST_RETRY_AFTER = 300.0
_NONCE = "X-Tillwright-Nonce"
_UNDERWAY = frozenset({"bad_digest", "replayed"})
"""The network damaged or doubled a request: whether it was handled, only a hello tells."""

S = TypeVar("S")


@dataclass(frozen=True, slots=True)
class PushBatch:
    """Entries as lines of NDJSON, with where they belong.

    Attributes:
        past: the entries before them that head office has too, by which they are packed.
    """

    jid: UUID
    base_seq: int
    base_hash: bytes
    lines: tuple[bytes, ...]
    last_hash: bytes
    past: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class Received:
    """A manifest and the ETag that it came with."""

    etag: str
    manifest: Manifest


class HeadOffice:
    """One head office as a till talks to it.

    Args:
        server: its address, such as ``https://office.example``.
        installation: this till's id; None before enrolment.
        secrets: the device's secrets, the newest first; one that is refused makes room for the
            next.
        adapter: makes what requests are sent through.

    Attributes:
        signer: which of the secrets signs.
    """

    def __init__(
        self,
        server: str,
        installation: UUID | None = None,
        secrets: Sequence[bytes] = (b"",),
        adapter: Callable[[], InterruptibleAdapter] = InterruptibleAdapter,
    ) -> None:
        self.server = checked_server(server)
        self.signer = 0
        self._installation = installation
        self._keys = [signing_key(secret) for secret in secrets]
        self._session = requests.Session()
        # A proxy of the user's environment has no business between a till and its head office.
        self._session.trust_env = False
        self._made_by = adapter
        self._adapter = adapter()
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, self._adapter)

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    def signing_with(self, secret: bytes) -> HeadOffice:
        """Another connection of the same till on the same wire; the caller closes it."""
        return HeadOffice(self.server, self._installation, (secret,), self._made_by)

    def enrol(self, request: EnrolRequest) -> EnrolAnswer:
        """Trade a code for an identity."""
        return self._call("POST", "/v1/enrol", EnrolAnswer, body=msgspec.json.encode(request))

    def hello(self, request: HelloRequest) -> HelloAnswer:
        """Tell how the till is; learn where journals and streams stand."""
        return self._call("POST", "/v1/hello", HelloAnswer, body=msgspec.json.encode(request))

    def push(self, batch: PushBatch) -> PushAnswer:
        """Send a batch; the answer means that it is durably journalled."""
        body = pack(batch_lines(batch.lines), batch.past)
        headers = {
            "Content-Type": "application/x-ndjson",
            "Content-Encoding": "zstd",
            "X-Tillwright-Base-Seq": str(batch.base_seq),
            "X-Tillwright-Base-Hash": batch.base_hash.hex(),
            "X-Tillwright-Count": str(len(batch.lines)),
            "X-Tillwright-Last-Hash": batch.last_hash.hex(),
            "X-Tillwright-Past": str(len(batch.past)),
        }
        seconds = READ_SECONDS + len(batch.lines) * _SECONDS_PER_ENTRY
        path = f"/v1/journals/{batch.jid}/entries"
        return self._call("POST", path, PushAnswer, body=body, headers=headers, seconds=seconds)

    def entry_hash(self, jid: UUID, seq: int) -> str:
        """The hash of one entry as head office has it; empty when it has none there."""
        path = f"/v1/journals/{jid}/hashes?from={seq}&to={seq}"
        found = self._call("GET", path, HashRange)
        return found.hashes[0] if found.hashes else ""

    def tail(self, stream: str, after: int, chain: str = "") -> StreamTail:
        """Rows of a down-stream after a position, which ``chain`` proves."""
        path = f"/v1/streams/{quote(stream)}/tail?after={after}&chain={chain}"
        return self._call("GET", path, StreamTail)

    def content(self, stream: str, at: int) -> StreamContent:
        """Count and hash of what head office has in force in a stream at a position."""
        return self._call("GET", f"/v1/streams/{quote(stream)}/content?at={at}", StreamContent)

    def manifest(self, etag: str = "", *, wait: float = 0.0) -> Received | None:
        """The manifest; None when it still is the one of ``etag``, after up to ``wait`` seconds."""
        headers = {"If-None-Match": etag} if etag else {}
        query = f"?wait={wait:g}" if wait else ""
        response = self._send(
            "GET", f"/v1/manifest{query}", headers=headers, seconds=READ_SECONDS + wait
        )
        if response.status_code == _NOT_MODIFIED:
            return None
        found = _decoded(response.content, Manifest)
        return Received(response.headers.get("ETag", ""), found)

    def fetch(
        self, path: str, etag: str, file: Path, coming: Callable[[int], None] | None = None
    ) -> None:
        """Add to a file what is missing of an immutable answer.

        Args:
            coming: told how many bytes the file has, again and again.

        Raises:
            NoAnswer: it broke off; the file holds what has come.
        """
        there = file.stat().st_size if file.exists() else 0
        headers = {"Range": f"bytes={there}-", "If-Range": f'"{etag}"'} if there else {}
        response = self._send("GET", path, headers=headers, stream=True)
        with response, file.open("ab" if response.status_code == _PARTIAL else "wb") as out:
            try:
                for piece in response.iter_content(_PIECE):
                    out.write(piece)
                    if coming is not None:
                        coming(out.tell())
            except requests.RequestException as problem:
                raise NoAnswer(_why(problem), reached=True) from problem

    def interrupt(self) -> None:
        """End the request at hand, from another thread; its caller sees :class:`NoAnswer`."""
        self._adapter.interrupt()

    def ask(self, path: str, request: msgspec.Struct, shape: type[S], seconds: float) -> S:
        """A small signed request with a typed answer, waited for so long."""
        return self._call("POST", path, shape, body=msgspec.json.encode(request), seconds=seconds)

    def _call(
        self,
        method: str,
        path: str,
        shape: type[S],
        *,
        body: bytes = b"",
        headers: dict[str, str] | None = None,
        seconds: float = READ_SECONDS,
    ) -> S:
        response = self._send(method, path, body=body, headers=headers, seconds=seconds)
        return _decoded(response.content, shape)

    def _send(
        self,
        method: str,
        path: str,
        *,
        body: bytes = b"",
        headers: dict[str, str] | None = None,
        seconds: float = READ_SECONDS,
        stream: bool = False,
    ) -> requests.Response:
        while True:
            response = self._exchange(
                method, path, body=body, headers=headers, seconds=seconds, stream=stream
            )
            if response.status_code != UNAUTHORISED or self.signer + 1 == len(self._keys):
                _check(response)
                return response
            self.signer += 1

    def _exchange(
        self,
        method: str,
        path: str,
        *,
        body: bytes,
        headers: dict[str, str] | None,
        seconds: float,
        stream: bool,
    ) -> requests.Response:
        """Send, and hear an answer that is to this request and whole."""
        signature = self._signature(method, path, body)
        try:
            response = self._session.request(
                method,
                self.server + path,
                data=body,
                headers={**signature, **(headers or {})},
                timeout=(min(CONNECT_SECONDS, seconds), seconds),
                allow_redirects=False,
                stream=stream,
            )
        except requests.RequestException as problem:
            reached = isinstance(problem, requests.ReadTimeout)
            raise NoAnswer(_why(problem), reached=reached) from problem
        if response.headers.get(ANSWERED, signature[_NONCE]) != signature[_NONCE]:
            raise NoAnswer("An answer came that belongs to an earlier request.", reached=True)
        if not stream and _damaged(response):
            raise NoAnswer("The head office's answer arrived damaged.", reached=True)
        return response

    def _signature(self, method: str, path: str, body: bytes) -> dict[str, str]:
        nonce, stamp = randomness.token_hex(16), ""
        digest = sha256(body).hexdigest()
        signature = request_signature(
            self._keys[self.signer], method, path, stamp=stamp, nonce=nonce, body_sha256=digest
        )
        return {
            "X-Tillwright-Installation": self._installation.hex if self._installation else "",
            "X-Tillwright-Stamp": stamp,
            _NONCE: nonce,
            DIGEST: digest,
            "X-Tillwright-Signature": signature,
        }


def _damaged(response: requests.Response) -> bool:
    """Whether the body is not the one that was sent; an answer in pieces says nothing of it."""
    told = response.headers.get(DIGEST)
    return told is not None and told != sha256(response.content).hexdigest()


def _tells_its_end(response: requests.Response) -> bool:
    """Whether the head of an answer came whole; it may be cut within a header's value, too."""
    length = response.headers.get("Content-Length", "")
    return length.isdecimal() or response.headers.get("Transfer-Encoding", "").lower() == "chunked"


def _check(response: requests.Response) -> None:
    """Raise unless the head office has said yes, and to the end."""
    if not _tells_its_end(response) and response.status_code != _NOT_MODIFIED:
        raise NoAnswer("The head office's answer was cut off.", reached=True)
    if response.status_code in _RETRY:
        raise NoAnswer(
            "The head office cannot take anything at the moment.",
            reached=True,
            retry_after=_retry_after(response),
        )
    if not response.ok:
        refusal = _problem(response.status_code, response.content)
        if refusal.code in _UNDERWAY:
            raise NoAnswer(refusal.message, reached=True)
        raise Rejected(response.status_code, refusal)


def checked_server(text: str) -> str:
    """A head office's address without a trailing slash.

    Raises:
        RetailError: ``server.address``.
    """
    plain = text.strip().rstrip("/")
    if not plain.startswith(("http://", "https://")) or len(plain.split("//", 1)[1]) == 0:
        raise RetailError(
            "server.address",
            "“%(text)s” is no head office's address; it begins with https://.",
            text=text,
        )
    return plain


def _why(problem: requests.RequestException) -> str:
    if isinstance(problem, requests.exceptions.SSLError):
        return "The head office's certificate is not trusted; nothing was sent."
    if isinstance(problem, requests.Timeout):
        return "The head office did not answer in time."
    return "The head office cannot be reached."


def _retry_after(response: requests.Response) -> float:
    text = response.headers.get("Retry-After", "")
    # Whatever stands in front of the head office may ask for anything.
    return min(float(text), _LONGEST_RETRY_AFTER) if text.isdecimal() else 0.0


def _problem(status: int, content: bytes) -> Problem:
    try:
        return msgspec.json.decode(content, type=Problem)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        message = f"The server answered {status}; it is no Tillwright head office."
        return Problem(code=NOT_HEAD_OFFICE, message=message)


def _decoded(content: bytes, shape: type[S]) -> S:
    try:
        return msgspec.json.decode(content, type=shape)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as problem:
        message = "The server's answer makes no sense; it is no Tillwright head office."
        raise Rejected(200, Problem(code=NOT_HEAD_OFFICE, message=message)) from problem
