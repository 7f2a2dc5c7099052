"""Points and the account as means of payment, by key and by touch."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from pos_app.screens.checkout.views import totals
from pos_app.screens.customers.sheet import CustomerSheet
from pos_app.screens.shell.navigation import Page
from pos_app.screens.value.member_sheet import MemberSheet
from pos_app.screens.widgets.button import AppButton, ButtonKind
from tests.screens.members import attach, give_points, know
from tests.screens.till_store import Hands, gtin, till
from tests.support.office import Office

CTRL = Qt.KeyboardModifier.ControlModifier
MILK = gtin(0)


@pytest.fixture
def office() -> Office:
    return Office()


@pytest.fixture
def selling(tmp_path: Path, qtbot: QtBot, office: Office) -> Iterator[Hands]:
    """A till of a store that gives points, with nobody at head office to ask."""
    with till(tmp_path, value=office) as found:
        found.window.resize(1366, 768)
        found.window.show()
        qtbot.waitExposed(found.window)
        found.window.activateWindow()
        found.window.start()
        qtbot.waitUntil(lambda: found.ui.open == 0)
        hands = Hands(found, qtbot)
        office.alone = found.tasks.read
        hands.sign_on()
        hands.open_shift("15000")
        give_points(hands)
        yield hands


def _chips(selling: Hands) -> list[str]:
    chips = selling.window.selling.tender.findChildren(AppButton)
    return [chip.text() for chip in chips if chip.kind is ButtonKind.CHIP and chip.isVisible()]


def _sheet(selling: Hands) -> MemberSheet:
    selling.settle()
    content = selling.window.sheet.content
    assert isinstance(content, MemberSheet)
    return content


def _tenders(selling: Hands) -> object:
    return selling.till.value("SELECT group_concat(kind || ' ' || amount_minor) FROM sale_tender")


def _earns(selling: Hands) -> str:
    priced = selling.window.selling.basket.priced
    assert priced is not None
    return totals(priced).earns


def _note(selling: Hands) -> str:
    return selling.window.selling.tender._due_note.text()


def test_points_pay_whole_blocks_by_key_and_cash_the_rest(selling: Hands) -> None:
    know(selling, points=1_000)
    attach(selling)
    selling.enter(f"4*{MILK}")
    assert _earns(selling) == "5 points"
    assert "Earns 5 points" in selling.window.selling.checkout.totals.accessibleName()
    selling.press(Qt.Key.Key_F12)
    assert _note(selling).endswith("earns 5 points")
    selling.press(Qt.Key.Key_J, CTRL)
    content = _sheet(selling)
    assert content.says.startswith("Ann Berg. 1000 points, worth €10.00 (as of ")
    selling.press(Qt.Key.Key_Return)
    # Offline half of what is known, and no more than is due, in blocks of 100.
    selling.wait(lambda: bool(_chips(selling)))
    assert _chips(selling) == ["500 points  −€5.00"]
    assert "earns" not in _note(selling)
    selling.press(Qt.Key.Key_F9)
    selling.wait(lambda: selling.page is Page.DONE)
    assert _tenders(selling) == "points 500,cash 15"
    moves = "SELECT group_concat(act || ' ' || amount || ' ' || minor) FROM value_move"
    # What points pay earns none.
    assert selling.till.value(moves) == "redeem 500 500"


def test_by_touch_and_taken_back_again(selling: Hands, office: Office) -> None:
    know(selling, points=1_000)
    attach(selling)
    selling.enter(f"4*{MILK}")
    selling.window.selling.checkout.pay.click()
    selling.settle()
    tender = selling.window.selling.tender
    tender.points.click()
    _sheet(selling)._take.click()
    selling.wait(lambda: bool(_chips(selling)))
    (chip,) = [
        one
        for one in tender.findChildren(AppButton)
        if one.kind is ButtonKind.CHIP and one.isVisible()
    ]
    chip.click()
    selling.settle()
    assert _chips(selling) == []
    assert office.given_back == [500]


def test_without_a_customer_or_enough_due_it_says_why(selling: Hands) -> None:
    selling.enter(MILK)
    selling.press(Qt.Key.Key_F12)
    for key in (Qt.Key.Key_J, Qt.Key.Key_H):
        selling.press(key, CTRL)
        selling.wait(lambda: any("attach one (F3)" in text for text in selling.messages))
        assert selling.window.sheet.content is None
    selling.press(Qt.Key.Key_Escape)
    attach(selling)
    selling.press(Qt.Key.Key_F12)
    selling.type("0.50")
    selling.press(Qt.Key.Key_J, CTRL)
    selling.wait(lambda: any("whole blocks" in text for text in selling.messages))


def test_what_is_not_known_here_is_not_taken_and_esc_leaves(selling: Hands) -> None:
    know(selling)
    attach(selling)
    selling.enter(MILK)
    selling.press(Qt.Key.Key_F12)
    for key, words in ((Qt.Key.Key_J, "How many points"), (Qt.Key.Key_H, "left of an account")):
        selling.press(key, CTRL)
        content = _sheet(selling)
        assert words in content.says
        selling.press(Qt.Key.Key_Return)
        selling.wait(lambda: "Nothing can be taken" in _sheet(selling).says)
        selling.press(Qt.Key.Key_Escape)
        assert selling.page is Page.TENDER
    assert _chips(selling) == []


def test_an_account_is_charged_within_what_is_left_and_the_receipt_is_signed(
    selling: Hands,
) -> None:
    know(selling, account=300)
    attach(selling)
    selling.enter(f"4*{MILK}")
    selling.press(Qt.Key.Key_F12)
    selling.press(Qt.Key.Key_H, CTRL)
    assert "€3.00 left" in _sheet(selling).says
    selling.press(Qt.Key.Key_Return)
    selling.wait(lambda: bool(_chips(selling)))
    assert _chips(selling) == ["On account, Ann Berg  −€3.00"]
    selling.press(Qt.Key.Key_F9)
    selling.wait(lambda: selling.page is Page.DONE)
    assert _tenders(selling) == "house_account 300,cash 215"
    receipt = str(selling.till.value("SELECT CAST(document AS TEXT) FROM print_job"))
    assert "On account" in receipt
    assert "Ann Berg" in receipt
    assert "Signature" in receipt


def test_the_customers_sheet_tells_what_they_have_and_bought_last(selling: Hands) -> None:
    know(selling, points=1_240, account=300)
    for count in range(1, 7):
        attach(selling)
        selling.enter(f"{count}*{MILK}")
        selling.press(Qt.Key.Key_F9)
        selling.wait(lambda: selling.page is Page.DONE)
        selling.press(Qt.Key.Key_Escape)
        selling.wait(lambda: selling.page is Page.CHECKOUT)
    attach(selling)
    selling.press(Qt.Key.Key_F3)
    selling.settle()
    content = selling.window.sheet.content
    assert isinstance(content, CustomerSheet)
    assert content.attached is not None
    says = content.attached.says
    earned = sum(count * 129 // 100 for count in range(1, 7))
    assert "Level Gold" in says
    assert f"{1_240 + earned} points, worth €12.00 (as of " in says
    assert "€3.00 left (as of " in says
    totals = [f"€{count * 129 / 100:.2f}" for count in range(6, 1, -1)]
    places = [says.index(total) for total in totals]
    assert places == sorted(places)
    # The newest five; the first one is not among them.
    assert "00000001" not in says


def test_what_the_sale_holds_already_is_not_taken_twice(selling: Hands) -> None:
    """Complaint 21: points are spent twice."""
    know(selling, points=1_000, account=10_000)
    attach(selling)
    selling.enter(f"9*{MILK}")
    selling.press(Qt.Key.Key_F12)
    selling.press(Qt.Key.Key_J, CTRL)
    _sheet(selling)
    selling.press(Qt.Key.Key_Return)
    selling.wait(lambda: bool(_chips(selling)))
    assert _chips(selling) == ["500 points  −€5.00"]
    selling.press(Qt.Key.Key_J, CTRL)
    _sheet(selling)
    selling.press(Qt.Key.Key_Return)
    selling.wait(lambda: "Nothing can be taken" in _sheet(selling).says)
    selling.press(Qt.Key.Key_Escape)
    selling.press(Qt.Key.Key_H, CTRL)
    _sheet(selling)
    selling.press(Qt.Key.Key_Return)
    selling.wait(lambda: selling.page is Page.DONE)
    assert _tenders(selling) == "points 500,house_account 661"
