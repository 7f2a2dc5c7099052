"""An invoice at once after the sale, later from its receipt, and again as a copy."""

from __future__ import annotations

from pathlib import Path

import pytest
from pypdf import PdfReader
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from pos_app.screens.invoice.sheet import InvoiceSheet
from pos_app.screens.shell.command_button import CommandButton
from pos_app.screens.shell.commands import Command
from pos_app.screens.shell.navigation import Page
from pos_app.screens.widgets.button import AppButton
from tests.screens.test_returns import open_newest, sheet
from tests.screens.till_store import Hands, gtin

MILK, EGGS = gtin(0), gtin(2)
CTRL = Qt.KeyboardModifier.ControlModifier
BUYER = (
    ("company", "Berg Bikes BV"),
    ("tax_number", "NL001234567B01"),
    ("street", "Quay 1"),
    ("city", "Utrecht"),
    ("email", "ann@example.com"),
)


def _sell(hands: Hands, code: str = MILK) -> str:
    hands.enter(code)
    hands.press(Qt.Key.Key_F9)
    hands.wait(lambda: hands.page is Page.DONE)
    return str(hands.till.value("SELECT number FROM sale ORDER BY at DESC LIMIT 1"))


def _open(hands: Hands) -> InvoiceSheet:
    hands.press(Qt.Key.Key_I, CTRL)
    content = hands.window.sheet.content
    assert isinstance(content, InvoiceSheet)
    return content


def _fill(content: InvoiceSheet) -> None:
    for name, text in BUYER:
        content.fields[name].line.setText(text)


def _pdfs(hands: Hands) -> list[Path]:
    return sorted((hands.till.path.parent / "exports").glob("invoice_*.pdf"))


def test_behind_the_sale_it_is_a_key_the_particulars_and_enter(selling: Hands) -> None:
    number = _sell(selling)
    content = _open(selling)
    assert number in content.says
    for name, text in BUYER[:4]:
        content.fields[name].setFocus()
        selling.type(text)
    selling.press(Qt.Key.Key_Return)
    selling.settle()
    assert selling.window.sheet.content is None
    (path,) = _pdfs(selling)
    page = PdfReader(path).pages[0]
    words = page.extract_text()
    for told in ("Invoice", "Berg Bikes BV", "NL001234567B01", "NL000000000B01", number):
        assert told in words
    assert round(float(page.mediabox.width) / 72 * 25.4) == 210
    assert selling.till.count("invoice") == 1
    assert selling.page is Page.DONE


def test_what_is_missing_stands_beside_its_field_and_nothing_is_issued(selling: Hands) -> None:
    _sell(selling)
    content = _open(selling)
    content.fields["company"].line.setText("Berg Bikes BV")
    selling.press(Qt.Key.Key_Return)
    assert content.fields["tax_number"]._hint.isVisible()
    assert selling.till.count("invoice") == 0
    _fill(content)
    selling.press(Qt.Key.Key_Return)
    selling.settle()
    assert selling.till.count("invoice") == 1


def test_down_chooses_the_mail_and_its_address_is_asked_for(selling: Hands) -> None:
    _sell(selling)
    content = _open(selling)
    _fill(content)
    content.fields["email"].line.clear()
    selling.press(Qt.Key.Key_Down)
    selling.press(Qt.Key.Key_Return)
    selling.settle()
    assert content.fields["email"]._hint.isVisible()
    # It is issued by now: what follows hands it out.
    assert "invoice" in content.says
    content.fields["email"].line.setText("ann@example.com")
    selling.press(Qt.Key.Key_Return)
    selling.settle()
    assert selling.window.sheet.content is None
    kinds = "SELECT group_concat(type) FROM journal_entry WHERE type LIKE '%i%e%t%'"
    assert "receipt.sent" in str(selling.till.value(kinds))
    assert selling.till.count("invoice") == 1


def test_by_touch_it_is_printed(selling: Hands) -> None:
    _sell(selling)
    content = _open(selling)
    _fill(content)
    QTest.mouseClick(content.ways.button("print"), Qt.MouseButton.LeftButton)
    QTest.mouseClick(content.done, Qt.MouseButton.LeftButton)
    selling.settle()
    selling.settle()
    assert selling.till.value("SELECT count(*) FROM print_job WHERE kind = 'sheet'") == 1


def test_later_a_receipt_is_scanned_and_a_second_time_gives_a_copy(selling: Hands) -> None:
    number = _sell(selling)
    selling.press(Qt.Key.Key_Escape)
    _sell(selling, EGGS)
    selling.press(Qt.Key.Key_Escape)
    for place in range(2):
        content = _open(selling)
        selling.window.selling.scan(number)
        selling.settle()
        assert number in content.says
        assert content.done.text().startswith("Hand out a copy" if place else "Issue")
        if not place:
            _fill(content)
        selling.press(Qt.Key.Key_Return)
        selling.settle()
        selling.settle()
    names = [path.name for path in _pdfs(selling)]
    assert len(names) == 2
    assert any("copy1" in name for name in names)
    assert selling.till.count("invoice") == 1


@pytest.mark.parametrize("way", ["key", "button"])
def test_the_receipt_that_is_open_gets_it(selling: Hands, way: str) -> None:
    older = _sell(selling)
    selling.press(Qt.Key.Key_Escape)
    _sell(selling)
    selling.press(Qt.Key.Key_Escape)
    selling.press(Qt.Key.Key_F6)
    selling.press(Qt.Key.Key_Down)
    selling.press(Qt.Key.Key_Return)
    if way == "button":
        buttons = sheet(selling).findChildren(CommandButton)
        next(one for one in buttons if one.command is Command.INVOICE).click()
        selling.settle()
    else:
        selling.press(Qt.Key.Key_I, CTRL)
    content = selling.window.sheet.content
    assert isinstance(content, InvoiceSheet)
    assert older in content.says
    _fill(content)
    selling.press(Qt.Key.Key_Return)
    selling.settle()
    issued = "SELECT number FROM sale WHERE rid = (SELECT sale_rid FROM invoice)"
    assert selling.till.value(issued) == older


def test_a_receipt_that_is_not_here_is_told_so(selling: Hands) -> None:
    _sell(selling)
    content = _open(selling)
    content.line.setFocus()
    selling.enter("NL01-9-AA-00000001")
    assert "scan it at the till that printed it" in content.says
    selling.press(Qt.Key.Key_Escape)
    assert selling.window.sheet.content is None


def test_before_the_first_sale_there_is_nothing_to_issue(selling: Hands) -> None:
    content = _open(selling)
    assert "no such receipt" in content.says
    assert not content.done.isEnabled()


def test_goods_of_it_that_come_back_bring_a_credit_note(selling: Hands) -> None:
    _sell(selling)
    _fill(_open(selling))
    selling.press(Qt.Key.Key_Return)
    selling.settle()
    selling.settle()
    selling.press(Qt.Key.Key_Escape)
    open_newest(selling)
    selling.type("d")
    selling.press(Qt.Key.Key_Return)
    selling.press(Qt.Key.Key_Escape)
    selling.press(Qt.Key.Key_F9)
    selling.wait(lambda: selling.page is Page.PAYOUT)
    selling.press(Qt.Key.Key_Return)
    selling.wait(lambda: selling.page is Page.DONE)
    kinds = "SELECT group_concat(kind) FROM (SELECT kind FROM invoice ORDER BY n)"
    assert selling.till.value(kinds) == "invoice,credit_note"


def test_the_controls_have_names_and_room(selling: Hands) -> None:
    _sell(selling)
    content = _open(selling)
    for button in content.findChildren(AppButton):
        assert button.accessibleName()
        assert button.height() >= 48
    for field in content.fields.values():
        assert field.line.accessibleName()
        assert field.line.height() >= 48
