"""An image for a till that has nothing yet: fetched, proved, and made its store."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO, Self, cast

import zstandard
from sqlalchemy import Connection, delete, insert, select, text

from db.crash_points import crash_point
from db.engine import open_store
from db.prepared import driver_of
from db.store.image import IMAGE_TABLES, layout_name, layout_of, take_own
from db.store.streams import Stream
from db.transaction import begin, when_ended
from pos_app.checkout import search_index
from pos_app.sync.client import HeadOffice
from retail.contract.manifest import ImageEnd, ImageRef, Manifest

log = logging.getLogger("tillwright.sync")

_PIECE = 1 << 18
_LOOK_SECONDS = 0.001
"""How long bytes that came wait at most until they are unpacked."""
_SYNC_SECONDS = 0.005
"""How long what was unpacked waits at most until it is sent to the disk."""


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
    packed.touch()
    try:
        with _Unpacking(packed, plain, ref) as unpacking:
            if packed.stat().st_size < ref.bytes:
                client.fetch(f"/v1/snapshots/{ref.sha256}", ref.sha256, packed, coming)
                crash_point("image.fetched")
            unpacking.prove()
    except UnusableImage:
        for path in (packed, plain):
            path.unlink(missing_ok=True)
        raise
    return plain


class _Unpacking:
    """Unpacks a file beside whoever lets it grow, and has what it writes on the disk meanwhile.

    The result counts only once it is proved.
    """

    def __init__(self, packed: Path, plain: Path, ref: ImageRef) -> None:
        self._packed, self._plain, self._ref = packed, plain, ref
        self._digest = sha256()
        self._size = 0
        self._problem = ""
        self._came, self._done = threading.Event(), threading.Event()
        self._threads = [
            threading.Thread(target=self._noted, args=(work,), name="till-image")
            for work in (self._unpack, self._sync)
        ]

    def __enter__(self) -> Self:
        self._plain.touch()
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._came.set()
        for thread in self._threads:
            thread.join()

    def prove(self) -> None:
        """No more will come: it must be what was named.

        Raises:
            UnusableImage: it is not.
        """
        self.__exit__()
        whole = self._digest.hexdigest() == self._ref.sha256
        if self._problem or not whole or self._size != self._ref.plain_bytes:
            raise UnusableImage(self._problem or f"{self._size} of {self._ref.plain_bytes} bytes")
        crash_point("image.verified")

    def _noted(self, work: Callable[[], None]) -> None:
        try:
            work()
        except (OSError, zstandard.ZstdError) as problem:
            self._problem = str(problem)
        finally:
            # Without the one there is nothing to do for the other.
            self._done.set()

    def _unpack(self) -> None:
        buffer = memoryview(bytearray(_PIECE))
        with self._packed.open("rb") as coming, self._plain.open("wb", buffering=0) as target:
            self._coming = coming
            plain = zstandard.ZstdDecompressor().stream_reader(
                cast(BinaryIO, self), read_size=_PIECE
            )
            while self._size <= self._ref.plain_bytes and (size := plain.readinto(buffer)):
                self._size += target.write(buffer[:size])

    def read(self, size: int) -> bytes:
        """What has come since, and nothing once no more will come."""
        last = False
        while not (piece := self._coming.read(size)) and not last:
            last = self._came.wait(_LOOK_SECONDS)
        # What was unpacked is what is proved: the file may have begun anew meanwhile.
        self._digest.update(piece)
        return piece

    def _sync(self) -> None:
        """What is on the disk already need not be waited for at the end."""
        with self._plain.open("rb") as target:
            while not self._done.wait(_SYNC_SECONDS):
                os.fdatasync(target.fileno())


def completed(plain: Path, store: Path, ref: ImageRef, now: datetime) -> Path:
    """Make an image the till's whole store: all rows of its own, and where its streams stand."""
    engine = open_store(plain)
    with begin(engine) as tx:
        driver = driver_of(tx)
        driver.execute("ATTACH ? AS own", (f"{store.absolute().as_uri()}?mode=ro",))
        when_ended(tx, lambda: driver.execute("DETACH own"))
        take_own(driver, "own")
        tx.execute(delete(Stream).where(Stream.name.in_(ref.streams)))
        tx.execute(insert(Stream), [_position(name, end, now) for name, end in ref.streams.items()])
        search_index.begin_anew(tx)
    crash_point("image.completed")
    return plain


def _position(name: str, end: ImageEnd, now: datetime) -> dict[str, object]:
    return {
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
