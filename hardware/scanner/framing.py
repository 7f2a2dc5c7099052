"""Bytes of a scanner cut into codes, and AIM identifiers split off.

GS (``1D``) separates fields inside a GS1 code and is kept.
"""

from __future__ import annotations

import re

from hardware.errors import Protocol

STX, ETX = 0x02, 0x03
_ENDS = frozenset(b"\r\n\t")
_LIMIT = 8192
_AIM = re.compile(r"\][A-Za-z][0-9A-Za-z]")


class Framer:
    """Keeps what is incomplete between reads.

    A code ends with CR, LF or Tab, or stands between STX and ETX, where line ends belong to it.
    """

    def __init__(self) -> None:
        self._pending = bytearray()
        self._framed = False
        self._skipping = False

    @property
    def pending(self) -> bool:
        """Whether a code has begun and not ended."""
        return bool(self._pending)

    def feed(self, data: bytes) -> list[str]:
        """The codes that are complete with ``data``; empty ones are dropped.

        Raises:
            Protocol: something longer than any code; it is dropped up to its end.
        """
        codes: list[str] = []
        for byte in data:
            if byte == STX:
                self._start(framed=True)
            elif (byte == ETX) if self._framed else (byte in _ENDS or byte == ETX):
                codes.extend(self._finish())
            elif not self._skipping:
                self._pending.append(byte)
                self._guard()
        return codes

    def flush(self) -> list[str]:
        """End the code in hand after a silence, for scanners that send no suffix."""
        return self._finish()

    def _start(self, *, framed: bool) -> None:
        self._pending.clear()
        self._framed, self._skipping = framed, False

    def _finish(self) -> list[str]:
        raw = bytes(self._pending)
        self._start(framed=False)
        try:
            code = raw.decode("utf-8")
        except UnicodeDecodeError:
            code = raw.decode("latin-1")
        code = code.strip("\r\n\t ")
        return [code] if code else []

    def _guard(self) -> None:
        if len(self._pending) > _LIMIT:
            self._pending.clear()
            self._skipping = True
            raise Protocol(
                "The scanner sent more than %(limit)s characters without an end. "
                "Set it to send Enter after each code.",
                limit=_LIMIT,
            )


def split_aim(raw: str) -> tuple[str, str]:
    """``("]E0", "9506000134352")`` for ``]E09506000134352``; an empty symbology without one.

    Source: ISO/IEC 15424.
    """
    found = _AIM.match(raw)
    return (found[0], raw[3:]) if found else ("", raw)
