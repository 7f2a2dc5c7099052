"""Images: what a price zone's tills share, built once per revision and kept in few copies."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import Connection, Engine, Row, bindparam, delete, insert, select

from backoffice.intake.auth import Caller
from backoffice.intake.down.image_file import (
    PIECE,
    packed_file,
    pieces,
    store_layout,
    write_image,
)
from backoffice.intake.down.turn import mine
from backoffice.intake.down.visible import PUBLIC, visible_streams
from backoffice.intake.errors import Refused
from db.crash_points import crash_point
from db.head.stores import Store
from db.head.streams import StreamHead, StreamImage, StreamImagePart
from db.store.image import layout_name
from db.streams import price_stream
from db.transaction import begin
from retail.contract.manifest import CHUNK_ROWS, ImageEnd, ImageRef
from retail.errors import RetailError

log = logging.getLogger("tillwright.streams")

LEAST_ROWS = CHUNK_ROWS
"""With fewer a till has the rows as fast."""
LARGEST_SHARE_BEHIND = 0.1
"""What a new till may have to fetch behind an image before another one is built."""
KEPT = 2
"""Images of a zone: a till that is in the middle of one can end it."""
KEPT_PIECES = 32
"""Pieces (of 1 MB) that a process keeps in memory."""
_encode = msgspec.json.encode
_ends = msgspec.json.Decoder(dict[str, ImageEnd])


@dataclass(frozen=True, slots=True)
class Image:
    """An image that a till may have; ``size`` in bytes."""

    sha256: str
    size: int


def build_images(engine: Engine, now: datetime) -> int:
    """Build what is missing or far behind; returns how many images."""
    with begin(engine) as tx:
        zones = tx.execute(select(Store.price_zone).distinct()).scalars().all()
    made = 0
    for scope in map(price_stream, sorted(zones)):
        with begin(engine) as tx:
            if mine(tx, f"image {scope}"):
                made += _built(tx, scope, now)
    return made


def _built(tx: Connection, scope: str, now: datetime) -> bool:
    heads = _heads(tx, scope)
    if not _is_due(tx, scope, heads):
        return False
    ends = {
        name: ImageEnd(generation=row.generation, seq=row.head, chain=bytes(row.chain).hex())
        for name, row in heads.items()
        if row.head
    }
    try:
        _build(tx, scope, ends, now)
    except RetailError as problem:
        log.warning("no image of %s: %s New tills take its rows one by one.", scope, problem)
        return False
    crash_point("image.built")
    return True


def _heads(tx: Connection, scope: str) -> dict[str, Row[Any]]:
    """All heads as of one moment."""
    rows = tx.execute(select(StreamHead).where(StreamHead.stream.in_({scope, *PUBLIC})))
    return {row.stream: row for row in rows}


def _is_due(tx: Connection, scope: str, heads: Mapping[str, Row[Any]]) -> bool:
    total = sum(row.head for row in heads.values())
    if total < LEAST_ROWS:
        return False
    newest = newest_image(tx, scope, heads)
    if newest is None or newest.layout != layout_name(store_layout()):
        return True
    behind = total - sum(end.seq for end in newest.streams.values())
    return bool(behind > max(LEAST_ROWS, LARGEST_SHARE_BEHIND * total))


def _build(tx: Connection, scope: str, ends: dict[str, ImageEnd], now: datetime) -> None:
    with tempfile.TemporaryDirectory(prefix="tillwright-image-") as folder:
        plain, packed = Path(folder) / "image.sqlite", Path(folder) / "image.zst"
        rows = write_image(tx, plain, ends)
        digest = packed_file(plain, packed)
        _forget(tx, scope, digest)
        tx.execute(
            insert(StreamImage).values(
                sha256=digest,
                scope=scope,
                layout=layout_name(store_layout()),
                size=packed.stat().st_size,
                plain_size=plain.stat().st_size,
                rows=rows,
                streams=_encode(ends).decode(),
                built_at=now,
            )
        )
        for n, piece in enumerate(pieces(packed)):
            tx.execute(insert(StreamImagePart).values(sha256=digest, n=n, data=piece))
    log.info("an image of %s with %s rows is ready for new tills", scope, rows)


def _forget(tx: Connection, scope: str, digest: str) -> None:
    """Drop all but the newest few of a scope, and those of zones that no store has any more."""
    zones = tx.execute(select(Store.price_zone).distinct()).scalars().all()
    kept = (
        select(StreamImage.sha256)
        .where(StreamImage.scope == scope, StreamImage.sha256 != digest)
        .order_by(StreamImage.built_at.desc())
        .limit(KEPT - 1)
    )
    old = select(StreamImage.sha256).where(
        ((StreamImage.scope == scope) & StreamImage.sha256.not_in(kept))
        | StreamImage.scope.not_in([price_stream(zone) for zone in zones])
    )
    gone = tx.execute(old).scalars().all()
    for table in (StreamImagePart, StreamImage):
        tx.execute(delete(table).where(table.sha256.in_(gone)))


def newest_image(tx: Connection, scope: str, heads: Mapping[str, Row[Any]]) -> ImageRef | None:
    """The newest image of a scope, if the rows behind it lead on to these heads."""
    row = tx.execute(_NEWEST, {"scope": scope}).first()
    if row is None:
        return None
    ends = _ends.decode(row.streams)
    if not all(name in heads and _leads_on(end, heads[name]) for name, end in ends.items()):
        return None
    return ImageRef(
        sha256=row.sha256,
        bytes=row.size,
        plain_bytes=row.plain_size,
        layout=row.layout,
        rows=row.rows,
        streams=ends,
    )


_NEWEST = (
    select(StreamImage)
    .where(StreamImage.scope == bindparam("scope"))
    .order_by(StreamImage.built_at.desc())
    .limit(1)
)


def _leads_on(end: ImageEnd, head: Row[Any]) -> bool:
    """Whether the stream goes on from there; below the floor deletions are missing."""
    return bool(end.generation == head.generation and head.floor <= end.seq <= head.head)


def find_image(tx: Connection, caller: Caller, digest: str) -> Image:
    """An image that the till may have.

    Raises:
        Refused: 404 ``snapshot`` for one that is not there (any more) or not this till's.
    """
    size = tx.execute(
        select(StreamImage.size).where(
            StreamImage.sha256 == digest, StreamImage.scope.in_(visible_streams(tx, caller))
        )
    ).scalar()
    if size is None:
        raise Refused(404, "snapshot", "There is no such image for this till; read the manifest.")
    return Image(digest, size)


def image_bytes(engine: Engine, image: Image, start: int) -> Iterator[bytes]:
    """The bytes of an image from ``start`` on.

    Raises:
        LookupError: the image was replaced meanwhile; the till asks again and is told.
    """
    for n in range(start // PIECE, -(-image.size // PIECE)):
        yield _piece(engine, image.sha256, n)[max(0, start - n * PIECE) :]


@lru_cache(maxsize=KEPT_PIECES)
def _piece(engine: Engine, digest: str, n: int) -> bytes:
    """A piece in a transaction of its own; the newest are kept, as many new tills come at once."""
    with begin(engine) as tx:
        data = tx.execute(
            select(StreamImagePart.data).where(
                StreamImagePart.sha256 == digest, StreamImagePart.n == n
            )
        ).scalar()
    if data is None:
        raise LookupError(f"image {digest} was replaced while it was sent")
    return bytes(data)
