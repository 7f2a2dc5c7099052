"""Trade item numbers and their check digits, by the GS1 General Specifications 7.9."""

from __future__ import annotations

from dataclasses import dataclass

from retail.errors import RetailError

_LENGTHS = (8, 12, 13, 14)
_DIGITS = frozenset("0123456789")


@dataclass(frozen=True, slots=True)
class Gtin:
    """A valid GTIN. ``key`` is its 14-digit form, ``scanned`` what the reader sent."""

    key: str
    scanned: str

    @property
    def structure(self) -> str:
        """``GTIN-8`` to ``GTIN-14``: the shortest that holds the number."""
        zeros = len(self.key) - len(self.key.lstrip("0"))
        return f"GTIN-{8 if zeros >= 6 else 14 - min(zeros, 2)}"

    @property
    def variable_measure(self) -> bool:
        """True for indicator 9, which is sold by a quantity that stands beside the number."""
        return self.key[0] == "9"


@dataclass(frozen=True, slots=True)
class OtherCode:
    """Anything that is no GTIN: an SKU, a badge, a voucher, a typing error."""

    text: str


def check_digit(payload: str) -> int:
    """The GS1 check digit of the digits before it: weights 3, 1, 3 … from the right.

    Raises:
        RetailError: ``gtin.digits`` when the payload is empty or holds anything but 0–9.
    """
    if not payload or not _DIGITS.issuperset(payload):
        raise RetailError("gtin.digits", "“%(code)s” is not made of digits.", code=payload)
    weighted = sum(int(d) * (3, 1)[i % 2] for i, d in enumerate(reversed(payload)))
    return -weighted % 10


def parse_gtin(raw: str) -> Gtin:
    """Check a GTIN-8, -12, -13 or -14 and pad it to 14 digits.

    Raises:
        RetailError: ``gtin.digits``, ``gtin.length`` or ``gtin.check_digit``.
    """
    if not _DIGITS.issuperset(raw):
        raise RetailError("gtin.digits", "“%(code)s” is not made of digits.", code=raw)
    if len(raw) not in _LENGTHS:
        raise RetailError("gtin.length", "“%(code)s” has no GTIN's length.", code=raw)
    expected = check_digit(raw[:-1])
    if expected != int(raw[-1]):
        raise RetailError(
            "gtin.check_digit",
            "The check digit of %(code)s should be %(digit)s; scan it again.",
            code=raw,
            digit=expected,
        )
    return Gtin(key=raw.rjust(14, "0"), scanned=raw)


def expand_upc_e(code: str) -> str:
    """The UPC-A (12 digits) that an 8-digit UPC-E stands for.

    Raises:
        RetailError: ``gtin.length`` unless 8 digits with number system 0 or 1 are given,
            ``gtin.check_digit`` when its check digit is not that of the expanded number.
    """
    if len(code) != 8 or not _DIGITS.issuperset(code) or code[0] not in "01":
        raise RetailError("gtin.length", "“%(code)s” is not a UPC-E.", code=code)
    system, body, last = code[0], code[1:7], code[6]
    if last in "012":
        digits = body[:2] + last + "0000" + body[2:5]
    elif last == "3":
        digits = body[:3] + "00000" + body[3:5]
    elif last == "4":
        digits = body[:4] + "00000" + body[4]
    else:
        digits = body[:5] + "0000" + last
    return parse_gtin(system + digits + code[7]).scanned


def parse(raw: str) -> Gtin | OtherCode:
    """Tell what a scanned or typed code is; never fails on text, only on a broken GTIN.

    A code of 8, 12, 13 or 14 digits is taken for a GTIN; any other text is an ``OtherCode``.

    Raises:
        RetailError: ``gtin.check_digit`` for a digit code of GTIN length with a wrong check
            digit, ``code.empty`` for nothing at all.
    """
    text = raw.strip()
    if not text:
        raise RetailError("code.empty", "The code is empty; scan it again.")
    if _DIGITS.issuperset(text) and len(text) in _LENGTHS:
        return parse_gtin(text)
    return OtherCode(text)
