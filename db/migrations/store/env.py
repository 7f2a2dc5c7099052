"""Alembic's environment of the till's schema; the connection comes from ``db.migrate``."""

from __future__ import annotations

from typing import Any

from alembic import context
from sqlalchemy import create_engine

import db.store
from db.base import StoreBase

METADATA = StoreBase.metadata
SEARCH_TABLES = "product_search"
_ = db.store


def _include(_object: Any, name: str | None, kind: str, *_rest: Any) -> bool:
    """Leave the full-text index and its shadow tables to the migration that makes them."""
    return not (kind == "table" and name and name.startswith(SEARCH_TABLES))


def _run(connection: Any) -> None:
    context.configure(
        connection=connection,
        target_metadata=METADATA,
        include_object=_include,
        render_as_batch=True,
        user_module_prefix="db.base.",
        compare_type=True,
    )
    context.run_migrations()


given = context.config.attributes.get("connection")
if given is None:
    with create_engine("sqlite://").connect() as scratch:
        _run(scratch)
else:
    _run(given)
