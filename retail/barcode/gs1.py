"""GS1 data: element strings as scanners send them, and the bracketed form below a symbol.

Source: GS1 General Specifications, sections 3 and 7.8; which identifiers go together and what
refuses a code is as in the GS1 Barcode Syntax Engine.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, time

from retail.barcode.application_identifiers import (
    CHARACTERS,
    GS,
    IDENTIFIERS,
    ApplicationIdentifier,
    Part,
    belongs,
    identifier_at,
)
from retail.barcode.currency_numbers import CURRENCY_OF_NUMBER
from retail.barcode.gtin import check_digit
from retail.errors import RetailError
from retail.money import divide_half_away, exponent_of
from retail.quantity import ONE

Elements = tuple[tuple[str, str], ...]
_BRACKETED = re.compile(r"\(([0-9]{2,4})\)([^(]*)")
_SWALLOWED = re.compile(r"(?=1[1235-7]([0-9]{6}))")
_KILOGRAM_DECIMALS = 3


@dataclass(frozen=True, slots=True)
class Gs1Data:
    """What a code says under GS1's application identifiers.

    Attributes:
        elements: every identifier with its value as printed, in the code's order.
        gtin: 14 digits (01), empty when the code names no trade item.
        lot, serial: 10 and 21.
        expiry: the last day of use (17, or the day of 7003).
        expiry_time: the minute of that day at which use ends (7003), the place's own time.
        best_before: 15.
        weight: net weight in thousandths of a kilogram (310n).
        price: of the item in minor units of ``currency`` (392n, 393n).
        currency: ISO 4217 code; that of the store for 392n, empty without a price.
        count: pieces in thousandths (30, 37).
        separator_missing: the lot or serial number holds what reads like a date with its
            identifier; a separator was probably lost.
    """

    elements: Elements
    gtin: str = ""
    lot: str = ""
    serial: str = ""
    expiry: date | None = None
    expiry_time: time | None = None
    best_before: date | None = None
    weight: int | None = None
    price: int | None = None
    currency: str = ""
    count: int | None = None
    separator_missing: bool = False

    def text(self, code: str) -> str:
        """The value of an identifier as printed, empty when the code has none."""
        return dict(self.elements).get(code, "")


def read_element_strings(text: str, today: date, currency: str = "EUR") -> Gs1Data:
    """Read element strings without their symbology identifier, with 0x1D for FNC1.

    Args:
        today: decides the century of dates.
        currency: that of the store, for prices that name none.

    Raises:
        RetailError: ``gs1.ai_unknown``, ``gs1.ai_length``, ``gs1.ai_charset``, ``gs1.ai_date``,
            ``gs1.ai_currency``, ``gs1.check_digit``, ``gs1.ai_duplicate``, ``gs1.ai_requires`` or
            ``gs1.ai_excludes``; ``code.empty`` for nothing at all.
    """
    return data_of(_split(text), today, currency)


def read_bracketed(text: str, today: date, currency: str = "EUR") -> Gs1Data:
    """Read ``(01)09506000134352(10)ABC``, as people type it from a label.

    Raises:
        RetailError: as :func:`read_element_strings`; ``gs1.ai_unknown`` for text outside.
    """
    if "".join(one[0] for one in _BRACKETED.finditer(text)) != text:
        raise _fault("ai_unknown", text[:4])
    return data_of(_BRACKETED.findall(text), today, currency)


def data_of(elements: Iterable[tuple[str, str]], today: date, currency: str = "EUR") -> Gs1Data:
    """Check elements, each alone and then together, and read what the till needs of them.

    Raises:
        RetailError: as :func:`read_element_strings`.
    """
    found: dict[str, str] = {}
    for code, value in elements:
        if code not in IDENTIFIERS:
            raise _fault("ai_unknown", code)
        _check_value(IDENTIFIERS[code], value, today)
        if found.setdefault(code, value) != value:
            raise _fault("ai_duplicate", code)
    if not found:
        raise RetailError("code.empty", "The code is empty; scan it again.")
    for code in found:
        _check_company(IDENTIFIERS[code], found)
    return _interpreted(found, today, currency)


def date_of(digits: str, today: date, *, whole_month: bool = True) -> date:
    """A date ``YYMMDD``; day 00 is the month's last.

    The century is the one that brings the year nearest to ``today``: 51 years ahead are past,
    50 years back are to come. Source: GS1 General Specifications 7.12.

    Raises:
        ValueError: for a day that no calendar has, or day 00 unless ``whole_month``.
    """
    year, month, day = (int(digits[at : at + 2]) for at in (0, 2, 4))
    ahead = year - today.year % 100
    year += today.year - today.year % 100 - (100 if ahead >= 51 else -100 if ahead <= -50 else 0)
    if not 1 <= month <= 12:
        raise ValueError(digits)
    if day == 0 and whole_month:
        day = monthrange(year, month)[1]
    return date(year, month, day)


_SENTENCES = {
    "ai_unknown": "GS1 knows no identifier (%(ai)s); scan the code again.",
    "ai_length": "The value of (%(ai)s) has the wrong length; scan the code again.",
    "ai_charset": "The value of (%(ai)s) holds a character that it may not; scan the code again.",
    "ai_date": "The value of (%(ai)s) is no date; have the label checked.",
    "ai_currency": "The value of (%(ai)s) names no currency; have the label checked.",
    "check_digit": "The check digit of (%(ai)s) is wrong; scan the code again.",
    "ai_duplicate": "The code gives two different values of (%(ai)s); have the label checked.",
    "ai_requires": "(%(ai)s) needs one of %(others)s beside it; have the label checked.",
    "ai_excludes": "(%(ai)s) may not stand beside (%(others)s); have the label checked.",
}


def _fault(reason: str, code: str, others: str = "") -> RetailError:
    return RetailError(f"gs1.{reason}", _SENTENCES[reason], ai=code, others=others)


def _split(text: str) -> Iterator[tuple[str, str]]:
    rest = text.strip(GS)
    while rest:
        found = identifier_at(rest)
        if found is None:
            raise _fault("ai_unknown", rest[:4])
        rest = rest[len(found.code) :]
        end = rest.find(GS) if GS in rest else len(rest)
        if found.predefined:
            end = min(end, found.longest)
        yield found.code, rest[:end]
        rest = rest[end:].removeprefix(GS)


def _check_value(identifier: ApplicationIdentifier, value: str, today: date) -> None:
    if not identifier.shortest <= len(value) <= identifier.longest:
        raise _fault("ai_length", identifier.code)
    at = 0
    for part in identifier.parts:
        piece = value[at : at + part.most]
        at += part.most
        if part.optional and not piece:
            continue
        if len(piece) < part.least:
            raise _fault("ai_length", identifier.code)
        if not CHARACTERS[part.characters].issuperset(piece):
            raise _fault("ai_charset", identifier.code)
        _check_part(identifier.code, part, piece, today)


def _check_part(code: str, part: Part, piece: str, today: date) -> None:
    match part.check:
        case "c":
            if check_digit(piece[:-1]) != int(piece[-1]):
                raise _fault("check_digit", code)
        case "m":
            if piece not in CURRENCY_OF_NUMBER:
                raise _fault("ai_currency", code)
        case "d" | "z":
            try:
                date_of(piece, today, whole_month=part.check == "z")
            except ValueError:
                raise _fault("ai_date", code) from None
        case "t":
            if int(piece[:2]) > 23 or int(piece[2:]) > 59:
                raise _fault("ai_date", code)


def _check_company(identifier: ApplicationIdentifier, found: dict[str, str]) -> None:
    others = [code for code in found if code != identifier.code]
    for excluded in identifier.excludes:
        for other in others:
            if belongs(other, excluded):
                raise _fault("ai_excludes", identifier.code, other)
    for needed in identifier.needs:
        if not any(_present(way, others) for way in needed):
            ways = ", ".join(f"({way})" for way in needed)
            raise _fault("ai_requires", identifier.code, ways)


def _present(way: str, others: list[str]) -> bool:
    """True when every family that a way names is there."""
    return all(any(belongs(other, family) for other in others) for family in way.split("+"))


def _interpreted(found: dict[str, str], today: date, currency: str) -> Gs1Data:
    moment = found.get("7003", "")
    day = found.get("17", moment[:6])
    weight = next((code for code in found if belongs(code, "310n")), "")
    count = found.get("30", found.get("37", ""))
    price, priced_in = _price(found, currency)
    lot, serial = found.get("10", ""), found.get("21", "")
    return Gs1Data(
        elements=tuple(found.items()),
        gtin=found.get("01", ""),
        lot=lot,
        serial=serial,
        expiry=date_of(day, today) if day else None,
        expiry_time=time(int(moment[6:8]), int(moment[8:])) if moment else None,
        best_before=date_of(found["15"], today) if "15" in found else None,
        weight=_scaled(found[weight], weight, _KILOGRAM_DECIMALS) if weight else None,
        price=price,
        currency=priced_in,
        count=int(count) * ONE if count else None,
        separator_missing=_holds_date(lot, today) or _holds_date(serial, today),
    )


def _scaled(digits: str, code: str, decimals: int) -> int:
    """A value whose identifier's last digit counts decimals, halves away from zero."""
    shift = decimals - int(code[-1])
    return divide_half_away(int(digits) * 10 ** max(shift, 0), 10 ** max(-shift, 0))


def _price(found: dict[str, str], currency: str) -> tuple[int | None, str]:
    for code, value in found.items():
        if belongs(code, "392n"):
            return _scaled(value, code, exponent_of(currency)), currency
        if belongs(code, "393n"):
            named = CURRENCY_OF_NUMBER[value[:3]]
            return _scaled(value[3:], code, exponent_of(named)), named
    return None, ""


def _holds_date(value: str, today: date) -> bool:
    """True when a date with its identifier stands behind the first character."""
    for found in _SWALLOWED.finditer(value, 1):
        try:
            date_of(found[1], today)
        except ValueError:
            continue
        return True
    return False
