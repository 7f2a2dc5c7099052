from __future__ import annotations

import json
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence

from pos_app.screens.checkout.sheets import PriceCheck
from pos_app.screens.palette.key_sheet import KeySheet
from pos_app.screens.palette.model import listed
from pos_app.screens.shell import remapping
from pos_app.screens.shell.command_button import CommandButton
from pos_app.screens.shell.commands import BINDINGS, Area, Binding, Command
from pos_app.screens.shell.keymap import OwnKeys, bindings, keys_of, own_keys, use_keys
from pos_app.screens.shell.navigation import Page
from pos_app.settings import store as settings
from retail.errors import RetailError
from tests.screens.till_store import Hands, gtin

CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
PRESSED = st.one_of(
    st.builds(
        "{}{}".format,
        st.sampled_from(["", "Shift+", "Ctrl+", "Alt+", "Ctrl+Shift+", "Ctrl+Alt+", "Meta+"]),
        st.sampled_from(
            [f"F{n}" for n in range(1, 13)]
            + list("ABCDEFGJKLPVWZ0123456789+-*")
            + ["Del", "Return", "Esc", "Up", "Space", "Tab"]
        ),
    ),
    st.text(max_size=8),
)
PROMISED = {
    "help": "F1", "search": "F2", "price_check": "F4", "quantity": "F5", "pay.cash": "F9",
    "palette": "F10", "pay.card": "F11", "pay.page": "F12", "back": "Esc", "enter": "Return",
    "basket.undo": "Ctrl+Z", "lock": "Ctrl+L", "receipt.reprint": "Ctrl+P",
    "sync.show": "Ctrl+Shift+S", "line.up": "Up", "line.down": "Down", "line.more": "+",
    "line.less": "-", "line.remove": "Del", "category": "Alt+1", "favourite": "Ctrl+1",
}  # fmt: skip


def _keys(binding: Binding) -> set[str]:
    return {QKeySequence(keys).toString() for keys in (*binding.keys, *binding.also)}


def test_the_map_of_keys_is_the_one_cashiers_were_promised() -> None:
    first = {str(binding.command): binding.keys[0] for binding in BINDINGS}
    assert first.items() >= PROMISED.items()


def test_no_key_means_two_things_on_any_page() -> None:
    for one, other in combinations(BINDINGS, 2):
        if (one.pages or set(Page)) & (other.pages or set(Page)):
            assert not _keys(one) & _keys(other), (one.command, other.command)
    assert all(len(_keys(b)) == len(b.keys) + len(b.also) for b in BINDINGS)


@pytest.mark.parametrize(("key", "modifiers"), [(Qt.Key.Key_F2, None), (Qt.Key.Key_F, CTRL)])
def test_both_keys_of_the_search_open_it(
    selling: Hands, key: Qt.Key, modifiers: Qt.KeyboardModifier | None
) -> None:
    selling.press(key, modifiers or Qt.KeyboardModifier.NoModifier)
    assert selling.window.selling.checkout.search.isVisible()
    selling.press(key, modifiers or Qt.KeyboardModifier.NoModifier)
    assert not selling.window.selling.checkout.search.isVisible()


def test_undo_means_the_basket_even_while_something_is_typed(selling: Hands) -> None:
    selling.enter(gtin(0))
    selling.type("12")
    selling.press(Qt.Key.Key_Z, CTRL)
    assert selling.names == []
    assert selling.window.selling.checkout.line.text() == "12"


def test_f7_is_free_for_baskets_that_wait(selling: Hands) -> None:
    selling.press(Qt.Key.Key_F7)
    assert selling.page is Page.CHECKOUT
    selling.press(Qt.Key.Key_Escape)
    selling.press(Qt.Key.Key_S, CTRL | Qt.KeyboardModifier.ShiftModifier)
    selling.wait(lambda: selling.page is Page.SYNC)


def _given(own: OwnKeys, command: Command, pressed: str) -> OwnKeys:
    try:
        return remapping.give(own, command, pressed)
    except RetailError:
        return own


@given(st.lists(st.tuples(st.sampled_from(Command), PRESSED), max_size=12))
def test_no_accepted_key_means_two_things(presses: list[tuple[Command, str]]) -> None:
    own: OwnKeys = {}
    for command, pressed in presses:
        own = _given(own, command, pressed)
    assert remapping.conflicts(own) == ()
    assert remapping.read(remapping.written(own)) == own
    for one, other in combinations(bindings(own), 2):
        if (one.pages or set(Page)) & (other.pages or set(Page)):
            assert not _keys(one) & _keys(other)


@pytest.mark.expect_warnings
@given(
    st.one_of(
        st.text(max_size=40),
        st.dictionaries(st.sampled_from([*Command, "gone"]), st.lists(PRESSED, max_size=2)).map(
            json.dumps
        ),
    )
)
def test_whatever_a_setting_holds_no_key_means_two_things(text: str) -> None:
    assert remapping.conflicts(remapping.read(text)) == ()


@pytest.mark.parametrize(
    ("command", "pressed", "code"),
    [
        (Command.PRICE_CHECK, "F9", "keys.taken"),
        (Command.PRICE_CHECK, "Ctrl+F", "keys.taken"),
        (Command.PRICE_CHECK, "Ctrl+3", "keys.taken"),
        (Command.PRICE_CHECK, "A", "keys.typed"),
        (Command.PRICE_CHECK, "Shift+A", "keys.typed"),
        (Command.PRICE_CHECK, "+", "keys.typed"),
        (Command.PRICE_CHECK, "Del", "keys.typed"),
        (Command.PRICE_CHECK, "Ctrl+V", "keys.typed"),
        (Command.PRICE_CHECK, "Ctrl+J", "keys.typed"),
        (Command.PRICE_CHECK, "Alt+F4", "keys.typed"),
        (Command.PRICE_CHECK, "Ctrl+Alt+Q", "keys.typed"),
        (Command.PRICE_CHECK, "F3, F4", "keys.typed"),
        (Command.PRICE_CHECK, "", "keys.typed"),
        (Command.CATEGORY, "F3", "keys.digit"),
        (Command.CATEGORY, "Ctrl+1", "keys.taken"),
        (Command.ENTER, "F3", "keys.fixed"),
        (Command.BACK, "F3", "keys.fixed"),
    ],
)
def test_a_key_that_cannot_be_is_refused(command: Command, pressed: str, code: str) -> None:
    with pytest.raises(RetailError) as caught:
        remapping.give({}, command, pressed)
    assert caught.value.code == code


def test_the_usual_key_is_no_key_of_its_own() -> None:
    own = remapping.give({}, Command.PRICE_CHECK, "F8")
    assert own == {Command.PRICE_CHECK: ("F8",)}
    assert remapping.give(own, Command.PRICE_CHECK, "F4") == {}


def test_two_commands_may_exchange_their_keys() -> None:
    own = remapping.give({}, Command.PRICE_CHECK, "F8")
    own = remapping.give(own, Command.QUANTITY, "F4")
    own = remapping.give(own, Command.PRICE_CHECK, "F5")
    assert own == {Command.PRICE_CHECK: ("F5",), Command.QUANTITY: ("F4",)}
    assert remapping.read(remapping.written(own)) == own


@pytest.mark.expect_warnings
def test_a_key_that_an_update_gave_away_is_left_out() -> None:
    kept = {"price_check": ["F9"], "look.next": ["F8"], "gone": ["F6"], "quantity": [3]}
    assert remapping.read(json.dumps(kept)) == {Command.LOOK: ("F8",)}
    assert remapping.read("no json") == {}


def _sheet(hands: Hands) -> KeySheet:
    hands.press(Qt.Key.Key_F1)
    content = hands.window.sheet.content
    assert isinstance(content, KeySheet)
    return content


def _choose(hands: Hands, sheet: KeySheet, command: Command) -> None:
    for _step in range(len(sheet.list.rows)):
        row = sheet.list.chosen
        if row is not None and row.command is command:
            break
        hands.press(Qt.Key.Key_Down)
    hands.press(Qt.Key.Key_Return)
    assert sheet.waiting is command


def test_the_sheet_lists_every_command_below_its_area(selling: Hands) -> None:
    rows = _sheet(selling).list.rows
    assert rows == listed()
    assert {row.command for row in rows} - {None} == set(Command)
    assert [row.label for row in rows if row.is_area] == [str(area) for area in Area]


def test_a_command_gets_another_key_at_once_and_after_the_next_start(selling: Hands) -> None:
    sheet = _sheet(selling)
    _choose(selling, sheet, Command.PRICE_CHECK)
    selling.press(Qt.Key.Key_F3, SHIFT)
    assert "Shift+F3" in sheet.sentence
    assert keys_of(Command.PRICE_CHECK) == "Shift+F3"
    kept = selling.till.tasks.read(settings.load).result()["keys.own"]
    assert remapping.read(kept) == {Command.PRICE_CHECK: ("Shift+F3",)}
    selling.press(Qt.Key.Key_Escape)
    selling.press(Qt.Key.Key_F4)
    assert selling.window.sheet.content is None
    selling.press(Qt.Key.Key_F3, SHIFT)
    selling.wait(lambda: isinstance(selling.window.sheet.content, PriceCheck))
    names = [b.accessibleName() for b in selling.window.findChildren(CommandButton)]
    assert any("Price check (Shift+F3)" in name for name in names)
    use_keys({})
    selling.window.lists.keys.start(kept)
    assert keys_of(Command.PRICE_CHECK) == "Shift+F3"


def test_a_key_that_is_taken_is_told_and_esc_keeps_the_old_one(selling: Hands) -> None:
    sheet = _sheet(selling)
    _choose(selling, sheet, Command.PRICE_CHECK)
    selling.press(Qt.Key.Key_F9)
    assert "already means" in sheet.sentence
    assert "Cash" in sheet.sentence
    _choose(selling, sheet, Command.PRICE_CHECK)
    selling.press(Qt.Key.Key_Escape)
    assert sheet.waiting is None
    assert selling.window.sheet.content is sheet
    assert own_keys() == {}
    assert selling.till.count("sale") == 0


def test_changed_keys_are_undone_and_reset(selling: Hands) -> None:
    sheet = _sheet(selling)
    assert not sheet.undo.isEnabled()
    assert not sheet.reset.isEnabled()
    _choose(selling, sheet, Command.LOOK)
    selling.press(Qt.Key.Key_F8)
    sheet.reset.click()
    selling.settle()
    assert own_keys() == {}
    sheet.undo.click()
    selling.settle()
    assert own_keys() == {Command.LOOK: ("F8",)}
    sheet.undo.click()
    selling.settle()
    assert own_keys() == {}
    assert not sheet.undo.isEnabled()
    assert selling.till.tasks.read(settings.load).result()["keys.own"] == ""


def test_no_shortcut_takes_a_key_that_fields_and_lists_need() -> None:
    """A shortcut is heard before the focus on every page, also where its command is closed."""
    needed = {"Del", "Backspace", "Home", "End", "PgUp", "PgDown", "Up", "Down", "Left", "Right"}
    taken = {key for binding in BINDINGS if not binding.typed for key in binding.all_keys}
    assert taken & needed == set()
    assert not any(len(key) == 1 for key in taken)
