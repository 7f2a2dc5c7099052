from __future__ import annotations

import io
from datetime import UTC, datetime

import pytest
from pypdf import PdfReader

import resources
from hardware.printer.pdf import A4, ROLL, Sheet, to_pdf
from retail.receipt import (
    Align,
    Barcode,
    Block,
    Cut,
    Feed,
    Item,
    Pair,
    Qr,
    ReceiptDocument,
    Rule,
    Table,
    Text,
)

_FONTS = resources.path("vendor", "fonts")
_AT = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
_RECEIPT = (
    Text("Tillwright Delft", Align.CENTER, bold=True, size=2),
    Rule(),
    Pair("S1-26-000001", "2026-11-20 10:30"),
    Item("Coffee beans 1 kg", "2", "9.50", "19.00", "Lot 7", (("Two for one", "-9.50"),)),
    Pair("Total EUR", "9.50", bold=True, size=2),
    Table(("VAT", "Net", "Tax", "Gross"), (("R 9 %", "8.72", "0.78", "9.50"),)),
    Feed(),
    Qr("TW1.0123456789abcdef"),
    Barcode("S1-26-000001"),
    Cut(),
)


def _pdf(*blocks: Block, sheet: Sheet = ROLL) -> PdfReader:
    document = ReceiptDocument("S1-26-000001", "en", blocks)
    return PdfReader(io.BytesIO(to_pdf(document, _FONTS, _AT, sheet=sheet)))


@pytest.mark.parametrize("sheet", [ROLL, A4], ids=["roll", "a4"])
def test_all_that_a_receipt_says_can_be_copied_out_of_its_pdf(sheet: Sheet) -> None:
    text = _pdf(*_RECEIPT, sheet=sheet).pages[0].extract_text()

    for said in ("Tillwright Delft", "Coffee beans 1 kg", "Lot 7", "Two for one", "-9.50", "19.00"):
        assert said in text
    assert "VAT Net Tax Gross" in text
    assert text.splitlines()[-1] == "S1-26-000001"


def test_a_strip_is_80_mm_wide_and_as_long_as_its_receipt() -> None:
    short, long = _pdf(Text("one")), _pdf(*[Text("one")] * 100)

    for reader in (short, long):
        assert len(reader.pages) == 1
        assert float(reader.pages[0].mediabox.width) == pytest.approx(80 * 72 / 25.4, abs=0.01)
    assert long.pages[0].mediabox.height > short.pages[0].mediabox.height


def test_a4_turns_the_page_and_loses_nothing() -> None:
    reader = _pdf(*(Text(f"line {n}.") for n in range(60)), sheet=A4)

    assert len(reader.pages) > 1
    text = "\n".join(page.extract_text() for page in reader.pages)
    assert all(f"line {n}." in text for n in range(60))


def test_a_name_wider_than_its_field_stays_whole() -> None:
    name = "WWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWW"

    assert name in _pdf(Text(name)).pages[0].extract_text()


@pytest.mark.parametrize("name", ["燕麦饮料", "שיבולת", "Łódź Ünïq"])
def test_names_in_other_scripts_can_be_read(name: str) -> None:
    assert name in _pdf(Item(name, "1", "2.00", "2.00")).pages[0].extract_text()


def test_the_file_tells_its_number_and_language() -> None:
    reader = _pdf(Text("x"))

    assert reader.metadata is not None
    assert reader.metadata.title == "S1-26-000001"
    assert reader.metadata.creation_date == _AT
    assert str(reader.root_object["/Lang"]) == "en"


def test_equal_receipts_give_equal_bytes() -> None:
    document = ReceiptDocument("S1-26-000001", "en", _RECEIPT)

    assert to_pdf(document, _FONTS, _AT) == to_pdf(document, _FONTS, _AT)


def test_both_codes_are_drawn_as_areas() -> None:
    def areas(*blocks: Block) -> int:
        return _pdf(*blocks).pages[0].get_contents().get_data().count(b" re f")  # type: ignore[union-attr]

    assert areas(Barcode("S1-26-000001")) == (12 + 2) * 3 + 4
    assert areas(Qr("TW1.0123456789abcdef")) > 100
