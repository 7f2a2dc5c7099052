"""Which versions of the contract this side speaks."""

from __future__ import annotations

PROTOCOL = 1
OLDER_SPOKEN = 2
"""Releases of the protocol before the newest that are spoken as well, up and down."""
OLDEST_PROTOCOL = max(1, PROTOCOL - OLDER_SPOKEN)


def common_protocol(oldest: int, newest: int) -> int | None:
    """The newest protocol that both sides speak, or None when there is none."""
    best = min(newest, PROTOCOL)
    return best if best >= max(oldest, OLDEST_PROTOCOL) else None
