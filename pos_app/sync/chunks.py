"""Chunks on their way to disk: a part file that goes on where it broke off, then verified."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import msgspec
import zstandard

from db.crash_points import crash_point
from pos_app.sync.client import HeadOffice
from pos_app.sync.errors import NoAnswer
from retail.contract.envelope import StreamRow
from retail.contract.manifest import ChunkRef
from retail.errors import RetailError

_LARGEST = 256 << 20
_line = msgspec.json.Decoder(StreamRow)


def fetched(client: HeadOffice, folder: Path, ref: ChunkRef) -> tuple[StreamRow, ...]:
    """The rows of a chunk; the file stays until :func:`forget`.

    Raises:
        NoAnswer: it broke off; what has come is kept, and the next try asks for the rest.
        Rejected: ``chunk`` when head office has merged it away.
        RetailError: ``stream.chunk`` when its content is no rows.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / f"{ref.sha256}.part"
    if not path.exists() or path.stat().st_size < ref.bytes:
        client.fetch(f"/v1/chunks/{ref.sha256}", ref.sha256, path)
        crash_point("pull.chunk_fetched")
    data = path.read_bytes()
    if sha256(data).hexdigest() != ref.sha256:
        path.unlink()
        raise NoAnswer("A part of the catalogue arrived damaged; it comes again.", reached=True)
    crash_point("pull.verified")
    return _rows(data)


def _rows(data: bytes) -> tuple[StreamRow, ...]:
    try:
        plain = zstandard.ZstdDecompressor().decompress(data, max_output_size=_LARGEST)
        return tuple(_line.decode(line) for line in plain.splitlines())
    except (zstandard.ZstdError, msgspec.MsgspecError, UnicodeDecodeError) as problem:
        raise RetailError("stream.chunk", "A part of the catalogue holds no rows.") from problem


def forget(folder: Path, ref: ChunkRef | None = None) -> None:
    """Remove a chunk's file, or all of them."""
    for path in folder.glob(f"{ref.sha256}.part" if ref else "*.part"):
        path.unlink(missing_ok=True)
