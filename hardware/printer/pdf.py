"""A receipt document as a PDF: a strip of 80 mm as long as it needs, or pages of A4.

The text is text, so that it can be searched, copied and read aloud; it is set in the columns of
:mod:`hardware.printer.layout`, as on paper. Codes are drawn as areas and scan from a screen.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

from fontTools.ttLib import TTFont  # type: ignore[import-untyped]
from fpdf import FPDF
from fpdf.enums import Align as PdfAlign

from hardware.printer.barcodes import code128_modules, qr_matrix
from hardware.printer.layout import Line, Placed, Segment, lay_out
from retail.receipt import Align, Barcode, Cut, Feed, Qr, ReceiptDocument

_REGULAR, _BOLD = "Inter_400Regular.ttf", "Inter_700Bold.ttf"
_BODY = "Body"
_RULE = "\u2500"
_ROUNDING = 0.01
_QR_MODULE, _QR_QUIET = 0.72, 4
_BAR_HEIGHT, _BAR_QUIET, _BAR_MODULE = 12.0, 10, 0.33
"""Millimetres, modules of quiet zone, and the widest bar. ISO/IEC 15417, 18004."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is written on; lengths in millimetres, type in points.

    Attributes:
        height: of a page; 0 for one strip that is as long as its document.
    """

    width: float
    height: float
    margin: float
    columns: int
    points: float
    line: float

    @property
    def column(self) -> float:
        """The width of one column."""
        return (self.width - 2 * self.margin) / self.columns


ROLL = Sheet(width=80, height=0, margin=4, columns=48, points=8, line=3.9)
A4 = Sheet(width=210, height=297, margin=20, columns=84, points=9.5, line=5)


def to_pdf(document: ReceiptDocument, fonts: Path, at: datetime, *, sheet: Sheet = ROLL) -> bytes:
    """The document as a PDF; equal input gives equal bytes.

    Args:
        fonts: the folder with Inter and what stands in for characters that it lacks.
        at: when the document was made; it is noted in the file.

    Raises:
        OSError: the fonts cannot be read.
    """
    placed = [(each, _height(each, sheet)) for each in lay_out(document, sheet.columns)]
    writer = _Writer(document, fonts, sheet, sum(height for _each, height in placed))
    for each, height in placed:
        writer.put(each, height)
    return writer.finish(at)


def _height(placed: Placed, sheet: Sheet) -> float:
    match placed:
        case Line():
            return sheet.line * placed.size
        case Feed():
            return sheet.line * placed.lines
        case Qr():
            return (len(qr_matrix(placed.data.encode())) + 2 * _QR_QUIET) * _QR_MODULE
        case Barcode():
            return _BAR_HEIGHT + 2 * sheet.line
        case Cut():
            return 0


class _Writer:
    """Puts one thing below the other and turns the page when it is full."""

    def __init__(self, document: ReceiptDocument, fonts: Path, sheet: Sheet, height: float) -> None:
        tall = sheet.height or height + 2 * sheet.margin
        self._sheet = sheet
        self._bottom = tall - sheet.margin
        self._y = sheet.margin
        self._pdf = FPDF(unit="mm", format=(sheet.width, tall))
        self._pdf.set_auto_page_break(auto=False)
        self._pdf.set_margin(0)
        self._pdf.c_margin = 0
        self._pdf.set_title(document.title)
        self._pdf.set_lang(document.language)
        self._pdf.set_producer("Tillwright")
        self._fonts(document, fonts)
        self._pdf.add_page()

    def put(self, placed: Placed, height: float) -> None:
        """Set one thing."""
        if self._y + height > self._bottom + _ROUNDING:
            self._pdf.add_page()
            self._y = self._sheet.margin
        match placed:
            case Line():
                self._line(placed, height)
            case Qr():
                self._qr(placed.data.encode())
            case Barcode():
                self._barcode(placed.data)
            case Feed() | Cut():
                pass
        self._y += height

    def finish(self, at: datetime) -> bytes:
        """The file."""
        self._pdf.set_creation_date(at)
        return bytes(self._pdf.output())

    def _fonts(self, document: ReceiptDocument, fonts: Path) -> None:
        # A font is large: only those are read whose characters are wanted.
        self._pdf.add_font(_BODY, "", fonts / _REGULAR)
        self._pdf.add_font(_BODY, "B", fonts / _BOLD)
        missing = {ord(c) for c in _characters(document)} - _covered(fonts / _REGULAR)
        others = []
        for path in sorted(fonts.glob("Noto*_400Regular.ttf")):
            if missing and missing & _covered(path):
                missing -= _covered(path)
                self._pdf.add_font(path.stem, "", path)
                others.append(path.stem)
        self._pdf.set_fallback_fonts(others, exact_match=False)
        self._pdf.set_text_shaping(use_shaping_engine=True)

    def _line(self, line: Line, height: float) -> None:
        if set(line.text) == {_RULE}:
            middle, margin = self._y + height / 2, self._sheet.margin
            self._pdf.set_line_width(0.2)
            self._pdf.line(margin, middle, self._sheet.width - margin, middle)
            return
        ends = [following.start for following in line.segments[1:]]
        for segment, end in zip(line.segments, [*ends, None], strict=True):
            self._segment(segment, line, height, end)

    def _segment(self, segment: Segment, line: Line, height: float, end: int | None) -> None:
        """A text in its field, smaller where there is too little room before what follows."""
        column = self._sheet.column * line.size
        align = PdfAlign.R if segment.right else _SIDES[line.align]
        left = self._sheet.margin + segment.column * column
        columns = segment.width if segment.right or end is None else end - segment.column - 0.5
        width = columns * column
        style, size = "B" if line.bold else "", self._sheet.points * line.size
        self._pdf.set_font(_BODY, style, size)
        needed = self._pdf.get_string_width(segment.text)
        if needed > width:
            self._pdf.set_font(_BODY, style, size * width / needed)
        self._pdf.set_xy(left, self._y)
        self._pdf.cell(width, height, segment.text, align=align)

    def _qr(self, data: bytes) -> None:
        matrix = qr_matrix(data)
        left = (self._sheet.width - len(matrix) * _QR_MODULE) / 2
        top = self._y + _QR_QUIET * _QR_MODULE
        for row, modules in enumerate(matrix):
            self._bars(modules, (left, top + row * _QR_MODULE), _QR_MODULE, _QR_MODULE)

    def _barcode(self, data: str) -> None:
        modules = [module == "1" for module in code128_modules(data)]
        room = self._sheet.width - 2 * self._sheet.margin
        module = min(_BAR_MODULE, room / (len(modules) + 2 * _BAR_QUIET))
        left = (self._sheet.width - len(modules) * module) / 2
        self._bars(modules, (left, self._y + self._sheet.line / 2), module, _BAR_HEIGHT)
        self._pdf.set_font(_BODY, "", self._sheet.points)
        self._pdf.set_xy(0, self._y + self._sheet.line / 2 + _BAR_HEIGHT)
        self._pdf.cell(self._sheet.width, self._sheet.line, data, align=PdfAlign.C)

    def _bars(
        self, modules: list[bool], place: tuple[float, float], module: float, height: float
    ) -> None:
        left, top = place
        self._pdf.set_fill_color(0)
        for first, count in _runs(modules):
            self._pdf.rect(left + first * module, top, count * module, height, style="F")


_SIDES = {Align.LEFT: PdfAlign.L, Align.CENTER: PdfAlign.C, Align.RIGHT: PdfAlign.R}


def _runs(modules: list[bool]) -> Iterator[tuple[int, int]]:
    """Where dark modules begin, and how many stand side by side."""
    begin = None
    for place, dark in enumerate((*modules, False)):
        if dark and begin is None:
            begin = place
        elif not dark and begin is not None:
            yield begin, place - begin
            begin = None


def _characters(document: ReceiptDocument) -> set[str]:
    lines = (each for each in lay_out(document, ROLL.columns) if isinstance(each, Line))
    return {c for line in lines for c in line.text if unicodedata.category(c) not in ("Zs", "Cf")}


@cache
def _covered(path: Path) -> frozenset[int]:
    """The characters that a font has."""
    with TTFont(path, lazy=True) as font:
        return frozenset(font.getBestCmap())
