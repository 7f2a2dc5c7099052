"""Alembic's environment of the head office; the connection comes from ``db.migrate``."""

from __future__ import annotations

from typing import Any

from alembic import context

import db.head
from db.base import HeadBase
from db.partitions import is_partition

METADATA = HeadBase.metadata
_ADVISORY = 0x5469_6C6C
_ = db.head


def _include(_object: Any, name: str | None, kind: str, *_rest: Any) -> bool:
    """Partitions follow their parents; their indexes too."""
    table = getattr(_object, "table", None)
    owner = name if kind == "table" else getattr(table, "name", None)
    return not (owner and is_partition(owner))


def _run(connection: Any) -> None:
    context.configure(
        connection=connection,
        target_metadata=METADATA,
        include_object=_include,
        user_module_prefix="db.base.",
        compare_type=True,
    )
    # Two head-office processes that start together take turns.
    connection.exec_driver_sql("SELECT pg_advisory_xact_lock(%s)", (_ADVISORY,))
    connection.exec_driver_sql("SET LOCAL lock_timeout = '5s'")
    context.run_migrations()


given = context.config.attributes.get("connection")
if given is None:
    raise SystemExit("Run migrations through `python -m db upgrade --head URL`.")
_run(given)
