"""A scanner on a serial line or USB in its serial mode: the preferred way, free of focus."""

from __future__ import annotations

from hardware.address import SerialAddress
from hardware.errors import HardwareError, Protocol
from hardware.events import (
    CodeScanned,
    DeviceError,
    Emit,
    HardwareEvent,
    ScannerStatusChanged,
    deliver,
    utc_now,
)
from hardware.port_thread import Backoff, PortThread, monotonic, port_of
from hardware.scanner.framing import Framer, split_aim
from hardware.serial_port import SerialTransport
from hardware.transport import Transport

_FOREVER = 60.0


class SerialScanner:
    """Emits ``CodeScanned`` on the port's thread; reconnects by itself.

    Args:
        name: its name in the configuration.
        address: where it is.
        emit: receives every event.
        silence_ends: seconds of silence that end a code, for scanners that send no suffix;
            ``None`` waits for the suffix.
        backoff: waits between attempts to connect.
    """

    def __init__(
        self,
        name: str,
        address: SerialAddress,
        *,
        emit: Emit,
        silence_ends: float | None = None,
        backoff: Backoff | None = None,
    ) -> None:
        self.name = name
        self._emit_to = emit
        self._silence = silence_ends
        self._framer = Framer()
        self._heard_at = 0.0
        self._online = False
        self._port = PortThread(
            name,
            port_of(address, name),
            connect=lambda: SerialTransport(address),
            client=self,
            backoff=backoff,
        )

    @property
    def online(self) -> bool:
        """Whether the port is connected."""
        return self._online

    def open(self) -> None:
        """Claim the port and start; see :class:`hardware.ports.Device`."""
        self._port.start()

    def close(self) -> None:
        """End the thread and give the port back."""
        self._port.stop()

    def opened(self, link: Transport) -> None:
        """Start afresh: half a code from before the loss is worth nothing."""
        del link
        self._framer = Framer()
        self._port.healthy()
        self._set_online(online=True)

    def received(self, data: bytes) -> None:
        """Bytes of the scanner."""
        self._heard_at = monotonic()
        try:
            self._tell(self._framer.feed(data))
        except Protocol as problem:
            self._emit(DeviceError(self.name, problem, utc_now()))

    def step(self, link: Transport) -> float:
        """End a code by silence, if the scanner needs that."""
        del link
        if self._silence is None or not self._framer.pending:
            return _FOREVER
        left = self._heard_at + self._silence - monotonic()
        if left > 0:
            return left
        self._tell(self._framer.flush())
        return _FOREVER

    def lost(self, problem: HardwareError) -> None:
        """The scanner was unplugged or the till closes."""
        del problem
        self._set_online(online=False)

    def _set_online(self, *, online: bool) -> None:
        if online is not self._online:
            self._online = online
            self._emit(ScannerStatusChanged(self.name, online=online, at=utc_now()))

    def _tell(self, raws: list[str]) -> None:
        for raw in raws:
            symbology, code = split_aim(raw)
            self._emit(CodeScanned(code, symbology, self.name, utc_now()))

    def _emit(self, event: HardwareEvent) -> None:
        deliver(self._emit_to, event)
