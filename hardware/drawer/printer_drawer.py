"""A cash drawer on the connector of a receipt printer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from enum import StrEnum
from typing import Protocol

from hardware.drawer.pulse import DrawerPulse
from hardware.events import DrawerChanged, Emit, utc_now


class OpenLevel(StrEnum):
    """What pin 3 says of an open drawer; drawers differ, so it is found out once per till."""

    HIGH = "high"
    LOW = "low"


class PulsePort(Protocol):
    """What a drawer needs of its printer."""

    def pulse(self, pulse: DrawerPulse) -> None:
        """Send a pulse ahead of waiting jobs."""

    def attach_drawer(self, pulse: DrawerPulse, on_pin: Callable[[bool], None]) -> None:
        """Tell every change of pin 3, and use ``pulse`` for jobs that open the drawer."""


class PrinterDrawer:
    """Opens by a pulse through the printer; knows whether it is open if it has a sensor.

    Args:
        name: its name in the configuration.
        printer: the printer it hangs on.
        pulse: connector pin and times.
        open_level: the level of an open drawer; ``None`` without a sensor.
        emit: receives ``DrawerKicked``, ``DrawerChanged`` and ``DeviceError``.
    """

    def __init__(
        self,
        name: str,
        printer: PulsePort,
        *,
        pulse: DrawerPulse,
        open_level: OpenLevel | None,
        emit: Emit,
    ) -> None:
        self.name = name
        self._printer = printer
        self._pulse = replace(pulse, device=name)
        self._open_level = open_level
        self._emit = emit
        self._is_open: bool | None = None
        printer.attach_drawer(self._pulse, self._pin_changed)

    @property
    def is_open(self) -> bool | None:
        """What the sensor last said; ``None`` when there is none or it never said anything."""
        return self._is_open

    def open(self) -> None:
        """Nothing to claim: the printer owns the port."""

    def close(self) -> None:
        """Forget the sensor; the drawer itself stays as it is."""
        self._is_open = None

    def kick(self, reason: str) -> None:
        """See :meth:`hardware.ports.CashDrawer.kick`."""
        self._printer.pulse(replace(self._pulse, reason=reason))

    def _pin_changed(self, high: bool) -> None:  # noqa: FBT001  the pin's level is all there is
        if self._open_level is None:
            return
        is_open = high is (self._open_level is OpenLevel.HIGH)
        if is_open is not self._is_open:
            self._is_open = is_open
            self._emit(DrawerChanged(self.name, is_open, utc_now()))
