"""Foreign cash at the payment: its worth at once, change in local money, by key and touch."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from sqlalchemy import insert

from db.engine import open_store
from db.store.settings import StoreSetting
from db.transaction import begin
from pos_app.screens.checkout.foreign_flow import CurrencySheet
from pos_app.screens.shell.navigation import Page
from tests.screens.till_store import Hands, gtin

CTRL = Qt.KeyboardModifier.ControlModifier
MILK = gtin(0)


def _rates(selling: Hands, text: str) -> None:
    row = {"store_id": "NL01", "name": "currency.rates", "value": text}
    with begin(open_store(selling.till.path)) as tx:
        tx.execute(insert(StoreSetting).values(**row))


def _foreign(selling: Hands) -> None:
    selling.enter(MILK)
    selling.press(Qt.Key.Key_F12)
    selling.press(Qt.Key.Key_F, CTRL)


def _content(selling: Hands) -> object:
    return selling.window.sheet.content


def test_dollars_pay_and_the_change_is_in_euros(selling: Hands) -> None:
    _rates(selling, '{"USD": 910000}')
    _foreign(selling)
    page = selling.window.selling.tender
    selling.type("2000")
    assert "@ 0.91 = €18.20" in page._due_note.text()
    assert page._change.text() == "€16.90"
    assert page.foreign.isChecked()
    assert not page.cash.isChecked()
    selling.press(Qt.Key.Key_Return)
    selling.wait(lambda: selling.page is Page.DONE)
    row = (
        "SELECT kind || ' ' || amount_minor || ' ' || given_minor || ' ' || change_minor"
        " || ' ' || currency || ' ' || currency_minor || ' ' || rate_ppm FROM sale_tender"
    )
    assert selling.till.value(row) == "cash 130 1820 1690 USD 2000 910000"
    assert selling.till.value("SELECT minor FROM cash_move WHERE kind = 'sale'") == 130


def test_a_note_of_the_currency_is_taken_at_once(selling: Hands) -> None:
    _rates(selling, '{"USD": 910000}')
    _foreign(selling)
    notes = selling.window.selling.tender.notes
    QTest.mouseClick(notes._buttons[2], Qt.MouseButton.LeftButton)
    selling.wait(lambda: selling.page is Page.DONE)
    assert selling.till.value("SELECT currency_minor FROM sale_tender") == 500


def test_of_several_currencies_one_is_chosen_by_its_digit(selling: Hands) -> None:
    _rates(selling, '{"EUR": 1000000, "USD": 910000, "CHF": 1040000}')
    _foreign(selling)
    assert isinstance(_content(selling), CurrencySheet)
    selling.type("2")
    assert _content(selling) is None
    assert "CHF received" in selling.window.selling.tender.display.accessibleName()


def test_f9_after_all_takes_local_cash(selling: Hands) -> None:
    _rates(selling, '{"USD": 910000}')
    _foreign(selling)
    selling.press(Qt.Key.Key_F9)
    selling.wait(lambda: selling.page is Page.DONE)
    assert selling.till.value("SELECT currency FROM sale_tender") == ""


def test_without_rates_the_key_says_who_sets_them(selling: Hands) -> None:
    _foreign(selling)
    assert any("head office sets them" in text for text in selling.messages)
    assert not selling.window.selling.tender.foreign.isChecked()
