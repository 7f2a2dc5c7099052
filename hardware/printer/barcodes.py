"""Bars and modules of Code 128 and QR codes, as a printer draws them."""

from __future__ import annotations

import qrcode  # type: ignore[import-untyped]
from barcode.charsets import code128  # type: ignore[import-untyped]
from qrcode.constants import (  # type: ignore[import-untyped]
    ERROR_CORRECT_H,
    ERROR_CORRECT_L,
    ERROR_CORRECT_M,
    ERROR_CORRECT_Q,
)

_START_B = 104
_LEVELS = {"L": ERROR_CORRECT_L, "M": ERROR_CORRECT_M, "Q": ERROR_CORRECT_Q, "H": ERROR_CORRECT_H}


def code128_modules(data: str) -> str:
    """Bars as ``1`` and spaces as ``0`` in set B, without quiet zones. ISO/IEC 15417."""
    values = [ord(char) - 32 for char in data]
    check = (_START_B + sum(place * value for place, value in enumerate(values, 1))) % 103
    patterns = [code128.CODES[value] for value in (_START_B, *values, check)]
    return f"{''.join(patterns)}{code128.STOP}11"


def qr_matrix(data: bytes, level: str = "M") -> list[list[bool]]:
    """Dark modules of the smallest QR code for ``data``, without quiet zone."""
    code = qrcode.QRCode(error_correction=_LEVELS[level], border=0)
    code.add_data(data)
    code.make(fit=True)
    return [[bool(module) for module in row] for row in code.get_matrix()]
