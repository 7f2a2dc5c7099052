"""A scanner in memory: whoever has it scans."""

from __future__ import annotations

from dataclasses import dataclass

from hardware.errors import Offline
from hardware.events import CodeScanned, Emit, ScannerStatusChanged, utc_now
from hardware.scanner.framing import split_aim


@dataclass(slots=True)
class FakeScanner:
    """Emits what it is told to scan, on the caller's thread."""

    name: str
    emit: Emit
    _opened: bool = False

    @property
    def online(self) -> bool:
        """Whether it is open."""
        return self._opened

    def open(self) -> None:
        """Become ready."""
        self._opened = True
        self.emit(ScannerStatusChanged(self.name, online=True, at=utc_now()))

    def close(self) -> None:
        """Stop."""
        self._opened = False

    def scan(self, raw: str) -> None:
        """Read a code, with or without an AIM identifier in front.

        Raises:
            Offline: the scanner is closed.
        """
        if not self._opened:
            raise Offline("The scanner %(name)s is closed.", name=self.name)
        symbology, code = split_aim(raw)
        self.emit(CodeScanned(code, symbology, self.name, utc_now()))
