"""Named places at which a process can be made to die, for tests of what survives.

``POS_CRASH_AT=name:nth`` ends the process at the nth passage of a place, without flushing or
unwinding anything, as ``kill -9`` does (exit code 137). Without the variable a place does nothing.
"""

from __future__ import annotations

import os
from collections import Counter

VARIABLE = "POS_CRASH_AT"
KILLED = 137


def _wanted(text: str) -> tuple[str, int]:
    name, _, nth = text.partition(":")
    return name, int(nth) if nth.isdecimal() else 1


_NAME, _NTH = _wanted(os.environ.get(VARIABLE, ""))
_passed: Counter[str] = Counter()


def crash_point(name: str) -> None:
    """Die here if this is the passage that was asked for."""
    if name != _NAME:
        return
    _passed[name] += 1
    if _passed[name] == _NTH:
        os._exit(KILLED)
