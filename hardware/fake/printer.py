"""A receipt printer in memory that can be told to fail like a real one."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from hardware.drawer.pulse import DrawerPulse
from hardware.errors import HardwareError, Offline
from hardware.events import (
    DeviceError,
    DrawerKicked,
    Emit,
    JobDone,
    JobFailed,
    Outcome,
    PrinterStatusChanged,
    Proof,
    utc_now,
)
from hardware.printer.dialogue import why_not
from hardware.printer.job import unknown
from hardware.printer.profile import PrinterProfile
from hardware.printer.status import PrinterState


class Trouble(StrEnum):
    """How the fake printer fails."""

    NONE = "none"
    PAPER_OUT = "paper_out"
    COVER_OPEN = "cover_open"
    OFFLINE = "offline"
    HANG = "hang"
    """Jobs are taken and never end, until the trouble changes: then they are unknown."""


_STATES = {
    Trouble.NONE: PrinterState.READY,
    Trouble.PAPER_OUT: PrinterState.PAPER_OUT,
    Trouble.COVER_OPEN: PrinterState.COVER_OPEN,
    Trouble.OFFLINE: PrinterState.OFFLINE,
    Trouble.HANG: PrinterState.BUSY,
}


@dataclass(slots=True)
class FakePrinter:
    """Keeps what it printed. Events come on the caller's thread, before the call returns."""

    name: str
    profile: PrinterProfile
    emit: Emit
    printed: list[tuple[str, bytes]] = field(default_factory=list)
    pulses: list[DrawerPulse] = field(default_factory=list)
    _trouble: Trouble = Trouble.NONE
    _opened: bool = False
    _hanging: list[str] = field(default_factory=list)
    _pulse: DrawerPulse | None = None
    _watchers: list[Callable[[bool], None]] = field(default_factory=list)
    _lock: threading.RLock = field(default_factory=threading.RLock)

    @property
    def state(self) -> PrinterState:
        """The state that goes with the present trouble."""
        return _STATES[self._trouble] if self._opened else PrinterState.OFFLINE

    @property
    def hanging(self) -> tuple[str, ...]:
        """Ids of the jobs that were taken and have not ended."""
        return tuple(self._hanging)

    def open(self) -> None:
        """Become ready."""
        with self._lock:
            self._opened = True
            self.emit(PrinterStatusChanged(self.name, self.state, utc_now()))

    def close(self) -> None:
        """Give up what hangs."""
        with self._lock:
            self._opened = False
            self._give_up_hanging()

    def suffer(self, trouble: Trouble) -> None:
        """Change the trouble; :attr:`Trouble.NONE` repairs the printer."""
        with self._lock:
            self._trouble = trouble
            if trouble is not Trouble.HANG:
                self._give_up_hanging()
            self.emit(PrinterStatusChanged(self.name, self.state, utc_now()))

    def submit(self, job_id: str, data: bytes, *, kick: bool = False) -> None:
        """See :meth:`hardware.ports.ReceiptPrinter.submit`."""
        with self._lock:
            self._need_open()
            if kick:
                self.pulse(self._pulse or DrawerPulse(self.name))
            if self._trouble is Trouble.HANG:
                self._hanging.append(job_id)
            elif self._trouble is Trouble.NONE:
                self.printed.append((job_id, data))
                self.emit(JobDone(self.name, job_id, Proof.PRINTED, utc_now()))
            else:
                self._fail(job_id, Outcome.NOT_PRINTED, why_not(self.state, self.name))

    def kick_drawer(
        self, *, pin: int = 2, on_ms: int = 100, off_ms: int = 300, reason: str = ""
    ) -> None:
        """See :meth:`hardware.ports.ReceiptPrinter.kick_drawer`."""
        self.pulse(DrawerPulse(self.name, pin, on_ms, off_ms, reason))

    def pulse(self, pulse: DrawerPulse) -> None:
        """See :class:`hardware.drawer.printer_drawer.PulsePort`."""
        with self._lock:
            self._need_open()
            if self._trouble is Trouble.OFFLINE:
                self.emit(DeviceError(pulse.device, why_not(self.state, self.name), utc_now()))
                return
            self.pulses.append(pulse)
            self.emit(DrawerKicked(pulse.device, pulse.reason, utc_now()))
            self.set_pin(high=True)

    def attach_drawer(self, pulse: DrawerPulse, on_pin: Callable[[bool], None]) -> None:
        """See :class:`hardware.drawer.printer_drawer.PulsePort`."""
        self._pulse = pulse
        self._watchers.append(on_pin)

    def set_pin(self, *, high: bool) -> None:
        """Move the drawer's sensor."""
        for watcher in self._watchers:
            watcher(high)

    def _need_open(self) -> None:
        if not self._opened:
            raise Offline("The printer %(name)s is closed.", name=self.name)

    def _give_up_hanging(self) -> None:
        hanging, self._hanging = self._hanging, []
        for job_id in hanging:
            self._fail(job_id, Outcome.UNKNOWN, unknown(self.name))

    def _fail(self, job_id: str, outcome: Outcome, error: HardwareError) -> None:
        self.emit(JobFailed(self.name, job_id, outcome, error, utc_now()))
