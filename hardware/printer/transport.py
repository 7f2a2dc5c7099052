"""Ways to a printer: network, serial line, file or device node, and nowhere."""

from __future__ import annotations

import errno
import os
import select
import socket
import stat
import sys
from collections.abc import Callable

from hardware.address import (
    Address,
    FakeAddress,
    FileAddress,
    NullAddress,
    SerialAddress,
    TcpAddress,
)
from hardware.errors import NotConfigured, NotFound, Offline
from hardware.serial_port import SerialTransport
from hardware.transport import CHUNK, Transport, Waker

CONNECT_S = 1.5


class TcpTransport:
    """A connection to a printer's raw port. Keep-alive is on; every wait has an end."""

    answers = True
    durable = False

    def __init__(self, address: TcpAddress, connect_timeout: float = CONNECT_S) -> None:
        self._address = address
        try:
            self._socket = socket.create_connection(
                (address.host, address.port), timeout=connect_timeout
            )
        except OSError as problem:
            raise Offline(
                "Nothing answers at %(address)s (%(why)s). "
                "Check that the printer is on and the cable is in.",
                address=address,
                why=problem.strerror or problem,
            ) from problem
        self._socket.setblocking(False)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._waker = Waker()

    def send(self, data: bytes, timeout: float) -> int:
        """See :class:`~hardware.transport.Transport`."""
        try:
            _, writable, _ = select.select([], [self._socket], [], timeout)
            return self._socket.send(data[:CHUNK]) if writable else 0
        except BlockingIOError:
            return 0
        except OSError as problem:
            raise self._gone(problem) from problem

    def receive(self, timeout: float) -> bytes:
        """See :class:`~hardware.transport.Transport`."""
        try:
            if not self._waker.wait(timeout, self._socket.fileno()):
                return b""
            data = self._socket.recv(CHUNK)
        except BlockingIOError:
            return b""
        except OSError as problem:
            raise self._gone(problem) from problem
        if not data:
            raise self._gone("it hung up")
        return data

    def _gone(self, why: object) -> Offline:
        return Offline(
            "The connection to %(address)s broke (%(why)s).", address=self._address, why=why
        )

    def sync(self) -> None:
        """A network tells nothing here; the driver asks the printer."""

    def wake(self) -> None:
        """See :class:`~hardware.transport.Transport`."""
        self._waker.set()

    def close(self) -> None:
        """End the connection; what was sent is still delivered."""
        try:
            self._socket.shutdown(socket.SHUT_WR)
        except OSError as problem:
            if problem.errno not in (errno.ENOTCONN, errno.EPIPE, errno.ECONNRESET):
                raise
        finally:
            self._socket.close()
            self._waker.close()


class FileTransport:
    """Appends to a file or writes to a device node such as ``/dev/usb/lp0``."""

    answers = False

    def __init__(self, address: FileAddress) -> None:
        self._address = address
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_NONBLOCK", 0)
        flags |= getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
        try:
            self._file = os.open(address.path, flags, 0o600)
        except OSError as problem:
            raise NotFound(
                "%(address)s cannot be opened (%(why)s). Check the path and its permissions.",
                address=address,
                why=problem.strerror,
            ) from problem
        self.durable = stat.S_ISREG(os.fstat(self._file).st_mode)
        self._waker = Waker()

    def send(self, data: bytes, timeout: float) -> int:
        """See :class:`~hardware.transport.Transport`."""
        try:
            if sys.platform != "win32":
                _, writable, _ = select.select([], [self._file], [], timeout)
                if not writable:
                    return 0
            return os.write(self._file, data[:CHUNK])
        except BlockingIOError:
            return 0
        except OSError as problem:
            raise self._gone(problem) from problem

    def receive(self, timeout: float) -> bytes:
        """Only waits; nothing ever comes back."""
        self._waker.wait(timeout)
        return b""

    def sync(self) -> None:
        """Flush to the disk; a device node has nothing to flush."""
        if not self.durable:
            return
        try:
            os.fsync(self._file)
        except OSError as problem:
            raise self._gone(problem) from problem

    def _gone(self, problem: OSError) -> Offline:
        return Offline(
            "Writing to %(address)s failed (%(why)s).",
            address=self._address,
            why=problem.strerror,
        )

    def wake(self) -> None:
        """See :class:`~hardware.transport.Transport`."""
        self._waker.set()

    def close(self) -> None:
        """Give the file back."""
        os.close(self._file)
        self._waker.close()


class NullTransport:
    """Swallows everything at once: a till that sells without paper."""

    answers = False
    durable = False

    def __init__(self) -> None:
        self._waker = Waker()

    def send(self, data: bytes, timeout: float) -> int:
        """Take all of it, at once whatever ``timeout``."""
        del timeout
        return len(data)

    def receive(self, timeout: float) -> bytes:
        """Only waits."""
        self._waker.wait(timeout)
        return b""

    def sync(self) -> None:
        """Nothing to keep."""

    def wake(self) -> None:
        """See :class:`~hardware.transport.Transport`."""
        self._waker.set()

    def close(self) -> None:
        """Release the waker."""
        self._waker.close()


def connector(address: Address) -> Callable[[], Transport]:
    """How to open a printer's address.

    Raises:
        NotConfigured: a fake has no port.
    """
    match address:
        case TcpAddress():
            return lambda: TcpTransport(address)
        case SerialAddress():
            return lambda: SerialTransport(address)
        case FileAddress():
            return lambda: FileTransport(address)
        case NullAddress():
            return NullTransport
        case FakeAddress():
            raise NotConfigured("The address %(address)s has no port.", address=address)
