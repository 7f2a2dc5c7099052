"""The scanner's set-up: a check code teaches the till its keyboard."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication

from pos_app.runtime.wedge import CHECK, WedgeFilter
from pos_app.screens.scanner.sheet import ScannerSheet
from pos_app.screens.shell.commands import Command
from retail.contract.documents import decode_document
from retail.receipt import Barcode, Qr
from tests.screens.till_store import Hands, gtin

FRENCH = str.maketrans("0123456789", "à&é\"'(-è_ç") | {ord("-"): ")"}


@pytest.fixture
def wedge(selling: Hands, qapp: QApplication) -> Iterator[WedgeFilter]:
    found = WedgeFilter()
    found.install(qapp)
    selling.window.attach(_Nothing(), found)
    yield found
    found.remove(qapp)


class _Nothing:
    """No device but the keyboard."""

    def subscribe(self, event_type: object, slot: object) -> None:
        """Nothing ever happens."""


def scan(hands: Hands, text: str) -> None:
    """A US scanner on a French keyboard."""
    at_ms = hands.till.desk.mono_ms()
    for place, letter in enumerate(text.translate(FRENCH) + "\r"):
        key = Qt.Key.Key_Return if letter == "\r" else Qt.Key.Key_unknown
        event = QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier, letter)
        event.setTimestamp(at_ms + 4 * place)
        QCoreApplication.sendEvent(hands.window.windowHandle(), event)
    hands.settle()


def opened(hands: Hands) -> ScannerSheet:
    assert hands.window.run(Command.SCANNER)
    hands.settle()
    content = hands.window.sheet.content
    assert isinstance(content, ScannerSheet)
    return content


def test_a_scanner_of_another_country_is_understood_after_one_scan(
    selling: Hands, wedge: WedgeFilter
) -> None:
    """Complaint 16: the set-up scans a check code and learns the layout."""
    scan(selling, gtin(0))
    assert selling.names == ["Unknown code"]
    selling.press(Qt.Key.Key_Delete)
    sheet = opened(selling)
    scan(selling, CHECK)
    assert sheet.result == "The layout is learned. 11 keys are read anew."
    selling.press(Qt.Key.Key_Escape)
    scan(selling, gtin(0))
    assert selling.names == ["Whole milk 1 L"]
    kept = selling.till.value("SELECT value FROM setting WHERE key = 'scanner.layout'")
    assert WedgeFilter(layout=str(kept))._layout == wedge._layout


def test_a_code_that_is_not_whole_teaches_nothing(selling: Hands, wedge: WedgeFilter) -> None:
    sheet = opened(selling)
    scan(selling, gtin(0))
    assert sheet.result.startswith("The check code did not arrive whole; nothing was changed.")
    assert selling.names == []


def test_learning_again_begins_with_what_arrives(selling: Hands, wedge: WedgeFilter) -> None:
    for _time in range(2):
        sheet = opened(selling)
        scan(selling, CHECK)
        assert sheet.result.startswith("The layout is learned.")
        selling.press(Qt.Key.Key_Escape)
    scan(selling, gtin(0))
    assert selling.names == ["Whole milk 1 L"]


def test_the_code_is_printed_for_a_scanner_without_a_camera(
    selling: Hands, wedge: WedgeFilter
) -> None:
    opened(selling).print_asked.emit()
    selling.settle()
    body = selling.till.value("SELECT document FROM print_job WHERE kind = 'sheet'")
    assert isinstance(body, bytes)
    kinds = {type(block) for block in decode_document(body).blocks}
    assert {Qr, Barcode} <= kinds
