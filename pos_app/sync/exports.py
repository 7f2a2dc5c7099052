"""Records of the journal and receipts as files that can be handed on."""

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
    return save_file(folder, f"record_{rid}.json", export_record(tx, rid))


def save_file(folder: Path, name: str, content: bytes) -> Path:
    """Write a file into a folder, whole or not at all; its path.

    Raises:
        OSError: the folder cannot be written to.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / name
    part = path.with_suffix(".part")
    part.write_bytes(content)
    return part.replace(path)
