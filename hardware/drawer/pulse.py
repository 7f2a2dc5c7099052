"""The pulse that opens a drawer."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DrawerPulse:
    """A pulse on a printer's drawer connector: pin 2 or 5, times in milliseconds.

    ``device`` is whose events tell about it, ``reason`` goes to the audit.
    """

    device: str
    pin: int = 2
    on_ms: int = 100
    off_ms: int = 300
    reason: str = ""
