"""A scale on a line, asked five times a second while somebody weighs and never otherwise."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace

from hardware.address import FakeAddress, SerialAddress
from hardware.errors import HardwareError, NotFound
from hardware.events import Emit, WeightRead, deliver, utc_now
from hardware.port_thread import Backoff, PortThread, monotonic, port_of
from hardware.scale.reading import Reading, ScaleStatus
from hardware.scale.toledo8217 import ASK, Frames
from hardware.serial_port import SerialTransport
from hardware.transport import Transport

EVERY_S = 0.2
ANSWER_S = 1.0
"""A scale that says nothing for so long has missed the question."""
MISSES = 3
"""Questions in a row without an answer, after which it counts as gone."""
_FOREVER = 60.0
_EIGHT_BITS = "8N1"


def line_to(address: SerialAddress) -> Transport:
    """The port as its address says, or with eight bits where it has no seven.

    Pseudo terminals and some adapters have none; the parity bit is then taken off what they bring.

    Raises:
        Claimed, NotFound: as :class:`SerialTransport`.
    """
    try:
        return SerialTransport(address)
    except NotFound:
        if address.mode == _EIGHT_BITS:
            raise
        return SerialTransport(replace(address, mode=_EIGHT_BITS))


class SerialScale:
    """Emits ``WeightRead`` on the port's thread; reconnects by itself.

    Args:
        name: its name in the configuration.
        address: where it is.
        emit: receives every event.
        connect: opens the line.
        backoff: waits between attempts to connect.
    """

    def __init__(
        self,
        name: str,
        address: SerialAddress | FakeAddress,
        *,
        emit: Emit,
        connect: Callable[[], Transport],
        backoff: Backoff | None = None,
    ) -> None:
        self.name = name
        self._emit_to = emit
        self._frames = Frames()
        self._watched = threading.Event()
        self._asked_at: float | None = None
        self._due = 0.0
        self._misses = 0
        self._port = PortThread(
            name, port_of(address, name), connect=connect, client=self, backoff=backoff
        )

    def open(self) -> None:
        """Claim the port and start; see :class:`hardware.ports.Device`."""
        self._port.start()

    def close(self) -> None:
        """End the thread and give the port back."""
        self.rest()
        self._port.stop()

    def watch(self) -> None:
        """See :meth:`hardware.ports.Scale.watch`."""
        self._watched.set()
        self._port.wake()

    def rest(self) -> None:
        """See :meth:`hardware.ports.Scale.rest`."""
        self._watched.clear()

    def opened(self, link: Transport) -> None:
        """Nothing of an earlier connection is answered any more."""
        del link
        self._frames, self._asked_at, self._due = Frames(), None, 0.0
        self._port.healthy()

    def received(self, data: bytes) -> None:
        """Bytes of the scale; what comes unasked is an answer that came too late."""
        if self._asked_at is None:
            return
        for reading in self._frames.feed(data, utc_now()):
            if self._asked_at is not None:
                self._asked_at, self._misses = None, 0
                self._tell(reading)

    def step(self, link: Transport) -> float:
        """Ask when it is time, and give up an answer that does not come."""
        now = monotonic()
        if self._asked_at is not None:
            left = self._asked_at + ANSWER_S - now
            if left > 0:
                return left
            self._miss(now)
        if not self._watched.is_set():
            self._misses = 0
            return _FOREVER
        if now < self._due:
            return self._due - now
        self._frames = Frames()
        link.send(ASK, EVERY_S)
        self._asked_at, self._due = now, now + EVERY_S
        return ANSWER_S

    def lost(self, problem: HardwareError) -> None:
        """The scale was unplugged, is not there, or the till closes."""
        del problem
        self._asked_at = None
        if self._watched.is_set():
            self._tell(Reading(ScaleStatus.OFFLINE, utc_now()))

    def _miss(self, now: float) -> None:
        half = self._frames.pending
        self._asked_at, self._due = None, now + EVERY_S
        self._misses += 1
        status = ScaleStatus.FRAMING if half else ScaleStatus.TIMEOUT
        self._tell(Reading(ScaleStatus.OFFLINE if self._misses >= MISSES else status, utc_now()))

    def _tell(self, reading: Reading) -> None:
        if self._watched.is_set():
            deliver(self._emit_to, WeightRead(self.name, reading))
