from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from hardware.errors import NotConfigured
from hardware.printer import commands
from hardware.printer.fonts import FontSet
from hardware.printer.preview import to_text
from hardware.printer.profile import page_number, profile_named, profiles
from hardware.printer.raster import strips
from hardware.printer.render import render
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

_WIDE = profile_named("epson-80mm")
_START = b"\x1b@\x1c.\x1bt\x13"

RECEIPT = ReceiptDocument(
    "Receipt 42",
    "de",
    (
        Text("Bäckerei Müller", Align.CENTER, bold=True, size=2),
        Text("Hauptstraße 12 · 10115 Berlin\nUSt-ID DE123456789", Align.CENTER),
        Rule(),
        Item("Vollkornbrot aus dem Holzofen, geschnitten", "2", "3,49", "6,98"),
        Item("Mineralwasser", "12", "0,99", "11,88", "Pfand 12 × 0,25"),
        Rule(),
        Pair("SUMME EUR", "18,86 €", bold=True, size=2),
        Pair("Bar", "20,00"),
        Pair("Rückgeld", "1,14"),
        Table(
            ("Satz", "Netto", "Steuer", "Brutto"),
            (("A 7 %", "6,52", "0,46", "6,98"), ("B 19 %", "9,98", "1,90", "11,88")),
        ),
        Feed(2),
        Barcode("T042-03-000123"),
        Qr("https://example.org/r/01934f2e"),
        Text("Vielen Dank!", Align.CENTER),
        Cut(),
    ),
)


def _render(*blocks: Block, profile: str = "epson-80mm") -> bytes:
    return render(ReceiptDocument("t", "en", blocks), profile_named(profile))


@pytest.mark.parametrize("profile", ["epson-80mm", "epson-80mm-42", "generic-58mm"])
def test_golden_receipt(profile: str, golden: Path) -> None:
    data = render(RECEIPT, profile_named(profile))
    assert data == (golden / f"receipt-{profile}.escpos").read_bytes()
    assert to_text(data, profile_named(profile)) == (golden / f"receipt-{profile}.txt").read_text(
        "utf-8"
    )


def test_every_job_sets_the_printer_up_by_itself() -> None:
    first, second = _render(Text("a", bold=True)), _render(Text("b"))
    assert first == _START + b"\x1bE\x01a\n\x1bE\x00"
    assert second == _START + b"b\n"


@pytest.mark.parametrize(
    ("profile", "page", "number"),
    [("epson-80mm", "CP852", 18), ("epson-tm-t88", "CP1252", 16), ("generic-58mm", "CP866", 17)],
)
def test_the_one_page_is_pinned_by_the_profile(profile: str, page: str, number: int) -> None:
    pinned = profile_named(profile).with_page(page)
    assert pinned.page_number == number
    data = render(ReceiptDocument("t", "en", (Text("x"),)), pinned)
    assert data == b"\x1b@\x1c.\x1bt" + bytes((number,)) + b"x\n"


def test_a_language_whose_letters_no_usual_page_has_brings_its_own() -> None:
    data = render(ReceiptDocument("t", "pl", (Text("ż"),)), profile_named("epson-80mm"))
    assert data == b"\x1b@\x1c.\x1bt\x12" + "ż".encode("cp852") + b"\n"


def test_an_unknown_page_or_profile_is_refused() -> None:
    with pytest.raises(NotConfigured):
        _WIDE.with_page("CP932")
    with pytest.raises(NotConfigured):
        page_number("TM-T20II", "nonsense")
    with pytest.raises(NotConfigured, match="epson-80mm"):
        profile_named("unknown")


def test_widths_are_those_of_the_layout_table() -> None:
    known = {p.name: (p.columns, p.dots) for p in profiles().values()}
    assert known["epson-80mm"] == (48, 576)
    assert known["epson-80mm-42"] == (42, 546)
    assert known["epson-tm-t88"] == (42, 512)
    assert known["generic-58mm"] == (32, 384)


def test_styles_are_switched_only_when_they_change() -> None:
    data = _render(
        Text("A", Align.CENTER, bold=True, size=2), Text("B", Align.CENTER), Text("C", Align.RIGHT)
    )
    assert data == (
        _START
        + b"\x1ba\x01\x1bE\x01\x1d!\x11A\n"
        + b"\x1bE\x00\x1d!\x00B\n"
        + b"\x1ba\x02C\n\x1ba\x00"
    )


def test_the_cut_feeds_and_leaves_a_bridge() -> None:
    assert _render(Cut()) == _START + b"\x1bd\x01\x1dV\x42\x00"
    assert _render(Feed(300)) == _START + b"\x1bd\xff\x1bd\x2d"


def test_barcode_bytes() -> None:
    assert _render(Barcode("A{1")) == (
        _START + b"\x1ba\x01\x1dH\x02\x1df\x00\x1dh\x50\x1dw\x02\x1dkI\x06{BA{{1\x1ba\x00"
    )


@pytest.mark.parametrize("data", ["", "é", "tab\t", "x" * 60])
def test_an_impossible_barcode_is_refused(data: str) -> None:
    with pytest.raises(commands.Unprintable):
        _render(Barcode(data))


def test_a_long_barcode_gets_thinner_bars() -> None:
    assert b"\x1dw\x01" in _render(Barcode("T042-03-000123-9876"), profile="generic-58mm")


def test_qr_bytes() -> None:
    data = _render(Qr("ab"))
    assert data == (
        _START
        + b"\x1ba\x01\x1bd\x01"
        + b"\x1d(k\x04\x001A2\x00\x1d(k\x03\x001C\x06\x1d(k\x03\x001E1"
        + b"\x1d(k\x05\x001P0ab\x1d(k\x03\x001Q0"
        + b"\x1bd\x01\x1ba\x00"
    )


def test_a_qr_code_never_exceeds_the_paper() -> None:
    large = _render(Qr("x" * 900), profile="generic-58mm")
    assert b"\x1d(k\x03\x001C\x03" in large
    with pytest.raises(commands.Unprintable):
        _render(Qr("x" * 3000))


@pytest.mark.parametrize("text", ["日本語の領収書", "مرحبا", "שלום", "ขอบคุณ", "Łódź", "👍"])
@pytest.mark.expect_warnings
def test_what_the_page_lacks_becomes_dots_and_never_a_question_mark(
    text: str, fonts_folder: Path
) -> None:
    fonts = FontSet(fonts_folder)
    data = render(ReceiptDocument("t", "x", (Pair(text, "12,00"),)), _WIDE, fonts=fonts)
    assert data.startswith(_START + b"\x1dv0\x00\x48\x00\x1e\x00")
    bits = data[len(_START) + 8 :]
    assert len(bits) == 72 * 30
    left = [bits[row * 72 : row * 72 + 36] for row in range(30)]
    right = [bits[row * 72 + 60 : row * 72 + 72] for row in range(30)]
    assert any(map(any, left))
    assert any(map(any, right))


def test_a_name_outside_the_page_keeps_its_figures_in_their_columns(fonts_folder: Path) -> None:
    fonts = FontSet(fonts_folder)
    item = Item("日本のお茶", "1", "3,00", "3,00")
    bits = render(ReceiptDocument("t", "ja", (item,)), _WIDE, fonts=fonts)[len(_START) + 8 :]
    ink = {x for row in range(30) for x in range(576) if bits[row * 72 + x // 8] >> (7 - x % 8) & 1}
    assert max(ink) >= 576 - 4
    gap = set(range(26 * 12 - 100, 31 * 12 - 12))
    assert not ink & gap


@given(st.integers(1, 700), st.integers(1, 400), st.randoms(use_true_random=False))
def test_raster_headers_equal_their_data(width: int, height: int, random: object) -> None:
    image = Image.new("1", (width, height), 0)
    for _ in range(20):
        image.putpixel((random.randrange(width), random.randrange(height)), 1)  # type: ignore[attr-defined]
    rows = 0
    for strip in strips(image):
        assert strip[:4] == b"\x1dv0\x00"
        row_bytes = int.from_bytes(strip[4:6], "little")
        strip_rows = int.from_bytes(strip[6:8], "little")
        assert row_bytes == (width + 7) // 8
        assert 1 <= strip_rows <= 128
        assert len(strip) == 8 + row_bytes * strip_rows
        rows += strip_rows
    assert rows == height


def test_a_picture_never_holds_a_real_time_command() -> None:
    image = Image.frombytes("1", (64, 2), b"\x10\x14\x01\x00\x01\x10\x04\x01" * 2)
    (strip,) = strips(image)
    assert b"\x10\x14" not in strip
    assert b"\x10\x04" not in strip[8:]
    assert strip[8:16] == b"\x18\x14\x01\x00\x01\x18\x04\x01"


@given(st.text(max_size=60))
@pytest.mark.expect_warnings
def test_text_cannot_smuggle_commands(text: str) -> None:
    data = _render(Text(text))
    if b"\x1dv0" not in data:
        body = data[len(_START) :]
        assert all(byte >= 0x20 or byte == 0x0A for byte in body)


def test_pulses() -> None:
    assert commands.pulse_queued(2, 100, 300) == b"\x1bp\x00\x32\x96"
    assert commands.pulse_queued(5, 5000, 0) == b"\x1bp\x01\xff\x01"
    assert commands.pulse_real_time(5, 120) == b"\x10\x14\x01\x01\x02"
    with pytest.raises(commands.Unprintable):
        commands.pulse_queued(3, 100, 100)


def test_the_printer_package_of_python_escpos_is_never_imported() -> None:
    program = (
        "import sys, hardware.printer.render, hardware.station, hardware.printer.preview;"
        "sys.exit(any(m.startswith('escpos.printer') or m.startswith('PySide6')"
        " or m.startswith('sqlalchemy') for m in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
