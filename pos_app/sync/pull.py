"""Pulling a checkpoint: every stream to where the manifest says, then one flip."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Connection

from db.crash_points import crash_point
from pos_app.journal.desk import Desk
from pos_app.sync import chunks, flip, image, staging
from pos_app.sync.client import HeadOffice
from pos_app.sync.errors import Rejected
from pos_app.sync.ports import StoreAccess
from pos_app.sync.staging import Position, Slice
from retail.contract.manifest import ChunkRef, Manifest, StreamState
from retail.errors import RetailError

log = logging.getLogger("tillwright.sync")

LARGE = 1000
"""From so many changes on a load is worth a bar."""
_OTHER_PAST = frozenset({"ahead", "other_past", "snapshot_required", "stream.other"})
"""What this till has of the stream leads nowhere any more."""


class Puller:
    """Brings a till to a checkpoint; may be stopped between any two slices and goes on later.

    Args:
        folder: where chunks are kept while they come.
        stopping: asked between requests.
        coming: told how many changes of how many have come, when there are many.
    """

    def __init__(
        self,
        store: StoreAccess,
        desk: Desk,
        folder: Path,
        stopping: Callable[[], bool],
        coming: Callable[[int, int], None],
    ) -> None:
        self._store = store
        self._desk = desk
        self._folder = folder
        self._stopping = stopping
        self._coming = coming
        self._left: dict[str, int] = {}
        self._total = 0
        self._unusable = ""

    def pull(self, client: HeadOffice, manifest: Manifest) -> bool:
        """Bring the checkpoint into force; False when it was stopped before.

        Raises:
            NoAnswer, Rejected, RetailError: nothing changed but what is staged.
        """
        self._left = {
            name: state.head - self._staged(name) for name, state in manifest.streams.items()
        }
        self._total = sum(self._left.values())
        self._begin_with_image(client, manifest)
        for name, state in manifest.streams.items():
            if not self._stage(client, name, state):
                return False
        waiting = self._store.read(flip.staged_streams).result()
        gone = self._store.read(flip.replaced_streams, tuple(manifest.streams)).result()
        waiting = tuple(name for name in waiting if name in manifest.streams)
        if waiting or gone:
            now = self._desk.now()
            self._write(lambda tx: flip.flip(tx, waiting, gone, now))
        chunks.forget(self._folder)
        return True

    def _begin_with_image(self, client: HeadOffice, manifest: Manifest) -> None:
        """Let a till that has nothing begin where head office's newest image ends."""
        ref = self._store.read(image.wanted, manifest).result()
        if ref is None or ref.sha256 == self._unusable or self._stopping():
            return
        left = sum(end.seq for end in ref.streams.values())

        def coming(size: int) -> None:
            self._coming(left * size // max(ref.bytes, 1), self._total)

        try:
            plain = image.fetched(client, self._folder, ref, coming)
        except image.UnusableImage as problem:
            log.warning("the image is not what head office named (%s); rows are taken", problem)
            self._unusable = ref.sha256
            return
        except Rejected as refusal:
            log.info("the image is not to be had, rows are taken: %s", refusal)
            self._unusable = ref.sha256
            return
        now = self._desk.now()
        put = self._store.replace(lambda store: image.completed(plain, store, ref, now)).result()
        crash_point("image.in_place")
        if put:
            log.info("an image with %s rows is in force", ref.rows)
        else:
            log.warning("somebody else has the till's database open; rows are taken")
            self._unusable = ref.sha256
        chunks.forget(self._folder)

    def _stage(self, client: HeadOffice, name: str, state: StreamState) -> bool:
        """Stage a stream up to the checkpoint; False when stopped."""
        again = False
        while not self._stopping():
            at = self._store.read(staging.position, name).result()
            self._tell(name, state.head - (at.staged_seq if at else 0))
            if at is None or _leads_nowhere(at, state):
                if again:
                    raise RetailError("stream.chain", "The rows of %(name)s do not fit.", name=name)
                again = at is not None
                self._start_over(name, state)
            elif at.staged_seq == state.head:
                return True
            else:
                try:
                    self._step(client, name, state, at)
                except (Rejected, RetailError) as problem:
                    if again or _code(problem) not in _OTHER_PAST:
                        raise
                    again = True
                    self._start_over(name, state)
        return False

    def _staged(self, name: str) -> int:
        at = self._store.read(staging.position, name).result()
        return at.staged_seq if at else 0

    def _tell(self, name: str, left: int) -> None:
        """Tell how far a large load is; one that starts over becomes larger."""
        self._left[name] = max(left, 0)
        waiting = sum(self._left.values())
        self._total = max(self._total, waiting)
        if self._total >= LARGE:
            self._coming(self._total - waiting, self._total)

    def _step(self, client: HeadOffice, name: str, state: StreamState, at: Position) -> None:
        chunk = next((one for one in state.chunks if one.lo == at.staged_seq + 1), None)
        if chunk is not None:
            self._take_chunk(client, name, at, chunk)
            return
        tail = client.tail(name, at.staged_seq, at.chain.hex())
        for part in staging.tail_slices(at, tail, upto=state.head):
            self._keep(name, at, part)

    def _take_chunk(self, client: HeadOffice, name: str, at: Position, chunk: ChunkRef) -> None:
        rows = chunks.fetched(client, self._folder, chunk)
        for part in staging.chunk_slices(at, name, chunk, rows):
            if self._stopping():
                return
            self._keep(name, at, part)
        chunks.forget(self._folder, chunk)

    def _keep(self, name: str, at: Position, part: Slice) -> None:
        self._write(lambda tx: staging.stage(tx, name, at, part))

    def _start_over(self, name: str, state: StreamState) -> None:
        log.info("stream %s is fetched from its beginning", name)
        self._write(lambda tx: staging.start_over(tx, name, state.generation, state.floor))

    def _write(self, work: Callable[[Connection], object]) -> None:
        self._store.write(work).result()


def _code(problem: Rejected | RetailError) -> str:
    return problem.problem.code if isinstance(problem, Rejected) else problem.code


def _leads_nowhere(at: Position, state: StreamState) -> bool:
    """True when what is staged cannot be continued to the checkpoint."""
    merged_since = at.staged_seq < state.floor and not (at.replaces and at.base == state.floor)
    return (
        at.generation != state.generation
        or at.staged_seq > state.head
        or (at.staged_seq == state.head and at.chain.hex() != state.chain)
        or merged_since
    )
