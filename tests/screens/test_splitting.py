"""Several people pay: evenly, by amounts and by article, by key and touch."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from pos_app.screens.checkout.share_sheet import AMOUNTS, LINES, ShareSheet
from pos_app.screens.shell.navigation import Page
from tests.screens.till_store import Hands, gtin

CTRL = Qt.KeyboardModifier.ControlModifier
MILK, EGGS, BREAD = gtin(0), gtin(2), gtin(1)


def _split(selling: Hands, *codes: str) -> ShareSheet:
    for code in codes:
        selling.enter(code)
    selling.press(Qt.Key.Key_F12)
    return _again(selling)


def _again(selling: Hands) -> ShareSheet:
    selling.press(Qt.Key.Key_S, CTRL)
    content = selling.window.sheet.content
    assert isinstance(content, ShareSheet)
    return content


def _paid(selling: Hands) -> list[int]:
    selling.wait(lambda: selling.page is Page.DONE)
    query = "SELECT group_concat(amount_minor) FROM (SELECT * FROM sale_tender ORDER BY n)"
    return [int(one) for one in str(selling.till.value(query)).split(",")]


def test_the_first_names_an_amount_and_the_last_pays_the_rest(selling: Hands) -> None:
    content = _split(selling, MILK)
    selling.press(Qt.Key.Key_Right)
    selling.enter("50")
    assert content.amounts.says == "1: €0.50 · 2: €0.79"
    selling.press(Qt.Key.Key_Return)
    assert "Person 1 of 2" in selling.window.selling.tender._due_note.text()
    selling.press(Qt.Key.Key_F11)
    assert "Person 2 of 2" in selling.window.selling.tender._due_note.text()
    selling.press(Qt.Key.Key_F11)
    assert _paid(selling) == [50, 79]


def test_more_than_is_due_is_no_share(selling: Hands) -> None:
    content = _split(selling, MILK)
    content.choose(AMOUNTS)
    selling.enter("500")
    assert "more than is due" in content.amounts.hint
    assert selling.window.sheet.content is content


def test_one_amount_alone_is_no_split(selling: Hands) -> None:
    content = _split(selling, MILK)
    content.choose(AMOUNTS)
    selling.press(Qt.Key.Key_Return)
    assert "first person" in content.amounts.hint


def test_each_pays_for_their_own_by_keys(selling: Hands) -> None:
    content = _split(selling, MILK, EGGS)
    selling.press(Qt.Key.Key_Right)
    selling.press(Qt.Key.Key_Right)
    prices = [line.minor for line in content.lines._what.lines]
    selling.type("12")
    selling.press(Qt.Key.Key_Return)
    selling.press(Qt.Key.Key_F11)
    selling.press(Qt.Key.Key_F11)
    assert _paid(selling) == prices


def test_each_pays_for_their_own_by_touch(selling: Hands) -> None:
    content = _split(selling, MILK, EGGS)
    QTest.mouseClick(content.ways.button(LINES), Qt.MouseButton.LeftButton)
    rows = content.lines.list
    spot = rows.visualItemRect(rows.item(1)).center()
    QTest.mouseClick(rows.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert content.lines.says.startswith("1: €1.29 · 2: ")


def test_all_of_one_person_is_no_split(selling: Hands) -> None:
    content = _split(selling, MILK, EGGS)
    content.choose(LINES)
    selling.press(Qt.Key.Key_Return)
    assert "one person's" in content.lines.hint
    assert selling.window.sheet.content is content


def test_articles_are_split_before_anything_is_paid(selling: Hands) -> None:
    selling.enter(EGGS)
    selling.press(Qt.Key.Key_F12)
    selling.enter("50")
    content = _again(selling)
    assert not content.ways.button(LINES).isEnabled()
    selling.press(Qt.Key.Key_Right)
    selling.press(Qt.Key.Key_Right)
    assert content._way == AMOUNTS
