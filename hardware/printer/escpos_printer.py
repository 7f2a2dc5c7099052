"""The driver of ESC/POS receipt printers.

Jobs are printed one after the other on the port's thread. A job ends in exactly one event:
``JobDone`` with its proof, or ``JobFailed`` with what is known of the paper. The driver never
sends a job again, and never replays a drawer pulse.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count

from hardware.address import Address
from hardware.drawer.pulse import DrawerPulse
from hardware.errors import HardwareError, Offline, Timeout
from hardware.events import (
    DeviceError,
    DrawerKicked,
    Emit,
    HardwareEvent,
    JobDone,
    JobFailed,
    Outcome,
    PrinterStatusChanged,
    Proof,
    deliver,
    utc_now,
)
from hardware.port_thread import Backoff, CommandQueue, PortThread, monotonic, port_of
from hardware.printer import commands
from hardware.printer.dialogue import PRINTS, StatusDialogue, why_not
from hardware.printer.job import JobProgress, Phase, PrinterTiming, PrintJob, proof_of, unknown
from hardware.printer.profile import Ack, PrinterProfile, Pulse
from hardware.printer.status import PrinterState
from hardware.printer.transport import connector
from hardware.transport import Transport

_LOG = logging.getLogger("tillwright.hardware")
_AT_ONCE = 0.0
_SHORT = 0.02


@dataclass(frozen=True, slots=True)
class _Kick:
    pulse: DrawerPulse
    until: float


class EscposPrinter:
    """A receipt printer on a network, a serial line, a file or nowhere.

    Args:
        name: its name in the configuration.
        address: where it is.
        profile: what it can do.
        emit: receives every event, on the port's thread.
        timing: deadlines.
        backoff: waits between attempts to connect.
    """

    def __init__(
        self,
        name: str,
        address: Address,
        *,
        profile: PrinterProfile,
        emit: Emit,
        timing: PrinterTiming | None = None,
        backoff: Backoff | None = None,
    ) -> None:
        self.name = name
        self.profile = profile
        self._emit_to = emit
        self._timing = timing or PrinterTiming()
        self._queue: CommandQueue[PrintJob | _Kick] = CommandQueue()
        self._progress = JobProgress(name, profile.ack, self._timing)
        self._dialogue = StatusDialogue()
        self._talks = False
        self._job: PrintJob | None = None
        self._state = PrinterState.OFFLINE
        self._tokens = count(1)
        self._idle = threading.Event()
        self._idle.set()
        self._accepting = threading.Lock()
        self._open = False
        self._pulse = DrawerPulse(name)
        self._watchers: list[Callable[[bool], None]] = []
        self._pin: bool | None = None
        self._port = PortThread(
            name, port_of(address, name), connect=connector(address), client=self, backoff=backoff
        )

    @property
    def state(self) -> PrinterState:
        """The last state the printer told."""
        return self._state

    def open(self) -> None:
        """Claim the port and start; see :class:`hardware.ports.Device`."""
        self._port.start()
        with self._accepting:
            self._open = True

    def close(self) -> None:
        """Give the job in hand a moment, then stop; what is left fails."""
        with self._accepting:
            self._open = False
        if self._port.running and self._state in PRINTS:
            self._idle.wait(self._timing.drain)
        self._port.stop()
        self._fail_all(why_not(PrinterState.OFFLINE, self.name))

    def submit(self, job_id: str, data: bytes, *, kick: bool = False) -> None:
        """See :meth:`hardware.ports.ReceiptPrinter.submit`."""
        job = PrintJob(job_id, data, token=b"%04d" % (next(self._tokens) % 10000))
        with self._accepting:
            self._need_open()
            if kick:
                self._queue.put(self._timed(self._pulse), urgent=True)
            self._idle.clear()
            self._queue.put(job)
        self._port.wake()

    def kick_drawer(
        self, *, pin: int = 2, on_ms: int = 100, off_ms: int = 300, reason: str = ""
    ) -> None:
        """See :meth:`hardware.ports.ReceiptPrinter.kick_drawer`."""
        self.pulse(DrawerPulse(self.name, pin, on_ms, off_ms, reason))

    def pulse(self, pulse: DrawerPulse) -> None:
        """Open the drawer that ``pulse`` names, ahead of waiting jobs.

        Raises:
            Busy: the queue is full.
            Offline: the printer is closed.
            Unprintable: the pin is neither 2 nor 5.
        """
        commands.pulse_queued(pulse.pin, pulse.on_ms, pulse.off_ms)
        with self._accepting:
            self._need_open()
            self._queue.put(self._timed(pulse), urgent=True)
        self._port.wake()

    def attach_drawer(self, pulse: DrawerPulse, on_pin: Callable[[bool], None]) -> None:
        """Use ``pulse`` for jobs with a kick, and tell every change of the sensor on pin 3."""
        self._pulse = pulse
        self._watchers.append(on_pin)

    def _need_open(self) -> None:
        if not self._open:
            raise Offline("The printer %(name)s is closed.", name=self.name)

    def _timed(self, pulse: DrawerPulse) -> _Kick:
        return _Kick(pulse, monotonic() + self._timing.pulse)

    # The port's thread from here on.

    def opened(self, link: Transport) -> None:
        """A fresh connection: nothing of an earlier one is believed."""
        self._dialogue = StatusDialogue()
        self._talks = link.answers and self.profile.ack is not Ack.NONE
        if not self._talks:
            self._port.healthy()
            self._set_state(PrinterState.READY)
            return
        if self.profile.asb:
            self._write(link, commands.ASB_ON)
        self._ask(link)

    def received(self, data: bytes) -> None:
        """Answers of the printer."""
        if not self._talks:
            return
        for reply in self._dialogue.feed(data, monotonic()):
            if self._job is not None and self._progress.proved(self._job, reply, self._dialogue):
                self._done(self._job, Proof.PRINTED)
        if not self._dialogue.waiting:
            self._port.healthy()
            self._set_state(self._dialogue.state)
        self._tell_pin()

    def step(self, link: Transport) -> float:
        """Pulses first, then the job in hand, then the next one."""
        self._kicks(link)
        if self._job is None:
            self._job = self._next_job(link)
        if self._job is not None:
            self._advance(self._job, link)
        if self._job is None:
            self._rest()
        return self._watch(link)

    def _rest(self) -> None:
        """Let a close that waits go on, unless a job is being handed over."""
        with self._accepting:
            if not self._queue:
                self._idle.set()

    def lost(self, problem: HardwareError) -> None:
        """The connection is gone: nothing that waits is kept for a later one."""
        if self._job is not None or self._queue:
            _LOG.info("%s gives its jobs back: %s", self.name, problem.sentence)
        self._set_state(PrinterState.OFFLINE)
        self._fail_all(problem if problem.retryable else why_not(self._state, self.name))

    def _next_job(self, link: Transport) -> PrintJob | None:
        job = self._queue.take()
        if job is None:
            return None
        if self._talks and not self._dialogue.waiting:
            self._ask(link)
        return job if isinstance(job, PrintJob) else None

    def _advance(self, job: PrintJob, link: Transport) -> None:
        now = monotonic()
        if not self._talks:
            self._send_blindly(job, link, now)
            return
        if job.phase is Phase.CHECKING:
            try:
                if not self._progress.check(job, self._dialogue, now):
                    return
            except HardwareError as problem:
                self._failed(job, Outcome.NOT_PRINTED, problem)
                return
            job.data += self._progress.barrier(job, self._dialogue)
        if job.phase is Phase.SENDING:
            self._progress.send(job, link, self._dialogue.state, now)
        else:
            self._progress.wait(job, self._dialogue, now)

    def _send_blindly(self, job: PrintJob, link: Transport, now: float) -> None:
        job.moved_at = job.moved_at or now
        self._progress.send(job, link, PrinterState.READY, now)
        if job.sent == len(job.data):
            link.sync()
            self._done(job, proof_of(link))

    def _watch(self, link: Transport) -> float:
        """Ask when it is time, give up when nothing comes; returns the seconds to the next look."""
        if self._job is not None and self._job.phase is Phase.SENDING:
            return _AT_ONCE
        if not self._talks:
            return _AT_ONCE if self._job or self._queue else self._timing.idle_poll
        proving = self._job is not None and self._job.phase is Phase.PROVING
        if self._dialogue.waiting:
            return self._overdue(monotonic(), proving=proving)
        if self._job is None and self._queue:
            return _AT_ONCE
        poll = self._timing.job_poll if proving else self._timing.idle_poll
        left = self._dialogue.asked_at + poll - monotonic()
        if left <= 0:
            self._ask(link)
            return _SHORT
        return min(left, _SHORT) if self._job else left

    def _overdue(self, now: float, *, proving: bool) -> float:
        late = now - self._dialogue.asked_at - self._timing.status
        if late > 0 and self._dialogue.settle():
            self._set_state(self._dialogue.state)
        elif late > 0 and not proving:
            raise why_not(PrinterState.OFFLINE, self.name)
        elif now - self._dialogue.silent_since > self._timing.silence:
            self._set_state(PrinterState.OFFLINE)
        return _SHORT if self._job or late > 0 else _SHORT - late

    def _ask(self, link: Transport) -> None:
        self._write(link, self._dialogue.ask(monotonic()))

    def _write(self, link: Transport, data: bytes) -> None:
        """Send a short command as a whole.

        Raises:
            Timeout: the port does not take it.
        """
        if link.send(data, self._timing.status) != len(data):
            raise Timeout("The printer %(name)s takes no commands.", name=self.name)

    def _kicks(self, link: Transport) -> None:
        while True:
            kick = self._queue.peek_urgent()
            if not isinstance(kick, _Kick):
                return
            sending = self._job is not None and self._job.phase is Phase.SENDING
            unheard = self._talks and not self._dialogue.known
            if sending or unheard:
                if monotonic() < kick.until:
                    return
                problem: HardwareError | None = Timeout(
                    "The drawer at the printer %(name)s could not be opened in time. Use the key.",
                    name=self.name,
                )
            else:
                problem = self._kick(kick.pulse, link)
            self._queue.take_urgent()
            self._told(kick.pulse, problem)

    def _kick(self, pulse: DrawerPulse, link: Transport) -> HardwareError | None:
        """Write the pulse; a queued one would open the drawer later, so it needs a free printer."""
        if self.profile.pulse is Pulse.REAL_TIME:
            self._write(link, commands.pulse_real_time(pulse.pin, pulse.on_ms))
            return None
        if self._talks and self._dialogue.state not in PRINTS:
            return why_not(self._dialogue.state, self.name)
        self._write(link, commands.pulse_queued(pulse.pin, pulse.on_ms, pulse.off_ms))
        return None

    def _told(self, pulse: DrawerPulse, problem: HardwareError | None) -> None:
        if problem is None:
            self._emit(DrawerKicked(pulse.device, pulse.reason, utc_now()))
        else:
            self._emit(DeviceError(pulse.device, problem, utc_now()))

    def _done(self, job: PrintJob, proof: Proof) -> None:
        self._job = None
        self._emit(JobDone(self.name, job.job_id, proof, utc_now()))

    def _failed(self, job: PrintJob, outcome: Outcome, problem: HardwareError) -> None:
        self._job = None
        self._emit(JobFailed(self.name, job.job_id, outcome, problem, utc_now()))

    def _fail_all(self, problem: HardwareError) -> None:
        job = self._job
        if job is not None and job.begun:
            self._failed(job, Outcome.UNKNOWN, unknown(self.name))
        elif job is not None:
            self._failed(job, Outcome.NOT_PRINTED, problem)
        for command in self._queue.drain():
            if isinstance(command, PrintJob):
                self._failed(command, Outcome.NOT_PRINTED, problem)
            else:
                self._told(command.pulse, problem)
        self._idle.set()

    def _set_state(self, state: PrinterState) -> None:
        if state is not self._state:
            self._state = state
            self._emit(PrinterStatusChanged(self.name, state, utc_now()))

    def _tell_pin(self) -> None:
        high = self._dialogue.pin_high
        if high is not None and high is not self._pin:
            self._pin = high
            for watcher in self._watchers:
                watcher(high)

    def _emit(self, event: HardwareEvent) -> None:
        deliver(self._emit_to, event)
