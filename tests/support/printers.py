"""Opens printers with short deadlines and closes them again."""

from __future__ import annotations

import threading
import time

from hardware.address import parse_address
from hardware.port_thread import Backoff
from hardware.printer.escpos_printer import EscposPrinter
from hardware.printer.job import PrinterTiming
from hardware.printer.profile import profile_named
from hardware.printer.status import PrinterState
from tests.support.event_log import EventLog

QUICK = PrinterTiming(
    status=0.2, silence=0.4, slow_rate=20_000, stall=0.5, barrier=0.5, idle_poll=0.2, job_poll=0.05
)
BACKOFF = Backoff(first=0.05, limit=0.2)


class PrinterRoom:
    """Call it with an address; every printer is open until the test ends."""

    def __init__(self, log: EventLog) -> None:
        self._log = log
        self._printers: list[EscposPrinter] = []

    def __call__(
        self,
        address: str,
        profile: str = "epson-80mm",
        *,
        timing: PrinterTiming = QUICK,
        name: str = "r1",
    ) -> EscposPrinter:
        printer = EscposPrinter(
            name,
            parse_address(address),
            profile=profile_named(profile),
            emit=self._log,
            timing=timing,
            backoff=BACKOFF,
        )
        self._printers.append(printer)
        printer.open()
        return printer

    def close(self) -> None:
        for printer in reversed(self._printers):
            printer.close()


def wait_ready(printer: EscposPrinter) -> None:
    limit = time.monotonic() + 5
    while printer.state is not PrinterState.READY:
        assert time.monotonic() < limit
        threading.Event().wait(0.01)
