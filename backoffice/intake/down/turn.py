"""One process at a time works behind the tills at a stream."""

from __future__ import annotations

from zlib import crc32

from sqlalchemy import Connection, text

_LOCK = 0x5469_4368
_TAKE = text("SELECT pg_try_advisory_xact_lock(:lock, :what)")


def mine(tx: Connection, what: str) -> bool:
    """Take something until the transaction ends, unless another process has it."""
    taken = tx.execute(_TAKE, {"lock": _LOCK, "what": crc32(what.encode()) & 0x7FFF_FFFF})
    return bool(taken.scalar_one())
