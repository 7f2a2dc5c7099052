"""A scale without hardware: a file says what lies on it, and it answers as an 8217 does.

The file holds one line: a weight in kilograms such as ``1.250``, ``1.250 net`` when the scale
itself has taken a tare off, or one of ``moving``, ``over``, ``under`` and ``off``. Another process
may write it at any time; without a file the plate is empty.
"""

from __future__ import annotations

import re
from pathlib import Path

from hardware.scale.toledo8217 import ASK
from hardware.transport import Waker

_STATUS = {"moving": 0x41, "over": 0x42, "under": 0x44}
_WEIGHT = re.compile(r"(\d{1,2})\.(\d{3})( net)?")


class Plate:
    """The line to a scale that is a file; see :class:`hardware.transport.Transport`."""

    answers = True
    durable = False

    def __init__(self, path: Path) -> None:
        self._path = path
        self._waker = Waker()
        self._answer = b""

    def send(self, data: bytes, timeout: float) -> int:
        """Take a question."""
        del timeout
        if data == ASK:
            self._answer = _answer(self._lies_on_it())
        return len(data)

    def receive(self, timeout: float) -> bytes:
        """The answer, at once."""
        answer, self._answer = self._answer, b""
        if not answer:
            self._waker.wait(timeout)
        return answer

    def sync(self) -> None:
        """Nothing is kept back."""

    def wake(self) -> None:
        """End a wait."""
        self._waker.set()

    def close(self) -> None:
        """Let go."""
        self._waker.close()

    def _lies_on_it(self) -> str:
        try:
            return self._path.read_text("ascii").strip()
        except (FileNotFoundError, UnicodeDecodeError):
            return "0.000"


def _answer(text: str) -> bytes:
    if text in _STATUS:
        return bytes((0x02, 0x3F, _STATUS[text], 0x0D))
    weight = _WEIGHT.fullmatch(text)
    if weight is None:
        return b""
    return f"\x02{int(weight[1]):02d}.{weight[2]}{'N' if weight[3] else ''}\r".encode()
