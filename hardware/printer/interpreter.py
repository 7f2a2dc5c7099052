"""Reads the ESC/POS subset that the till prints, byte for byte, as a printer would.

The preview and the text dump are made from these operations, so they show what the bytes say and
not what the document meant. A command outside the subset is an error, never skipped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from hardware.errors import Protocol
from hardware.printer.profile import PrinterProfile, codec_of_page
from retail.receipt import Align


@dataclass(frozen=True, slots=True)
class Style:
    """What the printer is set to when something is printed."""

    align: Align = Align.LEFT
    bold: bool = False
    width: int = 1
    height: int = 1


@dataclass(frozen=True, slots=True)
class PrintedLine:
    """Text up to a line feed, in the style of its first character."""

    text: str
    style: Style


@dataclass(frozen=True, slots=True)
class FedLines:
    """Paper moved by whole lines."""

    lines: int


@dataclass(frozen=True, slots=True)
class PrintedRaster:
    """A one-bit picture; rows are ``row_bytes`` long, a set bit is ink."""

    row_bytes: int
    rows: int
    data: bytes
    style: Style


@dataclass(frozen=True, slots=True)
class PrintedBarcode:
    """A Code 128 in set B. ``module`` and ``height`` in dots."""

    data: str
    module: int
    height: int
    text_below: bool
    style: Style


@dataclass(frozen=True, slots=True)
class PrintedQr:
    """A QR code; ``level`` is one of L, M, Q, H."""

    data: bytes
    module: int
    level: str
    style: Style


@dataclass(frozen=True, slots=True)
class Knife:
    """The paper was cut."""


@dataclass(frozen=True, slots=True)
class DrawerPulse:
    """The drawer connector was pulsed; pin 2 or 5."""

    pin: int


@dataclass(frozen=True, slots=True)
class Question:
    """Something the printer answers: status or end of print."""

    command: bytes


Operation = (
    PrintedLine
    | FedLines
    | PrintedRaster
    | PrintedBarcode
    | PrintedQr
    | Knife
    | DrawerPulse
    | Question
)

_ALIGNS = (Align.LEFT, Align.CENTER, Align.RIGHT)
_LEVELS = "LMQH"


def interpret(data: bytes, profile: PrinterProfile) -> list[Operation]:
    """What a printer of ``profile`` does with ``data``.

    Raises:
        Protocol: an unknown command, a bad argument or a command cut short, with its offset.
    """
    return list(_Interpreter(data, profile).run())


class _Interpreter:
    def __init__(self, data: bytes, profile: PrinterProfile) -> None:
        self._data = data
        self._at = 0
        self._profile = profile
        self._text = ""
        self._text_style = Style()
        self._commands: dict[bytes, Callable[[], Iterator[Operation]]] = {
            b"\x1b@": self._init,
            b"\x1c.": self._nothing,
            b"\x1bt": self._page,
            b"\x1bE": self._bold,
            b"\x1ba": self._align,
            b"\x1bd": self._feed,
            b"\x1bp": self._pulse,
            b"\x1d!": self._size,
            b"\x1dH": self._hri,
            b"\x1df": self._hri_font,
            b"\x1dh": self._height,
            b"\x1dw": self._module,
            b"\x1dk": self._barcode,
            b"\x1d(": self._function,
            b"\x1dv": self._raster,
            b"\x1dV": self._cut,
            b"\x1dr": self._question,
            b"\x1da": self._question,
            b"\x10\x04": self._question,
            b"\x10\x14": self._pulse_now,
        }
        self._reset()

    def _reset(self) -> None:
        self._style = Style()
        self._codec = "cp437"
        self._text_below = False
        self._bar_height, self._bar_module = 162, 3
        self._qr_module, self._qr_level, self._qr_data = 3, "L", b""

    def run(self) -> Iterator[Operation]:
        while self._at < len(self._data):
            byte = self._data[self._at]
            if byte >= 0x20:
                self._print(byte)
            elif byte == 0x0A:
                self._at += 1
                yield from self._line_end()
            else:
                yield from self._command()
        yield from self._flush()

    def _print(self, byte: int) -> None:
        if not self._text:
            self._text_style = self._style
        try:
            self._text += bytes((byte,)).decode(self._codec)
        except UnicodeDecodeError:
            raise self._error("byte %(byte)02X is empty in the code page", byte=byte) from None
        self._at += 1

    def _line_end(self) -> Iterator[Operation]:
        yield PrintedLine(self._text, self._text_style if self._text else self._style)
        self._text = ""

    def _flush(self) -> Iterator[Operation]:
        if self._text:
            yield from self._line_end()

    def _command(self) -> Iterator[Operation]:
        handler = self._commands.get(self._data[self._at : self._at + 2], self._unknown)
        return handler()

    def _take(self, count: int) -> bytes:
        piece = self._data[self._at : self._at + count]
        if len(piece) < count:
            raise self._error("the stream ends inside a command")
        self._at += count
        return piece

    def _argument(self, allowed: range | None = None) -> int:
        """The single byte behind a two-byte command."""
        value = self._take(3)[2]
        if allowed is not None and value not in allowed:
            self._at -= 3
            raise self._error("argument %(value)s is not allowed", value=value)
        return value

    def _error(self, message: str, **params: object) -> Protocol:
        near = self._data[self._at : self._at + 8].hex(" ")
        return Protocol(
            "The print data cannot be read at byte %(at)s (%(near)s): %(why)s.",
            at=self._at,
            near=near,
            why=message % params,
        )

    def _unknown(self) -> Iterator[Operation]:
        raise self._error("the command is unknown")

    def _nothing(self) -> Iterator[Operation]:
        self._take(2)
        return iter(())

    def _init(self) -> Iterator[Operation]:
        self._take(2)
        yield from self._flush()
        self._reset()

    def _page(self) -> Iterator[Operation]:
        number = self._argument()
        codec = codec_of_page(self._profile, number)
        if codec is None:
            raise self._error("code page %(number)s is unknown", number=number)
        self._codec = codec
        return iter(())

    def _restyle(self, **change: object) -> Iterator[Operation]:
        values = {
            "align": self._style.align,
            "bold": self._style.bold,
            "width": self._style.width,
            "height": self._style.height,
            **change,
        }
        self._style = Style(**values)  # type: ignore[arg-type]  # names and types are those above
        return iter(())

    def _bold(self) -> Iterator[Operation]:
        return self._restyle(bold=bool(self._argument() & 1))

    def _size(self) -> Iterator[Operation]:
        value = self._argument()
        return self._restyle(width=(value >> 4 & 7) + 1, height=(value & 7) + 1)

    def _align(self) -> Iterator[Operation]:
        return self._restyle(align=_ALIGNS[self._argument(range(3))])

    def _feed(self) -> Iterator[Operation]:
        yield from self._flush()
        yield FedLines(self._argument())

    def _hri(self) -> Iterator[Operation]:
        self._text_below = self._argument(range(4)) >= 2
        return iter(())

    def _hri_font(self) -> Iterator[Operation]:
        self._argument(range(2))
        return iter(())

    def _height(self) -> Iterator[Operation]:
        self._bar_height = self._argument(range(1, 256))
        return iter(())

    def _module(self) -> Iterator[Operation]:
        self._bar_module = self._argument(range(1, 7))
        return iter(())

    def _barcode(self) -> Iterator[Operation]:
        if self._data[self._at + 2 : self._at + 3] != b"I":
            raise self._error("only Code 128 is known")
        length = self._take(4)[3]
        payload = self._take(length)
        if not payload.startswith(b"{B") or b"{" in payload[2:].replace(b"{{", b""):
            raise self._error("only Code 128 set B is known")
        text = payload[2:].replace(b"{{", b"{").decode("ascii")
        yield PrintedBarcode(
            text, self._bar_module, self._bar_height, self._text_below, self._style
        )

    def _function(self) -> Iterator[Operation]:
        head = self._data[self._at : self._at + 5]
        length = int.from_bytes(head[3:5], "little")
        body = self._data[self._at + 5 : self._at + 5 + length]
        if len(head) < 5 or len(body) < length:
            raise self._error("the stream ends inside a command")
        match head[2:3], body[:2]:
            case b"k", b"1A":
                pass
            case b"k", b"1C":
                self._qr_module = body[2]
            case b"k", b"1E" if 48 <= body[2] <= 51:
                self._qr_level = _LEVELS[body[2] - 48]
            case b"k", b"1P":
                self._qr_data = body[3:]
            case b"k", b"1Q":
                yield PrintedQr(self._qr_data, self._qr_module, self._qr_level, self._style)
            case b"H", b"00":
                yield Question(bytes(head + body))
            case _:
                raise self._error("the function is unknown")
        self._at += 5 + length

    def _raster(self) -> Iterator[Operation]:
        head = self._take(8)
        if head[2:4] != b"0\x00":
            self._at -= 8
            raise self._error("only plain raster pictures are known")
        row_bytes, rows = int.from_bytes(head[4:6], "little"), int.from_bytes(head[6:8], "little")
        yield PrintedRaster(row_bytes, rows, self._take(row_bytes * rows), self._style)

    def _cut(self) -> Iterator[Operation]:
        mode = self._take(3)[2]
        if mode not in (0, 1, 48, 49, 65, 66):
            self._at -= 3
            raise self._error("the cut is unknown")
        if mode in (65, 66):
            self._take(1)
        yield Knife()

    def _pulse(self) -> Iterator[Operation]:
        yield DrawerPulse(5 if self._take(5)[2] & 1 else 2)

    def _pulse_now(self) -> Iterator[Operation]:
        command = self._take(5)
        if command[2] != 1:
            self._at -= 5
            raise self._error("only the drawer pulse is known")
        yield DrawerPulse(5 if command[3] & 1 else 2)

    def _question(self) -> Iterator[Operation]:
        yield Question(self._take(3))
