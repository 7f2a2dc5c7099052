"""The grammar of the till's one input line: what is typed, scanned, pressed or put on a key.

======================  ==========================================================
``code``                one of the article, or what the table of codes says it is
``5*code``              that many of it; also ``5x`` and ``5×``, and the code may be scanned
``5*``                  quantity or weight of the selected line
``VD``, ``VD2``         the selected line goes, the second line goes
``VD code``             the last line with that code goes
``RF``, ``RF receipt``  goods come back: by receipt number or by an article's code
``M:number``            a member
``PC code``             what does it cost?
======================  ==========================================================

A typed code is never a quantity, and an unusual quantity asks before it is taken.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from retail import quantity as quantities
from retail.barcode.scanned import CustomerCard, ReceiptCode, RefundReceipt, ScannedCode
from retail.errors import RetailError
from retail.identity import parse_document_number
from retail.money import exponent_of
from retail.quantity import ONE

MOST_UNASKED = 999 * ONE
"""A larger quantity is more often a slip of the hand than goods."""

_LENGTHS_OF_CODES = (8, 12, 13, 14)
_DIGITS = re.compile(r"[0-9]+")
_TIMES = re.compile(r"\s*([0-9.,]+)\s*[*xX×]\s*(.+)")
_WAITING = re.compile(r"\s*([0-9.,]+)\s*[*xX×]\s*")
_WORD = re.compile(r"(VD|RF|PC)(\s*)(\S*)", re.IGNORECASE | re.ASCII)
_MEMBER = re.compile(r"M:\s*(\S.*)", re.IGNORECASE)
_MOST_DIGITS_OF_A_PLACE = 3
_AMOUNT = re.compile(r"([0-9]{1,12})(?:[.,]([0-9]{0,4}))?|[.,]([0-9]{1,4})")


@dataclass(frozen=True, slots=True)
class Nothing:
    """An empty line."""


@dataclass(frozen=True, slots=True)
class AddCode:
    """Add what the code stands for; 0 thousandths when no quantity was given."""

    code: str
    thousandths: int = 0


@dataclass(frozen=True, slots=True)
class AddArticle:
    """Add an article that words found; 0 thousandths when no quantity was given.

    With a ``family`` the words found several of it: which one is meant is asked first.
    """

    sku: str
    thousandths: int = 0
    family: str = ""


@dataclass(frozen=True, slots=True)
class SetQuantity:
    """Another quantity or weight for the selected line."""

    thousandths: int


@dataclass(frozen=True, slots=True)
class VoidSelected:
    """Take the selected line out."""


@dataclass(frozen=True, slots=True)
class VoidPlace:
    """Take the line at a place out; the first is 1."""

    place: int


@dataclass(frozen=True, slots=True)
class VoidCode:
    """Take the last line with that code out."""

    code: str


@dataclass(frozen=True, slots=True)
class ReturnOf:
    """Goods come back by a receipt's number or an article's code; empty to ask for it."""

    text: str


@dataclass(frozen=True, slots=True)
class Member:
    """A customer by the number of a card."""

    number: str


@dataclass(frozen=True, slots=True)
class CheckPrice:
    """Tell the price and sell nothing; empty to ask for the code."""

    code: str


@dataclass(frozen=True, slots=True)
class ForElsewhere:
    """A code that is read and has its use elsewhere, such as a coupon or a badge."""

    code: ScannedCode


Reading = (
    Nothing
    | AddCode
    | AddArticle
    | SetQuantity
    | VoidSelected
    | VoidPlace
    | VoidCode
    | ReturnOf
    | Member
    | CheckPrice
    | ForElsewhere
)


def read_line(text: str) -> Reading:
    """Tell what a line means.

    Raises:
        RetailError: ``quantity.format``, ``line.code_as_quantity`` for a code where a quantity
            belongs, or ``line.none`` for none of an article.
    """
    text = text.strip()
    if not text:
        return Nothing()
    if text.endswith(("*", "×")):
        return SetQuantity(_quantity(text[:-1]))
    times = _TIMES.fullmatch(text)
    if times is not None:
        return AddCode(times[2].strip(), _some(times[1]))
    member = _MEMBER.fullmatch(text)
    if member is not None:
        return Member(member[1])
    word = _WORD.fullmatch(text)
    return (word and _command(word)) or AddCode(text)


def with_article(text: str, sku: str, family: str = "") -> AddArticle:
    """What a line means whose words found an article: ``3*oat cookies``.

    Raises:
        RetailError: as :func:`read_line`.
    """
    times = _TIMES.fullmatch(text)
    return AddArticle(sku, _some(times[1]) if times is not None else 0, family)


def words_of(text: str) -> str:
    """What is looked for: the line without its quantity."""
    _head, star, tail = text.replace("×", "*").partition("*")
    return (tail if star else text).strip()


def with_code(text: str, code: str) -> Reading | None:
    """What a line that waits for a code makes of the one that is scanned; None where none waits.

    Raises:
        RetailError: as :func:`read_line`.
    """
    times = _WAITING.fullmatch(text)
    if times is not None:
        return AddCode(code, _some(times[1]))
    match text.strip():
        case "VD":
            return VoidCode(code)
        case "RF":
            return ReturnOf(code)
        case "PC":
            return CheckPrice(code)
    return None


def is_command(text: str) -> bool:
    """True for a line that asks for something other than an article."""
    try:
        return not isinstance(read_line(text), Nothing | AddCode)
    except RetailError:
        return True


def reading_of(code: ScannedCode) -> Member | ReturnOf | ForElsewhere:
    """What a code that is no article's means, by what the retailer's table says of it."""
    match code:
        case CustomerCard():
            return Member(code.number)
        case ReceiptCode() | RefundReceipt():
            return ReturnOf(code.number)
        case _:
            return ForElsewhere(code)


def asks(reading: Reading) -> bool:
    """Whether the quantity is so large that a person must say that it is meant."""
    if not isinstance(reading, AddCode | AddArticle | SetQuantity):
        return False
    return reading.thousandths > MOST_UNASKED


def read_amount(text: str, currency: str) -> int:
    """Minor units typed by a cashier: ``2000`` and ``20.00`` and ``20,`` all mean 20.00.

    Without a separator the digits are minor units; with one, the currency's digits may follow.

    Raises:
        RetailError: ``money.amount`` for anything else; nothing is guessed.
    """
    digits = exponent_of(currency)
    found = _AMOUNT.fullmatch(text.strip())
    rest = (found[2] or found[3] or "") if found else ""
    if found is None or len(rest) > digits:
        raise RetailError(
            "money.amount",
            "“%(text)s” is no amount. Nothing was paid; type 2000 or 20.00.",
            text=text,
        )
    if not set(text) & set(".,"):
        return int(found[1])
    unit: int = 10**digits
    return int(found[1] or "0") * unit + int(rest.ljust(digits, "0") or "0")


def read_tendered(text: str, currency: str) -> int:
    """The amount on the line when a tender key is pressed.

    Raises:
        RetailError: ``money.amount``, or ``line.code_as_amount`` for an article's number.
    """
    plain = text.strip()
    # Where money has no fraction, eight digits are an everyday amount.
    if _is_code(plain) and (len(plain) > _LENGTHS_OF_CODES[0] or exponent_of(currency)):
        raise RetailError(
            "line.code_as_amount",
            "“%(text)s” is a code and no amount. Nothing was paid; press Enter to add it.",
            text=plain,
        )
    return read_amount(plain, currency)


def _is_code(text: str) -> bool:
    return len(text) in _LENGTHS_OF_CODES and _DIGITS.fullmatch(text) is not None


def _quantity(text: str) -> int:
    text = text.strip()
    if _is_code(text):
        raise RetailError(
            "line.code_as_quantity",
            "“%(text)s” is a code and no quantity; nothing was changed.",
            text=text,
        )
    return quantities.parse(text)


def _some(text: str) -> int:
    found = _quantity(text)
    if not found:
        raise RetailError("line.none", "A quantity of 0 sells nothing; nothing was added.")
    return found


def _command(word: re.Match[str]) -> Reading | None:
    """A line that begins with a word of the grammar; None when it is a name or an SKU."""
    name, gap, rest = word[1].upper(), word[2], word[3]
    if name == "VD":
        return _void(rest, spaced=bool(gap))
    if not rest:
        # In small letters it may be the beginning of a name.
        meant = word[1].isupper()
    elif gap:
        meant = any(letter in "0123456789" for letter in rest)
    else:
        meant = name == "RF" and _is_receipt(rest)
    if not meant:
        return None
    return ReturnOf(rest) if name == "RF" else CheckPrice(rest)


def _void(rest: str, *, spaced: bool) -> Reading | None:
    if not rest:
        return VoidSelected()
    if spaced:
        return VoidCode(rest)
    if _DIGITS.fullmatch(rest) is None:
        return None
    return VoidPlace(int(rest)) if len(rest) <= _MOST_DIGITS_OF_A_PLACE else VoidCode(rest)


def _is_receipt(text: str) -> bool:
    try:
        parse_document_number(text.upper())
    except RetailError:
        return _DIGITS.fullmatch(text) is not None
    return True
