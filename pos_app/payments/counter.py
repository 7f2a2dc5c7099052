"""Between the till's database and the card terminal: commit, ask, commit the answer.

Nothing waits here. Requests are sent when their row is durable, on whatever thread told so; the
terminal's answers come on its own.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar
from uuid import UUID

from db.crash_points import crash_point
from hardware.card import CardAsk, CardCancelled, CardCharge, CardResult, CardUnknown
from hardware.errors import HardwareError
from hardware.events import CardAnswered, CardTerminalStatusChanged, HardwareEvent
from hardware.ports import CardTerminal
from pos_app.journal.desk import Desk
from pos_app.payments import attempts, service
from pos_app.payments.attempts import Attempt, State
from pos_app.payments.service import Heard, Standing, Wanted
from pos_app.till.service import TillSession

log = logging.getLogger("tillwright.payments")

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class AttemptChanged:
    """How an attempt stands, told once it is durable.

    Attributes:
        asked: somebody checked; it is told also when nothing is new.
        given_back: it was approved and is being reversed: no basket waits for it.
    """

    attempt: Attempt
    asked: bool = False
    given_back: bool = False


class StoreAccess(Protocol):
    """The till's database as the counter uses it."""

    def read(self, query: Callable[..., R], *args: Any) -> Future[R]:
        """Run a query."""

    def write(self, use_case: Callable[..., R], *args: Any) -> Future[R]:
        """Run a use case in one transaction."""


class CardCounter:
    """One terminal and its attempts.

    Args:
        store: the till's database.
        publish: told of every :class:`AttemptChanged`.
    """

    def __init__(
        self,
        store: StoreAccess,
        desk: Desk,
        terminal: CardTerminal,
        publish: Callable[[object], None],
    ) -> None:
        self._store = store
        self._desk = desk
        self._terminal = terminal
        self._publish = publish
        self._lock = threading.Lock()
        self._under_way: set[UUID] = set()
        self._asked: set[UUID] = set()

    @property
    def online(self) -> bool:
        """Whether the terminal can be reached."""
        return self._terminal.online

    def begin(self, session: TillSession, basket_id: UUID, wanted: Wanted) -> Future[Attempt]:
        """Keep an attempt and ask the terminal; ``AttemptChanged`` tells how it ends.

        The future's exceptions are those of :func:`service.begin`; an attempt that is approved
        already is only given.
        """
        begun = self._store.write(service.begin, session, basket_id, wanted)
        begun.add_done_callback(self._send_begun)
        return begun

    def standing(self, basket_id: UUID) -> Future[Standing]:
        """How a basket stands with the terminal."""
        return self._store.read(service.standing, basket_id)

    def give_back(self, session: TillSession, attempt_id: UUID) -> Future[Attempt | None]:
        """Reverse a payment that was taken off the sale."""
        return self._store.write(service.give_back, session, attempt_id)

    def abort(self, one: Attempt) -> None:
        """Ask the terminal to stop; what it answers counts.

        Raises:
            HardwareError: it cannot be asked.
        """
        self._terminal.abort(one.reference)

    def check(self, one: Attempt) -> None:
        """Ask the terminal what became of an attempt.

        Raises:
            HardwareError: it cannot be asked.
        """
        with self._lock:
            self._asked.add(one.attempt_id)
        self._terminal.query(one.reference)

    def kick(self) -> None:
        """A transaction left something to reverse."""
        self._store.read(attempts.unresolved).add_done_callback(self._send_reversals)

    def heard(self, event: HardwareEvent) -> None:
        """An event of the devices; those of other devices mean nothing here."""
        if isinstance(event, CardAnswered) and event.device == self._terminal.name:
            self._answered(UUID(hex=event.reference), event.result)
        elif isinstance(event, CardTerminalStatusChanged) and event.online:
            self._store.read(attempts.unresolved).add_done_callback(self._catch_up)

    def _send_begun(self, begun: Future[Attempt]) -> None:
        if not begun.cancelled() and begun.exception() is None:
            one = begun.result()
            if one.unresolved:
                self._send(one)

    def _send(self, one: Attempt) -> None:
        with self._lock:
            if one.attempt_id in self._under_way:
                return
            self._under_way.add(one.attempt_id)
        charge = CardCharge(
            one.ask, one.reference, one.minor, one.currency, one.of.hex if one.of else ""
        )
        crash_point("card.committed")
        try:
            self._terminal.charge(charge)
        except HardwareError as problem:
            # Nothing was sent: there is no doubt about it.
            self._answered(one.attempt_id, CardCancelled(problem.sentence))
        crash_point("card.asked")

    def _send_reversals(self, found: Future[tuple[Attempt, ...]]) -> None:
        for one in _result(found):
            if one.ask is CardAsk.REVERSE and one.state is State.REQUESTED:
                self._send(one)

    def _catch_up(self, found: Future[tuple[Attempt, ...]]) -> None:
        """The terminal is there (again): what has no end is asked for, never sent again."""
        for one in _result(found):
            with self._lock:
                under_way = one.attempt_id in self._under_way
            if not (under_way and one.state is State.REQUESTED):
                try:
                    self.check(one)
                except HardwareError as problem:
                    log.info("an attempt cannot be asked for: %s", problem)

    def _answered(self, attempt_id: UUID, result: CardResult) -> None:
        crash_point("card.answer")
        with self._lock:
            self._under_way.discard(attempt_id)
            asked = attempt_id in self._asked
            self._asked.discard(attempt_id)
        if isinstance(result, CardUnknown) and asked:
            log.info("the terminal did not tell of an attempt: %s", result.error)
        done = self._store.write(service.answered, self._desk, attempt_id, result)
        done.add_done_callback(lambda future: self._tell(future, result, asked=asked))

    def _tell(self, done: Future[Heard | None], result: CardResult, *, asked: bool) -> None:
        if done.cancelled():
            return
        if done.exception() is not None:
            log.error("an answer of the terminal could not be kept", exc_info=done.exception())
            return
        heard = done.result()
        if heard is None:
            return
        one = heard.attempt
        if asked and isinstance(result, CardCancelled) and one.ask is CardAsk.REVERSE:
            # The terminal never heard of the reversal: now it does.
            self._send(one)
        elif heard.changed or asked:
            self._publish(AttemptChanged(one, asked=asked, given_back=heard.given_back))


def _result(found: Future[tuple[Attempt, ...]]) -> tuple[Attempt, ...]:
    if found.cancelled():
        return ()
    if found.exception() is not None:
        log.error("the attempts could not be read", exc_info=found.exception())
        return ()
    return found.result()
