"""“Why this price?”: what it lists, how it keeps up with the basket, what it answers."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from pos_app.checkout import explanations
from pos_app.screens.checkout.why_presenter import Scope
from pos_app.screens.checkout.why_rows import RowAction
from pos_app.screens.shell.commands import Command
from retail.contract.promotions import PromotionRow
from tests.screens import offers as known
from tests.screens.till_store import Hands, gtin
from tests.screens.why import held, keys, panel, row, why

CTRL = Qt.KeyboardModifier.ControlModifier
MILK, BUTTER, EGGS, COOKIES = gtin(0), gtin(1), gtin(2), gtin(17)
POPCORN, SANDWICH, WATER = gtin(27), gtin(28), gtin(29)
MINUS = "\N{MINUS SIGN}"


@pytest.fixture
def offers() -> tuple[PromotionRow, ...]:
    return (
        known.MILK, known.COOKIES, known.BUTTER, known.BUTTER_LESS, known.CARD, known.LUNCH,
        known.WINE, known.SOON,
    )  # fmt: skip


def test_its_key_opens_and_closes_it(selling: Hands) -> None:
    opened = why(selling, MILK)
    assert opened.isVisible()
    selling.press(Qt.Key.Key_W, CTRL)
    assert not selling.window.selling.why.is_open
    assert selling.window.selling.checkout.line.hasFocus()


def test_esc_closes_it_and_the_basket_stays(selling: Hands) -> None:
    why(selling, MILK)
    selling.press(Qt.Key.Key_Escape)
    assert not selling.window.selling.why.is_open
    assert selling.names == ["Whole milk 1 L"]
    assert selling.window.selling.checkout.line.hasFocus()


def test_first_what_was_applied_then_what_is_in_reach_then_what_was_not(selling: Hands) -> None:
    why(selling, f"2*{MILK}", f"2*{COOKIES}", BUTTER, WATER)
    assert keys(selling) == [
        "applied", "applied:MILK", "applied:BUTTER",
        "reach", "reach:COOKIES", "reach:LUNCH",
        "lost", "lost:BUTTER-LESS",
        "conditions", "conditions:CARD", "conditions:SOON",
        "elsewhere",
    ]  # fmt: skip
    assert row(selling, "applied").title == "Applied · 2"
    assert row(selling, "applied").amount == f"{MINUS}€1.10"
    applied = row(selling, "applied:MILK")
    assert (applied.title, applied.amount) == ("Whole milk for 0.99", f"{MINUS}€0.60")
    assert applied.detail == "Applied 2 times to 2 units: €0.60 saved."
    assert row(selling, "reach:COOKIES").detail == "Add 1 more for it to count."
    assert row(selling, "conditions:CARD").detail.startswith("Only when paid with card")
    assert row(selling, "conditions:SOON").detail == "Not yet: it starts on 1 December 2040."


def test_parts_of_a_set_are_named_as_people_call_them(selling: Hands) -> None:
    why(selling, WATER)
    detail = row(selling, "reach:LUNCH").detail
    assert detail == "Add for the set: 1 × Ham sandwich, 1 × Popcorn sweet."


def test_what_is_not_about_the_basket_waits_behind_its_count(selling: Hands) -> None:
    why(selling, MILK)
    head = row(selling, "elsewhere")
    assert (head.title, head.open) == ("Not about this basket · 5", False)
    shown = len(keys(selling))
    selling.press(Qt.Key.Key_Up)
    selling.press(Qt.Key.Key_Return)
    assert len(keys(selling)) == shown + 5
    assert row(selling, "elsewhere:WINE").detail == "No article of it is in the basket."
    selling.press(Qt.Key.Key_Return)
    assert len(keys(selling)) == shown


def test_a_scan_goes_into_the_basket_and_the_panel_follows(selling: Hands) -> None:
    why(selling, f"2*{COOKIES}")
    assert "reach:COOKIES" in keys(selling)
    selling.window.selling.scan(COOKIES)
    selling.settle()
    assert selling.rows[0].quantity == "3"
    assert selling.window.selling.why.is_open
    assert row(selling, "applied:COOKIES").amount == f"{MINUS}€2.35"
    assert "reach:COOKIES" not in keys(selling)


def test_what_is_typed_belongs_to_the_line(selling: Hands) -> None:
    opened = why(selling, MILK)
    assert opened.list.hasFocus()
    selling.enter(EGGS)
    assert selling.names == ["Whole milk 1 L", "Free-range eggs ×10"]
    assert selling.window.selling.why.is_open


def test_nothing_is_explained_while_it_is_closed(
    selling: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    explain = explanations.why

    def counted(*args: Any) -> object:
        asked.append(threading.current_thread().name)
        return explain(*args)

    monkeypatch.setattr(explanations, "why", counted)
    selling.enter(MILK)
    assert asked == []
    selling.press(Qt.Key.Key_W, CTRL)
    assert asked == ["till-writer"]
    selling.press(Qt.Key.Key_Up)
    selling.window.selling.basket.select(1)
    selling.settle()
    assert len(asked) == 1
    selling.enter(EGGS)
    assert len(asked) == 2
    selling.press(Qt.Key.Key_Escape)
    selling.enter(COOKIES)
    assert len(asked) == 2


def test_the_line_alone_and_the_whole_basket(selling: Hands) -> None:
    opened = why(selling, BUTTER, MILK)
    line = opened.segments.button(Scope.LINE)
    assert line.accessibleName() == "This line: Whole milk 1 L"
    QTest.mouseClick(line, Qt.MouseButton.LeftButton)
    selling.settle()
    assert keys(selling) == [
        "applied",
        "applied:MILK",
        "conditions",
        "conditions:CARD",
        "conditions:SOON",
    ]
    selling.window.selling.basket.select(1)
    selling.settle()
    assert line.accessibleName() == "This line: Butter 250 g"
    assert "lost:BUTTER-LESS" in keys(selling)
    assert "applied:MILK" not in keys(selling)
    QTest.mouseClick(opened.segments.button(Scope.BASKET), Qt.MouseButton.LeftButton)
    selling.settle()
    assert "applied:MILK" in keys(selling)


def test_arrows_choose_between_line_and_basket(selling: Hands) -> None:
    opened = why(selling, BUTTER, MILK)
    opened.segments.button(Scope.BASKET).setFocus(Qt.FocusReason.TabFocusReason)
    selling.press(Qt.Key.Key_Left)
    assert opened.segments.button(Scope.LINE).isChecked()
    assert "elsewhere" not in keys(selling)


def test_the_action_of_a_line_asks_about_that_line(selling: Hands) -> None:
    selling.enter(BUTTER)
    selling.window.selling.checkout.basket.acted.emit("why")
    selling.settle()
    assert panel(selling).segments.button(Scope.LINE).isChecked()
    selling.press(Qt.Key.Key_Escape)
    selling.press(Qt.Key.Key_W, CTRL | Qt.KeyboardModifier.ShiftModifier)
    assert panel(selling).segments.button(Scope.LINE).isChecked()


def test_a_saving_on_several_lines_tells_the_share_of_the_line(selling: Hands) -> None:
    why(selling, SANDWICH, WATER, POPCORN)
    assert row(selling, "applied:LUNCH").amount == f"{MINUS}€2.28"
    selling.window.run(Command.LINE_WHY)
    selling.settle()
    lunch = row(selling, "applied:LUNCH")
    own = lunch.amount.removeprefix(MINUS)
    assert lunch.detail == f"Applied once to 3 units: €2.28 saved. On this line: {own}."
    assert row(selling, "applied").amount == lunch.amount


def _walk_to(hands: Hands, action: RowAction) -> None:
    view = panel(hands).list
    for _step in view.rows:
        hands.press(Qt.Key.Key_Down)
        if view.rows[view.currentIndex().row()].action is action:
            return
    pytest.fail(f"no row with {action}")


def test_enter_on_a_lost_offer_works_out_by_how_much(selling: Hands) -> None:
    why(selling, BUTTER)
    before = row(selling, "lost:BUTTER-LESS")
    assert before.detail == "“Butter 50 cents off” on the same articles saves at least as much."
    _walk_to(selling, RowAction.LOSS)
    selling.press(Qt.Key.Key_Return)
    after = row(selling, "lost:BUTTER-LESS")
    assert after.detail == "“Butter 50 cents off” on the same articles saves €0.22 more."
    assert after.action is RowAction.NONE


def test_a_tap_on_the_button_works_it_out_too(selling: Hands) -> None:
    view = why(selling, BUTTER).list
    place = next(i for i, one in enumerate(view.rows) if one.action is RowAction.LOSS)
    button = view.button_rect(view.model().index(place, 0))
    assert button.height() >= 48
    assert button.width() >= 48
    beside = button.center().toPoint()
    beside.setX(40)
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=beside)
    selling.settle()
    assert row(selling, "lost:BUTTER-LESS").action is RowAction.LOSS
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=button.center().toPoint())
    selling.settle()
    assert "saves €0.22 more" in row(selling, "lost:BUTTER-LESS").detail


def test_a_long_answer_says_so_and_is_asked_for_once(
    selling: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    view = why(selling, BUTTER).list
    release = held(monkeypatch, "dearer_with")
    (lost,) = (one for one in view.rows if one.action is RowAction.LOSS)
    for _press in range(3):
        view.acted.emit(lost)
    assert selling.till.ui.open == 1
    assert row(selling, "lost:BUTTER-LESS").busy
    release()
    selling.settle()
    assert not row(selling, "lost:BUTTER-LESS").busy


def test_an_answer_about_an_earlier_basket_is_dropped(
    selling: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    view = why(selling, BUTTER).list
    release = held(monkeypatch, "dearer_with")
    view.acted.emit(next(one for one in view.rows if one.action is RowAction.LOSS))
    selling.window.selling.scan(EGGS)
    release()
    selling.settle()
    assert row(selling, "lost:BUTTER-LESS").action is RowAction.LOSS
    assert not row(selling, "lost:BUTTER-LESS").busy
