"""A pushed batch: unpacked, read, and its chain computed anew. No database."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import TypeVar
from uuid import UUID

import msgspec
import zstandard

from backoffice.intake.auth import SignedRequest
from backoffice.intake.errors import Refused
from retail.contract.codec import Entry, Side, chain_hash, entry_bytes
from retail.contract.envelope import MAX_ENTRIES, MAX_PAST
from retail.contract.packing import unpack
from retail.contract.wire import from_wire
from retail.errors import RetailError

_LARGEST_BATCH = 32 << 20
_TOO_LARGE = "The batch is too large; send it in smaller parts."
S = TypeVar("S")


@dataclass(frozen=True, slots=True)
class Batch:
    """What the headers of a push claim, its body as sent, and what that really hashes to.

    Attributes:
        past: how many entries before it are the dictionary of its body.
    """

    jid: UUID
    base_seq: int
    base_hash: bytes
    count: int
    last_hash: bytes
    body_sha256: str
    encoding: str
    body: bytes
    real_sha256: str
    past: int = 0


class Link(msgspec.Struct, frozen=True, gc=False):
    """An entry with its bytes and hash; a struct, because one is made of every line of a push."""

    entry: Entry
    side: Side | None
    data: bytes
    hash: bytes


def batch_of(jid: UUID, request: SignedRequest) -> Batch:
    """What a request's headers say of its batch.

    Raises:
        Refused: 400 ``bad_batch``.
    """
    try:
        return Batch(
            jid=jid,
            base_seq=_header(request, "base-seq", _position),
            base_hash=_header(request, "base-hash", bytes.fromhex),
            count=_header(request, "count", int),
            last_hash=_header(request, "last-hash", bytes.fromhex),
            body_sha256=_header(request, "body-sha256", str),
            encoding=request.encoding,
            body=request.body,
            real_sha256=request.body_sha256,
            past=_past(request),
        )
    except (KeyError, ValueError) as problem:
        raise Refused(400, "bad_batch", "The headers of the batch are incomplete.") from problem


def _past(request: SignedRequest) -> int:
    past = _position(request.headers.get("x-tillwright-past", "0"))
    if past > MAX_PAST:
        raise ValueError(past)
    return past


def _position(text: str) -> int:
    number = int(text)
    if number < 0:
        raise ValueError(text)
    return number


def _header(request: SignedRequest, name: str, read: Callable[[str], S]) -> S:
    return read(request.headers[f"x-tillwright-{name}"])


def links_of(batch: Batch, past: Sequence[bytes] = ()) -> list[Link]:
    """The entries of a batch in order, each with its hash.

    Args:
        past: the bytes of the entries by which it is packed.

    Raises:
        Refused: 400 ``bad_digest`` for a body that arrived damaged, ``bad_batch`` for lines that
            are no entries or not as many as said, ``bad_chain`` when they do not follow on or do
            not hash to the end that was said; 413 ``too_large``.
    """
    if batch.real_sha256 != batch.body_sha256:
        raise Refused(400, "bad_digest", "The batch arrived damaged; send it again.")
    links: list[Link] = []
    previous = batch.base_hash
    for seq, line in enumerate(_lines(batch, past), batch.base_seq + 1):
        try:
            entry, side = from_wire(batch.jid, line)
            data = entry_bytes(entry)
        except RetailError as problem:
            raise Refused(400, "bad_batch", str(problem)) from problem
        if entry.seq != seq:
            raise Refused(400, "bad_chain", f"Entry {seq} is missing in the batch.")
        previous = chain_hash(previous, data)
        links.append(Link(entry, side, data, previous))
    if previous != batch.last_hash:
        raise Refused(400, "bad_chain", "The entries do not hash to what the batch says.")
    return links


def _lines(batch: Batch, past: Sequence[bytes]) -> list[bytes]:
    try:
        plain = _unpacked(batch, past)
    except OverflowError as problem:
        raise Refused(413, "too_large", _TOO_LARGE) from problem
    except (OSError, EOFError, zlib.error, zstandard.ZstdError) as problem:
        raise Refused(
            400, "bad_digest", "The batch cannot be unpacked; send it again."
        ) from problem
    lines = [line for line in plain.split(b"\n") if line]
    if len(lines) != batch.count or not 1 <= batch.count <= MAX_ENTRIES:
        raise Refused(400, "bad_batch", "The batch does not hold as many entries as it says.")
    return lines


def _unpacked(batch: Batch, past: Sequence[bytes]) -> bytes:
    """The plain lines; a small body that swells beyond measure is not unpacked to its end."""
    if batch.encoding == "zstd":
        return unpack(batch.body, past, most=_LARGEST_BATCH)
    if batch.encoding == "gzip":
        with gzip.open(BytesIO(batch.body)) as stream:
            plain = stream.read(_LARGEST_BATCH + 1)
        if len(plain) > _LARGEST_BATCH:
            raise OverflowError(len(plain))
        return plain
    return batch.body
