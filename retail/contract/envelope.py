"""Requests and answers of the sync endpoints (all JSON but the lines of a push)."""

from __future__ import annotations

from hashlib import sha256
from hmac import compare_digest, new
from uuid import UUID

import msgspec

MAX_ENTRIES = 500
MAX_BYTES = 1 << 20
MAX_PAST = 32
"""Entries before a batch that may be its dictionary; more make it hardly smaller."""
ANSWERED = "X-Tillwright-Answers"
"""Header of an answer: the nonce of the request that it answers."""
DIGEST = "X-Tillwright-Body-Sha256"
"""Header of a request or a whole answer: what its body hashes to (hex)."""


class Problem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Every answer that is not 2xx: a code for machines, a sentence for people.

    Attributes:
        head, head_hash: with 409, where the head office's copy of the journal ends.
        forget: customer data must not stay on this till.
    """

    code: str
    message: str
    head: int = 0
    head_hash: str = ""
    forget: bool = False


class EnrolRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A till asks to be let in with a one-time code."""

    code: str
    installation: UUID
    app_version: str
    oldest_protocol: int
    protocol: int


class EnrolAnswer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The till's identity; ``ticket`` lets a restored head office know it again.

    ``used_series`` are those of this till's earlier journals: no receipt may bear one again.
    """

    hq_id: UUID
    incarnation: int
    installation: UUID
    store: str
    till: int
    secret: bytes
    ticket: str
    nonce: str
    used_series: tuple[str, ...] = ()


class ReadmitRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A till shows its ticket to a head office that does not know it, or not this secret."""

    ticket: str
    app_version: str


class ReadmitAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """The till is known again; a hello tells the rest."""

    incarnation: int


class NextSecret(msgspec.Struct, frozen=True, kw_only=True):
    """The secret to sign with from now on; it counts once a request is signed with it.

    Until then, and for some days longer, the one before is good too.
    """

    secret: bytes
    ticket: str


class JournalHead(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where one side's copy of a journal ends; the hash in hex proves the prefix.

    Attributes:
        durable: by head office: entries up to this one are in a verified backup.
        end: by a till: the last entry that is sent from this journal, when it is not ``seq``.
    """

    jid: UUID
    seq: int
    hash: str
    durable: int = 0
    end: int | None = None

    @property
    def sent_to(self) -> int:
        """The last entry that its till sends from this journal."""
        return self.seq if self.end is None else self.end


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


class HelloRequest(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A till reports its state: on start, after a time-out, and from time to time.

    ``store`` and ``till`` say where it takes itself to be, ``store_schema`` names its tables'
    revision.
    """

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
    store_schema: str = ""
    shift_open: bool = False
    store: str = ""
    till: int = 0


class HelloAnswer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The head office's view, its clock and the till's next nonce.

    Attributes:
        protocol: 0 when the two have none in common.
        next: a secret that takes the place of the till's.
        refusal: why this till gets nothing down; what it holds is taken in all the same.
        store, till: where the till belongs.
        past: how many entries before a batch may serve as its dictionary; 0 of a head office
            that knows neither that nor slim bodies.
    """

    hq_id: UUID
    incarnation: int
    protocol: int
    clock_us: int
    nonce: str
    journals: tuple[JournalHead, ...]
    next: NextSecret | None = None
    refusal: Problem | None = None
    store: str = ""
    till: int = 0
    past: int = 0


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
