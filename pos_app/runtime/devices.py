"""The till's devices, made from its settings."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from pathlib import Path

from hardware.errors import HardwareError
from hardware.events import Emit, JobFailed, Outcome, utc_now
from hardware.ports import CardTerminal, Scale
from hardware.printer.fonts import FontSet
from hardware.printer.preview import preview_png
from hardware.printer.render import render
from hardware.registry import Options
from hardware.station import Station
from retail.receipt import ReceiptDocument, marked

log = logging.getLogger("tillwright.hardware")

_NOWHERE = "null:"


class Devices:
    """Opens what is configured; events go to one callback on the devices' own threads.

    Args:
        settings: all settings of the till.
        fonts: folder with the fonts for text that a printer's code page lacks.
        ledger: where a simulated card terminal keeps what it charged.
        training: whatever is printed says so, the drawer stays shut, and no card is charged.

    Raises:
        NotConfigured: an address or profile is wrong; the sentence names it.
    """

    def __init__(
        self,
        settings: Mapping[str, str],
        emit: Emit,
        *,
        fonts: Path,
        ledger: Path,
        training: bool = False,
    ) -> None:
        config: dict[str, Options] = {
            "receipt1": {
                "kind": "receipt_printer",
                "address": settings["printer.address"],
                "profile": settings["printer.profile"],
            }
        }
        if settings["scanner.address"] != _NOWHERE:
            config["scanner1"] = {"kind": "scanner", "address": settings["scanner.address"]}
        self._training = training
        if settings["scale.address"] != _NOWHERE:
            config["scale1"] = {"kind": "scale", "address": settings["scale.address"]}
        if settings["terminal.address"] != _NOWHERE and not training:
            config["terminal1"] = {
                "kind": "card_terminal",
                "address": settings["terminal.address"],
                "ledger": str(ledger),
                "script": settings["terminal.script"],
                "delay_ms": int(settings["terminal.delay_ms"]),
            }
        self._emit = emit
        self._fonts = FontSet(fonts)
        self._station = Station(config, emit)

    @property
    def scale(self) -> Scale | None:
        """The scale, where there is one."""
        return self._station.scale

    def open(self) -> None:
        """Open all; a device that fails is reported as an event and never stops the others."""
        self._station.open()

    def close(self) -> None:
        """Close all, in reverse order."""
        self._station.close()

    @property
    def terminal(self) -> CardTerminal | None:
        """The card terminal, where the till has one."""
        return self._station.terminal

    def picture(self, document: ReceiptDocument) -> bytes:
        """The receipt as PNG, drawn from the very bytes that the printer would get."""
        profile = self._station.printers["receipt1"].profile
        data = render(self.shown(document), profile, fonts=self._fonts)
        return preview_png(data, profile, fonts=self._fonts)

    def print_job(self, job_id: str, document: ReceiptDocument, *, kick: bool) -> None:
        """Render and submit a receipt; ``JobDone`` or ``JobFailed`` follows exactly once."""
        printer = self._station.printers["receipt1"]
        try:
            data = render(self.shown(document), printer.profile, fonts=self._fonts)
            printer.submit(job_id, data, kick=kick and not self._training)
        except HardwareError as problem:
            failed = JobFailed(printer.name, job_id, Outcome.NOT_PRINTED, problem, utc_now())
            self._emit(failed)

    def open_drawer(self) -> str:
        """Open the drawer ahead of waiting receipts; it stays shut while somebody practises.

        Returns the name of the device of which ``DrawerKicked`` or ``DeviceError`` follows, empty
        where neither does.

        Raises:
            HardwareError: the printer is closed or has too much to do.
        """
        if self._training:
            return ""
        printer = self._station.printers["receipt1"]
        printer.kick_drawer(reason="no sale")
        return printer.name

    def shown(self, document: ReceiptDocument) -> ReceiptDocument:
        """A document as paper shows it: with the mark of practice where this is practice."""
        return marked(document) if self._training else document
