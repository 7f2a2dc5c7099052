"""Pushes that wait at the same time are journalled in one transaction.

A till sends each sale at once, so a chain's pushes are many and small; a commit for each would
cost more than the sales. While one transaction commits, the next group gathers: nobody waits for
company, and the busier it is the larger the groups become.
"""

from __future__ import annotations

import logging
import math
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

import psycopg
from psycopg.errors import UniqueViolation
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DataError

from backoffice.fleet.service import head_office
from backoffice.intake.auth import Caller, SignedRequest, authenticate_all
from backoffice.intake.batches import Batch, batch_of, links_of
from backoffice.intake.errors import Refused
from backoffice.intake.meters import PushMeters
from backoffice.intake.pasts import pasts_of
from backoffice.intake.places import at_home
from backoffice.intake.push import push_all
from backoffice.intake.turns import Accepted, Push
from db.crash_points import crash_point
from db.transaction import begin
from retail.contract.envelope import PushAnswer

log = logging.getLogger("tillwright.intake")

MOST_PUSHES = 128
MOST_BYTES = 8 << 20
"""Compressed; a group of large batches stays small enough to be journalled within a second."""
GIVE_WAY_SECONDS = 1.0
_QUIET_SECONDS = 0.1


@dataclass(slots=True)
class _Waiting:
    """A request that waits for its turn."""

    jid: UUID
    request: SignedRequest
    answer: Future[PushAnswer] = field(default_factory=Future)

    def refuse(self, problem: BaseException) -> None:
        """Answer with a problem."""
        self.answer.set_exception(problem)


class PushGroups:
    """A thread that journals pushes in groups.

    Args:
        clock: the instant that entries are noted to have come in.
    """

    def __init__(self, engine: Engine, clock: Callable[[], datetime]) -> None:
        self._engine = engine
        self._clock = clock
        self._waiting: list[_Waiting] = []
        self._journals: set[UUID] = set()
        self._changed = threading.Condition()
        self._stopping = False
        self.meters = PushMeters()
        self._last = -math.inf
        self._thread = threading.Thread(target=self._loop, name="journal-groups")

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def stop(self) -> None:
        """Journal what waits, then join."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        if self._thread.is_alive():
            self._thread.join()

    def give_way(self, seconds: float = GIVE_WAY_SECONDS) -> None:
        """Return when no push came for a moment, or after ``seconds``.

        Tills wait for their acknowledgement, nobody waits for a booking: after an outage the
        journals drain first. The limit keeps bookings going under a load that never ends.
        """
        end = time.monotonic() + seconds
        with self._changed:
            while (left := min(end, self._quiet_at()) - time.monotonic()) > 0:
                self._changed.wait(left)

    def _quiet_at(self) -> float:
        return math.inf if self._journals else self._last + _QUIET_SECONDS

    def submit(self, jid: UUID, request: SignedRequest) -> Future[PushAnswer]:
        """The answer to a push, once it is durable.

        Its exceptions: ``Refused`` as :mod:`backoffice.intake.push` and ``auth`` say, 423
        ``busy`` at once for a journal of which a push is under way; ``StoreUnavailable``.
        """
        waiting = _Waiting(jid, request)
        waiting.answer.add_done_callback(self.meters.answered)
        with self._changed:
            if jid in self._journals:
                waiting.refuse(Refused(423, "busy", "Another push of this journal is under way."))
            elif self._stopping:
                waiting.refuse(Refused(503, "stopping", "The head office is being stopped."))
            else:
                self._journals.add(jid)
                self._waiting.append(waiting)
                self._changed.notify_all()
        return waiting.answer

    def _loop(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting or self._stopping)
                if not self._waiting:
                    return
                group = self._take()
            if group:
                self._journal(group)

    def _let_go(self, group: Sequence[_Waiting]) -> None:
        """Before it is answered: a till that has its answer may send its next push at once."""
        with self._changed:
            self._journals.difference_update(each.jid for each in group)
            self._last = time.monotonic()
            self._changed.notify_all()

    def _take(self) -> list[_Waiting]:
        """The next group, oldest first; one push at least, however large it is."""
        size = count = 0
        for each in self._waiting[:MOST_PUSHES]:
            size += len(each.request.body)
            if count and size > MOST_BYTES:
                break
            count += 1
        group, self._waiting = self._waiting[:count], self._waiting[count:]
        return [each for each in group if self._still_wanted(each)]

    def _still_wanted(self, each: _Waiting) -> bool:
        """False when its sender has gone before its turn came."""
        if each.answer.set_running_or_notify_cancel():
            return True
        self._journals.discard(each.jid)
        return False

    def _journal(self, group: Sequence[_Waiting], *, doubtful: bool = False) -> None:
        try:
            with self.meters.group(len(group)):
                outcomes = self._outcomes(group, doubtful=doubtful)
        except (UniqueViolation, DataError, psycopg.DataError, OverflowError) as problem:
            if doubtful:
                self._let_go(group)
                group[0].refuse(_out_of_bounds(problem))
                return
            log.info("a group of %s pushes is journalled one by one: %s", len(group), problem)
            for each in group:
                self._journal([each], doubtful=True)
        except Exception as problem:  # noqa: BLE001 (whatever it is, each of them is answered)
            self._let_go(group)
            for each in group:
                each.refuse(problem)
        else:
            crash_point("push.committed")
            self._let_go(group)
            for each, outcome in zip(group, outcomes, strict=True):
                if isinstance(outcome, Refused):
                    each.refuse(outcome)
                else:
                    each.answer.set_result(outcome)

    def _outcomes(self, group: Sequence[_Waiting], *, doubtful: bool) -> list[PushAnswer | Refused]:
        now = self._clock()
        with begin(self._engine) as tx:
            requests = [each.request for each in group]
            callers = authenticate_all(tx, requests, now, draining=True)
            callers = at_home(tx, callers, [each.jid for each in group])
            claims = [_claimed(caller, each) for caller, each in zip(callers, group, strict=True)]
            pasts = pasts_of(tx, [claim for claim in claims if not isinstance(claim, Refused)])
            # Nothing of a stranger's body is unpacked.
            read = [_read(claim, pasts) for claim in claims]
            pushes = [push for push in read if isinstance(push, Push)]
            journalled = iter(push_all(tx, pushes, now, doubtful=doubtful))
            crash_point("push.stored")
            answers = _Answers(tx)
            return [
                push if isinstance(push, Refused) else answers.of(next(journalled)) for push in read
            ]


class _Answers:
    """Outcomes as answers; the incarnation is the same for all of a group."""

    def __init__(self, tx: Connection) -> None:
        _, self._incarnation = head_office(tx)

    def of(self, outcome: Accepted | Refused) -> PushAnswer | Refused:
        """The answer to one push."""
        if isinstance(outcome, Refused):
            return outcome
        return PushAnswer(
            head=outcome.head,
            head_hash=outcome.head_hash.hex(),
            incarnation=self._incarnation,
        )


def _claimed(caller: Caller | Refused, each: _Waiting) -> tuple[Caller, Batch] | Refused:
    if isinstance(caller, Refused):
        return caller
    try:
        return caller, batch_of(each.jid, each.request)
    except Refused as problem:
        return problem


def _read(
    claim: tuple[Caller, Batch] | Refused, pasts: Mapping[UUID, Sequence[bytes]]
) -> Push | Refused:
    if isinstance(claim, Refused):
        return claim
    caller, batch = claim
    if batch.past and batch.jid not in pasts:
        return Push(caller, batch, ())
    try:
        return Push(caller, batch, links_of(batch, pasts.get(batch.jid, ())))
    except Refused as problem:
        return problem


def _out_of_bounds(problem: Exception) -> Refused:
    refused = Refused(400, "bad_batch", "A value of the request is out of bounds.")
    refused.__cause__ = problem
    return refused
