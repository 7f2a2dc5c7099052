"""The protocol of Toledo and Mettler checkout scales: ``W`` asks, one frame answers.

A frame is ``STX dd.ddd [N] CR`` for a weight in kilograms at rest, or ``STX ? status CR``. Status
bits by the Mettler DIVA service manual, page 45; bit 6 is always set there and an error elsewhere,
so it is masked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

from hardware.scale.reading import Reading, ScaleStatus

ASK = b"W"
ECHO, ECHO_ENDS = b"Ehello", b"F"
_ECHOED = b"\x02E\rhello"
MODE = "7E1"
_STX, _CR, _NO_WEIGHT = 0x02, 0x0D, ord("?")
_SEVEN_BITS = 0x7F
_STATUS_FRAME = 4
_LONGEST = 16
_WEIGHT = re.compile(rb"(\d{1,3})\.(\d{3})(N?)")
_TARED = 0x20
# The gravest first: a scale in motion may be overloaded too.
_BITS = (
    (0x02, ScaleStatus.OVER),
    (0x04, ScaleStatus.UNDER_ZERO),
    (0x01, ScaleStatus.MOTION),
    (0x08, ScaleStatus.OUTSIDE_ZERO),
    (0x10, ScaleStatus.EMPTY),
)


def is_echo(answer: bytes) -> bool:
    """Whether a device answers :data:`ECHO` as such a scale does; then end the echo."""
    return bytes(byte & _SEVEN_BITS for byte in answer).startswith(_ECHOED)


class Frames:
    """Cuts bytes into frames, however they arrive; noise before a frame is left out."""

    def __init__(self) -> None:
        self._bytes = bytearray()
        self._parity_lost = False

    @property
    def pending(self) -> bool:
        """Whether something came that is no whole frame yet."""
        return bool(self._bytes)

    def feed(self, data: bytes, at: datetime) -> Iterator[Reading]:
        """The readings that are complete now."""
        self._parity_lost |= any(byte > _SEVEN_BITS for byte in data)
        self._bytes += bytes(byte & _SEVEN_BITS for byte in data)
        while (frame := self._next()) is not None:
            yield _reading(frame, at, parity_lost=self._parity_lost)

    def _next(self) -> bytes | None:
        """A frame without STX and CR; a status byte may look like either of them."""
        start = self._bytes.find(_STX)
        if start > 0:
            del self._bytes[:start]
        if start < 0:
            return None
        if len(self._bytes) > 1 and self._bytes[1] == _NO_WEIGHT:
            end = _STATUS_FRAME - 1 if len(self._bytes) >= _STATUS_FRAME else -1
        else:
            end = self._bytes.find(_CR)
        if end < 0 and len(self._bytes) > _LONGEST:
            end = len(self._bytes) - 1
        if end < 0:
            return None
        frame = bytes(self._bytes[1 : end + 1])
        del self._bytes[: end + 1]
        return frame


def _reading(frame: bytes, at: datetime, *, parity_lost: bool) -> Reading:
    body, ends = frame[:-1], frame[-1:] == bytes((_CR,))
    if ends and len(body) == _STATUS_FRAME - 2 and body[0] == _NO_WEIGHT:
        found = next((status for bit, status in _BITS if body[1] & bit), ScaleStatus.FRAMING)
        tared = bool(body[1] & _TARED)
        return Reading(found, at, tared=tared, parity_lost=parity_lost)
    weight = _WEIGHT.fullmatch(body) if ends else None
    if weight is None:
        return Reading(ScaleStatus.FRAMING, at, parity_lost=parity_lost)
    return Reading(
        ScaleStatus.WEIGHT,
        at,
        net=int(weight[1]) * 1000 + int(weight[2]),
        stable=True,
        tared=bool(weight[3]),
        parity_lost=parity_lost,
    )
