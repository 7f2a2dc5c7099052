"""A file of a till's public tables, which another till takes over as they are.

Head office writes it, a till reads it: both go by the tables' own definitions, so a till of
another version finds out before it takes anything.
"""

from __future__ import annotations

import sqlite3
from hashlib import sha256

from db.store.rows import TARGETS
from db.store.streams import StreamRow

_PUBLIC_KINDS = frozenset({"catalogue", "tax", "promotions", "price"})
_READING = "1"
"""Rises when rows become columns in another way though the tables stay the same."""

IMAGE_TABLES = (
    *(t.table.__tablename__ for t in TARGETS.values() if t.kind in _PUBLIC_KINDS),
    StreamRow.__tablename__,
)
"""What is in an image; never a store's staff, a customer, or a secret."""


def layout_of(store: sqlite3.Connection) -> tuple[str, ...]:
    """The statements that make the tables of an image, as a till's file has them."""
    marks = ", ".join("?" * len(IMAGE_TABLES))
    rows = store.execute(
        "SELECT sql FROM sqlite_master WHERE type IN ('table', 'index') AND sql IS NOT NULL"  # noqa: S608 (marks)
        f" AND tbl_name IN ({marks}) ORDER BY type DESC, name",
        IMAGE_TABLES,
    )
    return tuple(sql for (sql,) in rows)


def layout_name(layout: tuple[str, ...]) -> str:
    """A short name that differs whenever the tables or their reading do."""
    return sha256("\n".join((_READING, *layout)).encode()).hexdigest()[:32]
