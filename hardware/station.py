"""The devices of one till, made from its configuration and opened and closed together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Self

from hardware.errors import HardwareError, NotConfigured
from hardware.events import DeviceError, Emit, deliver, utc_now
from hardware.ports import CardTerminal, CashDrawer, Device, ReceiptPrinter, Scale, Scanner
from hardware.registry import (
    DeviceOptions,
    Kind,
    Options,
    drawer_from,
    printer_from,
    scale_from,
    scanner_from,
    terminal_from,
)

_ORDER = (
    Kind.RECEIPT_PRINTER,
    Kind.CASH_DRAWER,
    Kind.SCANNER,
    Kind.SCALE,
    Kind.CARD_TERMINAL,
)


class Station:
    """The devices by name. Every event of every device goes to one callback.

    Args:
        config: for each device name its options; ``kind`` and ``address`` first of all, such as
            ``{"receipt1": {"kind": "receipt_printer", "address": "tcp://10.0.0.9"}}``.
        emit: receives the events, on the threads of the ports; it must return soon.

    Raises:
        NotConfigured: the configuration is wrong; the sentence names device and option.
    """

    def __init__(self, config: Mapping[str, Options], emit: Emit) -> None:
        self._emit = emit
        self.printers: dict[str, ReceiptPrinter] = {}
        self.drawers: dict[str, CashDrawer] = {}
        self.scanners: dict[str, Scanner] = {}
        self.scales: dict[str, Scale] = {}
        self.terminals: dict[str, CardTerminal] = {}
        self._opened: list[Device] = []
        self._devices: list[Device] = []
        wanted = [(_kind(name, options), name) for name, options in config.items()]
        for kind, name in sorted(wanted, key=lambda item: _ORDER.index(item[0])):
            options = {k: v for k, v in config[name].items() if k != "kind"}
            self._devices.append(self._make(kind, DeviceOptions(name, options)))

    def _make(self, kind: Kind, options: DeviceOptions) -> Device:
        device: Device
        match kind:
            case Kind.RECEIPT_PRINTER:
                device = self.printers[options.name] = printer_from(options, self._emit)
            case Kind.CASH_DRAWER:
                device = self.drawers[options.name] = drawer_from(
                    options, self.printers, self._emit
                )
            case Kind.SCANNER:
                device = self.scanners[options.name] = scanner_from(options, self._emit)
            case Kind.SCALE:
                device = self.scales[options.name] = scale_from(options, self._emit)
            case Kind.CARD_TERMINAL:
                device = self.terminals[options.name] = terminal_from(options, self._emit)
        options.finish()
        return device

    @property
    def printer(self) -> ReceiptPrinter | None:
        """The first receipt printer of the configuration."""
        return next(iter(self.printers.values()), None)

    @property
    def drawer(self) -> CashDrawer | None:
        """The first cash drawer of the configuration."""
        return next(iter(self.drawers.values()), None)

    @property
    def scale(self) -> Scale | None:
        """The first scale of the configuration."""
        return next(iter(self.scales.values()), None)

    @property
    def terminal(self) -> CardTerminal | None:
        """The first card terminal of the configuration."""
        return next(iter(self.terminals.values()), None)

    def open(self) -> None:
        """Open every device by kind, printers first.

        One that fails never stops the others; it is told as ``DeviceError``.
        """
        for device in self._devices:
            if device in self._opened:
                continue
            try:
                device.open()
            except HardwareError as problem:
                deliver(self._emit, DeviceError(device.name, problem, utc_now()))
            else:
                self._opened.append(device)

    def close(self) -> None:
        """Close what is open, in reverse order."""
        while self._opened:
            self._opened.pop().close()

    def __enter__(self) -> Self:
        self.open()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _kind(name: str, options: Options) -> Kind:
    try:
        return Kind(str(options.get("kind", "")))
    except ValueError:
        raise NotConfigured(
            "The device %(name)s needs one of %(kinds)s for “kind”.",
            name=name,
            kinds=", ".join(Kind),
        ) from None
