"""How a customer is found without a till keeping what could be read from a stolen disk.

Card, phone and e-mail travel as keyed hashes; names are plain, because people are found by them.
"""

from __future__ import annotations

from enum import StrEnum
from hashlib import sha256
from hmac import new

from retail.folding import fold

_PHONE_DIGITS = 9
"""Numbers are compared by their last digits: with and without a country's prefix they are one."""
_LEAST_DIGITS = 6
_HEX = 32


class Way(StrEnum):
    """What a customer may show or say."""

    CARD = "card"
    PHONE = "phone"
    EMAIL = "email"


def customer_lookup(key: bytes, way: Way, text: str) -> str:
    """The keyed hash (32 hex digits) that a customer is found by; empty for what cannot be one.

    Args:
        key: the company's key.
        text: as it was typed, scanned or written down.
    """
    plain = _PLAIN[way](text)
    if not plain:
        return ""
    return new(key, f"customer|{way.value}|{plain}".encode(), sha256).hexdigest()[:_HEX]


def _card(text: str) -> str:
    return "".join(c for c in text.upper() if c.isalnum())


def _phone(text: str) -> str:
    digits = "".join(c for c in text if c.isdecimal())
    return digits[-_PHONE_DIGITS:] if len(digits) >= _LEAST_DIGITS else ""


def _email(text: str) -> str:
    plain = fold(text.strip())
    return plain if "@" in plain else ""


_PLAIN = {Way.CARD: _card, Way.PHONE: _phone, Way.EMAIL: _email}
