"""The manifest: where each stream of a till ends, and the chunks that lead there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

import msgspec
from sqlalchemy import Connection, bindparam, select

from backoffice.intake.auth import Caller
from backoffice.intake.down.images import newest_image
from backoffice.intake.down.visible import visible_streams
from db.head.streams import StreamChunk, StreamHead
from db.streams import price_stream
from retail.contract.manifest import ChunkRef, Manifest, StreamState


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A manifest as bytes with its strong ETag, and the streams that it is about."""

    body: bytes
    etag: str
    streams: tuple[str, ...]


def manifest(tx: Connection, caller: Caller) -> Snapshot:
    """The manifest of a till; ``tx`` must be a snapshot, so that it shows one moment."""
    visible = visible_streams(tx, caller)
    chunks = _chunks(tx, visible)
    heads = {row.stream: row for row in tx.execute(_HEADS, {"streams": visible})}
    streams = {
        name: StreamState(
            generation=row.generation,
            head=row.head,
            chain=bytes(row.chain).hex(),
            floor=row.floor,
            chunks=tuple(chunks.get(name, ())),
        )
        for name, row in heads.items()
    }
    scope = next((name for name in visible if name.startswith(price_stream(""))), "")
    body = msgspec.json.encode(
        Manifest(
            checkpoint=_checkpoint(streams),
            streams=streams,
            snapshot=newest_image(tx, scope, heads),
        )
    )
    return Snapshot(body, f'"{sha256(body).hexdigest()}"', visible)


def _chunks(tx: Connection, streams: Iterable[str]) -> dict[str, list[ChunkRef]]:
    chunks: dict[str, list[ChunkRef]] = {}
    rows = tx.execute(_CHUNKS, {"streams": list(streams)})
    for stream, lo, hi, count, digest, size, chain in rows:
        chunks.setdefault(stream, []).append(
            ChunkRef(lo=lo, hi=hi, sha256=digest, bytes=size, rows=count, chain=chain.hex())
        )
    return chunks


_HEADS = (
    select(StreamHead)
    .where(StreamHead.stream.in_(bindparam("streams", expanding=True)))
    .order_by(StreamHead.stream)
)
_CHUNKS = (
    select(
        StreamChunk.stream,
        StreamChunk.lo,
        StreamChunk.hi,
        StreamChunk.rows,
        StreamChunk.sha256,
        StreamChunk.size,
        StreamChunk.chain,
    )
    .where(StreamChunk.stream.in_(bindparam("streams", expanding=True)))
    .order_by(StreamChunk.stream, StreamChunk.lo)
)


def _checkpoint(streams: dict[str, StreamState]) -> str:
    vector = [(name, s.generation, s.head, s.chain) for name, s in streams.items()]
    return sha256(msgspec.json.encode(vector)).hexdigest()[:32]
