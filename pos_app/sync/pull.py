"""Pulling a checkpoint: every stream to where the manifest says, then one flip."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection

from db.crash_points import crash_point
from pos_app.journal.desk import Desk
from pos_app.sync import chunks, flip, image, staging
from pos_app.sync.client import HeadOffice
from pos_app.sync.errors import Rejected
from pos_app.sync.ports import StoreAccess
from pos_app.sync.staging import Position, Slice
from retail.contract.manifest import Manifest, StreamState
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
        self._held: list[tuple[str, Slice]] = []

    def pull(self, client: HeadOffice, manifest: Manifest) -> bool:
        """Bring the checkpoint into force; False when it was stopped before.

        Raises:
            NoAnswer, Rejected, RetailError: nothing changed but what is staged.
        """
        self._held = []
        known = self._store.read(staging.positions).result()
        self._left = {
            name: state.head - (known[name].staged_seq if name in known else 0)
            for name, state in manifest.streams.items()
        }
        self._total = sum(self._left.values())
        if not any(at.staged_seq or at.active_seq for at in known.values()):
            self._begin_with_image(client, manifest)
            known = self._store.read(staging.positions).result()
        for name, state in manifest.streams.items():
            if not self._stage(client, name, state, known.get(name)):
                return False
        held, streams, now = self._held, tuple(manifest.streams), self._desk.now()
        if held or any(self._store.read(flip.due, streams).result()):
            self._write(lambda tx: _finish(tx, held, streams, now))
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

    def _stage(
        self, client: HeadOffice, name: str, state: StreamState, at: Position | None
    ) -> bool:
        """Stage a stream from where it stands up to the checkpoint; False when stopped."""
        again = False
        while not self._stopping():
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
                    if self._step(client, name, state, at):
                        self._tell(name, 0)
                        return True
                except (Rejected, RetailError) as problem:
                    if again or _code(problem) not in _OTHER_PAST:
                        raise
                    again = True
                    self._start_over(name, state)
            at = self._store.read(staging.position, name).result()
        return False

    def _tell(self, name: str, left: int) -> None:
        """Tell how far a large load is; one that starts over becomes larger."""
        self._left[name] = max(left, 0)
        waiting = sum(self._left.values())
        self._total = max(self._total, waiting)
        if self._total >= LARGE:
            self._coming(self._total - waiting, self._total)

    def _step(self, client: HeadOffice, name: str, state: StreamState, at: Position) -> bool:
        """Take a chunk or a tail; True when what leads to the checkpoint is held."""
        chunk = next((one for one in state.chunks if one.lo == at.staged_seq + 1), None)
        if chunk is not None:
            rows = chunks.fetched(client, self._folder, chunk)
            parts = staging.chunk_slices(at, name, chunk, rows)
        else:
            tail = client.tail(name, at.staged_seq, at.chain.hex())
            parts = staging.tail_slices(at, tail, upto=state.head)
        ended = False
        for part in parts:
            if self._stopping():
                return False
            ended = self._keep(name, state, part)
        if chunk is not None:
            chunks.forget(self._folder, chunk)
        return ended

    def _keep(self, name: str, state: StreamState, part: Slice) -> bool:
        """Stage a slice, or hold the one that reaches the checkpoint for the flip; True then.

        A small change is durable with one commit by that.
        """
        if part.cursor == (state.head, bytes.fromhex(state.chain)):
            self._held.append((name, part))
            return True
        self._write(lambda tx: staging.stage(tx, name, part))
        return False

    def _start_over(self, name: str, state: StreamState) -> None:
        log.info("stream %s is fetched from its beginning", name)
        self._write(lambda tx: staging.start_over(tx, name, state.generation, state.floor))

    def _write(self, work: Callable[[Connection], object]) -> None:
        self._store.write(work).result()


def _finish(
    tx: Connection, held: Sequence[tuple[str, Slice]], streams: Collection[str], now: datetime
) -> None:
    """Stage what was held, and bring everything into force."""
    for name, part in held:
        staging.stage(tx, name, part)
    flip.flip(tx, *flip.due(tx, streams), now)


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
