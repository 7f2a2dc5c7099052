"""What a till needs of a device, whoever makes it."""

from __future__ import annotations

from typing import Protocol

from hardware.card import CardCharge
from hardware.printer.profile import PrinterProfile
from hardware.printer.status import PrinterState


class Device(Protocol):
    """Anything a station opens and closes. ``open`` never waits for the device itself."""

    @property
    def name(self) -> str:
        """The name in the till's configuration."""

    def open(self) -> None:
        """Claim the port and start working.

        Raises:
            Claimed: another device of this till uses the port.
        """

    def close(self) -> None:
        """Stop, give the port back, end every thread. Closing twice is allowed."""


class Scanner(Device, Protocol):
    """Emits ``CodeScanned`` while it is open."""

    @property
    def online(self) -> bool:
        """Whether the scanner's port is connected."""


class ReceiptPrinter(Device, Protocol):
    """Prints finished byte streams one after the other; every job ends in one event."""

    @property
    def profile(self) -> PrinterProfile:
        """What to render for."""

    @property
    def state(self) -> PrinterState:
        """The last state the printer told."""

    def submit(self, job_id: str, data: bytes, *, kick: bool = False) -> None:
        """Take a job; returns at once. ``JobDone`` or ``JobFailed`` follows exactly once.

        ``kick`` opens the drawer in the same go, before the first byte is printed.

        Raises:
            Busy: the queue is full.
            Offline: the printer is closed.
        """

    def kick_drawer(
        self, *, pin: int = 2, on_ms: int = 100, off_ms: int = 300, reason: str = ""
    ) -> None:
        """Pulse the drawer connector ahead of waiting jobs; returns at once.

        ``pin`` is 2 or 5. ``DrawerKicked`` or ``DeviceError`` follows; a pulse is never repeated.

        Raises:
            Busy: the queue is full.
            Offline: the printer is closed.
        """


class CashDrawer(Device, Protocol):
    """A drawer that can be opened and perhaps knows whether it is."""

    @property
    def is_open(self) -> bool | None:
        """What the sensor last said; ``None`` when it never said anything."""

    def kick(self, reason: str) -> None:
        """Open the drawer; ``reason`` goes into the event for the audit.

        Raises:
            Busy: the queue is full.
            Offline: the printer is closed.
        """


class Scale(Device, Protocol):
    """Tells what lies on it, while somebody wants to know."""

    def watch(self) -> None:
        """Read five times a second, each time with a ``WeightRead``; returns at once.

        What lies on the plate already is read as well, and the same weight again is a weight.
        """

    def rest(self) -> None:
        """Ask no more: some scales beep at every question."""


class CardTerminal(Device, Protocol):
    """Takes money over a card. Every call returns at once; ``CardAnswered`` follows.

    A terminal does one thing after the other, and a reference once: asked again for one that it
    knows, it tells what became of it and moves no money.
    """

    @property
    def online(self) -> bool:
        """Whether the terminal's port is connected."""

    def charge(self, charge: CardCharge) -> None:
        """Pay, refund or reverse; ``CardProgress`` and exactly one ``CardAnswered`` follow.

        Raises:
            Busy: the queue is full; nothing was sent.
            Offline: the terminal cannot be reached; nothing was sent.
        """

    def query(self, reference: str) -> None:
        """Ask what became of a reference; ``CardCancelled`` when the terminal knows none.

        Raises:
            Busy: the queue is full.
            Offline: the terminal cannot be reached; nobody knows.
        """

    def abort(self, reference: str) -> None:
        """Ask the terminal to stop; its answer tells whether it did, or had approved already.

        Raises:
            Busy: the queue is full.
            Offline: the terminal cannot be reached; it may go on.
        """
