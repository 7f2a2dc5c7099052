"""What is known of a printer from its answers, and what it still owes."""

from __future__ import annotations

from collections import deque

from hardware.errors import CoverOpen, Faulty, HardwareError, Offline, PaperOut
from hardware.printer import commands
from hardware.printer.status import (
    Asb,
    ErrorCause,
    OfflineCause,
    OnlineStatus,
    PaperStatus,
    PrinterState,
    RealTime,
    Reply,
    StatusDemultiplexer,
    error_cause,
    offline_cause,
    online_status,
    paper_status,
    queued_paper,
)

PRINTS = frozenset({PrinterState.READY, PrinterState.PAPER_LOW})
_PARTIAL_S = 0.5
_QUESTIONS = (1, 2, 3, 4)


class StatusDialogue:
    """Questions asked, answers heard, and the state they make. Times are monotonic seconds."""

    def __init__(self) -> None:
        self.demultiplexer = StatusDemultiplexer()
        self._due: deque[int] = deque()
        self._asked_at = 0.0
        self._known = False
        self.heard_at: float | None = None
        self.pin_high: bool | None = None
        self._online = OnlineStatus(
            online=True, drawer_pin3_high=False, waiting_recovery=False, feed_button=False
        )
        self._cause = OfflineCause(
            cover_open=False, feeding_by_button=False, stopped_paper_end=False, error=False
        )
        self._error = ErrorCause(
            recoverable_error=False,
            cutter_error=False,
            unrecoverable_error=False,
            auto_recoverable_error=False,
        )
        self._paper = PaperStatus(near_end=False, paper_out=False)

    @property
    def waiting(self) -> bool:
        """Whether an answer is due."""
        return bool(self._due)

    @property
    def known(self) -> bool:
        """Whether the printer has told its state in full at least once."""
        return self._known

    @property
    def asked_at(self) -> float:
        """When the last questions were asked."""
        return self._asked_at

    @property
    def silent_since(self) -> float:
        """Since when the printer owes an answer without a sign of life."""
        return max(self._asked_at, self.heard_at or 0.0)

    def settle(self) -> bool:
        """Stop waiting for a printer that answered some questions only; false when it was mute."""
        if self.heard_at is None or self.heard_at < self._asked_at:
            return False
        self._due.clear()
        self._known = True
        return True

    def ask(self, now: float) -> bytes:
        """The bytes that ask for everything; to be sent at once."""
        self._due = deque(_QUESTIONS)
        self._asked_at = now
        return b"".join(map(commands.dle_eot, _QUESTIONS))

    def feed(self, data: bytes, now: float) -> tuple[Reply, ...]:
        """Take bytes of the printer; returns the answers that are not about its state."""
        if self.demultiplexer.partial and now - (self.heard_at or now) > _PARTIAL_S:
            self.demultiplexer.drop_partial()
        self.heard_at = now
        others: list[Reply] = []
        for reply in self.demultiplexer.feed(data):
            match reply:
                case Asb():
                    self._take_asb(reply)
                case RealTime(byte):
                    self._take_real_time(byte)
                case _:
                    others.append(reply)
        return tuple(others)

    def _take_real_time(self, byte: int) -> None:
        match self._due.popleft() if self._due else 0:
            case 1:
                self._online = online_status(byte)
                self.pin_high = self._online.drawer_pin3_high
            case 2:
                self._cause = offline_cause(byte)
            case 3:
                self._error = error_cause(byte)
            case 4:
                self._paper = paper_status(byte)
                self._known = True

    def _take_asb(self, asb: Asb) -> None:
        self._known = True
        self.pin_high = asb.drawer_pin3_high
        self._online = OnlineStatus(
            asb.online, asb.drawer_pin3_high, asb.waiting_recovery, asb.feeding_by_button
        )
        self._cause = OfflineCause(
            cover_open=asb.cover_open,
            feeding_by_button=asb.feeding_by_button,
            stopped_paper_end=asb.paper_out,
            error=asb.recoverable_error or asb.cutter_error or asb.unrecoverable_error,
        )
        self._error = ErrorCause(
            asb.recoverable_error,
            asb.cutter_error,
            asb.unrecoverable_error,
            asb.auto_recoverable_error,
        )
        self._paper = PaperStatus(asb.near_end, asb.paper_out)

    def paper_from_barrier(self, byte: int) -> None:
        """The answer to ``GS r 1`` also tells about the paper."""
        self._paper = queued_paper(byte)

    @property
    def state(self) -> PrinterState:
        """The worst of what is known; ``OFFLINE`` before the first full answer."""
        if not self._known:
            return PrinterState.OFFLINE
        faults = (
            (self._error.unrecoverable_error, PrinterState.ERROR_FATAL),
            (
                self._error.recoverable_error or self._error.cutter_error,
                PrinterState.ERROR_RECOVERABLE,
            ),
            (self._error.auto_recoverable_error, PrinterState.OVERHEATED),
            (self._cause.cover_open, PrinterState.COVER_OPEN),
            (self._paper.paper_out or self._cause.stopped_paper_end, PrinterState.PAPER_OUT),
            (self._cause.error, PrinterState.ERROR_RECOVERABLE),
            (not self._online.online, PrinterState.BUSY),
            (self._paper.near_end, PrinterState.PAPER_LOW),
        )
        return next((state for found, state in faults if found), PrinterState.READY)


def why_not(state: PrinterState, name: str) -> HardwareError:
    """The error for a job that was not begun because of the printer's state."""
    match state:
        case PrinterState.PAPER_OUT:
            return PaperOut(
                "The printer %(name)s has no paper. The sale is kept; put in a new roll.",
                name=name,
            )
        case PrinterState.COVER_OPEN:
            return CoverOpen(
                "The cover of the printer %(name)s is open. The sale is kept; close the cover.",
                name=name,
            )
        case PrinterState.OFFLINE | PrinterState.BUSY:
            return Offline(
                "The printer %(name)s does not take data. The sale is kept; "
                "check that the printer is on and its light is steady.",
                name=name,
            )
        case _:
            return Faulty(
                "The printer %(name)s reports a fault (%(state)s). The sale is kept; "
                "clear the fault or use another printer.",
                name=name,
                state=state.value,
            )
