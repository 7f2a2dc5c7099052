"""A record of the journal as a file that can be handed on."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

from sqlalchemy import Connection

from pos_app.sync.results import export_record


def save_record(tx: Connection, rid: UUID, folder: Path) -> Path:
    """Write a record as JSON into a folder, whole or not at all; the file's path.

    It is a query: it belongs on a reading thread, never on the UI thread.

    Raises:
        RetailError: ``record.unknown``.
        OSError: the folder cannot be written to.
    """
    content = export_record(tx, rid)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / f"record_{rid}.json"
    part = path.with_suffix(".part")
    part.write_bytes(content)
    return part.replace(path)
