"""Which versions of the contract this side speaks."""

from __future__ import annotations

PROTOCOL = 1
OLDEST_PROTOCOL = 1


def common_protocol(oldest: int, newest: int) -> int | None:
    """The newest protocol that both sides speak, or None when there is none."""
    best = min(newest, PROTOCOL)
    return best if best >= max(oldest, OLDEST_PROTOCOL) else None
