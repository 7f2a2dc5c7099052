"""Imports as Python makes them, without PySide's look at each."""

from __future__ import annotations

import builtins


def import_plainly() -> None:
    """Take PySide's hook out of ``import``; nothing where there is none.

    The hook reads the source text of every module that is imported after PySide, to find out
    whether it uses ``__feature__``, which Tillwright does not: a tenth of a till's start.
    """
    plain = getattr(builtins, "__orig_import__", None)
    if plain is not None:
        builtins.__import__ = plain
