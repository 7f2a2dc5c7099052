"""Receipt documents as ESC/POS bytes.

The stream opens with ``1B 40``, ``1C 2E`` and the profile's one code page, so that two jobs in a
row never depend on each other. A line with a character outside the page is drawn as dots.
"""

from __future__ import annotations

from hardware.printer import commands
from hardware.printer.barcodes import qr_matrix
from hardware.printer.fonts import FontSet
from hardware.printer.layout import Line, Placed, lay_out
from hardware.printer.profile import PrinterProfile
from hardware.printer.raster import draw_line, strips
from hardware.printer.text import encode
from retail.receipt import Align, Barcode, Cut, Feed, Qr, ReceiptDocument

_QR_QUIET = 8


def render(
    document: ReceiptDocument, profile: PrinterProfile, *, fonts: FontSet | None = None
) -> bytes:
    """The bytes that print ``document``; equal input gives equal bytes.

    Args:
        document: what stands on the receipt.
        profile: the printer it is for.
        fonts: fonts for raster lines; Pillow's own when absent.

    Raises:
        Unprintable: a barcode or QR code cannot be put on this paper.
    """
    profile = profile.speaking(document.language)
    writer = _Writer(profile, fonts or FontSet())
    for placed in lay_out(document, profile.columns):
        writer.put(placed)
    return writer.finish()


class _Writer:
    """Appends commands and remembers what the printer is set to."""

    def __init__(self, profile: PrinterProfile, fonts: FontSet) -> None:
        self._profile = profile
        self._fonts = fonts
        self._out = bytearray(
            commands.INIT + commands.LEAVE_KANJI + commands.code_page(profile.page_number)
        )
        self._align = Align.LEFT
        self._bold = False
        self._size = 1

    def put(self, placed: Placed) -> None:
        match placed:
            case Line():
                self._line(placed)
            case Barcode(data):
                self._style(Align.CENTER)
                self._out += commands.code128(
                    data, self._profile.dots, self._profile.barcode_module
                )
            case Qr(data):
                self._style(Align.CENTER)
                # The quiet zone above and below; the paper gives the one at the sides.
                gap, payload = commands.feed(1), commands.qr_payload(data)
                self._out += gap + commands.qr(payload, self._qr_module(payload)) + gap
            case Feed(lines):
                self._out += commands.feed(lines)
            case Cut():
                self._style(Align.LEFT)
                self._out += commands.feed(self._profile.feed_before_cut) + commands.CUT

    def finish(self) -> bytes:
        self._style(Align.LEFT)
        return bytes(self._out)

    def _line(self, line: Line) -> None:
        encoded = encode(line.text, self._profile.codec)
        if encoded is not None:
            self._style(line.align, bold=line.bold, size=line.size)
            self._out += encoded + b"\n"
            return
        self._style(Align.LEFT)
        image = draw_line(line, self._profile.columns, self._profile.dots, self._fonts)
        for strip in strips(image):
            self._out += strip

    def _style(self, align: Align, *, bold: bool = False, size: int = 1) -> None:
        if align is not self._align:
            self._out += commands.align(align)
        if bold is not self._bold:
            self._out += commands.bold(on=bold)
        if size != self._size:
            self._out += commands.size(size)
        self._align, self._bold, self._size = align, bold, size

    def _qr_module(self, payload: bytes) -> int:
        """The profile's module size, smaller when the code would be wider than the paper."""
        fitting = self._profile.dots // (len(qr_matrix(payload)) + _QR_QUIET)
        if fitting < 1:
            raise commands.Unprintable("The QR code is too large for the paper.")
        return min(self._profile.qr_module, fitting)
