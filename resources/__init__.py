"""Files that are no code: design tokens, pictures, fonts, catalogues, web pages."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path


def path(*names: str) -> Path:
    """The place of a resource, ``path("vendor", "icons")`` for instance; it may not exist."""
    return Path(str(files("resources").joinpath(*names)))
