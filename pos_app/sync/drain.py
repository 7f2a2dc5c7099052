"""Send what the journal holds, in order, until head office has proved to hold it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TypeVar
from uuid import UUID

from sqlalchemy import Connection

from db.crash_points import crash_point
from pos_app.journal.desk import Desk
from pos_app.sync import forks, push, results
from pos_app.sync.client import HeadOffice, PushBatch
from pos_app.sync.errors import Rejected
from pos_app.sync.identity import load_enrolment
from pos_app.sync.ports import StoreAccess
from retail.contract.envelope import MAX_ENTRIES

log = logging.getLogger("tillwright.sync")

_ELSEWHERE = frozenset({"behind", "fork"})
"""Refusals that tell where the journal ends at head office; whether that is ours, hashes show."""
R = TypeVar("R")


class Drain:
    """Pushes of one till.

    Args:
        stopping: True when the batch at hand is to be the last one.
        progress: told how many entries a drain of more than one began with.
        part_ways: called with a journal that has another past at head office, and its end there.
    """

    def __init__(
        self,
        store: StoreAccess,
        desk: Desk,
        stopping: Callable[[], bool],
        progress: Callable[[int], None],
        part_ways: Callable[[HeadOffice, UUID, int], None],
    ) -> None:
        self._store = store
        self._desk = desk
        self._stopping = stopping
        self._progress = progress
        self._part_ways = part_ways
        self._most = MAX_ENTRIES
        self.past = 0
        """How many entries before a batch head office takes as its dictionary."""

    def drain(self, client: HeadOffice) -> bool:
        """Send what is journalled now; what is sold meanwhile must not keep prices away.

        Returns:
            False when head office was restored meanwhile and must be greeted first.

        Raises:
            NoAnswer, Rejected: what kept it from being sent; it stays here.
        """
        ends = {head.jid: head.seq for head in self._store.read(push.heads).result()}
        incarnation = self._store.read(load_enrolment).result().incarnation
        total = 0
        while not self._stopping():
            batch = self._store.read(push.next_batch, self._most, self.past).result()
            if batch is None or batch.base_seq >= ends.get(batch.jid, 0):
                break
            queue = self._store.read(push.queue_state).result()
            total = max(total, queue.entries)
            if total > 1:
                self._progress(total)
            if not self._push(client, batch, incarnation):
                return False
        return True

    def _push(self, client: HeadOffice, batch: PushBatch, incarnation: int) -> bool:
        """Send a batch; False when another incarnation of head office has answered."""
        crash_point("push.built")
        try:
            answer = client.push(batch)
        except Rejected as problem:
            self._rejected(client, batch, problem)
            return True
        if answer.incarnation != incarnation:
            return False
        self._most = min(2 * self._most, MAX_ENTRIES)
        self._believe(client, batch, answer.head, answer.head_hash)
        return True

    def _rejected(self, client: HeadOffice, batch: PushBatch, problem: Rejected) -> None:
        told = problem.problem
        if told.code == forks.ANOTHERS:
            # Of an enrolment before this one, and lost by a restore: it goes on in our own.
            self._part_ways(client, batch.jid, 0)
            return
        if told.code not in _ELSEWHERE:
            self._refused(client, batch, problem)
            return
        if (told.head, told.head_hash) == (batch.base_seq, batch.base_hash.hex()):
            raise problem  # no other past: sending the same again would change nothing
        self._believe(client, batch, told.head, told.head_hash)

    def _believe(self, client: HeadOffice, batch: PushBatch, seq: int, digest: str) -> None:
        crash_point("push.answered")
        now = self._desk.now()
        if not self._write(lambda tx: push.acknowledge(tx, batch.jid, seq, digest, now)):
            self._part_ways(client, batch.jid, seq)
        crash_point("push.acknowledged")

    def _refused(self, client: HeadOffice, batch: PushBatch, problem: Rejected) -> None:
        """Look for the entry that head office cannot take, and send it as plain bytes.

        Everything else goes on; the record stays here, and head office keeps its bytes.

        Raises:
            Rejected: what is refused is not an entry, or its bytes are refused too.
        """
        if not push.is_about_entries(problem):
            raise problem
        if len(batch.lines) > 1:
            self._most = len(batch.lines) // 2
            return
        rid, opaque = self._store.read(push.as_bytes, batch).result()
        answer = client.push(opaque)
        log.warning("record %s was refused and is sent as plain bytes: %s", rid, problem)
        now, code, why = self._desk.now(), problem.problem.code, str(problem)

        def keep(tx: Connection) -> None:
            results.note_refused(tx, rid, code, why)
            push.acknowledge(tx, batch.jid, answer.head, answer.head_hash, now)

        self._write(keep)

    def _write(self, work: Callable[[Connection], R]) -> R:
        return self._store.write(work).result()
