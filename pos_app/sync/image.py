"""An image for a till that has nothing yet: fetched, proved, and in force in one transaction."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from hashlib import sha256
from pathlib import Path

import zstandard
from sqlalchemy import Connection, insert, select, text

from db.crash_points import crash_point
from db.prepared import driver_of
from db.store.image import IMAGE_TABLES, layout_name, layout_of
from db.store.streams import Stream
from db.transaction import when_ended
from pos_app.checkout import promotions, search_index
from pos_app.sync.client import HeadOffice
from pos_app.till import queries as till
from retail.contract.manifest import ImageRef, Manifest

log = logging.getLogger("tillwright.sync")

_PIECE = 1 << 20


class UnusableImage(Exception):  # noqa: N818 (a finding; the rows are taken instead)
    """What came is not the image that head office named."""


def wanted(tx: Connection, manifest: Manifest) -> ImageRef | None:
    """The image to begin with; None when rows are the way.

    It must lead on to this checkpoint, its tables must be those of this till, and the till must
    have nothing that an image could contradict.
    """
    ref = manifest.snapshot
    if ref is None or not all(_leads_on(manifest, name) for name in ref.streams):
        return None
    begun = select(Stream.name).where((Stream.staged_seq > 0) | (Stream.active_seq > 0)).limit(1)
    if tx.execute(begun).first() is not None:
        return None
    if any(tx.execute(text(f"SELECT 1 FROM {name} LIMIT 1")).first() for name in IMAGE_TABLES):  # noqa: S608 (names from the metadata)
        return None
    return ref if ref.layout == layout_name(layout_of(driver_of(tx))) else None


def _leads_on(manifest: Manifest, name: str) -> bool:
    state, end = manifest.streams.get(name), manifest.snapshot and manifest.snapshot.streams[name]
    return bool(
        state
        and end
        and end.generation == state.generation
        and state.floor <= end.seq <= state.head
        and (end.seq < state.head or end.chain == state.chain)
    )


def fetched(client: HeadOffice, folder: Path, ref: ImageRef, coming: Callable[[int], None]) -> Path:
    """The image as a file; what came of it stays until :func:`pos_app.sync.chunks.forget`.

    Args:
        coming: told how many of its bytes have come.

    Raises:
        NoAnswer: it broke off; the next try asks for the rest.
        Rejected: ``snapshot`` when head office has another one by now.
        UnusableImage: it is not what head office named; its file is gone.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    packed, plain = folder / f"{ref.sha256}.part", folder / f"{ref.sha256}.sqlite.part"
    if not packed.exists() or packed.stat().st_size < ref.bytes:
        client.fetch(f"/v1/snapshots/{ref.sha256}", ref.sha256, packed, coming)
        crash_point("image.fetched")
    try:
        _unpack(packed, plain, ref)
    except UnusableImage:
        for path in (packed, plain):
            path.unlink(missing_ok=True)
        raise
    return plain


def _unpack(packed: Path, plain: Path, ref: ImageRef) -> None:
    """Unpack while the bytes are proved: the result counts only when both are right."""
    digest, size = sha256(), 0
    unpacking = zstandard.ZstdDecompressor().decompressobj()
    try:
        with packed.open("rb") as source, plain.open("wb") as target:
            while piece := source.read(_PIECE):
                digest.update(piece)
                size += target.write(unpacking.decompress(piece))
                if size > ref.plain_bytes:
                    break
    except zstandard.ZstdError as problem:
        raise UnusableImage(str(problem)) from problem
    if digest.hexdigest() != ref.sha256 or size != ref.plain_bytes:
        raise UnusableImage(f"{packed.stat().st_size} bytes of {ref.bytes}, unpacked {size}")
    crash_point("image.verified")


def bring_into_force(tx: Connection, plain: Path, ref: ImageRef, now: datetime) -> None:
    """Take all tables of an image over in this one transaction.

    It is longer than any other. Nothing waits for it that could go on without it: a till that
    has no articles yet has none to sell.
    """
    driver = driver_of(tx)
    # Immutable: no lock and no log beside a file that nobody else knows.
    driver.execute("ATTACH ? AS image", (f"{plain.absolute().as_uri()}?mode=ro&immutable=1",))
    when_ended(tx, lambda: driver.execute("DETACH image"))
    for name in IMAGE_TABLES:
        # All columns in their order: SQLite copies the entries of such tables as they are.
        tx.execute(text(f"INSERT INTO main.{name} SELECT * FROM image.{name}"))  # noqa: S608 (names from the metadata)
    tx.execute(
        insert(Stream),
        [
            {
                "name": name,
                "generation": end.generation,
                "active_seq": end.seq,
                "active_chain": bytes.fromhex(end.chain),
                "active_at": now,
                "staged_generation": end.generation,
                "staged_seq": end.seq,
                "chain": bytes.fromhex(end.chain),
                "replaces": False,
                "base": 0,
                "compared_at": now,
            }
            for name, end in ref.streams.items()
        ],
    )
    search_index.begin_anew(tx)
    promotions.look_again(tx)
    till.look_again(tx)
    crash_point("image.flip")
