"""Customers by key, touch and scan."""

from __future__ import annotations

from PySide6.QtCore import Qt

from pos_app.customers.service import save
from pos_app.screens.customers.form import CustomerForm
from pos_app.screens.customers.sheet import CustomerSheet
from retail.customers import Consent, Personal
from tests.screens.till_store import Hands, gtin

MILK = gtin(0)


def _known(selling: Hands, name: str) -> None:
    session = selling.window.selling.basket.session
    selling.till.tasks.run(save, session, None, Personal(name=name)).result()


def _attached(selling: Hands) -> str:
    who = selling.window.selling.customers.presenter.attached
    return who.name if who else ""


def test_a_customer_is_found_by_name_and_attached_with_enter(selling: Hands) -> None:
    _known(selling, "Anna Lindqvist")
    selling.enter(MILK)
    selling.press(Qt.Key.Key_F3)
    selling.type("anna")
    content = selling.window.sheet.content
    assert isinstance(content, CustomerSheet)
    selling.wait(lambda: content._model.rowCount() == 1)
    selling.press(Qt.Key.Key_Return)
    selling.wait(lambda: _attached(selling) == "Anna Lindqvist")
    assert selling.window.sheet.content is None
    assert selling.window.selling.checkout.head.says == "Anna Lindqvist"
    selling.enter(MILK)
    assert selling.rows[0].quantity == "2"


def test_a_new_customer_is_entered_and_attached_without_a_network(selling: Hands) -> None:
    selling.enter(MILK)
    selling.press(Qt.Key.Key_F3)
    content = selling.window.sheet.content
    assert isinstance(content, CustomerSheet)
    selling.type("Bo Berg")
    content.new_asked.emit()
    form = selling.window.sheet.content
    assert isinstance(form, CustomerForm)
    assert form.fields["name"].text == "Bo Berg"
    form.fields["email"].line.setText("bo")
    form.consents[Consent.EMAIL_RECEIPT].setChecked(True)
    selling.press(Qt.Key.Key_Return)
    assert "e-mail" in form.fields["email"]._hint.text()
    form.fields["email"].line.setText("bo@example.com")
    selling.press(Qt.Key.Key_Return)
    selling.wait(lambda: _attached(selling) == "Bo Berg")
    assert selling.till.value("SELECT consents FROM own_customer") == "email_receipt"


def test_what_is_known_can_be_changed_and_the_customer_taken_off(selling: Hands) -> None:
    _known(selling, "Anna Lindqvist")
    selling.press(Qt.Key.Key_F3)
    selling.type("anna")
    content = selling.window.sheet.content
    assert isinstance(content, CustomerSheet)
    selling.wait(lambda: content._model.rowCount() == 1)
    selling.press(Qt.Key.Key_Return)
    selling.wait(lambda: bool(_attached(selling)))
    selling.press(Qt.Key.Key_F3)
    sheet = selling.window.sheet.content
    assert isinstance(sheet, CustomerSheet)
    sheet.change_asked.emit()
    selling.wait(lambda: isinstance(selling.window.sheet.content, CustomerForm))
    form = selling.window.sheet.content
    assert isinstance(form, CustomerForm)
    form.fields["name"].line.setText("Anna Berg")
    selling.press(Qt.Key.Key_Return)
    selling.wait(lambda: _attached(selling) == "Anna Berg")
    assert selling.till.count("own_customer") == 1
    selling.press(Qt.Key.Key_F3)
    again = selling.window.sheet.content
    assert isinstance(again, CustomerSheet)
    again.detach_asked.emit()
    selling.wait(lambda: not _attached(selling))


def test_an_unknown_card_says_so_and_changes_nothing(selling: Hands) -> None:
    selling.window.selling.scan("TWC-999")
    selling.wait(lambda: any("No customer" in text for text in selling.messages))
    assert _attached(selling) == ""


def test_esc_goes_back_to_the_line(selling: Hands) -> None:
    selling.press(Qt.Key.Key_F3)
    selling.press(Qt.Key.Key_Escape)
    assert selling.window.sheet.content is None
    selling.enter(MILK)
    assert len(selling.rows) == 1
