"""An open serial port as a transport, on pyserial."""

from __future__ import annotations

import errno
import select
import sys

import serial

from hardware.address import SerialAddress
from hardware.errors import Claimed, NotFound, Offline
from hardware.transport import Waker

if sys.platform == "win32":
    _PORT_ERRORS: tuple[type[Exception], ...] = (OSError, serial.SerialException)
else:
    import termios

    # termios.error is neither an OSError nor a SerialException.
    _PORT_ERRORS = (OSError, serial.SerialException, termios.error)

_CHUNK = 512
_SLICE_S = 0.05


class SerialTransport:
    """A serial port held by this process alone. Every wait has an end."""

    answers = True
    durable = False

    def __init__(self, address: SerialAddress) -> None:
        self._address = address
        self._port = _open(address)
        self._waker = Waker()

    def send(self, data: bytes, timeout: float) -> int:
        """See :class:`~hardware.transport.Transport`."""
        try:
            if sys.platform == "win32":
                self._port.write_timeout = timeout
                return int(self._port.write(data[:_CHUNK]) or 0)
            _, writable, _ = select.select([], [self._port.fileno()], [], timeout)
            return int(self._port.write(data[:_CHUNK]) or 0) if writable else 0
        except serial.SerialTimeoutException:
            return 0
        except _PORT_ERRORS as problem:
            raise self._gone(problem) from problem

    def receive(self, timeout: float) -> bytes:
        """See :class:`~hardware.transport.Transport`."""
        try:
            if sys.platform == "win32":
                self._waker.wait(min(timeout, _SLICE_S))
            elif not self._waker.wait(timeout, self._port.fileno()):
                return b""
            return bytes(self._port.read(self._port.in_waiting or 1))
        except _PORT_ERRORS as problem:
            raise self._gone(problem) from problem

    def _gone(self, problem: Exception) -> Offline:
        return Offline(
            "The serial port %(path)s was lost (%(why)s). Check the plug.",
            path=self._address.path,
            why=problem,
        )

    def sync(self) -> None:
        """A serial line tells nothing; the driver asks the device."""

    def wake(self) -> None:
        """See :class:`~hardware.transport.Transport`."""
        self._waker.set()

    def close(self) -> None:
        """Give the port back."""
        try:
            self._port.close()
        except _PORT_ERRORS as problem:
            raise self._gone(problem) from problem
        finally:
            self._waker.close()


def _open(address: SerialAddress) -> serial.Serial:
    bits, parity, stops = tuple(address.mode)
    try:
        port = serial.Serial(
            address.path,
            address.baud,
            bytesize=int(bits),
            parity=parity,
            stopbits=int(stops),
            timeout=0,
            write_timeout=0,
            exclusive=None if sys.platform == "win32" else True,
        )
        port.reset_input_buffer()
        return port
    except _PORT_ERRORS as problem:
        text = str(problem)
        if "lock" in text or getattr(problem, "errno", None) == errno.EBUSY:
            raise Claimed(
                "Another program uses the serial port %(path)s. Close it and try again.",
                path=address.path,
            ) from problem
        raise NotFound(
            "The serial port %(path)s cannot be opened (%(why)s). Check the plug.",
            path=address.path,
            why=problem,
        ) from problem
