from __future__ import annotations

from pathlib import Path

from pypdf import PdfReader
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

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
