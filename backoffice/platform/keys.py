"""Keys of the rows that the head office makes itself."""

from __future__ import annotations

import secrets
import time

from retail.identity import Uuid7Source

new_key = Uuid7Source(lambda: time.time_ns() // 1_000_000, secrets.randbits)
"""The next UUIDv7; safe to call from any thread."""
