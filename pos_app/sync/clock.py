"""How far this machine's clock is from head office's; for people and rules, never for order."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

_SAMPLES = 8
NOTICE_AFTER_MS = 120_000


@dataclass(frozen=True, slots=True)
class _Sample:
    """Head office's clock less this machine's monotonic one, and how long the exchange took."""

    round_trip_ms: int
    ahead_ms: int


class ClockEstimate:
    """The offset by the quickest of the last eight exchanges.

    Kept against the monotonic clock, so that a step of the wall clock shows at once.
    """

    def __init__(self) -> None:
        self._samples: deque[_Sample] = deque(maxlen=_SAMPLES)

    def note(self, *, sent_ms: int, heard_ms: int, theirs_us: int) -> None:
        """An exchange: the monotonic clock before and after, and what head office said."""
        round_trip = max(heard_ms - sent_ms, 0)
        ahead = theirs_us // 1000 - (sent_ms + round_trip // 2)
        self._samples.append(_Sample(round_trip, ahead))

    def offset_ms(self, *, wall_us: int, mono_ms: int) -> int | None:
        """What the wall clock lacks to head office's; None before the first exchange."""
        if not self._samples:
            return None
        best = min(self._samples, key=lambda sample: sample.round_trip_ms)
        return best.ahead_ms + mono_ms - wall_us // 1000


def clock_notice(offset_ms: int | None) -> str:
    """A sentence when the clock is off by more than two minutes; empty otherwise."""
    if offset_ms is None or abs(offset_ms) <= NOTICE_AFTER_MS:
        return ""
    minutes = round(abs(offset_ms) / 60_000)
    way = "slow" if offset_ms > 0 else "fast"
    return f"This machine's clock is {minutes} minutes {way}; have it set. Selling goes on."
