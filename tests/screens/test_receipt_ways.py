from __future__ import annotations

from pathlib import Path

import msgspec
from pypdf import PdfReader
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from sqlalchemy import text

from db.engine import open_store
from db.transaction import begin
from pos_app.screens.mailing.sheet import AddressSheet
from pos_app.screens.shell.navigation import Page
from retail.contract.facts import MailedReceipt
from tests.screens.till_store import Hands, gtin

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
MILK = gtin(0)


def _files(hands: Hands) -> list[Path]:
    return sorted((hands.till.path.parent / "exports").glob("*"))


def test_the_last_receipt_is_saved_as_pdf(selling: Hands) -> None:
    selling.enter(MILK)
    selling.press(Qt.Key.Key_F9)
    QTest.keyClick(selling.window.windowHandle(), Qt.Key.Key_R, CTRL | SHIFT)
    selling.wait(lambda: any(file.suffix == ".pdf" for file in _files(selling)))
    selling.settle()

    (path,) = _files(selling)
    number = str(selling.till.value("SELECT number FROM sale"))
    assert path.name == f"receipt_{number}.pdf"
    assert "Whole milk 1 L" in PdfReader(path).pages[0].extract_text()
    assert str(path) in selling.messages[-1]


def test_before_the_first_sale_there_is_nothing_to_save(selling: Hands) -> None:
    selling.press(Qt.Key.Key_R, CTRL | SHIFT)

    assert selling.messages[-1] == "This till has printed no receipt yet."
    assert _files(selling) == []


def _sides(hands: Hands) -> list[MailedReceipt]:
    with begin(open_store(hands.till.path, read_only=True)) as tx:
        rows = tx.execute(text("SELECT data FROM entry_side")).scalars()
        return [msgspec.json.decode(data, type=MailedReceipt) for data in rows]


def test_a_receipt_is_sent_by_e_mail_from_the_page_after_the_sale(selling: Hands) -> None:
    selling.enter(MILK)
    selling.press(Qt.Key.Key_F9)
    selling.press(Qt.Key.Key_M, CTRL)
    sheet = selling.window.sheet.content
    assert isinstance(sheet, AddressSheet)
    selling.enter("nobody")
    labels = [label.text() for label in sheet.address.findChildren(QLabel)]
    assert "“nobody” is no e-mail address; nothing is sent." in labels
    selling.press(Qt.Key.Key_A, CTRL)
    selling.enter("ann@example.com")

    (side,) = _sides(selling)
    assert side.to == "ann@example.com"
    assert selling.window.sheet.content is None
    number = str(selling.till.value("SELECT number FROM sale"))
    assert selling.messages[-1] == f"Receipt {number} will be sent by e-mail."
    assert selling.page is Page.DONE


def test_a_scan_beside_the_address_is_refused(selling: Hands) -> None:
    selling.enter(MILK)
    selling.press(Qt.Key.Key_F9)
    selling.press(Qt.Key.Key_M, CTRL)
    selling.window.selling.scan(MILK)
    selling.settle()

    assert selling.messages[-1] == "Send the receipt or close it first; nothing was added."
    assert selling.names == []
    selling.press(Qt.Key.Key_Escape)
    selling.press(Qt.Key.Key_Escape)
    assert selling.page is Page.CHECKOUT
    assert _sides(selling) == []
