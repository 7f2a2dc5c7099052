"""Bars and modules of Code 128 and QR codes, as a printer draws them."""

from __future__ import annotations

_START_B = 104


def code128_modules(data: str) -> str:
    """Bars as ``1`` and spaces as ``0`` in set B, without quiet zones. ISO/IEC 15417."""
    from barcode.charsets import code128  # type: ignore[import-untyped]  # noqa: PLC0415 (as below)

    values = [ord(char) - 32 for char in data]
    check = (_START_B + sum(place * value for place, value in enumerate(values, 1))) % 103
    patterns = [code128.CODES[value] for value in (_START_B, *values, check)]
    return f"{''.join(patterns)}{code128.STOP}11"


def qr_matrix(data: bytes, level: str = "M") -> list[list[bool]]:
    """Dark modules of the smallest QR code for ``data``, without quiet zone."""
    # Both libraries cost a till's start more than they are used for until something is printed.
    import qrcode  # type: ignore[import-untyped]  # noqa: PLC0415

    code = qrcode.QRCode(error_correction=getattr(qrcode, f"ERROR_CORRECT_{level}"), border=0)
    code.add_data(data)
    code.make(fit=True)
    return [[bool(module) for module in row] for row in code.get_matrix()]
