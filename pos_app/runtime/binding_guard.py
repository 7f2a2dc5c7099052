"""Refuse a PySide6 that drops references to None, True and False.

PySide6 6.12.0 does so on CPython 3.11 and aborts the process within minutes of use.
"""

from __future__ import annotations

import sys

from PySide6.QtCore import QObject

from retail.errors import RetailError

_CALLS = 200
_TOLERATED = 5


def lost_references() -> int:
    """How many references to None went missing over 200 calls that return nothing."""
    target = QObject()
    before = sys.getrefcount(None)
    for _ in range(_CALLS):
        target.setObjectName("guard")
    return before - sys.getrefcount(None)


def check_binding() -> None:
    """Measure for a millisecond, before anything is at stake.

    Raises:
        RetailError: ``binding.broken``.
    """
    lost = lost_references()
    if lost > _TOLERATED:
        raise RetailError(
            "binding.broken",
            "This PySide6 cannot be used with Python %(python)s; run “make setup” again.",
            python=sys.version.split()[0],
        )
