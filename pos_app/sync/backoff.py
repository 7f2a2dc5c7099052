"""How long to wait after failures: full jitter, so that a chain does not knock in step."""

from __future__ import annotations

import random
from collections.abc import Callable

PUSH_CAP_SECONDS = 30.0
"""What is queued is sent within a minute of the network's return, the sending included."""
PULL_CAP_SECONDS = 300.0
_BASE_SECONDS = 1.0


class Backoff:
    """``U(0, min(cap, 1 s * 2^n))`` after the n-th failure in a row.

    Args:
        cap: the longest wait in seconds.
        uniform: draws from an interval.
    """

    def __init__(
        self, cap: float, uniform: Callable[[float, float], float] = random.uniform
    ) -> None:
        self._cap = cap
        self._uniform = uniform
        self._failures = 0

    def failed(self, retry_after: float = 0.0) -> float:
        """Seconds to wait now; at least what the server asked for."""
        ceiling = min(self._cap, _BASE_SECONDS * 2.0 ** min(self._failures, 16))
        self._failures += 1
        return max(self._uniform(0.0, ceiling), retry_after)

    def succeeded(self) -> None:
        """Start over."""
        self._failures = 0
