"""One thread for each physical port: it opens, reads, writes, reconnects and ends there.

Whoever drives the port gives a :class:`PortClient`; all its methods run on the port's thread.
"""

from __future__ import annotations

import logging
import os
import random
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from hardware.address import (
    Address,
    FakeAddress,
    FileAddress,
    NullAddress,
    SerialAddress,
    TcpAddress,
)
from hardware.errors import Busy, Claimed, HardwareError
from hardware.transport import Transport

_LOG = logging.getLogger("tillwright.hardware")
_JOIN_S = 2.0
_LONGEST_WAIT_S = 60.0

Command = TypeVar("Command")


class PortClient(Protocol):
    """What a driver does on the thread of its port."""

    def opened(self, link: Transport) -> None:
        """The port is open; nothing of an earlier connection holds any more."""

    def received(self, data: bytes) -> None:
        """Bytes arrived."""

    def step(self, link: Transport) -> float:
        """Do what is due; returns the seconds until something is due again.

        Raises:
            HardwareError: the connection is of no use any more; it is closed and opened again.
        """

    def lost(self, problem: HardwareError) -> None:
        """The port was lost, or could not be opened, or is being closed."""


@dataclass(frozen=True, slots=True)
class Backoff:
    """Seconds between attempts to open: doubled up to ``limit``, with jitter of ±20 %."""

    first: float = 0.5
    limit: float = 30.0

    def delay(self, attempt: int) -> float:
        """The wait after failed attempt number ``attempt``, counted from 1."""
        base = min(self.first * 2.0 ** min(attempt - 1, 16), self.limit)
        return base * random.uniform(0.8, 1.2)  # noqa: S311  spreads tills, guards nothing


class CommandQueue(Generic[Command]):
    """A bounded queue with a lane for what must not wait. Safe from any thread."""

    def __init__(self, limit: int = 64) -> None:
        self._limit = limit
        self._lock = threading.Lock()
        self._urgent: deque[Command] = deque()
        self._normal: deque[Command] = deque()

    def put(self, *commands: Command, urgent: bool = False) -> None:
        """Append.

        Raises:
            Busy: there is no room; nothing was taken.
        """
        with self._lock:
            lane = self._urgent if urgent else self._normal
            if len(lane) + len(commands) > self._limit:
                raise Busy("The device has too much to do. Wait a moment and try again.")
            lane.extend(commands)

    def take(self) -> Command | None:
        """The oldest of the normal lane."""
        with self._lock:
            return self._normal.popleft() if self._normal else None

    def take_urgent(self) -> Command | None:
        """The oldest of the urgent lane."""
        with self._lock:
            return self._urgent.popleft() if self._urgent else None

    def peek_urgent(self) -> Command | None:
        """The oldest of the urgent lane, left in its place."""
        with self._lock:
            return self._urgent[0] if self._urgent else None

    def drain(self) -> list[Command]:
        """Everything, urgent first; the queue is empty afterwards."""
        with self._lock:
            everything = [*self._urgent, *self._normal]
            self._urgent.clear()
            self._normal.clear()
            return everything

    def __bool__(self) -> bool:
        with self._lock:
            return bool(self._urgent or self._normal)


class _Claims:
    """Which ports of this process are in use."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._owner: dict[str, str] = {}

    def take(self, port: str, owner: str) -> None:
        with self._lock:
            holder = self._owner.setdefault(port, owner)
            if holder != owner:
                raise Claimed(
                    "The port %(port)s is in use by %(holder)s. Give %(owner)s a port of its own.",
                    port=port,
                    holder=holder,
                    owner=owner,
                )

    def give_back(self, port: str, owner: str) -> None:
        with self._lock:
            if self._owner.get(port) == owner:
                del self._owner[port]


_CLAIMS = _Claims()


class PortThread:
    """Runs a client on a port until it is stopped.

    Args:
        name: the device's name, for logs, the thread and the claim.
        port: what is claimed; two devices may not use one port.
        connect: opens the port; runs on the thread.
        client: does the work.
        backoff: waits between attempts.
    """

    def __init__(
        self,
        name: str,
        port: str,
        *,
        connect: Callable[[], Transport],
        client: PortClient,
        backoff: Backoff | None = None,
    ) -> None:
        self.name = name
        self._port = port
        self._connect = connect
        self._client = client
        self._backoff = backoff or Backoff()
        self._attempt = 0
        self._down_told = False
        self._stopping = threading.Event()
        self._woken = threading.Event()
        self._link: Transport | None = None
        self._link_lock = threading.Lock()
        self._thread: threading.Thread | None = None

    @property
    def running(self) -> bool:
        """Whether the thread was started and not stopped."""
        return self._thread is not None and not self._stopping.is_set()

    def start(self) -> None:
        """Claim the port and start the thread.

        Raises:
            Claimed: another device of this process uses the port.
        """
        if self._thread is not None:
            return
        _CLAIMS.take(self._port, self.name)
        self._stopping.clear()
        self._thread = threading.Thread(target=self._run, name=f"port-{self.name}", daemon=True)
        self._thread.start()

    def wake(self) -> None:
        """Make the thread look for work now, also while it waits to reconnect."""
        self._woken.set()
        with self._link_lock:
            if self._link is not None:
                self._link.wake()

    def healthy(self) -> None:
        """The client heard the device: the next loss starts with the shortest wait again."""
        self._attempt = 0
        if self._down_told:
            self._down_told = False
            _LOG.info("%s is back", self.name)

    def stop(self) -> None:
        """End the thread within two seconds and give the port back."""
        thread, self._thread = self._thread, None
        if thread is None:
            return
        self._stopping.set()
        self.wake()
        if thread is not threading.current_thread():
            thread.join(_JOIN_S)
            if thread.is_alive():
                _LOG.error("the thread of %s did not end in %s s", self.name, _JOIN_S)
        _CLAIMS.give_back(self._port, self.name)

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._woken.clear()
            try:
                self._serve()
            except HardwareError as problem:
                self._down(problem)
            except Exception:  # noqa: BLE001  a defect must not end the thread
                _LOG.exception("the driver of %s failed", self.name)
                self._down(HardwareError("The driver of %(name)s failed.", name=self.name))
            if not self._stopping.is_set():
                self._attempt += 1
                self._woken.wait(self._backoff.delay(self._attempt))

    def _serve(self) -> None:
        link = self._connect()
        with self._link_lock:
            self._link = link
        try:
            self._client.opened(link)
            while not self._stopping.is_set():
                wait = self._client.step(link)
                data = link.receive(min(max(wait, 0.0), _LONGEST_WAIT_S))
                if data:
                    self._client.received(data)
            self._client.lost(HardwareError("%(name)s was closed.", name=self.name))
        finally:
            with self._link_lock:
                self._link = None
            link.close()

    def _down(self, problem: HardwareError) -> None:
        if not self._down_told:
            self._down_told = True
            _LOG.warning("%s is down: %s", self.name, problem.sentence)
        self._client.lost(problem)


def port_of(address: Address, owner: str) -> str:
    """What two devices must not share: the host and port, the device node, the file."""
    match address:
        case TcpAddress():
            return str(address)
        case SerialAddress(path=path) | FileAddress(path=path):
            return os.path.realpath(path)
        case NullAddress() | FakeAddress():
            return f"{address} of {owner}"


def monotonic() -> float:
    """Seconds on a clock that never jumps, the base of every deadline here."""
    return time.monotonic()
