"""One print job on its way: sent in pieces, then proved by an answer from behind its last byte.

A job that did not begin may be repeated; one that began and was not proved is unknown for ever.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, auto

from hardware.errors import Offline, ResultUnknown
from hardware.events import Proof
from hardware.printer import commands
from hardware.printer.dialogue import PRINTS, StatusDialogue, why_not
from hardware.printer.profile import Ack
from hardware.printer.status import Block, PrinterState, Queued, Reply
from hardware.transport import CHUNK, Transport

_GS_H_HEADER = 0x37


@dataclass(frozen=True, slots=True)
class PrinterTiming:
    """Deadlines in seconds. Source: requirements 6 and 7 of the field problems.

    Attributes:
        status: for the answer to a status question when nothing else is on its way.
        silence: without a sign of life while a job is pending.
        slow_rate: bytes per second that the slowest printer takes; lengthens ``silence``.
        stall: without one byte taken, while no fault explains it.
        barrier: for the end-of-print answer of a printer that says it is ready.
        idle_poll: between questions while nothing happens.
        job_poll: between questions while a job is pending.
        pulse: after which a waiting drawer pulse is given up.
        drain: that closing waits for the job in hand.
    """

    status: float = 0.5
    silence: float = 3.0
    slow_rate: float = 1000.0
    stall: float = 10.0
    barrier: float = 30.0
    idle_poll: float = 5.0
    job_poll: float = 1.0
    pulse: float = 3.0
    drain: float = 1.0


class Phase(Enum):
    """How far a job is."""

    CHECKING = auto()
    SENDING = auto()
    PROVING = auto()


@dataclass(slots=True)
class PrintJob:
    """A job in hand. ``token`` is what ``GS ( H`` sends back for it."""

    job_id: str
    data: bytes
    token: bytes = b"0000"
    phase: Phase = Phase.CHECKING
    sent: int = 0
    moved_at: float = 0.0
    ready_since: float = field(default=0.0)

    @property
    def begun(self) -> bool:
        """Whether a byte of it may be on the paper."""
        return self.sent > 0


class JobProgress:
    """Moves one job on. Every method runs on the thread of the port."""

    def __init__(self, name: str, ack: Ack, timing: PrinterTiming) -> None:
        self._name = name
        self._ack = ack
        self._timing = timing

    def check(self, job: PrintJob, dialogue: StatusDialogue, now: float) -> bool:
        """Whether the job may be sent now; it waits while the printer owes its state.

        Raises:
            HardwareError: the printer does not print in its state.
        """
        if dialogue.waiting:
            if now - dialogue.asked_at > self._timing.status:
                raise why_not(PrinterState.OFFLINE, self._name)
            return False
        if dialogue.state not in PRINTS:
            raise why_not(dialogue.state, self._name)
        job.phase, job.moved_at = Phase.SENDING, now
        return True

    def send(self, job: PrintJob, link: Transport, state: PrinterState, now: float) -> None:
        """Hand over the next piece.

        Raises:
            Offline: nothing was taken for too long, and no fault explains it.
        """
        taken = link.send(job.data[job.sent : job.sent + CHUNK], 0.0 if job.sent == 0 else 0.02)
        if taken:
            job.sent += taken
            job.moved_at = now
        elif state not in PRINTS:
            job.moved_at = now
        elif now - job.moved_at > self._timing.stall:
            raise Offline("The printer %(name)s takes no more data.", name=self._name)
        if job.sent == len(job.data):
            job.phase, job.moved_at, job.ready_since = Phase.PROVING, now, now

    def barrier(self, job: PrintJob, dialogue: StatusDialogue) -> bytes:
        """The question that the printer answers when the job is on the paper."""
        if self._ack is Ack.GS_H:
            return commands.gs_h(job.token)
        dialogue.demultiplexer.expect_queued()
        return commands.GS_R_PAPER

    def proved(self, job: PrintJob, reply: Reply, dialogue: StatusDialogue) -> bool:
        """Whether ``reply`` says that the job is printed."""
        match reply:
            case Queued(byte) if self._ack is Ack.GS_R and job.phase is Phase.PROVING:
                dialogue.paper_from_barrier(byte)
                return True
            case Block(header, body) if header == _GS_H_HEADER:
                return body == b"\x22" + job.token
            case _:
                return False

    def wait(self, job: PrintJob, dialogue: StatusDialogue, now: float) -> None:
        """Keep waiting for the proof; a printer out of paper is waited for without limit.

        Raises:
            Offline: the printer went silent, or is ready and still does not answer.
        """
        if dialogue.state not in PRINTS:
            job.ready_since = now
        allowed = self._timing.silence + len(job.data) / self._timing.slow_rate
        if dialogue.waiting and now - max(dialogue.silent_since, job.moved_at) > allowed:
            raise Offline("The printer %(name)s went silent.", name=self._name)
        if now - job.ready_since > self._timing.barrier + allowed:
            raise Offline(
                "The printer %(name)s never says when it is done; set its profile to one "
                "that answers differently.",
                name=self._name,
            )


def unknown(name: str) -> ResultUnknown:
    """The error of a job that began and was not proved."""
    return ResultUnknown(
        "The printer %(name)s was lost while it printed. The sale is kept; look at the paper, "
        "then print again as a copy if it is missing or torn.",
        name=name,
    )


def proof_of(link: Transport) -> Proof:
    """How sure a job is on a port that cannot answer."""
    return Proof.STORED if link.durable else Proof.SENT
