"""A head office's data folder with a small chain, for tests with real processes."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from backoffice.database import prepare
from db.embedded import EmbeddedPostgres
from db.engine import open_head
from db.transaction import begin
from tests.support.small_chain import load_small_chain

SETTINGS = {"fsync": "off"}
"""A process that is killed loses nothing that the kernel has; commits are as in production."""


def small_office(folder: Path) -> EmbeddedPostgres:
    """Fill a folder; its PostgreSQL runs and is the caller's to stop."""
    server = EmbeddedPostgres(folder, SETTINGS)
    server.start()
    engine = open_head(server.url)
    prepare(engine, datetime.now(UTC).date())
    with begin(engine) as tx:
        load_small_chain(tx)
    engine.dispose()
    return server
