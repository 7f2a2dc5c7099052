"""What every record needs besides its content: a clock, new keys and the boot it was made in."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from db.base import from_us
from retail.identity import Uuid7Source


def _now_us() -> int:
    return time.time_ns() // 1000


def _mono_ms() -> int:
    return time.monotonic_ns() // 1_000_000


@dataclass(frozen=True, slots=True)
class Desk:
    """Clock and keys of one run of the till, and whether it weighs; tests give their own.

    Attributes:
        now_us: wall clock, UTC microseconds since 1970.
        mono_ms: monotonic milliseconds, comparable within ``boot_id``.
        new_id: the next UUIDv7.
        weighs: the till has a scale, so that typing a weight needs a right.
    """

    now_us: Callable[[], int]
    mono_ms: Callable[[], int]
    new_id: Callable[[], UUID]
    boot_id: UUID
    weighs: bool = False

    def now(self) -> datetime:
        """The wall clock as an instant in UTC."""
        return from_us(self.now_us())


def real_desk() -> Desk:
    """The machine's clock and random keys."""
    new_id = Uuid7Source(lambda: _now_us() // 1000, secrets.randbits)
    return Desk(now_us=_now_us, mono_ms=_mono_ms, new_id=new_id, boot_id=new_id())
