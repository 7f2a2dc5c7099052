"""What devices tell the till. Every event names its device; instants are UTC.

Events are delivered on the thread of the port; a screen passes them on to its own thread.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from hardware.card import CardResult, CardStep
from hardware.errors import HardwareError
from hardware.printer.status import PrinterState
from hardware.scale.reading import Reading


def utc_now() -> datetime:
    """The present instant."""
    return datetime.now(UTC)


class Proof(StrEnum):
    """How sure a finished job is."""

    PRINTED = "printed"
    """The printer answered behind the last byte."""
    STORED = "stored"
    """The bytes are in a file, flushed to the disk."""
    SENT = "sent"
    """The bytes left the till; the device cannot answer."""


class Outcome(StrEnum):
    """What is on the paper of a failed job."""

    NOT_PRINTED = "not_printed"
    """Nothing was sent: the job may be submitted again."""
    UNKNOWN = "unknown"
    """Something, everything or nothing: only a person can tell. Never sent again by a driver."""


@dataclass(frozen=True, slots=True)
class CodeScanned:
    """A scanner read a code.

    ``symbology`` is the AIM identifier such as ``]E0``, empty when the scanner sends none;
    ``code`` comes without it.
    """

    code: str
    symbology: str
    device: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ScanRejected:
    """A scanner delivered something that must not be looked up; the person scans again."""

    raw: str
    reason: str
    device: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ScannerStatusChanged:
    """A scanner was connected or lost."""

    device: str
    online: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class PrinterStatusChanged:
    """A printer changed its state; sent on change only."""

    device: str
    state: PrinterState
    at: datetime


@dataclass(frozen=True, slots=True)
class JobDone:
    """A print job ended well."""

    device: str
    job_id: str
    proof: Proof
    at: datetime


@dataclass(frozen=True, slots=True)
class JobFailed:
    """A print job ended badly."""

    device: str
    job_id: str
    outcome: Outcome
    error: HardwareError
    at: datetime


@dataclass(frozen=True, slots=True)
class DrawerKicked:
    """The opening pulse was handed to the drawer's printer."""

    device: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class DrawerChanged:
    """The drawer's sensor says that it was opened or closed."""

    device: str
    is_open: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class CardAnswered:
    """A card terminal answered for a reference, asked or not: a late approval comes unasked."""

    device: str
    reference: str
    result: CardResult
    at: datetime


@dataclass(frozen=True, slots=True)
class CardProgress:
    """A card terminal came further with a reference."""

    device: str
    reference: str
    step: CardStep
    at: datetime


@dataclass(frozen=True, slots=True)
class CardTerminalStatusChanged:
    """A card terminal was connected or lost."""

    device: str
    online: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class DeviceError:
    """A device failed outside a print job."""

    device: str
    error: HardwareError
    at: datetime


@dataclass(frozen=True, slots=True)
class WeightRead:
    """A scale that is being watched said something."""

    device: str
    reading: Reading


HardwareEvent = (
    CodeScanned
    | ScanRejected
    | ScannerStatusChanged
    | PrinterStatusChanged
    | JobDone
    | JobFailed
    | DrawerKicked
    | DrawerChanged
    | CardAnswered
    | CardProgress
    | CardTerminalStatusChanged
    | DeviceError
    | WeightRead
)
Emit = Callable[[HardwareEvent], None]
_LOG = logging.getLogger("tillwright.hardware")


def deliver(emit: Emit, event: HardwareEvent) -> None:
    """Hand an event over; a receiver that fails must not stop the thread of a port."""
    try:
        emit(event)
    except Exception:  # noqa: BLE001  logged with its traceback
        _LOG.exception("a receiver of %s failed", type(event).__name__)
