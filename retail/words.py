"""Words for people in a package that speaks no language of its own."""

from __future__ import annotations


def N_(message: str) -> str:
    """Mark a constant for translation; it is translated where it is shown."""
    return message
