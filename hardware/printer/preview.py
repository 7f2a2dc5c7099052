"""A receipt as a picture and as text, read from the very bytes that go to the printer."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from hardware.printer.barcodes import code128_modules, qr_matrix
from hardware.printer.fonts import Font, FontSet
from hardware.printer.interpreter import (
    DrawerPulse,
    FedLines,
    Knife,
    Operation,
    PrintedBarcode,
    PrintedLine,
    PrintedQr,
    PrintedRaster,
    Question,
    Style,
    interpret,
)
from hardware.printer.profile import PrinterProfile
from hardware.printer.raster import LINE_DOTS
from hardware.printer.text import display_width
from retail.receipt import Align

_GLYPH = 20
_MARGIN = 40
_AROUND = 36
_END = 56
_TOOTH = 12
_TABLE = (226, 229, 234)
_PAPER = (254, 253, 249)
_INK = (34, 33, 38)
_SHADOW = (120, 124, 134)


def to_text(data: bytes, profile: PrinterProfile) -> str:
    """What can be read on the paper, one line each; pictures and codes in square brackets.

    Raises:
        Protocol: the bytes hold a command outside the printed subset.
    """
    columns = profile.columns
    lines = (line for each in interpret(data, profile) for line in _as_text(each, columns))
    return "".join(f"{line.rstrip()}\n" for line in lines)


def _as_text(operation: Operation, columns: int) -> Iterator[str]:
    match operation:
        case PrintedLine(text, style):
            yield _aligned(text, style, columns)
        case FedLines(lines):
            yield from [""] * lines
        case PrintedRaster(row_bytes, rows, _, style):
            yield _aligned(f"[picture {row_bytes * 8}x{rows}]", style, columns)
        case PrintedBarcode(data=code, style=style):
            yield _aligned(f"[Code 128: {code}]", style, columns)
        case PrintedQr(data=raw, style=style):
            yield _aligned(f"[QR: {raw.decode('utf-8', 'replace')}]", style, columns)
        case Knife():
            yield "-" * columns
        case DrawerPulse(pin):
            yield f"[drawer, pin {pin}]"
        case Question():
            pass


def _aligned(text: str, style: Style, columns: int) -> str:
    spare = columns // style.width - display_width(text)
    before = {Align.LEFT: 0, Align.CENTER: spare // 2, Align.RIGHT: spare}[style.align]
    return " " * max(before, 0) + text


def preview_png(data: bytes, profile: PrinterProfile, *, fonts: FontSet | None = None) -> bytes:
    """A picture of the printed paper as PNG; every cut begins a new piece of paper.

    Args:
        data: bytes as :func:`hardware.printer.render.render` makes them.
        profile: the printer that would print them.
        fonts: fonts for the text; a monospaced one is preferred.

    Raises:
        Protocol: the bytes hold a command outside the printed subset.
    """
    roll = _Roll(profile, fonts or FontSet())
    for operation in interpret(data, profile):
        roll.take(operation)
    sheet = _on_table([_as_paper(piece) for piece in roll.pieces()])
    target = io.BytesIO()
    sheet.save(target, "PNG", optimize=True)
    return target.getvalue()


@dataclass(slots=True)
class _Roll:
    """Collects bands of ink (255 is black) until a cut; each band is as wide as the paper."""

    profile: PrinterProfile
    fonts: FontSet
    bands: list[Image.Image] = field(default_factory=list)
    done: list[list[Image.Image]] = field(default_factory=list)
    glyphs: dict[tuple[str, bool, int, int], Image.Image] = field(default_factory=dict)

    def take(self, operation: Operation) -> None:
        match operation:
            case PrintedLine():
                self.bands.append(self._line(operation))
            case FedLines(lines):
                self.bands.append(self._blank(lines * LINE_DOTS))
            case PrintedRaster():
                self.bands.append(self._placed(_dots(operation), operation.style))
            case PrintedBarcode():
                self._barcode(operation)
            case PrintedQr():
                self.bands.append(self._placed(_qr(operation), operation.style))
            case Knife():
                self.done.append(self.bands)
                self.bands = []
            case DrawerPulse() | Question():
                pass

    def pieces(self) -> list[Image.Image]:
        """The ink of each piece of paper."""
        every = [*self.done, self.bands] if self.bands or not self.done else self.done
        return [self._stacked(bands) for bands in every]

    def _blank(self, rows: int) -> Image.Image:
        return Image.new("L", (self.profile.dots, rows), 0)

    def _stacked(self, bands: list[Image.Image]) -> Image.Image:
        whole = self._blank(sum(band.height for band in bands))
        top = 0
        for band in bands:
            whole.paste(band, (0, top))
            top += band.height
        return whole

    def _placed(self, image: Image.Image, style: Style) -> Image.Image:
        band = self._blank(image.height)
        spare = self.profile.dots - image.width
        left = {Align.LEFT: 0, Align.CENTER: spare // 2, Align.RIGHT: spare}[style.align]
        band.paste(image, (max(left, 0), 0))
        return band

    def _line(self, line: PrintedLine) -> Image.Image:
        style = line.style
        cell = self.profile.cell * style.width
        ink = Image.new("L", (max(cell * len(line.text), 1), LINE_DOTS * style.height), 0)
        for column, char in enumerate(line.text):
            if not char.isspace():
                glyph = self._glyph(char, style)
                ink.paste(glyph, (column * cell, 0))
        return self._placed(ink, style)

    def _glyph(self, char: str, style: Style) -> Image.Image:
        key = (char, style.bold, style.width, style.height)
        if key not in self.glyphs:
            cell, size = self.profile.cell, _GLYPH * style.height
            font = self._font_for(char, size)
            glyph = _draw_glyph(char, font, bold=style.bold, rows=LINE_DOTS * style.height)
            width = cell * style.width
            natural = max(glyph.width * style.width // style.height, 1)
            if natural > width or style.width != style.height:
                glyph = glyph.resize((min(natural, width), glyph.height))
            cellful = Image.new("L", (width, glyph.height), 0)
            cellful.paste(glyph, ((width - glyph.width) // 2, 0))
            self.glyphs[key] = cellful
        return self.glyphs[key]

    def _font_for(self, char: str, size: int) -> Font:
        mono = self.fonts.monospace(size)
        return mono if mono is not None else self.fonts.runs(char, size)[0][1]

    def _barcode(self, code: PrintedBarcode) -> None:
        modules = code128_modules(code.data)
        bars = Image.new("L", (len(modules), 1), 0)
        bars.putdata([255 * (module == "1") for module in modules])
        size = (len(modules) * code.module, code.height)
        self.bands.append(self._placed(bars.resize(size, Image.Resampling.NEAREST), code.style))
        if code.text_below:
            self.bands.append(self._line(PrintedLine(code.data, Style(align=code.style.align))))


def _draw_glyph(char: str, font: Font, *, bold: bool, rows: int) -> Image.Image:
    width = max(round(font.getlength(char)) + bold, 1)
    glyph = Image.new("L", (width, rows), 0)
    draw = ImageDraw.Draw(glyph)
    for shift in range(1 + bold):
        draw.text((shift, rows * 23 // 30), char, fill=255, font=font, anchor="ls")
    return glyph


def _dots(raster: PrintedRaster) -> Image.Image:
    return Image.frombytes("1", (raster.row_bytes * 8, raster.rows), raster.data).convert("L")


def _qr(code: PrintedQr) -> Image.Image:
    matrix = qr_matrix(code.data, code.level)
    side = len(matrix)
    image = Image.new("L", (side, side), 0)
    image.putdata([255 * dark for row in matrix for dark in row])
    return image.resize((side * code.module, side * code.module), Image.Resampling.NEAREST)


def _as_paper(ink: Image.Image) -> Image.Image:
    """Ink on paper with a torn edge above and below, transparent around it."""
    width, height = ink.width + 2 * _MARGIN, ink.height + 2 * _END
    whole = Image.new("L", (width, height), 0)
    whole.paste(ink, (_MARGIN, _END))
    paper = Image.composite(
        Image.new("RGB", whole.size, _INK), Image.new("RGB", whole.size, _PAPER), whole
    )
    paper.putalpha(_outline(width, height))
    return paper


def _outline(width: int, height: int) -> Image.Image:
    shape = Image.new("L", (width, height), 255)
    draw = ImageDraw.Draw(shape)
    flip: tuple[Callable[[int], int], ...] = (lambda y: y, lambda y: height - 1 - y)
    for edge in flip:
        for left in range(0, width, _TOOTH):
            middle, right = left + _TOOTH // 2, left + _TOOTH
            draw.polygon([(left, edge(0)), (middle, edge(_TOOTH // 2)), (right, edge(0))], fill=0)
    return shape


def _on_table(papers: list[Image.Image]) -> Image.Image:
    width = max(paper.width for paper in papers) + 2 * _AROUND
    height = sum(paper.height for paper in papers) + _AROUND * (len(papers) + 1)
    table = Image.new("RGB", (width, height), _TABLE)
    top = _AROUND
    for paper in papers:
        left = (width - paper.width) // 2
        shadow = Image.new("L", table.size, 0)
        shadow.paste(paper.getchannel("A"), (left, top + 6))
        soft = ImageChops.multiply(
            shadow.filter(ImageFilter.GaussianBlur(12)), Image.new("L", table.size, 150)
        )
        table.paste(_SHADOW, (0, 0, *table.size), soft)
        table.paste(paper, (left, top), paper.getchannel("A"))
        top += paper.height + _AROUND
    return table
