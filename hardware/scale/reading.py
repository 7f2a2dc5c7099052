"""What a scale says: a weight, or why there is none. An error is never a weight of zero."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class ScaleStatus(StrEnum):
    """How a reading ended."""

    WEIGHT = "weight"
    MOTION = "motion"
    OVER = "over_capacity"
    UNDER_ZERO = "under_zero"
    OUTSIDE_ZERO = "outside_zero_capture"
    """It could not set itself to zero when it was switched on."""
    EMPTY = "centre_of_zero"
    """It stands at zero and tells no weight."""
    TIMEOUT = "timeout"
    FRAMING = "framing"
    """Bytes that are no whole answer; whatever digits they hold are not read."""
    OFFLINE = "offline"


@dataclass(frozen=True, slots=True)
class Reading:
    """One answer of a scale.

    Attributes:
        net: thousandths of a kilogram without the packing that the scale itself has taken off;
            None unless ``status`` is a weight.
        stable: the scale calls the weight settled.
        tared: the scale has taken a tare off, so nobody may take one off again.
        at: when it was read, UTC.
        parity_lost: bytes came with their parity bit, so the port does not check it.
    """

    status: ScaleStatus
    at: datetime
    net: int | None = None
    stable: bool = False
    tared: bool = False
    parity_lost: bool = False
