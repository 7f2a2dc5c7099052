"""Folders for things that outlive pytest's grip on its own temporary folder."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def server_folder() -> Iterator[Path]:
    """A folder for a PostgreSQL, gone afterwards.

    pytest's own will not do: each session that starts closes it to other users, and a server
    started by root runs as one.
    """
    with tempfile.TemporaryDirectory(prefix="tillwright-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)
