"""Requests and answers of the sync endpoints (all JSON but the lines of a push)."""

from __future__ import annotations

from hashlib import sha256
from hmac import compare_digest, new
from uuid import UUID

import msgspec

MAX_ENTRIES = 500
MAX_BYTES = 1 << 20
ANSWERED = "X-Tillwright-Answers"
"""Header of an answer: the nonce of the request that it answers."""
DIGEST = "X-Tillwright-Body-Sha256"
"""Header of a request or a whole answer: what its body hashes to (hex)."""


class Problem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Every answer that is not 2xx: a code for machines, a sentence for people.

    Attributes:
        head, head_hash: with 409, where the head office's copy of the journal ends.
    """

    code: str
    message: str
    head: int = 0
    head_hash: str = ""


class EnrolRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A till asks to be let in with a one-time code."""

    code: str
    installation: UUID
    app_version: str
    oldest_protocol: int
    protocol: int


class EnrolAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """The till's identity; ``ticket`` lets a restored head office know it again."""

    hq_id: UUID
    incarnation: int
    installation: UUID
    store: str
    till: int
    secret: bytes
    ticket: str
    nonce: str


class JournalHead(msgspec.Struct, frozen=True, kw_only=True):
    """Where one side's copy of a journal ends; the hash in hex proves the prefix."""

    jid: UUID
    seq: int
    hash: str


class StreamVector(msgspec.Struct, frozen=True, kw_only=True):
    """How far a till has a down-stream."""

    stream: str
    generation: int
    seq: int


class DeadReport(msgspec.Struct, frozen=True, kw_only=True):
    """A row of a down-stream that a till cannot read."""

    stream: str
    seq: int
    entity: str
    key: str
    error: str


class HelloRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A till reports its state: on start, after a time-out, and from time to time."""

    oldest_protocol: int
    protocol: int
    hq_id: UUID
    incarnation_seen: int
    nonce: str
    journals: tuple[JournalHead, ...]
    streams: tuple[StreamVector, ...]
    clock_us: int
    queued: int
    oldest_queued_us: int
    app_version: str
    dead: tuple[DeadReport, ...] = ()


class HelloAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """The head office's view, its clock and the till's next nonce."""

    hq_id: UUID
    incarnation: int
    protocol: int
    clock_us: int
    nonce: str
    journals: tuple[JournalHead, ...]


class PushAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """The journal's head after a push: durably written at head office up to here."""

    head: int
    head_hash: str
    incarnation: int


class HashRange(msgspec.Struct, frozen=True, kw_only=True):
    """Hashes (hex) of a journal's entries as head office has them, from ``first`` on."""

    first: int
    hashes: tuple[str, ...]


class StreamRow(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One change of a down-stream; ``op`` is put or del, ``body`` the row as JSON text."""

    seq: int
    entity: str
    key: str
    op: str
    ver: int
    body: str = ""


class StreamTail(msgspec.Struct, frozen=True, kw_only=True):
    """Rows after a position, in order and without gaps.

    Attributes:
        chain: hex of the chain after the last row here.
        head: the stream's newest position; equal to the last row's when nothing is left.
    """

    stream: str
    generation: int
    head: int
    chain: str
    rows: tuple[StreamRow, ...]


def request_signature(
    key: bytes, method: str, path: str, *, stamp: str, nonce: str, body_sha256: str
) -> str:
    """HMAC-SHA256 (hex) over what a request says; ``path`` with its query string."""
    text = f"{method}|{path}|{stamp}|{nonce}|{body_sha256}"
    return new(key, text.encode(), sha256).hexdigest()


def signature_matches(expected: str, given: str) -> bool:
    """Compare in constant time."""
    return compare_digest(expected.encode(), given.encode())


def signing_key(secret: bytes) -> bytes:
    """The key derived from a device secret; head office keeps this, never the secret."""
    return sha256(b"tillwright device key\0" + secret).digest()
