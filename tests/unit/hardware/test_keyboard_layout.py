"""A scanner with another keyboard than the till's (bhima#6436, InvenTree#10589)."""

from __future__ import annotations

import pytest

from hardware.scanner.keyboard_layout import (
    CHECK,
    CHECK_BARS,
    SAME,
    KeyboardLayout,
    LayoutNotLearned,
    layout_of,
    learn,
)
from hardware.scanner.keyboard_wedge import Key, KeyboardWedge, Scanned, Terminator

AZERTY = {
    "0": "à", "1": "&", "2": "é", "3": '"', "4": "'", "5": "(", "6": "-", "7": "è", "8": "_",
    "9": "ç", "-": ")", ".": ":", "+": "+", "*": "8", "/": "!", "$": "4", "%": "5", ":": "M",
    "A": "Q", "Q": "A", "Z": "W", "W": "Z", "M": "?",
}  # fmt: skip
"""What a French keyboard makes of the keys that a US scanner presses, one sign for each."""


def arrives(text: str, keyboard: dict[str, str] = AZERTY) -> str:
    """What the till gets of a code."""
    return "".join(keyboard.get(sign, sign) for sign in text)


@pytest.mark.parametrize("check", [CHECK, CHECK_BARS])
def test_after_the_check_code_every_code_is_read(check: str) -> None:
    """Complaint 16: a layout that garbles codes is learned from one scan."""
    layout = learn(arrives(check))
    for code in ("9520000000059", "TWC-4711", "S1-1-A7-00000001"):
        known = "".join(sign for sign in code if sign in check)
        assert layout.read(arrives(known)) == known


def test_a_layout_that_is_right_changes_nothing() -> None:
    assert learn(CHECK) == SAME
    assert SAME.read("é123") == "é123"
    assert SAME.setting() == ""


def test_a_layout_survives_as_a_setting() -> None:
    layout = learn(arrives(CHECK))
    assert layout_of(layout.setting()) == layout


@pytest.mark.parametrize("setting", ["", "{", "[1]", '{"ab": "c", "d": 1}'])
def test_a_setting_that_cannot_be_read_is_a_layout_that_is_right(setting: str) -> None:
    assert layout_of(setting) == KeyboardLayout()


@pytest.mark.parametrize(
    ("received", "words"),
    [
        (CHECK[:-1], "did not arrive whole"),
        (CHECK.swapcase(), "Caps Lock"),
        (CHECK.replace("1", "0"), "arrive as one"),
    ],
)
def test_what_cannot_be_learned_says_what_to_do(received: str, words: str) -> None:
    with pytest.raises(LayoutNotLearned, match=words):
        learn(received)


def test_the_wedge_hears_codes_as_they_are_meant() -> None:
    """Complaint 16: digits that arrive as other signs are still checked as a GTIN's."""
    wedge = KeyboardWedge(layout=learn(arrives(CHECK)))
    code = "9520000000059"
    decisions = [
        decision
        for at, sign in enumerate(arrives(code))
        for decision in wedge.key(Key(sign, at * 4))
    ]
    decisions += wedge.key(Key("", len(code) * 4, Terminator.ENTER))
    (scanned,) = (one for one in decisions if isinstance(one, Scanned))
    assert scanned.code == code
