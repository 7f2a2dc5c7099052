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


def take_own(image: sqlite3.Connection, store: str) -> None:
    """Give an image all that a till's own store has beside the tables of images.

    Args:
        image: in a transaction, with the store attached by the name of ``store``.
    """
    image.execute("PRAGMA defer_foreign_keys = ON")
    for pragma in ("application_id", "user_version"):
        (value,) = image.execute(f"PRAGMA {store}.{pragma}").fetchone()
        image.execute(f"PRAGMA main.{pragma} = {value}")
    kinds = {name: kind for _, name, kind, *_ in image.execute(f"PRAGMA {store}.table_list")}
    there = {name for (name,) in image.execute("SELECT name FROM main.sqlite_master")}
    made = image.execute(
        f"SELECT name, sql FROM {store}.sqlite_master WHERE sql IS NOT NULL"  # noqa: S608 (a name of ours)
        " ORDER BY type = 'table' DESC, rowid"
    ).fetchall()
    for name, sql in made:
        # The tables behind a virtual one come with it.
        if name not in there and kinds.get(name) != "shadow" and not name.startswith("sqlite_"):
            image.execute(sql)
    for name, kind in kinds.items():
        if kind == "table" and name not in IMAGE_TABLES and not name.startswith("sqlite_"):
            image.execute(f"INSERT INTO main.{name} SELECT * FROM {store}.{name}")  # noqa: S608 (names of tables)


def layout_name(layout: tuple[str, ...]) -> str:
    """A short name that differs whenever the tables or their reading do."""
    return sha256("\n".join((_READING, *layout)).encode()).hexdigest()[:32]
