"""Which drivers there are, how far each is proved, and how to make a device of a configuration."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from hardware.address import (
    Address,
    FakeAddress,
    FileAddress,
    NullAddress,
    SerialAddress,
    TcpAddress,
    parse_address,
)
from hardware.drawer.printer_drawer import OpenLevel, PrinterDrawer, PulsePort
from hardware.drawer.pulse import DrawerPulse
from hardware.errors import NotConfigured
from hardware.events import Emit
from hardware.fake.card_terminal import FakeCardTerminal, Play
from hardware.fake.drawer import FakeDrawer
from hardware.fake.printer import FakePrinter
from hardware.fake.scale import Plate
from hardware.fake.scanner import FakeScanner
from hardware.ports import CardTerminal, CashDrawer, ReceiptPrinter, Scale, Scanner
from hardware.printer.escpos_printer import EscposPrinter
from hardware.printer.profile import PrinterProfile, profile_named
from hardware.scale import toledo8217
from hardware.scale.serial_scale import SerialScale, line_to
from hardware.scanner.serial_scanner import SerialScanner


class Kind(StrEnum):
    """What a device is for."""

    RECEIPT_PRINTER = "receipt_printer"
    CASH_DRAWER = "cash_drawer"
    SCANNER = "scanner"
    SCALE = "scale"
    CARD_TERMINAL = "card_terminal"


class Evidence(StrEnum):
    """What a driver was held to."""

    EMULATOR = "emulator"
    """An independent emulator of the device."""
    TRANSCRIPT = "transcript"
    """Bytes recorded from, or documented for, the device by a named source."""
    NOT_RUN = "not run"


@dataclass(frozen=True, slots=True)
class Driver:
    """One way to drive one kind of device. ``source`` says what the evidence is."""

    name: str
    kind: Kind
    schemes: tuple[str, ...]
    evidence: Evidence
    source: str


_EMUPOS = "emupos 0.4.0: tests/unit/hardware/test_emupos.py"
DRIVERS = (
    Driver("escpos-tcp", Kind.RECEIPT_PRINTER, ("tcp",), Evidence.EMULATOR, _EMUPOS),
    Driver("escpos-serial", Kind.RECEIPT_PRINTER, ("serial",), Evidence.EMULATOR, _EMUPOS),
    Driver(
        "escpos-file",
        Kind.RECEIPT_PRINTER,
        ("file", "null"),
        Evidence.NOT_RUN,
        "files yes; no device node of a printer was at hand",
    ),
    Driver("printer-drawer", Kind.CASH_DRAWER, (), Evidence.EMULATOR, _EMUPOS),
    Driver("serial-scanner", Kind.SCANNER, ("serial",), Evidence.EMULATOR, _EMUPOS),
    Driver(
        "keyboard-wedge",
        Kind.SCANNER,
        (),
        Evidence.TRANSCRIPT,
        "key traces with the timing of Honeywell and Zebra scanners",
    ),
    Driver(
        "toledo-8217",
        Kind.SCALE,
        ("serial",),
        Evidence.TRANSCRIPT,
        "answers measured at emupos 0.4.0, status bits of the Mettler DIVA service manual",
    ),
    Driver("fake", Kind.RECEIPT_PRINTER, ("fake",), Evidence.NOT_RUN, "no device"),
    Driver("fake", Kind.CASH_DRAWER, ("fake",), Evidence.NOT_RUN, "no device"),
    Driver("fake", Kind.SCANNER, ("fake",), Evidence.NOT_RUN, "no device"),
    Driver("fake", Kind.SCALE, ("fake",), Evidence.NOT_RUN, "no device"),
    Driver("fake", Kind.CARD_TERMINAL, ("fake",), Evidence.NOT_RUN, "a simulator, no device"),
)

Option = str | int | float | bool
Options = Mapping[str, Option]


def receipt_printer(
    name: str, address: Address, *, profile: PrinterProfile, emit: Emit
) -> ReceiptPrinter:
    """A printer under an address. Nothing is opened yet."""
    if isinstance(address, FakeAddress):
        return FakePrinter(name, profile, emit)
    return EscposPrinter(name, address, profile=profile, emit=emit)


def scanner(
    name: str, address: Address, *, emit: Emit, silence_ends: float | None = None
) -> Scanner:
    """A scanner under an address. Nothing is opened yet.

    Raises:
        NotConfigured: scanners have no such address.
    """
    match address:
        case FakeAddress():
            return FakeScanner(name, emit)
        case SerialAddress():
            return SerialScanner(name, address, emit=emit, silence_ends=silence_ends)
        case TcpAddress() | FileAddress() | NullAddress():
            raise NotConfigured(
                "The scanner %(name)s cannot be at %(address)s; give it a serial: address.",
                name=name,
                address=address,
            )


def scale(name: str, address: Address, *, emit: Emit) -> Scale:
    """A scale under an address; a fake one is a file with its weight. Nothing is opened yet.

    Raises:
        NotConfigured: scales have no such address.
    """
    match address:
        case FakeAddress():
            path = Path(address.name)
            return SerialScale(name, address, emit=emit, connect=lambda: Plate(path))
        case SerialAddress():
            return SerialScale(name, address, emit=emit, connect=lambda: line_to(address))
        case TcpAddress() | FileAddress() | NullAddress():
            raise NotConfigured(
                "The scale %(name)s cannot be at %(address)s; give it a serial: address.",
                name=name,
                address=address,
            )


class DeviceOptions:
    """The options of one configured device; every one must be read, or it is a mistake.

    Args:
        name: the device's name.
        options: its part of the configuration.
    """

    def __init__(self, name: str, options: Options) -> None:
        self.name = name
        self._left: dict[str, Any] = dict(options)

    def text(self, key: str, default: str | None = None) -> str:
        """A text.

        Raises:
            NotConfigured: it is missing or no text.
        """
        value = self._left.pop(key, default)
        if not isinstance(value, str):
            raise self.wrong(key, "a text")
        return value

    def number(self, key: str, default: int) -> int:
        """A whole number.

        Raises:
            NotConfigured: it is none.
        """
        value = self._left.pop(key, default)
        if not isinstance(value, int) or isinstance(value, bool):
            raise self.wrong(key, "a whole number")
        return value

    def wrong(self, key: str, wanted: str) -> NotConfigured:
        """The error for one option."""
        return NotConfigured(
            "The device %(name)s needs %(wanted)s for “%(key)s”.",
            name=self.name,
            key=key,
            wanted=wanted,
        )

    def finish(self) -> None:
        """Refuse what nobody asked for.

        Raises:
            NotConfigured: an option is unknown.
        """
        if self._left:
            raise NotConfigured(
                "The device %(name)s has the unknown option “%(key)s”.",
                name=self.name,
                key=next(iter(self._left)),
            )


def printer_from(options: DeviceOptions, emit: Emit) -> ReceiptPrinter:
    """Read ``address``, ``profile`` and ``codepage``.

    Raises:
        NotConfigured: something is missing or wrong.
    """
    address = parse_address(options.text("address"))
    profile = profile_named(options.text("profile", "epson-80mm"))
    profile = profile.with_page(options.text("codepage", profile.page))
    return receipt_printer(options.name, address, profile=profile, emit=emit)


def scanner_from(options: DeviceOptions, emit: Emit) -> Scanner:
    """Read ``address`` and ``silence_ends_ms`` (0: codes end with a suffix).

    Raises:
        NotConfigured: something is missing or wrong.
    """
    address = parse_address(options.text("address"))
    silence = options.number("silence_ends_ms", 0)
    return scanner(
        options.name, address, emit=emit, silence_ends=silence / 1000 if silence else None
    )


def scale_from(options: DeviceOptions, emit: Emit) -> Scale:
    """Read ``address``; a serial one is 7E1 unless it says otherwise.

    Raises:
        NotConfigured: something is missing or wrong.
    """
    text = options.text("address")
    address = parse_address(text)
    if isinstance(address, SerialAddress) and "mode=" not in text:
        address = replace(address, mode=toledo8217.MODE)
    return scale(options.name, address, emit=emit)


def drawer_from(
    options: DeviceOptions, printers: Mapping[str, ReceiptPrinter], emit: Emit
) -> CashDrawer:
    """Read ``address`` (fake only) or ``printer``, ``pin``, ``on_ms``, ``off_ms``, ``open_level``.

    Raises:
        NotConfigured: something is missing or wrong.
    """
    address = options.text("address", "")
    if address:
        if not isinstance(parse_address(address), FakeAddress):
            raise options.wrong("address", "a fake: address, or the option “printer” instead")
        return FakeDrawer(options.name, emit)
    printer = printers.get(options.text("printer"))
    if not isinstance(printer, EscposPrinter | FakePrinter):
        raise options.wrong("printer", "the name of a receipt printer of this till")
    port: PulsePort = printer
    level = options.text("open_level", "none")
    if level not in ("high", "low", "none"):
        raise options.wrong("open_level", "high, low or none")
    pin = options.number("pin", 2)
    if pin not in (2, 5):
        raise options.wrong("pin", "2 or 5")
    on_ms, off_ms = options.number("on_ms", 100), options.number("off_ms", 300)
    if not (10 <= on_ms <= 510 and 10 <= off_ms <= 510):
        raise options.wrong("on_ms and off_ms", "10 to 510 ms")
    return PrinterDrawer(
        options.name,
        port,
        pulse=DrawerPulse(options.name, pin, on_ms, off_ms),
        open_level=None if level == "none" else OpenLevel(level),
        emit=emit,
    )


def terminal_from(options: DeviceOptions, emit: Emit) -> CardTerminal:
    """Read ``address`` (fake only), ``ledger``, ``script`` and ``delay_ms``.

    ``ledger`` is the file with what the simulator charged; ``script`` says what it does with one
    payment after the other, such as ``decline, approve``, and then approves.

    Raises:
        NotConfigured: something is missing or wrong.
    """
    address = parse_address(options.text("address"))
    if not isinstance(address, FakeAddress):
        raise options.wrong("address", "a fake: address")
    ledger, delay = options.text("ledger"), options.number("delay_ms", 1500)
    words = [word.strip() for word in options.text("script", "").split(",") if word.strip()]
    if not set(words) <= set(Play):
        raise options.wrong("script", ", ".join(Play))
    terminal = FakeCardTerminal(options.name, Path(ledger), emit, delay_s=delay / 1000)
    terminal.play(*map(Play, words))
    return terminal
