from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.scanner.keyboard_wedge import (
    DEFAULT,
    Decision,
    Hold,
    Key,
    KeyboardWedge,
    Replay,
    Rescan,
    Scanned,
    Terminator,
    WedgeProfile,
    valid_check_digit,
)
from tests.support import hardware_vectors

_FILE = hardware_vectors.read("wedge_traces.json")
_ENDS = {
    "Enter": Terminator.ENTER,
    "KP_Enter": Terminator.ENTER,
    "Return": Terminator.ENTER,
    "Tab": Terminator.TAB,
    "Ctrl+J": Terminator.CTRL_J,
}
_GTIN = "9506000134352"


def _profile(name: str) -> WedgeProfile:
    raw = _FILE["profiles"][name]
    return WedgeProfile(
        raw["min_length"],
        raw["mean_gap_ms"],
        raw["idle_ms"],
        frozenset(raw.get("allow_numeric_lengths", ())),
    )


def _keys(
    text: str, gap: int, start: int = 0, end: Terminator | None = Terminator.ENTER
) -> list[Key]:
    keys = [Key(char, start + i * gap) for i, char in enumerate(text)]
    return [*keys, Key("", start + len(text) * gap, end)] if end else keys


def _run(wedge: KeyboardWedge, keys: list[Key], *, timing: bool = True) -> list[Decision]:
    """Feed keys as an event loop does: every deadline on the way is served in time."""
    decisions: list[Decision] = []
    for key in keys:
        while (deadline := wedge.deadline) is not None and deadline <= key.at_ms:
            decisions.extend(wedge.expire(deadline))
        decisions.extend(wedge.key(key, timing=timing))
    while (deadline := wedge.deadline) is not None:
        decisions.extend(wedge.expire(deadline))
    return decisions


def _typed(decisions: list[Decision]) -> str:
    return "".join(key.text for d in decisions if isinstance(d, Replay) for key in d.keys)


def _codes(decisions: list[Decision]) -> list[str]:
    return [d.code for d in decisions if isinstance(d, Scanned)]


@pytest.mark.parametrize("vector", [pytest.param(v, id=v["id"]) for v in _FILE["vectors"]])
def test_trace(vector: Any) -> None:
    keys = [
        Key("" if name in _ENDS else name, at, _ENDS.get(name)) for name, at, *_ in vector["trace"]
    ]
    decisions = _run(KeyboardWedge(_profile(vector["profile"])), keys)
    expected = vector["expected"]
    codes = expected.get("codes", [expected["code"]] if "code" in expected else [])
    rescans = [d for d in decisions if isinstance(d, Rescan)]
    assert _codes(decisions) == codes
    assert bool(rescans) is (expected["class"] == "error")
    assert _typed(decisions) == expected.get(
        "typed_before", "".join(k.text for k in keys) if expected["class"] == "typing" else ""
    )
    ends = {d.terminator for d in decisions if isinstance(d, Scanned)}
    assert ends <= {_ENDS[expected.get("terminator", "Enter")]}


@pytest.mark.parametrize(
    "vector",
    [pytest.param(v, id=v["id"]) for v in _FILE["vectors"] if v["profile"] == "default"],
)
def test_trace_with_the_product_s_own_default(vector: Any) -> None:
    keys = [
        Key("" if name in _ENDS else name, at, _ENDS.get(name)) for name, at, *_ in vector["trace"]
    ]
    decisions = _run(KeyboardWedge(DEFAULT), keys)
    expected = vector["expected"]
    assert _codes(decisions) == expected.get(
        "codes", [expected["code"]] if "code" in expected else []
    )


def test_a_hiccup_of_150_ms_never_sells_a_fragment() -> None:
    first = _keys("950600", 10, end=None)
    rest = _keys("0134352", 10, start=200)
    decisions = _run(KeyboardWedge(), [*first, *rest])
    assert _codes(decisions) == []
    assert _typed(decisions) == ""
    assert [d.raw for d in decisions if isinstance(d, Rescan)] == ["950600", "0134352"]


@pytest.mark.parametrize("digits", ["9506000134353", "1234567", "123456789", "96385075"])
def test_misread_digits_ask_for_another_scan(digits: str) -> None:
    decisions = _run(KeyboardWedge(), _keys(digits, 8))
    assert [d.raw for d in decisions if isinstance(d, Rescan)] == [digits]
    assert _codes(decisions) == []
    assert _typed(decisions) == ""


def test_a_full_gtin_without_suffix_is_a_scan_and_a_short_one_is_not() -> None:
    decisions = _run(KeyboardWedge(), _keys(_GTIN, 10, end=None))
    assert _codes(decisions) == [_GTIN]
    assert _codes(_run(KeyboardWedge(), _keys("96385074", 10, end=None))) == []


def test_letters_without_suffix_are_typed() -> None:
    decisions = _run(KeyboardWedge(), _keys("paste me", 2, end=None))
    assert _typed(decisions) == "paste me"


def test_a_prefix_makes_a_scan_of_any_speed_and_length() -> None:
    keys = _keys("\x0242", 200)
    (scan,) = [d for d in _run(KeyboardWedge(), keys) if isinstance(d, Scanned)]
    assert (scan.code, scan.terminator, len(scan.keys)) == ("42", Terminator.ENTER, 4)
    etx = [Key("\x02", 0), Key("A", 5), Key("\x03", 10)]
    assert _codes(_run(KeyboardWedge(), etx)) == ["A"]


def test_a_prefixed_scan_that_breaks_off_is_not_looked_up() -> None:
    decisions = _run(KeyboardWedge(), _keys("\x0295060", 10, end=None))
    assert [d.raw for d in decisions if isinstance(d, Rescan)] == ["95060"]


def test_aim_identifier_is_split_off_and_allows_short_codes() -> None:
    (scan,) = [d for d in _run(KeyboardWedge(), _keys("]C14711", 10)) if isinstance(d, Scanned)]
    assert (scan.symbology, scan.code) == ("]C1", "4711")


def test_group_separator_belongs_to_the_code() -> None:
    raw = "0109506000134352\x1d10AB"
    assert _codes(_run(KeyboardWedge(), _keys(raw, 10))) == [raw]


def test_digits_of_an_element_string_are_accepted_by_their_inner_check_digit() -> None:
    assert _codes(_run(KeyboardWedge(), _keys("0109506000134352", 10))) == ["0109506000134352"]
    wrong = _run(KeyboardWedge(), _keys("0109506000134353", 10))
    assert _codes(wrong) == []


def test_passwords_are_never_held_back_but_a_prefixed_badge_is_read() -> None:
    wedge = KeyboardWedge()
    decisions = _run(wedge, _keys("95060001", 5), timing=False)
    assert not any(isinstance(d, Hold) for d in decisions)
    assert _typed(decisions) == "95060001"
    assert _codes(_run(wedge, _keys("\x02BADGE", 5, start=1000), timing=False)) == ["BADGE"]


def test_a_sign_sent_twice_in_a_millisecond_is_no_held_key() -> None:
    wedge = KeyboardWedge()
    decisions: list[Decision] = []
    for place, sign in enumerate("9520000000028"):
        twice = place > 0 and sign == "0"
        decisions += wedge.key(Key(sign, 100, is_auto_repeat=twice))
    decisions += wedge.key(Key("", 100, Terminator.ENTER))
    assert [one.code for one in decisions if isinstance(one, Scanned)] == ["9520000000028"]


def test_auto_repeat_is_typed_at_once() -> None:
    keys = [Key("7", i * 30, is_auto_repeat=i > 0) for i in range(12)]
    decisions = _run(KeyboardWedge(), keys)
    assert _typed(decisions) == "7" * 12
    assert sum(isinstance(d, Hold) for d in decisions) == 1


def test_a_lone_key_reaches_its_field_within_40_ms() -> None:
    assert KeyboardWedge().deadline is None
    wedge, key = KeyboardWedge(), Key("a", 1000)
    assert wedge.key(key) == (Hold(key),)
    assert wedge.deadline == 1040
    assert wedge.expire(1039) == ()
    assert wedge.expire(1040) == (Replay((key,)),)


def test_keys_that_type_nothing_keep_their_place() -> None:
    wedge = KeyboardWedge()
    a, left = Key("a", 0), Key("", 10, event="Left")
    wedge.key(a)
    assert wedge.key(left) == (Replay((a, left)),)


def test_enter_alone_passes() -> None:
    enter = Key("", 5, Terminator.ENTER)
    assert KeyboardWedge().key(enter) == (Replay((enter,)),)


@given(
    st.lists(
        st.tuples(
            st.sampled_from([*"0123456789", "a", "Z", "\x02", "\x03", "", "\x1d", "\r-enter"]),
            st.integers(0, 300),
            st.booleans(),
        ),
        max_size=60,
    )
)
def test_every_key_comes_back_exactly_once_and_in_order(
    presses: list[tuple[str, int, bool]],
) -> None:
    at, keys = 0, []
    for text, gap, repeat in presses:
        at += gap
        end = Terminator.ENTER if text == "\r-enter" else None
        keys.append(Key("" if end else text, at, end, is_auto_repeat=repeat and gap == 33))
    back = [key for d in _run(KeyboardWedge(), keys) if not isinstance(d, Hold) for key in d.keys]
    assert back == keys


@given(st.lists(st.tuples(st.sampled_from("0123456789abc"), st.integers(45, 400)), max_size=30))
def test_human_speed_is_never_a_scan(presses: list[tuple[str, int]]) -> None:
    at, keys = 0, []
    for text, gap in presses:
        at += gap
        keys.append(Key(text, at))
    keys.append(Key("", at + 50, Terminator.ENTER))
    decisions = _run(KeyboardWedge(), keys)
    assert all(isinstance(d, Hold | Replay) for d in decisions)


def test_check_digit() -> None:
    assert valid_check_digit(_GTIN)
    assert valid_check_digit("96385074")
    assert not valid_check_digit("9506000134353")
