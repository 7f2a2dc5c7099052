"""Lines drawn as dots, for text outside the printer's code page."""

from __future__ import annotations

from collections.abc import Iterator

from PIL import Image, ImageDraw

from hardware.printer.fonts import Font, FontSet
from hardware.printer.layout import Line
from hardware.printer.text import display_width
from retail.receipt import Align

MAX_STRIP_ROWS = 128
LINE_DOTS = 30
_GLYPH_DOTS = 24
_MIN_GLYPH_DOTS = 8
_GS_V_0 = b"\x1dv0\x00"


def draw_line(line: Line, columns: int, dots: int, fonts: FontSet) -> Image.Image:
    """A line as a one-bit picture of ``dots`` width; 1 is ink. Fields keep their columns."""
    size = line.size
    cell = dots // columns * size
    image = Image.new("1", (dots, LINE_DOTS * size), 0)
    draw = ImageDraw.Draw(image)
    draw.fontmode = "1"
    for segment in line.segments:
        left = segment.column * cell
        room = min(segment.width * cell, dots - left)
        if not segment.right and line.align is Align.LEFT:
            room = min(room, (display_width(segment.text) + size) * cell)
        pieces, width = _fit(segment.text, room, _GLYPH_DOTS * size, fonts)
        if segment.right or line.align is Align.RIGHT:
            left += room - width
        elif line.align is Align.CENTER:
            left += (dots - width) // 2
        baseline = 23 * size
        for text, font in pieces:
            for shift in range(1 + line.bold):
                draw.text((left + shift, baseline), text, fill=1, font=font, anchor="ls")
            left += round(font.getlength(text))
    return image


def _fit(text: str, room: int, size: int, fonts: FontSet) -> tuple[list[tuple[str, Font]], int]:
    """Pieces with fonts small enough for ``room`` dots, and their width."""
    while True:
        pieces = fonts.runs(text, size)
        width = sum(round(font.getlength(piece)) for piece, font in pieces)
        if width <= room or size <= _MIN_GLYPH_DOTS:
            return pieces, width
        size = max(_MIN_GLYPH_DOTS, min(size - 1, size * room // width))


def strips(image: Image.Image) -> Iterator[bytes]:
    """``GS v 0`` commands for a one-bit picture, at most 128 rows each, rows padded to bytes.

    Long pictures overflow the buffers of small printers; a header that does not match its data
    prints garbage.
    """
    for top in range(0, image.height, MAX_STRIP_ROWS):
        strip = image.crop((0, top, image.width, min(top + MAX_STRIP_ROWS, image.height)))
        row_bytes = (strip.width + 7) // 8
        header = row_bytes.to_bytes(2, "little") + strip.height.to_bytes(2, "little")
        yield _GS_V_0 + header + _without_real_time(strip.tobytes())


def _without_real_time(data: bytes) -> bytes:
    """Dots that a printer cannot mistake for a real-time command.

    Printers obey DLE EOT, DLE ENQ and DLE DC4 even inside a picture (Epson reference, notes to
    DLE EOT); one dot more beside the existing one is invisible.
    """
    for command in (b"\x10\x04", b"\x10\x05", b"\x10\x14"):
        data = data.replace(command, b"\x18" + command[1:])
    return data
