"""Bytes that an ESC/POS printer sends: told apart, then read.

Sources: Epson ESC/POS reference (DLE EOT, GS r, GS a, GS I, GS ( H) and the table
"Identification of send status" of the Citizen CT-S310 and CBM1000 manuals: XON ``11``,
XOFF ``13``, DLE EOT ``0xx1xx10``, first ASB byte ``0xx1xx00``, the others ``0xx0xxxx``,
GS r ``0xx0xxxx``, blocks begin with ``37``, ``3D`` or ``5F`` and end with ``00``.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from hardware.errors import Protocol

_XON, _XOFF = 0x11, 0x13
_BLOCK_STARTS = frozenset({0x37, 0x3D, 0x5F})
_BLOCK_LIMIT = 256
_ASB_LENGTH = 4


class PrinterState(StrEnum):
    """The one state a cashier needs to know, the worst first."""

    OFFLINE = "offline"
    ERROR_FATAL = "error_fatal"
    ERROR_RECOVERABLE = "error_recoverable"
    OVERHEATED = "overheated"
    COVER_OPEN = "cover_open"
    PAPER_OUT = "paper_out"
    BUSY = "busy"
    PAPER_LOW = "paper_low"
    READY = "ready"


@dataclass(frozen=True, slots=True)
class OnlineStatus:
    """Answer to ``DLE EOT 1``. What a high pin 3 means depends on the drawer."""

    online: bool
    drawer_pin3_high: bool
    waiting_recovery: bool
    feed_button: bool


@dataclass(frozen=True, slots=True)
class OfflineCause:
    """Answer to ``DLE EOT 2``."""

    cover_open: bool
    feeding_by_button: bool
    stopped_paper_end: bool
    error: bool


@dataclass(frozen=True, slots=True)
class ErrorCause:
    """Answer to ``DLE EOT 3``."""

    recoverable_error: bool
    cutter_error: bool
    unrecoverable_error: bool
    auto_recoverable_error: bool


@dataclass(frozen=True, slots=True)
class PaperStatus:
    """Answer to ``DLE EOT 4`` and to ``GS r 1``."""

    near_end: bool
    paper_out: bool


@dataclass(frozen=True, slots=True)
class Asb:
    """A frame of automatic status back: everything at once."""

    online: bool
    drawer_pin3_high: bool
    cover_open: bool
    feeding_by_button: bool
    waiting_recovery: bool
    recoverable_error: bool
    cutter_error: bool
    unrecoverable_error: bool
    auto_recoverable_error: bool
    near_end: bool
    paper_out: bool


@dataclass(frozen=True, slots=True)
class RealTime:
    """A byte that answers ``DLE EOT``; which question it answers is known by order only."""

    byte: int


@dataclass(frozen=True, slots=True)
class Queued:
    """A byte that answers ``GS r``."""

    byte: int


@dataclass(frozen=True, slots=True)
class Block:
    """An answer of many bytes: ``GS I`` text (``5F``), ``GS ( H`` (``37``) and others."""

    header: int
    body: bytes


@dataclass(frozen=True, slots=True)
class FlowControl:
    """XON or XOFF."""

    go: bool


@dataclass(frozen=True, slots=True)
class Garbage:
    """Bytes that belong to nothing."""

    data: bytes


Reply = Asb | RealTime | Queued | Block | FlowControl | Garbage


def is_real_time(byte: int) -> bool:
    """Whether a byte has the fixed bits ``0xx1xx10`` of a ``DLE EOT`` answer."""
    return byte & 0x93 == 0x12


def _real_time(byte: int) -> int:
    if not is_real_time(byte):
        raise Protocol("The printer sent %(byte)02X, which is no status.", byte=byte)
    return byte


def online_status(byte: int) -> OnlineStatus:
    """Read the answer to ``DLE EOT 1``.

    Raises:
        Protocol: the fixed bits are not those of a status.
    """
    _real_time(byte)
    return OnlineStatus(not byte & 0x08, bool(byte & 0x04), bool(byte & 0x20), bool(byte & 0x40))


def offline_cause(byte: int) -> OfflineCause:
    """Read the answer to ``DLE EOT 2``.

    Raises:
        Protocol: the fixed bits are not those of a status.
    """
    _real_time(byte)
    return OfflineCause(bool(byte & 0x04), bool(byte & 0x08), bool(byte & 0x20), bool(byte & 0x40))


def error_cause(byte: int) -> ErrorCause:
    """Read the answer to ``DLE EOT 3``.

    Raises:
        Protocol: the fixed bits are not those of a status.
    """
    _real_time(byte)
    return ErrorCause(bool(byte & 0x04), bool(byte & 0x08), bool(byte & 0x20), bool(byte & 0x40))


def paper_status(byte: int) -> PaperStatus:
    """Read the answer to ``DLE EOT 4``.

    Raises:
        Protocol: the fixed bits are not those of a status.
    """
    _real_time(byte)
    return PaperStatus(bool(byte & 0x0C), bool(byte & 0x60))


def queued_paper(byte: int) -> PaperStatus:
    """Read the answer to ``GS r 1``.

    Raises:
        Protocol: the fixed bits are not those of a status.
    """
    return PaperStatus(bool(_queued(byte) & 0x03), bool(byte & 0x0C))


def queued_drawer(byte: int) -> bool:
    """Read the answer to ``GS r 2``: whether pin 3 is high.

    Raises:
        Protocol: the fixed bits are not those of a status.
    """
    return bool(_queued(byte) & 0x01)


def _queued(byte: int) -> int:
    if byte & 0x90:
        raise Protocol("The printer sent %(byte)02X, which is no status.", byte=byte)
    return byte


def read_asb(frame: bytes) -> Asb:
    """Read a frame of four bytes.

    Raises:
        Protocol: length or fixed bits are wrong.
    """
    if len(frame) != _ASB_LENGTH or frame[0] & 0x93 != 0x10 or any(b & 0x90 for b in frame[1:]):
        raise Protocol("The printer sent the malformed status %(frame)s.", frame=frame.hex(" "))
    first, second, third = frame[0], frame[1], frame[2]
    return Asb(
        online=not first & 0x08,
        drawer_pin3_high=bool(first & 0x04),
        cover_open=bool(first & 0x20),
        feeding_by_button=bool(first & 0x40 or second & 0x02),
        waiting_recovery=bool(second & 0x01),
        recoverable_error=bool(second & 0x04),
        cutter_error=bool(second & 0x08),
        unrecoverable_error=bool(second & 0x20),
        auto_recoverable_error=bool(second & 0x40),
        near_end=bool(third & 0x03),
        paper_out=bool(third & 0x0C),
    )


class StatusDemultiplexer:
    """Tells the answers of a printer apart; keeps a frame that is still incomplete."""

    def __init__(self) -> None:
        self._partial = bytearray()
        self._queued_due = 0

    @property
    def partial(self) -> bytes:
        """The bytes of an answer that is not complete yet."""
        return bytes(self._partial)

    def expect_queued(self) -> None:
        """One ``GS r`` was sent: the next lone ``0xx0xxxx`` byte is its answer."""
        self._queued_due += 1

    def reset(self) -> None:
        """Forget everything: the connection is a new one."""
        self._partial.clear()
        self._queued_due = 0

    def drop_partial(self) -> tuple[Reply, ...]:
        """Give up an incomplete answer, to be called after 500 ms of silence."""
        lost, self._partial = bytes(self._partial), bytearray()
        return (Garbage(lost),) if lost else ()

    def feed(self, data: bytes) -> tuple[Reply, ...]:
        """Take what was read; returns the complete answers in order."""
        replies: list[Reply] = []
        for byte in data:
            replies.extend(self._byte(byte))
        return _join_garbage(replies)

    def _byte(self, byte: int) -> tuple[Reply, ...]:
        if not self._partial:
            return self._first(byte)
        if self._partial[0] in _BLOCK_STARTS:
            return self._in_block(byte)
        if byte & 0x90:
            return (*self.drop_partial(), *self._first(byte))
        self._partial.append(byte)
        if len(self._partial) < _ASB_LENGTH:
            return ()
        frame, self._partial = bytes(self._partial), bytearray()
        return (read_asb(frame),)

    def _first(self, byte: int) -> tuple[Reply, ...]:
        if byte in _BLOCK_STARTS or byte & 0x93 == 0x10:
            self._partial.append(byte)
            return ()
        if byte in (_XON, _XOFF):
            return (FlowControl(byte == _XON),)
        if is_real_time(byte):
            return (RealTime(byte),)
        if not byte & 0x90 and self._queued_due:
            self._queued_due -= 1
            return (Queued(byte),)
        return (Garbage(bytes((byte,))),)

    def _in_block(self, byte: int) -> tuple[Reply, ...]:
        if byte:
            self._partial.append(byte)
            return self.drop_partial() if len(self._partial) > _BLOCK_LIMIT else ()
        header, body = self._partial[0], bytes(self._partial[1:])
        self._partial.clear()
        return (Block(header, body),)


def _join_garbage(replies: list[Reply]) -> tuple[Reply, ...]:
    joined: list[Reply] = []
    for reply in replies:
        last = joined[-1] if joined else None
        if isinstance(reply, Garbage) and isinstance(last, Garbage):
            joined[-1] = Garbage(last.data + reply.data)
        else:
            joined.append(reply)
    return tuple(joined)
