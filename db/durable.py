"""Files that stand under their own name on the disk, whole, or not at all."""

from __future__ import annotations

import os
from pathlib import Path


def put_in_place(fresh: Path, path: Path) -> None:
    """Give a finished file its name, in place of what bore it; both durable when this returns."""
    with fresh.open("rb") as handle:
        os.fsync(handle.fileno())
    fresh.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
