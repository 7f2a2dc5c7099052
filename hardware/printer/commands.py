"""The ESC/POS commands in use, as bytes. Source: Epson ESC/POS reference."""

from __future__ import annotations

from hardware.errors import HardwareError
from retail.receipt import Align

INIT = b"\x1b@"
LEAVE_KANJI = b"\x1c."
"""Chinese firmware takes bytes from 80 on as GB18030 until this follows every ``ESC @``."""
CUT = b"\x1dV\x42\x00"
"""Feed to the knife and cut, leaving a bridge."""
ASB_ON = b"\x1da\x0f"
GS_R_PAPER = b"\x1dr\x01"

_MAX_CODE128 = 250
_MAX_QR = 2000


class Unprintable(HardwareError):  # noqa: N818  stands beside the UnifiedPOS names
    """A document asks for something that cannot be put on this paper."""

    code = "hardware.unprintable"


def code_page(number: int) -> bytes:
    """``ESC t``."""
    return b"\x1bt" + bytes((number,))


def bold(*, on: bool) -> bytes:
    """``ESC E``."""
    return b"\x1bE" + bytes((on,))


def size(factor: int) -> bytes:
    """``GS !``: the same factor 1 to 8 for width and height."""
    return b"\x1d!" + bytes(((factor - 1) * 0x11,))


def align(where: Align) -> bytes:
    """``ESC a``."""
    return b"\x1ba" + bytes(((Align.LEFT, Align.CENTER, Align.RIGHT).index(where),))


def feed(lines: int) -> bytes:
    """``ESC d``, as often as needed."""
    full, rest = divmod(max(lines, 0), 255)
    return b"\x1bd\xff" * full + (b"\x1bd" + bytes((rest,)) if rest else b"")


def dle_eot(number: int) -> bytes:
    """Ask for real-time status 1 to 4."""
    return b"\x10\x04" + bytes((number,))


def gs_h(token: bytes) -> bytes:
    """``GS ( H`` function 48: answer with the four characters of ``token`` when printed."""
    return b"\x1d(H\x06\x00\x30\x30" + token


def pulse_queued(pin: int, on_ms: int, off_ms: int) -> bytes:
    """``ESC p``: times in steps of 2 ms, 2 to 510."""
    times = bytes(min(max(ms // 2, 1), 255) for ms in (on_ms, off_ms))
    return b"\x1bp" + bytes((_connector(pin),)) + times


def pulse_real_time(pin: int, on_ms: int) -> bytes:
    """``DLE DC4`` function 1: on and off for the same time in steps of 100 ms, 100 to 800."""
    steps = min(max(-(-on_ms // 100), 1), 8)
    return b"\x10\x14\x01" + bytes((_connector(pin), steps))


def _connector(pin: int) -> int:
    if pin not in (2, 5):
        raise Unprintable("A drawer hangs on pin 2 or 5, not on pin %(pin)s.", pin=pin)
    return 0 if pin == 2 else 1


def code128(data: str, dots: int, module: int) -> bytes:
    """``GS k 73``, set B, with the text below; the module shrinks until the code fits.

    Raises:
        Unprintable: not ASCII, empty, or too long for the paper.
    """
    if not data or not all(" " <= char <= "~" for char in data):
        raise Unprintable("The barcode “%(data)s” must be plain ASCII.", data=data)
    # Start, check and stop take 11 + 11 + 13 modules, every character 11; the paper is wider than
    # the printable width, which gives the quiet zones.
    modules = 11 * (len(data) + 2) + 13
    while module > 1 and modules * module > dots:
        module -= 1
    payload = b"{B" + data.replace("{", "{{").encode("ascii")
    if modules * module > dots or len(payload) > _MAX_CODE128:
        raise Unprintable("The barcode “%(data)s” is too long for the paper.", data=data)
    return (
        b"\x1dH\x02\x1df\x00\x1dh\x50\x1dw"
        + bytes((module,))
        + b"\x1dkI"
        + bytes((len(payload),))
        + payload
    )


def qr_payload(data: str) -> bytes:
    """The bytes of a QR code.

    Raises:
        Unprintable: empty or too long.
    """
    payload = data.encode("utf-8")
    if not payload or len(payload) > _MAX_QR:
        raise Unprintable("A QR code holds 1 to %(most)s bytes.", most=_MAX_QR)
    return payload


def qr(payload: bytes, module: int) -> bytes:
    """``GS ( k``: model 2, error correction M, stored and printed; ``module`` in dots."""
    parts = (b"1A2\x00", b"1C" + bytes((module,)), b"1E1", b"1P0" + payload, b"1Q0")
    return b"".join(b"\x1d(k" + len(part).to_bytes(2, "little") + part for part in parts)
