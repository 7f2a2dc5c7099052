"""Waiting for something that gives no signal."""

from __future__ import annotations

import time
from collections.abc import Callable

_PAUSE_SECONDS = 0.005


def wait_until(condition: Callable[[], object], *, seconds: float = 10.0) -> bool:
    """True as soon as the condition holds, False when it does not within the time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(_PAUSE_SECONDS)
    return True
