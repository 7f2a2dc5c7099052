"""What can go wrong with a device: a code for machines and a sentence for the cashier."""

from __future__ import annotations

from typing import ClassVar


class HardwareError(Exception):
    """A device did not do what it was asked.

    ``code`` is stable and meant for machines; ``retryable`` says whether the same request may be
    repeated without doing anything twice.

    Args:
        message_id: the English sentence, a gettext id with ``%(name)s`` places.
        **params: values for those places.
    """

    code: ClassVar[str] = "hardware.failed"
    retryable: ClassVar[bool] = False

    def __init__(self, message_id: str, **params: object) -> None:
        self.message_id = message_id
        self.params = params
        super().__init__(message_id % params)

    @property
    def sentence(self) -> str:
        """What happened, what was kept, what to do, in English."""
        return str(self)


class NotConfigured(HardwareError):  # noqa: N818  UnifiedPOS names
    """The till's configuration does not describe the device well enough to use it."""

    code = "hardware.not_configured"


class AddressError(NotConfigured):
    """A device address cannot be read. ``part`` names the piece that is wrong."""

    code = "hardware.address"

    def __init__(self, part: str, message_id: str, **params: object) -> None:
        self.part = part
        super().__init__(message_id, part=part, **params)


class NotFound(HardwareError):  # noqa: N818
    """Nothing is there under the address."""

    code = "hardware.not_found"
    retryable = True


class Claimed(HardwareError):  # noqa: N818
    """The port is in use by another driver or program."""

    code = "hardware.claimed"
    retryable = True


class Offline(HardwareError):  # noqa: N818
    """The device cannot be reached; nothing of the request was carried out."""

    code = "hardware.offline"
    retryable = True


class Busy(HardwareError):  # noqa: N818
    """The queue of the port is full; the request was not taken."""

    code = "hardware.busy"
    retryable = True


class PaperOut(HardwareError):  # noqa: N818
    """The printer has no paper; nothing of the request was printed."""

    code = "hardware.paper_out"
    retryable = True


class CoverOpen(HardwareError):  # noqa: N818
    """The printer's cover is open; nothing of the request was printed."""

    code = "hardware.cover_open"
    retryable = True


class Faulty(HardwareError):  # noqa: N818
    """The device itself reports an error: cutter, head, power."""

    code = "hardware.faulty"
    retryable = True


class Timeout(HardwareError):  # noqa: N818
    """The device did not act within its time; nothing is pending any more."""

    code = "hardware.timeout"
    retryable = True


class Protocol(HardwareError):  # noqa: N818
    """Bytes that the protocol does not allow."""

    code = "hardware.protocol"


class ResultUnknown(HardwareError):  # noqa: N818
    """The request was on its way when the device went silent: it may or may not be done."""

    code = "hardware.result_unknown"
