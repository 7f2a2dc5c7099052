"""What the down-streams hold: the checkpoint, the chunks that lead there, and their content."""

from __future__ import annotations

import struct
from hashlib import sha256

import msgspec

CHUNK_ROWS = 4_096
_LENGTH, _SIGNED = struct.Struct(">I"), struct.Struct(">q")


class ChunkRef(msgspec.Struct, frozen=True, kw_only=True):
    """An immutable file of rows (NDJSON, zstd), known by the SHA-256 of its bytes.

    Attributes:
        lo, hi: the positions that it covers; with fewer ``rows`` than positions it was merged
            and holds the newest version of each key only.
        chain: hex of the stream's chain after ``hi``.
    """

    lo: int
    hi: int
    sha256: str
    bytes: int
    rows: int
    chain: str


class StreamState(msgspec.Struct, frozen=True, kw_only=True):
    """One stream of a checkpoint.

    Attributes:
        generation: rises when what was sent before is void; rows of another are no use.
        floor: up to here versions and deletions are merged: whoever stands below, but not at
            the beginning, starts again with the chunks.
        chunks: without a gap from position 1; what follows them is the tail.
    """

    generation: int
    head: int
    chain: str
    floor: int
    chunks: tuple[ChunkRef, ...]


class ImageEnd(msgspec.Struct, frozen=True, kw_only=True):
    """How far an image holds a stream; ``chain`` is hex."""

    generation: int
    seq: int
    chain: str


class ImageRef(msgspec.Struct, frozen=True, kw_only=True):
    """A file (SQLite, zstd) of what is in force in several streams, for a till that has nothing.

    Attributes:
        sha256, bytes: of the compressed file; ``plain_bytes`` of the database in it.
        layout: names the tables and how rows become theirs; of another one a till takes rows.
        rows: in force, over all streams.
    """

    sha256: str
    bytes: int
    plain_bytes: int
    layout: str
    rows: int
    streams: dict[str, ImageEnd]


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """All streams that a till may read, at one moment; ``checkpoint`` names that moment.

    Attributes:
        snapshot: where a till that has nothing of any stream may begin; None where there is none.
    """

    checkpoint: str
    streams: dict[str, StreamState]
    snapshot: ImageRef | None = None


class StreamContent(msgspec.Struct, frozen=True, kw_only=True):
    """What is in force at a position: how many rows, and the XOR of their hashes (hex)."""

    stream: str
    at: int
    rows: int
    digest: str


def row_hash(entity: str, key: str, body: str) -> int:
    """64 bits of a row's content, signed as databases keep them."""
    # As a chain that begins with such a row; written out, for every row is hashed twice.
    first, second, third = entity.encode(), key.encode(), body.encode()
    length = _LENGTH.pack
    parts = (length(len(first)), first, length(len(second)), second, length(len(third)), third)
    found: int = _SIGNED.unpack_from(sha256(b"".join(parts)).digest())[0]
    return found


def digest_text(digest: int) -> str:
    """The XOR of row hashes as 16 hex digits."""
    return f"{digest & 0xFFFF_FFFF_FFFF_FFFF:016x}"
