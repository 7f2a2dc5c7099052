"""A card terminal without cards: a device of its own that a script makes behave as it likes.

It keeps its own ledger, and goes on with what it began while the till is away.
"""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from hardware.card import (
    CardApproved,
    CardAsk,
    CardCancelled,
    CardCharge,
    CardDeclined,
    CardResult,
    CardStep,
    CardUnfinished,
    CardUnknown,
)
from hardware.errors import HardwareError, Offline, ResultUnknown
from hardware.events import (
    CardAnswered,
    CardProgress,
    CardTerminalStatusChanged,
    Emit,
    deliver,
    utc_now,
)
from hardware.fake.card_ledger import CardLedger, Deed
from hardware.port_thread import Backoff, CommandQueue, PortThread, monotonic
from hardware.transport import Transport, Waker

_IDLE_S = 60.0
_ABORTED = "It was cancelled."
_NO_SUCH = "The terminal knows nothing of it."


class Play(StrEnum):
    """What the terminal does with a payment or refund."""

    APPROVE = "approve"
    DECLINE = "decline"
    CANCEL = "cancel"
    """The customer presses stop."""
    WAIT = "wait"
    """It waits for a card until it is aborted."""
    SILENT = "silent"
    """The money moves and the answer is lost."""
    LOST = "lost"
    """The answer is lost, and the money never moved."""
    LATE = "late"
    """It declines, and approves a moment later all the same."""
    PARTIAL = "partial"
    """The bank would give a part: the terminal gives that back and declines."""


_MOVES: Final = frozenset({Play.APPROVE, Play.SILENT})


@dataclass(slots=True)
class _Work:
    deed: Deed
    play: Play
    due_at: float
    told: bool = False


class FakeCardTerminal:
    """See :class:`hardware.ports.CardTerminal`.

    Args:
        name: the device's name.
        ledger: the file of what it did.
        emit: receives the events, on the terminal's thread.
        delay_s: how long a payment takes.
    """

    def __init__(self, name: str, ledger: Path, emit: Emit, *, delay_s: float = 0.0) -> None:
        self.name = name
        self._path = ledger
        self._emit = emit
        self._delay = delay_s
        self._plays: deque[Play] = deque()
        self._queue: CommandQueue[tuple[str, CardCharge]] = CommandQueue()
        self._reachable = threading.Event()
        self._reachable.set()
        self._online = False
        self._work: _Work | None = None
        self._waiting: set[str] = set()
        self._unwanted: set[str] = set()
        self._late: deque[_Work] = deque()
        self._ledger = CardLedger(ledger)
        self._thread = PortThread(
            name, f"fake:{ledger}", connect=self._connect, client=self, backoff=Backoff(0.05, 2.0)
        )

    @property
    def online(self) -> bool:
        """Whether it can be reached."""
        return self._online and self._reachable.is_set()

    def open(self) -> None:
        """Start; what was begun before the till went away has its end by now."""
        self._ledger = CardLedger(self._path)
        self._online = self._reachable.is_set()
        self._thread.start()

    def close(self) -> None:
        """Stop listening; the terminal itself goes on with what it has begun."""
        self._thread.stop()

    def play(self, *plays: Play) -> None:
        """What to do with the next payments and refunds; all others are approved."""
        self._plays.extend(plays)

    def pull_cable(self) -> None:
        """It cannot be reached any more, and goes on alone."""
        self._reachable.clear()
        self._thread.wake()

    def plug_in(self) -> None:
        """It can be reached again."""
        self._reachable.set()
        self._thread.wake()

    def charged(self) -> int:
        """What its ledger holds: paid, less refunded and reversed; minor units."""
        return CardLedger(self._path).charged()

    def charge(self, charge: CardCharge) -> None:
        """See :meth:`hardware.ports.CardTerminal.charge`."""
        self._put("charge", charge)

    def query(self, reference: str) -> None:
        """See :meth:`hardware.ports.CardTerminal.query`."""
        self._put("query", CardCharge(CardAsk.PAY, reference, 0, ""))

    def abort(self, reference: str) -> None:
        """See :meth:`hardware.ports.CardTerminal.abort`."""
        self._put("abort", CardCharge(CardAsk.PAY, reference, 0, ""))

    def opened(self, link: Transport) -> None:  # noqa: ARG002 - of a PortClient
        """The line is up; a begun charge was brought to its end meanwhile."""
        for deed in self._ledger.begun():
            self._finish_alone(deed)
        self._online = True
        self._thread.healthy()
        deliver(self._emit, CardTerminalStatusChanged(self.name, online=True, at=utc_now()))

    def received(self, data: bytes) -> None:
        """Nothing comes over this line."""

    def step(self, link: Transport) -> float:  # noqa: ARG002 - of a PortClient
        """Do what is due."""
        if not self._reachable.is_set():
            raise self._gone()
        while (urgent := self._queue.take_urgent()) is not None:
            word, charge = urgent
            if word == "abort":
                self._abort(charge.reference)
            else:
                self._answer(charge.reference, self._known(charge.reference))
        self._go_on()
        if self._work is None and (waiting := self._queue.take()) is not None:
            self._begin(waiting[1])
            return 0.0
        return self._wait()

    def lost(self, problem: HardwareError) -> None:
        """Whoever waits for an answer is told that none will come."""
        work, self._work = self._work, None
        was, self._online = self._online, False
        for word, charge in self._queue.drain():
            if word == "charge":
                self._waiting.discard(charge.reference)
                self._answer(charge.reference, CardCancelled(self._gone().sentence))
            else:
                self._answer(charge.reference, CardUnknown(problem))
        if work is not None and not work.told:
            self._answer(work.deed.charge.reference, CardUnknown(self._unknown()))
        if was:
            deliver(self._emit, CardTerminalStatusChanged(self.name, online=False, at=utc_now()))

    def _connect(self) -> Transport:
        if not self._reachable.is_set():
            raise self._gone()
        return _Line()

    def _put(self, word: str, charge: CardCharge) -> None:
        if not self._thread.running or not self.online:
            raise self._gone()
        if word == "charge":
            self._waiting.add(charge.reference)
        self._queue.put((word, charge), urgent=word != "charge")
        self._thread.wake()

    def _begin(self, charge: CardCharge) -> None:
        self._waiting.discard(charge.reference)
        if self._ledger.find(charge.reference) is not None:
            self._answer(charge.reference, self._known(charge.reference))
            return
        if charge.reference in self._unwanted:
            self._answer(charge.reference, CardCancelled(_ABORTED))
            return
        if charge.ask is CardAsk.REVERSE:
            self._reverse(charge)
            return
        play = self._plays.popleft() if self._plays else Play.APPROVE
        deed = self._ledger.begin(charge, due=play in _MOVES)
        self._progress(charge, CardStep.CARD)
        self._work = _Work(deed, play, monotonic() + self._delay)

    def _reverse(self, charge: CardCharge) -> None:
        taken = self._ledger.find(charge.of)
        deed = self._ledger.begin(charge, due=True)
        if taken is None or taken.end != "moved" or self._ledger.reversed(charge.of):
            deed = self._ledger.end(deed, "declined", "There is nothing to take back.")
        else:
            deed = self._ledger.end(deed, "moved")
        self._answer(charge.reference, _result(deed))

    def _go_on(self) -> None:
        now = monotonic()
        while self._late and self._late[0].due_at <= now:
            late = self._late.popleft()
            deed = self._ledger.end(late.deed, "moved")
            self._answer(deed.charge.reference, _result(deed))
        work = self._work
        if work is None or work.due_at > now or work.play is Play.WAIT:
            return
        self._work = None
        self._progress(work.deed.charge, CardStep.AUTHORISING)
        self._end(work)

    def _end(self, work: _Work) -> None:
        deed, ledger, reference = work.deed, self._ledger, work.deed.charge.reference
        match work.play:
            case Play.SILENT:
                ledger.end(deed, "moved")
                self._answer(reference, CardUnknown(self._unknown()))
            case Play.LOST:
                ledger.end(deed, "cancelled", _NO_SUCH)
                self._answer(reference, CardUnknown(self._unknown()))
            case Play.APPROVE:
                self._answer(reference, _result(ledger.end(deed, "moved")))
            case Play.CANCEL:
                self._answer(reference, _result(ledger.end(deed, "cancelled", _ABORTED)))
            case Play.PARTIAL:
                why = "The bank would pay a part only."
                self._answer(reference, _result(ledger.end(deed, "declined", why)))
            case _:
                why = "The bank declined."
                deed = ledger.end(deed, "declined", why)
                self._answer(reference, _result(deed))
                if work.play is Play.LATE:
                    due = monotonic() + self._delay
                    self._late.append(_Work(deed, work.play, due))

    def _abort(self, reference: str) -> None:
        work = self._work
        if reference in self._waiting:
            self._unwanted.add(reference)
        elif work is not None and work.deed.charge.reference == reference:
            self._work = None
            deed = self._ledger.end(work.deed, "cancelled", _ABORTED)
            self._answer(reference, _result(deed))

    def _known(self, reference: str) -> CardResult:
        deed = self._ledger.find(reference)
        if deed is not None:
            return _result(deed)
        return CardUnfinished() if reference in self._waiting else CardCancelled(_NO_SUCH)

    def _finish_alone(self, deed: Deed) -> None:
        if deed.due:
            self._ledger.end(deed, "moved")
        else:
            self._ledger.end(deed, "cancelled", _ABORTED)

    def _wait(self) -> float:
        due = [work.due_at for work in self._late]
        if self._work is not None and self._work.play is not Play.WAIT:
            due.append(self._work.due_at)
        return max(min(due) - monotonic(), 0.0) if due else _IDLE_S

    def _progress(self, charge: CardCharge, step: CardStep) -> None:
        deliver(self._emit, CardProgress(self.name, charge.reference, step, utc_now()))

    def _answer(self, reference: str, result: CardResult) -> None:
        deliver(self._emit, CardAnswered(self.name, reference, result, utc_now()))

    def _gone(self) -> Offline:
        return Offline("The card terminal cannot be reached; nothing was sent to it.")

    def _unknown(self) -> ResultUnknown:
        return ResultUnknown("The card terminal did not say whether it charged the card.")


def _result(deed: Deed) -> CardResult:
    match deed.end:
        case "moved":
            return CardApproved(deed.slip)
        case "declined":
            return CardDeclined(deed.reason)
        case "cancelled":
            return CardCancelled(deed.reason)
        case _:
            return CardUnfinished()


class _Line:
    """A line over which nothing but wakes come."""

    answers = True
    durable = False

    def __init__(self) -> None:
        self._waker = Waker()

    def send(self, data: bytes, timeout: float) -> int:  # noqa: ARG002 - of a Transport
        return len(data)

    def receive(self, timeout: float) -> bytes:
        self._waker.wait(timeout)
        return b""

    def sync(self) -> None:
        """Nothing waits."""

    def wake(self) -> None:
        self._waker.set()

    def close(self) -> None:
        self._waker.close()
