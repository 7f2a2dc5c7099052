"""Goods that come back, and the money for them, through real keys on the real window."""

from __future__ import annotations

from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from pos_app.screens.approval.sheet import ApprovalSheet
from pos_app.screens.mailing.sheet import AddressSheet
from pos_app.screens.returns.model import By, State, day_of, receipt_of
from pos_app.screens.returns.screen import ReturnsSheet
from pos_app.screens.shell.command_button import CommandButton
from pos_app.screens.shell.commands import Command
from pos_app.screens.shell.navigation import Page
from retail.basket.model import Disposition
from retail.errors import RetailError
from tests.screens.till_store import PIN, Hands, gtin

MILK, EGGS, APPLES = gtin(0), gtin(2), gtin(6)
CTRL = Qt.KeyboardModifier.ControlModifier
CTRL_SHIFT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
NAMES = {MILK: "Whole milk 1 L", EGGS: "Free-range eggs ×10"}


def sell(hands: Hands, *codes: str, key: Qt.Key = Qt.Key.Key_F9) -> str:
    """Sell and go on; the number of the receipt."""
    for code in codes:
        hands.enter(code)
    hands.press(key)
    hands.wait(lambda: hands.page is Page.DONE)
    hands.press(Qt.Key.Key_Escape)
    return str(hands.till.value("SELECT number FROM sale ORDER BY at DESC LIMIT 1"))


def sheet(hands: Hands) -> ReturnsSheet:
    content = hands.window.sheet.content
    assert isinstance(content, ReturnsSheet)
    return content


def state(hands: Hands) -> State:
    return hands.window.selling.returns.presenter.view.state


def open_newest(hands: Hands) -> ReturnsSheet:
    """F6, and Enter on the first receipt."""
    hands.press(Qt.Key.Key_F6)
    hands.press(Qt.Key.Key_Return)
    assert state(hands) is State.LINES
    return sheet(hands)


def proof(hands: Hands, number: str) -> str:
    rid = hands.till.value(f"SELECT lower(hex(rid)) FROM sale WHERE number = '{number}'")  # noqa: S608
    return f"TW1.{rid}.{'A' * 43}"


@pytest.fixture
def cashier(hands: Hands) -> Hands:
    """As ``selling``, by somebody who may not allow everything: the second of the list."""
    hands.press(Qt.Key.Key_Right)
    hands.sign_on()
    hands.open_shift("15000")
    return hands


def test_a_cash_sale_comes_back_by_keys_alone(selling: Hands) -> None:
    number = sell(selling, f"2*{EGGS}")
    content = open_newest(selling)
    assert content.rows.rows[0].detail == "Sold 2 · left 2"
    selling.type("-")
    assert content.amount.text() == "1 of 2"
    selling.press(Qt.Key.Key_Return)
    assert any("Choose a reason" in text for text in selling.messages)
    selling.type("d")
    selling.press(Qt.Key.Key_Return)
    assert content.rows.rows[0].mark == "In basket: 1"
    selling.press(Qt.Key.Key_Escape)
    (row,) = selling.rows
    assert (row.quantity, row.amount) == ("−1", "−€3.49")
    assert row.returned == f"Returned {number}"
    assert number in row.spoken
    assert selling.window.selling.checkout.line.hasFocus()
    selling.press(Qt.Key.Key_F9)
    selling.wait(lambda: selling.page is Page.PAYOUT)
    assert selling.till.count("sale") == 1
    assert selling.window.selling.returns.page.due.text() == "€3.50"
    selling.press(Qt.Key.Key_Return)
    selling.wait(lambda: selling.page is Page.DONE)
    done = selling.window.selling.done
    assert (done._headline.text(), done._amount.text()) == ("Paid out", "€3.50")
    paid = "SELECT kind || amount_minor FROM sale_tender WHERE amount_minor < 0"
    assert selling.till.value(paid) == "cash-350"
    reason = "SELECT reason || disposition FROM sale_line_back"
    assert selling.till.value(reason) == "defectiveshelf"


def test_a_scanned_receipt_opens_with_its_lines(selling: Hands) -> None:
    number = sell(selling, MILK, EGGS)
    for code in (proof(selling, number), number):
        selling.window.selling.scan(code)
        selling.settle()
        assert [row.title for row in sheet(selling).rows.rows] == [NAMES[MILK], NAMES[EGGS]]
        selling.press(Qt.Key.Key_Escape)
    assert selling.names == []
    selling.enter(number)
    assert number in sheet(selling).heading.text()


def test_every_return_begins_anew_however_it_is_asked_for(selling: Hands) -> None:
    first, second = sell(selling, f"5*{MILK}"), sell(selling, EGGS)
    for number in (first, second):
        selling.enter(f"RF {number}")
        selling.wait(lambda: state(selling) is State.LINES)
        assert number in sheet(selling).heading.text()
        selling.press(Qt.Key.Key_Escape)
    selling.enter("RF")
    selling.wait(lambda: state(selling) is State.FOUND)
    selling.press(Qt.Key.Key_Escape)
    # Not two pieces of a receipt that was open before: a receipt whose number ends so.
    selling.enter("RF 2")
    selling.settle()
    assert state(selling) is State.FOUND
    assert second in sheet(selling).rows.rows[0].title


def test_a_receipt_does_not_inherit_why_the_one_before_came_back(selling: Hands) -> None:
    first, second = sell(selling, MILK), sell(selling, EGGS)
    selling.window.hearing.scan(proof(selling, first), "")
    selling.wait(lambda: state(selling) is State.LINES)
    selling.type("d")
    sheet(selling).places.button(Disposition.SCRAP).click()
    before = selling.window.selling.returns.presenter.view
    selling.window.hearing.scan(proof(selling, second), "")
    selling.wait(lambda: second in sheet(selling).heading.text())
    now = selling.window.selling.returns.presenter.view
    assert (before.reason, before.place) == ("defective", Disposition.SCRAP)
    assert (now.reason, now.place) == ("", Disposition.SHELF)


def test_all_of_it_comes_back_and_the_sheet_closes(selling: Hands) -> None:
    sell(selling, MILK, f"3*{EGGS}")
    content = open_newest(selling)
    selling.type("c")
    content.all.click()
    selling.settle()
    assert selling.window.sheet.content is None
    assert selling.names == [NAMES[MILK], NAMES[EGGS]]
    assert selling.window.selling.checkout.pay.text().startswith("Pay out")
    assert any("returned" in text for text in selling.messages)
    selling.press(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert len(selling.names) == 1


def test_an_exchange_is_a_scan_away(selling: Hands) -> None:
    sell(selling, MILK)
    open_newest(selling)
    selling.type("w")
    selling.press(Qt.Key.Key_Return)
    selling.enter(EGGS)
    assert [row.amount for row in selling.rows] == ["−€1.29", "€3.49"]
    selling.press(Qt.Key.Key_F9)
    selling.wait(lambda: selling.page is Page.DONE)
    assert selling.till.value("SELECT total_minor FROM sale ORDER BY at DESC LIMIT 1") == 349 - 129


@pytest.mark.parametrize("key", [Qt.Key.Key_F9, Qt.Key.Key_F11, Qt.Key.Key_F12])
def test_an_even_exchange_is_closed_at_once(selling: Hands, key: Qt.Key) -> None:
    sell(selling, MILK)
    open_newest(selling)
    selling.type("w")
    selling.press(Qt.Key.Key_Return)
    selling.enter(MILK)
    selling.press(key)
    selling.wait(lambda: selling.page is Page.DONE)
    assert selling.till.count("sale") == 2
    assert selling.till.value("SELECT min(total_minor) FROM sale") == 0


def test_a_scan_in_the_sheet_chooses_the_line_or_begins_the_exchange(selling: Hands) -> None:
    sell(selling, MILK, EGGS)
    content = open_newest(selling)
    selling.window.selling.scan(EGGS)
    selling.settle()
    assert sheet(selling) is content
    assert selling.window.selling.returns.presenter.view.chosen == "2"
    selling.window.selling.scan(APPLES)
    selling.settle()
    assert selling.window.sheet.content is None
    assert len(selling.names) == 1


def test_half_a_kilogram_comes_back(selling: Hands) -> None:
    selling.enter(APPLES)
    selling.enter("1*")
    sell(selling)
    content = open_newest(selling)
    selling.enter("0.5")
    assert content.amount.text() == "0.500 kg of 1 kg"
    selling.type("d")
    content.places.button("scrap").click()
    selling.press(Qt.Key.Key_Return)
    assert selling.till.count("sale") == 1
    selling.press(Qt.Key.Key_Escape)
    assert selling.rows[0].quantity == "−0.500"


def test_a_receipt_is_found_by_number_card_day_and_article(selling: Hands) -> None:
    first, second = sell(selling, MILK), sell(selling, EGGS, key=Qt.Key.Key_F11)
    selling.press(Qt.Key.Key_F6)
    content = sheet(selling)
    assert [row.title.split(" ")[0] for row in content.rows.rows] == [second, first]
    selling.press(Qt.Key.Key_Down)
    selling.press(Qt.Key.Key_Return)
    assert first in content.heading.text()
    content.other.click()
    selling.settle()
    assert state(selling) is State.FOUND
    for by, typed, wanted in (
        (By.NUMBER, first[-3:], first),
        (By.ARTICLE, "F2", second),
        (By.ARTICLE, MILK, first),
        (By.DAY, "2020-01-01", ""),
        (By.CARD, "4471", ""),
    ):
        content.ways.button(by.value).click()
        selling.settle()
        selling.enter(typed)
        assert [row.title.split(" ")[0] for row in content.rows.rows] == [wanted] * bool(wanted)
        assert state(selling) is (State.FOUND if wanted else State.NOTHING)
    assert "only" in content.empty.accessibleName().lower()


def test_a_receipt_of_another_till_says_what_to_do(selling: Hands) -> None:
    selling.window.selling.scan("S1-1-AB-00000012")
    selling.settle()
    assert state(selling) is State.NOTHING
    assert "without a receipt" in sheet(selling).empty.accessibleName()
    selling.press(Qt.Key.Key_Escape)
    assert selling.window.sheet.content is None


def test_without_a_receipt_somebody_must_allow_it(cashier: Hands) -> None:
    cashier.press(Qt.Key.Key_F6)
    assert state(cashier) is State.NOTHING
    content = sheet(cashier)
    content.ways.button(By.BLIND.value).click()
    content.reasons["unwanted"].click()
    cashier.enter(MILK)
    assert cashier.names == []
    assert isinstance(cashier.window.sheet.content, ApprovalSheet)
    cashier.press(Qt.Key.Key_Escape)
    assert any("Not allowed" in text for text in cashier.messages)
    assert cashier.names == []
    cashier.press(Qt.Key.Key_F6)
    content = sheet(cashier)
    content.ways.button(By.BLIND.value).click()
    content.reasons["unwanted"].click()
    cashier.enter(MILK)
    cashier.enter(PIN)
    cashier.wait(lambda: cashier.names == [NAMES[MILK]])


def test_who_may_takes_goods_back_without_a_receipt(selling: Hands) -> None:
    selling.press(Qt.Key.Key_F6)
    content = sheet(selling)
    content.ways.button(By.BLIND.value).click()
    selling.enter(MILK)
    assert any("Choose a reason" in text for text in selling.messages)
    content.reasons["unwanted"].click()
    selling.press(Qt.Key.Key_Return)
    selling.enter(f"2*{MILK}")
    selling.window.selling.scan(EGGS)
    selling.settle()
    assert [row.quantity for row in selling.rows] == ["−1", "−2", "−1"]
    assert {row.returned for row in selling.rows} == {"Returned without a receipt"}
    selling.press(Qt.Key.Key_Escape)
    selling.press(Qt.Key.Key_F12)
    selling.wait(lambda: selling.page is Page.PAYOUT)
    selling.press(Qt.Key.Key_F9)
    selling.wait(lambda: selling.page is Page.DONE)
    assert selling.till.value("SELECT amount_minor FROM sale_tender") == -735


def test_an_error_of_the_store_stands_in_the_sheet(selling: Hands) -> None:
    number = sell(selling, MILK)
    presenter = selling.window.selling.returns.presenter
    selling.press(Qt.Key.Key_F6)
    presenter._finder.failed.emit(RuntimeError("gone"))
    assert state(selling) is State.ERROR
    selling.enter(number)
    assert state(selling) is State.LINES


def test_a_card_sale_is_not_paid_out_in_cash_by_a_key(cashier: Hands) -> None:
    sell(cashier, MILK, key=Qt.Key.Key_F11)
    open_newest(cashier)
    cashier.type("c")
    cashier.press(Qt.Key.Key_Return)
    for key in (Qt.Key.Key_F9, Qt.Key.Key_F11, Qt.Key.Key_F12):
        cashier.press(key)
        cashier.wait(lambda: cashier.page is Page.PAYOUT)
        cashier.press(Qt.Key.Key_Escape)
        assert cashier.page is Page.CHECKOUT
    cashier.press(Qt.Key.Key_F12)
    cashier.press(Qt.Key.Key_F9)
    assert cashier.till.count("sale") == 1
    assert isinstance(cashier.window.sheet.content, ApprovalSheet)
    cashier.press(Qt.Key.Key_Escape)
    assert cashier.page is Page.PAYOUT
    cashier.hold(Qt.Key.Key_Return, repeats=30)
    cashier.wait(lambda: cashier.page is Page.DONE)
    assert cashier.till.count("sale") == 2
    paid = "SELECT kind || amount_minor FROM sale_tender WHERE amount_minor < 0"
    assert cashier.till.value(paid) == "card-129"


def test_somebody_with_the_right_lets_cash_go_out_for_a_card(cashier: Hands) -> None:
    sell(cashier, MILK, key=Qt.Key.Key_F11)
    open_newest(cashier)
    cashier.type("c")
    cashier.press(Qt.Key.Key_Return)
    cashier.press(Qt.Key.Key_F9)
    cashier.wait(lambda: cashier.page is Page.PAYOUT)
    cashier.press(Qt.Key.Key_F9)
    cashier.enter(PIN)
    cashier.wait(lambda: cashier.page is Page.DONE)
    paid = "SELECT kind || amount_minor FROM sale_tender WHERE amount_minor < 0"
    assert cashier.till.value(paid) == "cash-130"


def test_a_gift_receipt_follows_the_sale_by_key_and_by_button(selling: Hands) -> None:
    selling.press(Qt.Key.Key_P, CTRL_SHIFT)
    assert any("printed no receipt" in text for text in selling.messages)
    selling.enter(MILK)
    selling.press(Qt.Key.Key_F9)
    selling.wait(lambda: selling.page is Page.DONE)
    selling.press(Qt.Key.Key_P, CTRL_SHIFT)
    assert any("no prices" in text for text in selling.messages)
    gifts = "SELECT count(*) FROM print_job WHERE kind = 'gift'"
    assert selling.till.value(gifts) == 1
    assert selling.page is Page.DONE


def test_what_is_done_with_a_receipt_means_the_one_that_is_open(selling: Hands) -> None:
    older = sell(selling, MILK)
    sell(selling, EGGS)
    selling.press(Qt.Key.Key_F6)
    selling.press(Qt.Key.Key_P, CTRL)
    assert selling.till.count("print_job") == 2
    selling.press(Qt.Key.Key_Down)
    selling.press(Qt.Key.Key_Return)
    content = sheet(selling)
    assert older in content.heading.text()
    selling.press(Qt.Key.Key_P, CTRL)
    assert selling.messages[-1] == f"Receipt {older} is printed again."
    (gift,) = (
        button
        for button in content.findChildren(CommandButton)
        if button.command is Command.GIFT_RECEIPT
    )
    gift.click()
    selling.settle()
    ours = f"SELECT rid FROM sale WHERE number = '{older}'"  # noqa: S608
    printed = f"SELECT group_concat(kind) FROM print_job WHERE rid = ({ours})"  # noqa: S608
    assert selling.till.value(printed) == "receipt,receipt,gift"
    selling.press(Qt.Key.Key_R, CTRL_SHIFT)
    assert f"receipt_{older}.pdf" in selling.messages[-1]
    selling.press(Qt.Key.Key_M, CTRL)
    assert isinstance(selling.window.sheet.content, AddressSheet)
    selling.type("ann@example.com")
    selling.press(Qt.Key.Key_Return)
    assert selling.messages[-1] == f"Receipt {older} will be sent by e-mail."


def test_goods_of_a_basket_that_waits_are_not_left(selling: Hands) -> None:
    sell(selling, f"3*{EGGS}")
    open_newest(selling)
    selling.type("2")
    selling.press(Qt.Key.Key_Return)
    selling.type("d")
    selling.press(Qt.Key.Key_Return)
    selling.press(Qt.Key.Key_Escape)
    selling.press(Qt.Key.Key_F7)
    content = open_newest(selling)
    assert content.rows.rows[0].detail == "Sold 3 · 2 in a waiting basket · left 1"
    assert content.amount.text() == "1 of 1"


def test_controls_have_names_and_room(selling: Hands) -> None:
    from PySide6.QtWidgets import QAbstractButton

    sell(selling, MILK)
    content = open_newest(selling)
    QApplication.processEvents()
    buttons = [b for b in content.findChildren(QAbstractButton) if b.isVisible()]
    assert len(buttons) > 10
    assert all(b.accessibleName() and b.height() >= 48 for b in buttons)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-11-20", date(2026, 11, 20)),
        ("20.11.", date(2026, 11, 20)),
        ("20/11/25", date(2025, 11, 20)),
        ("24.12.", date(2025, 12, 24)),
        ("22", date(2026, 11, 22)),
        ("30", date(2026, 10, 30)),
    ],
)
def test_days_as_people_type_them(text: str, day: date) -> None:
    assert day_of(text, date(2026, 11, 22)) == day


@pytest.mark.parametrize("text", ["", "x", "31.2.", "1.2.3.4"])
def test_what_is_no_day_is_told(text: str) -> None:
    with pytest.raises(RetailError, match="no day"):
        day_of(text, date(2026, 11, 22))


def test_only_receipts_are_receipts() -> None:
    today = date(2026, 11, 22)
    assert receipt_of("S1-1-AB-00000012", today) == "S1-1-AB-00000012"
    assert receipt_of(f"]Q0TW1.{'0' * 32}.{'A' * 43}", today) == f"TW1.{'0' * 32}."
    assert receipt_of(MILK, today) == ""
    assert receipt_of("9520000000001", today) == ""
