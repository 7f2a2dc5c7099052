from __future__ import annotations

import io
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from hardware.errors import Protocol
from hardware.printer.barcodes import code128_modules, qr_matrix
from hardware.printer.fonts import FontSet
from hardware.printer.interpreter import (
    DrawerPulse,
    FedLines,
    Knife,
    PrintedBarcode,
    PrintedLine,
    PrintedQr,
    Question,
    interpret,
)
from hardware.printer.preview import preview_png, to_text
from hardware.printer.profile import profile_named
from hardware.printer.render import render
from retail.receipt import Align, Barcode, Block, Cut, Pair, Qr, ReceiptDocument, Text

_WIDE = profile_named("epson-80mm")
_DARK = 128


def _document(*blocks: Block) -> ReceiptDocument:
    return ReceiptDocument("t", "en", blocks)


def _picture(png: bytes) -> Image.Image:
    with Image.open(io.BytesIO(png)) as image:
        return image.convert("L")


def _scan_picture(png: bytes, folder: Path) -> set[str]:
    """What zbarimg reads; the test machine has it from the package zbar-tools."""
    target = folder / "receipt.png"
    target.write_bytes(png)
    result = subprocess.run(
        ["zbarimg", "-q", "--raw", str(target)], capture_output=True, text=True, check=False
    )
    return set(result.stdout.splitlines())


def _row_modules(image: Image.Image, y: int, module: int) -> str:
    dark = [image.getpixel((x, y)) < _DARK for x in range(image.width)]  # type: ignore[operator]
    first, last = dark.index(True), image.width - dark[::-1].index(True)
    return "".join("1" if dark[x] else "0" for x in range(first, last, module))


@pytest.mark.parametrize("profile", ["epson-80mm", "epson-80mm-42", "generic-58mm"])
def test_codes_on_the_picture_can_be_scanned(profile: str, tmp_path: Path) -> None:
    printer = profile_named(profile)
    document = _document(
        Text("before"), Barcode("T042-03-000123"), Text("between"), Qr("https://example.org/r/1")
    )
    png = preview_png(render(document, printer), printer)
    if shutil.which("zbarimg"):
        assert _scan_picture(png, tmp_path) == {"T042-03-000123", "https://example.org/r/1"}
    image = _picture(png)
    wanted = code128_modules("T042-03-000123")
    assert any(
        _row_modules(image, y, 2) == wanted
        for y in range(100, image.height // 2)
        if min(image.crop((0, y, image.width, y + 1)).tobytes()) < _DARK
    )
    module = 4 if profile == "generic-58mm" else 6
    top_row = "".join(str(int(dark)) for dark in qr_matrix(b"https://example.org/r/1")[0])
    assert any(
        _row_modules(image, y, module) == top_row
        for y in range(image.height // 2, image.height - 100)
        if min(image.crop((0, y, image.width, y + 1)).tobytes()) < _DARK
    )


def test_code_128_has_its_check_character() -> None:
    # Start B, A (33), check (104 + 33) % 103 = 34 which is B, stop.
    assert code128_modules("A") == "11010010000" + "10100011000" + "10001011000" + "1100011101011"


def test_every_cut_begins_a_new_piece_of_paper() -> None:
    one = _picture(preview_png(render(_document(Text("a"), Cut()), _WIDE), _WIDE))
    two = _picture(preview_png(render(_document(Text("a"), Cut(), Text("b"), Cut()), _WIDE), _WIDE))
    assert two.height > 1.8 * one.height
    assert one.width == two.width > 576


def test_the_picture_shows_ink_on_paper(fonts_folder: Path) -> None:
    fonts = FontSet(fonts_folder)
    document = _document(Text("TOTAL", bold=True, size=2), Text("日本語"), Pair("a", "1,00"))
    image = _picture(preview_png(render(document, _WIDE, fonts=fonts), _WIDE, fonts=fonts))
    histogram = image.histogram()
    assert sum(histogram[:64]) > 500
    assert sum(histogram[245:]) > image.width * image.height / 3


def test_text_follows_the_bytes() -> None:
    document = _document(
        Text("Köln", Align.CENTER), Pair("Sum", "1,00 €"), Text("r", Align.RIGHT), Cut()
    )
    assert to_text(render(document, _WIDE), _WIDE).splitlines() == [
        " " * 22 + "Köln",
        "Sum" + "1,00 €".rjust(45),
        " " * 47 + "r",
        "",
        "-" * 48,
    ]


def test_operations_of_all_commands() -> None:
    data = (
        b"\x1b@\x1c.\x1bt\x13"
        b"ab\n\x1bd\x02\x1dH\x00\x1dkI\x03{BX"
        b"\x1d(k\x03\x001C\x05\x1d(k\x03\x001E2\x1d(k\x04\x001P0q\x1d(k\x03\x001Q0"
        b"\x10\x14\x01\x01\x02\x1bp\x00\x01\x01\x10\x04\x01\x1dr\x01\x1da\x0f"
        b"\x1d(H\x06\x00000001"
        b"\x1dV\x42\x00\x1dV\x00tail"
    )
    operations = interpret(data, _WIDE)
    assert [type(o) for o in operations] == [
        PrintedLine,
        FedLines,
        PrintedBarcode,
        PrintedQr,
        DrawerPulse,
        DrawerPulse,
        *[Question] * 4,
        Knife,
        Knife,
        PrintedLine,
    ]
    qr = operations[3]
    assert isinstance(qr, PrintedQr)
    assert (qr.data, qr.module, qr.level) == (b"q", 5, "Q")


@pytest.mark.parametrize(
    "data",
    [
        b"\x1bX\x01",
        b"ok\n\x1dZ",
        b"\x1b",
        b"\x1ba\x07",
        b"\x1bt\xfe",
        b"\x1dv0\x00\x48\x00\x1e\x00short",
        b"\x1dv0\x01\x00\x00\x00\x00",
        b"\x1dkI\x05{AABC",
        b"\x1dkC\x02ab",
        b"\x1d(k\x03\x001Z0",
        b"\x1dV\x09",
        b"\x10\x14\x02\x00\x00",
        b"\x07",
    ],
)
def test_an_unknown_or_broken_command_is_an_error(data: bytes) -> None:
    with pytest.raises(Protocol) as refused:
        interpret(data, _WIDE)
    assert refused.value.code == "hardware.protocol"
    assert "byte" in refused.value.sentence


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused_by_name(data: bytes) -> None:
    try:
        interpret(data, _WIDE)
    except Protocol:
        return


@given(
    st.lists(
        st.text(st.characters(codec="cp858", exclude_categories=["Cc", "Zs"]), min_size=1),
        max_size=8,
    )
)
def test_what_is_rendered_reads_back(words: list[str]) -> None:
    text = " ".join(words)
    shown = to_text(render(_document(Text(text)), _WIDE), _WIDE)
    assert "".join(shown.split()) == "".join(text.replace("\u00ad", "").split())
