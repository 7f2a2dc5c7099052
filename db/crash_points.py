"""Named places at which a process can be made to die, for tests of what survives.

``POS_CRASH_AT=name:nth`` ends the process at the nth passage of a place, without flushing or
unwinding anything, as ``kill -9`` does (exit code 137). Without the variable a place does nothing.
"""

from __future__ import annotations

import os
from collections import Counter
from functools import cache

VARIABLE = "POS_CRASH_AT"
KILLED = 137


_passed: Counter[str] = Counter()


@cache
def _wanted() -> tuple[str, int]:
    name, _, nth = os.environ.get(VARIABLE, "").partition(":")
    return name, int(nth) if nth.isdecimal() else 1


def crash_point(name: str) -> None:
    """Die here if this is the passage that was asked for."""
    wanted, nth = _wanted()
    if name != wanted:
        return
    _passed[name] += 1
    if _passed[name] == nth:
        os._exit(KILLED)
