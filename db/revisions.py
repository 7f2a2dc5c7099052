"""Which revision a schema is at, and which is the newest, without loading Alembic.

Every start of the product asks this; there is something for Alembic to do once per release.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal

from sqlalchemy import Connection, inspect, text

_HERE = Path(__file__).parent
_LINE = re.compile(r"""^(revision|down_revision) = ["'](\w+)["']$""", re.MULTILINE)
_TABLE = "alembic_version"
Side = Literal["store", "head"]


def scripts(side: Side) -> Path:
    """The folder of a side's migrations."""
    return _HERE / "migrations" / side


def newest(side: Side) -> str:
    """The newest revision that this program knows."""
    known = _known(side)
    (found,) = known.keys() - known.values()
    return found


def knows(side: Side, revision: str) -> bool:
    """True when this program knows the revision; a newer program's it does not."""
    return revision in _known(side)


def current(connection: Connection) -> str | None:
    """The revision a database is at, or None for an empty one."""
    if not inspect(connection).has_table(_TABLE):
        return None
    found = connection.execute(text(f"SELECT version_num FROM {_TABLE}"))  # noqa: S608 (a constant)
    return found.scalar_one_or_none()


def bring_up(connection: Connection, side: Side) -> None:
    """Run all missing revisions inside the caller's transaction."""
    if current(connection) == newest(side):
        return
    from db.migrate import upgrade  # noqa: PLC0415 (it loads Alembic)

    upgrade(connection, side)


def _known(side: Side) -> dict[str, str]:
    """Each revision and the one before it; the first has an empty one before it."""
    known = {}
    for script in (scripts(side) / "versions").glob("*.py"):
        lines = dict(_LINE.findall(script.read_text(encoding="utf-8")))
        known[lines["revision"]] = lines.get("down_revision", "")
    return known
