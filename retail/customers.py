"""How a customer is found without a till keeping what could be read from a stolen disk.

Card, phone and e-mail travel as keyed hashes; names are plain, because people are found by them.
"""

from __future__ import annotations

from enum import StrEnum
from hashlib import sha256
from hmac import new

import msgspec
from msgspec import structs

from retail.errors import RetailError
from retail.folding import fold

_FIELDS = {"name": 120, "card": 20, "phone": 24, "email": 160, "tax_number": 20, "street": 120}
_FIELDS |= {"postcode": 16, "city": 80, "country": 2, "language": 16, "company": 120}
_PHONE_DIGITS = 9
"""Numbers are compared by their last digits: with and without a country's prefix they are one."""
_LEAST_DIGITS = 6
_HEX = 32


class Way(StrEnum):
    """What a customer may show or say."""

    CARD = "card"
    PHONE = "phone"
    EMAIL = "email"


class Personal(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What tells who a customer is. It travels beside a journal's chain, never in a body.

    Attributes:
        tax_number, company: for invoices; ``country`` an ISO 3166 code.
        language: BCP 47 tag that receipts are written in.
    """

    name: str
    card: str = ""
    phone: str = ""
    email: str = ""
    tax_number: str = ""
    street: str = ""
    postcode: str = ""
    city: str = ""
    country: str = ""
    language: str = ""
    company: str = ""


class Consent(StrEnum):
    """What a customer agrees to, each on its own."""

    EMAIL_RECEIPT = "email_receipt"
    EMAIL_OFFERS = "email_offers"
    PHONE_OFFERS = "phone_offers"
    PROFILE = "profile"


def tidy(personal: Personal) -> Personal:
    """The fields without stray white space.

    Raises:
        RetailError: ``customer.name`` without a name, ``customer.long`` for a field that is too
            long, ``customer.phone`` or ``customer.email`` for what cannot be one.
    """
    clean = {name: " ".join(value.split()) for name, value in structs.asdict(personal).items()}
    if not clean["name"]:
        raise RetailError("customer.name", "A customer needs a name; nothing was kept.")
    for name, most in _FIELDS.items():
        if len(clean[name]) > most:
            raise RetailError(
                "customer.long",
                "The field %(field)s takes %(most)s characters; nothing was kept.",
                field=name.replace("_", " "),
                most=most,
            )
    for way in (Way.PHONE, Way.EMAIL):
        if clean[way.value] and not _PLAIN[way](clean[way.value]):
            raise RetailError(
                f"customer.{way.value}",
                "“%(text)s” is no %(way)s; nothing was kept.",
                text=clean[way.value],
                way={"phone": "phone number", "email": "e-mail address"}[way.value],
            )
    return Personal(**clean)


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


def mail_address(text: str) -> str:
    """An address that a letter can be sent to, without white space around it.

    Raises:
        RetailError: ``mail.address`` for what cannot be one. Whether anybody reads it only a
            letter tells.
    """
    address = text.strip()
    name, at, place = address.partition("@")
    whole = name and at and "@" not in place and "." in place.strip(".") and ".." not in place
    plain = address.isprintable() and not set(address) & set(' "<>,;:()')
    if not (whole and plain and len(address) <= _FIELDS["email"]):
        raise RetailError(
            "mail.address", "“%(text)s” is no e-mail address; nothing is sent.", text=address
        )
    return address


def _card(text: str) -> str:
    return "".join(c for c in text.upper() if c.isalnum())


def _phone(text: str) -> str:
    digits = "".join(c for c in text if c.isdecimal())
    return digits[-_PHONE_DIGITS:] if len(digits) >= _LEAST_DIGITS else ""


def _email(text: str) -> str:
    plain = fold(text.strip())
    return plain if "@" in plain else ""


_PLAIN = {Way.CARD: _card, Way.PHONE: _phone, Way.EMAIL: _email}
