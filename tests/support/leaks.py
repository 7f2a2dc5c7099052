"""Threads that a test left behind."""

from __future__ import annotations

import threading
import time
from collections.abc import Collection


def left_behind(
    before: Collection[threading.Thread], *, grace_seconds: float = 2.0
) -> list[threading.Thread]:
    """Threads that run now, did not run before, and do not end within the grace given to all."""
    deadline = time.monotonic() + grace_seconds
    started = [thread for thread in threading.enumerate() if thread not in before]
    for thread in started:
        if thread is not threading.current_thread():
            thread.join(max(0.0, deadline - time.monotonic()))
    return [thread for thread in started if thread.is_alive()]
