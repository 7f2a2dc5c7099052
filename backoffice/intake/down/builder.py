"""The worker that closes and merges chunks, and builds images, behind whoever publishes."""

from __future__ import annotations

import logging
import threading
import time
from datetime import UTC, datetime

from sqlalchemy import Engine, select
from sqlalchemy.exc import DBAPIError

from backoffice.intake.down.chunks import close_chunks, streams_with_full_runs
from backoffice.intake.down.compaction import compact
from backoffice.intake.down.images import build_images
from backoffice.intake.down.turn import mine
from db.crash_points import crash_point
from db.errors import StoreUnavailable
from db.head.streams import StreamHead
from db.transaction import begin

log = logging.getLogger("tillwright.streams")

_LOOK_SECONDS = 60.0
_RETRY_SECONDS = 5.0
_COMPACT_SECONDS = 3600.0
_IMAGE_SECONDS = 600.0
"""An import in many parts must not have an image after each of them."""


def build_chunks(engine: Engine) -> int:
    """Close every full chunk of every stream that no other process is at; returns how many."""
    with begin(engine) as tx:
        streams = streams_with_full_runs(tx)
    made = 0
    for stream in streams:
        with begin(engine) as tx:
            if mine(tx, stream):
                made += close_chunks(tx, stream)
                crash_point("chunks.closed")
    return made


def compact_all(engine: Engine, now: datetime) -> int:
    """Merge what may be merged; returns how many rows fell away."""
    with begin(engine) as tx:
        streams = tx.execute(select(StreamHead.stream)).scalars().all()
    fallen = 0
    for stream in streams:
        with begin(engine) as tx:
            if mine(tx, stream):
                fallen += compact(tx, stream, now)
                crash_point("chunks.merged")
    return fallen


class ChunkBuilder:
    """A thread that builds whenever something was published."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._compact_at = 0.0
        self._image_at = 0.0
        self._thread = threading.Thread(target=self._loop, name="chunk-builder")

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def kick(self) -> None:
        """Something was published."""
        self._wake.set()

    def stop(self) -> None:
        """Let the chunk at hand end, then join."""
        self._stopping.set()
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join()

    def _loop(self) -> None:
        wait = 0.0
        while not self._stopping.is_set():
            self._wake.wait(wait)
            if self._stopping.is_set():
                return
            self._wake.clear()
            wait = self._round()

    def _round(self) -> float:
        try:
            build_chunks(self._engine)
            if time.monotonic() >= self._compact_at:
                compact_all(self._engine, datetime.now(UTC))
                self._compact_at = time.monotonic() + _COMPACT_SECONDS
            if time.monotonic() >= self._image_at:
                made = build_images(self._engine, datetime.now(UTC))
                # Looking is not for every publication either: tills ask for those meanwhile.
                self._image_at = time.monotonic() + (_IMAGE_SECONDS if made else _LOOK_SECONDS)
        except (StoreUnavailable, DBAPIError) as problem:
            log.info("building chunks waits for the database: %s", problem)
            return _RETRY_SECONDS
        except Exception:
            # A defect must not end the thread: new tills would load the tail row by row.
            log.exception("a defect ended a round of building chunks")
        return _LOOK_SECONDS
