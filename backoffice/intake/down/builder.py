"""The worker that closes and merges chunks behind whoever publishes."""

from __future__ import annotations

import logging
import threading
import time
from datetime import UTC, datetime
from zlib import crc32

from sqlalchemy import Connection, Engine, select, text
from sqlalchemy.exc import DBAPIError

from backoffice.intake.down.chunks import close_chunks
from backoffice.intake.down.compaction import compact
from db.crash_points import crash_point
from db.errors import StoreUnavailable
from db.head.streams import StreamHead
from db.transaction import begin

log = logging.getLogger("tillwright.streams")

_LOOK_SECONDS = 60.0
_RETRY_SECONDS = 5.0
_COMPACT_SECONDS = 3600.0
_LOCK = 0x5469_4368
_TAKE = text("SELECT pg_try_advisory_xact_lock(:lock, :stream)")


def build_chunks(engine: Engine) -> int:
    """Close every full chunk of every stream that no other process is at; returns how many."""
    with begin(engine) as tx:
        streams = tx.execute(select(StreamHead.stream)).scalars().all()
    made = 0
    for stream in streams:
        with begin(engine) as tx:
            if _mine(tx, stream):
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
            if _mine(tx, stream):
                fallen += compact(tx, stream, now)
                crash_point("chunks.merged")
    return fallen


def _mine(tx: Connection, stream: str) -> bool:
    """Take the stream until the transaction ends, unless another process has it."""
    taken = tx.execute(_TAKE, {"lock": _LOCK, "stream": crc32(stream.encode()) & 0x7FFF_FFFF})
    return bool(taken.scalar_one())


class ChunkBuilder:
    """A thread that builds whenever something was published."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._compact_at = 0.0
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
        except (StoreUnavailable, DBAPIError) as problem:
            log.info("building chunks waits for the database: %s", problem)
            return _RETRY_SECONDS
        except Exception:
            # A defect must not end the thread: new tills would load the tail row by row.
            log.exception("a defect ended a round of building chunks")
        return _LOOK_SECONDS
