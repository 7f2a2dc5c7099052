"""What a scanner's keys mean where the computer's keyboard has another layout than the scanner.

A scanner set to a US keyboard types ``&é"'(`` for 12345 on a French one. A code whose text is known
tells what each key means.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from hardware.errors import HardwareError

CHECK = "0123456789-.+*/$%:ABCDEFGHIJKLMNOPQRSTUVWXYZ"
"""For a QR code: every sign that the codes of a shop are made of."""
CHECK_BARS = "0123456789-TWKGCVHB"
"""For a bar code, which has less room: digits, and what the till's own codes begin with."""


class LayoutNotLearned(HardwareError):  # noqa: N818
    """The check code did not come as it must; the layout is as it was."""

    code = "scanner.layout"
    retryable = True


@dataclass(frozen=True, slots=True)
class KeyboardLayout:
    """``meant`` holds for each sign that arrives wrong what the code holds there."""

    meant: Mapping[str, str] = field(default_factory=dict)

    def read(self, text: str) -> str:
        """What the code holds for a text that arrived."""
        if not self.meant:
            return text
        return "".join(self.meant.get(sign, sign) for sign in text)

    def setting(self) -> str:
        """As the setting of a till; empty for a layout that is right."""
        return json.dumps(dict(self.meant), ensure_ascii=False) if self.meant else ""


SAME = KeyboardLayout()


def layout_of(setting: str) -> KeyboardLayout:
    """The layout of a till's setting; one that cannot be read is taken for right."""
    try:
        meant = json.loads(setting) if setting else {}
    except ValueError:
        return SAME
    pairs = meant.items() if isinstance(meant, dict) else ()
    return KeyboardLayout(
        {sign: to for sign, to in pairs if isinstance(to, str) and len(sign) == 1}
    )


def learn(received: str) -> KeyboardLayout:
    """The layout by which one of the check codes arrived.

    Raises:
        LayoutNotLearned: with what is to be done.
    """
    check = next((one for one in (CHECK, CHECK_BARS) if len(one) == len(received)), None)
    if check is None:
        raise LayoutNotLearned(
            "The check code did not arrive whole; nothing was changed. Scan it again, "
            "or set the scanner to USB serial (COM port)."
        )
    if received != check and received.swapcase() == check:
        raise LayoutNotLearned(
            "Caps Lock is on; nothing was changed. Switch it off and scan the code again."
        )
    meant: dict[str, str] = {}
    for sign, to in zip(received, check, strict=True):
        if meant.setdefault(sign, to) != to:
            raise LayoutNotLearned(
                "Two signs of the check code arrive as one; nothing was changed. "
                "Set the scanner to the keyboard's country, or to USB serial (COM port)."
            )
    return KeyboardLayout({sign: to for sign, to in meant.items() if sign != to})
