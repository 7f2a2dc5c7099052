"""The retailer's table for numbers that only mean something in his shops.

GS1 leaves 02, 04 and 20–29 to regions and companies: what an article's number, price or weight in
such a code is, the retailer or his country says. A rule's pattern has one letter for each digit:

* digits stand for themselves, at the left end;
* ``I`` the article's reference, ``P`` a price, ``W`` a weight, ``N`` a number of pieces;
* ``V`` the check digit of the price, weight or number before the code's own (GS1 General
  Specifications 7.9.4), over 4 or 5 digits;
* ``X`` a digit without meaning, ``C`` the code's check digit, at the right end.

The rows travel as JSON in a setting of the store.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

import msgspec

from retail.barcode.gtin import Gtin, check_digit
from retail.errors import RetailError
from retail.money import divide_half_away, exponent_of
from retail.quantity import ONE

_PATTERN = re.compile(r"[0-9]+X*I+X*(V?(P+|W+|N+)|(P+|W+|N+)V)?X*C|[0-9]+X+C")
_LENGTHS = (8, 12, 13)
_MOST_FACTOR = 1_000_000
# Products of a digit, the tens taken from or added to the ones, as 7.9.4 tabulates them.
_TWO_LESS = tuple((2 * n - 2 * n // 10) % 10 for n in range(10))
_THREE = tuple(3 * n % 10 for n in range(10))
_FIVE_MORE = tuple((5 * n + 5 * n // 10) % 10 for n in range(10))
_FIVE_LESS = tuple((5 * n - 5 * n // 10) % 10 for n in range(10))


class CodeKind(StrEnum):
    """What a code is for the till."""

    ARTICLE = "article"
    PUBLICATION = "publication"
    CUSTOMER_CARD = "customer_card"
    GIFT_CARD = "gift_card"
    STORE_CREDIT = "store_credit"
    COUPON = "coupon"
    RECEIPT = "receipt"
    REFUND_RECEIPT = "refund_receipt"
    HELD_SALE = "held_sale"
    BADGE = "badge"
    ORDER_PICKUP = "order_pickup"
    COMMAND = "command"


class EightDigits(StrEnum):
    """What eight digits are that are both a UPC-E and a company's own EAN-8."""

    ASK = "ask"
    UPC_E = "upc_e"
    EAN_8 = "ean_8"


class NumberRule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A row for numbers with the check digit of a GTIN.

    Attributes:
        name: what people know the row by.
        pattern: see the module.
        factor: how many minor units, thousandths of a kilogram or thousandths of a piece one of
            the printed number stands for: 10 for a weight of two decimals, 1000 for pieces.

    Raises:
        RetailError: ``code_rule.pattern`` or ``code_rule.factor``.
    """

    name: str
    pattern: str
    kind: CodeKind = CodeKind.ARTICLE
    factor: int = 1

    def __post_init__(self) -> None:
        measure = re.search(r"P+|W+|N+", self.pattern)
        verified = "V" in self.pattern
        if (
            _PATTERN.fullmatch(self.pattern) is None
            or len(self.pattern) not in _LENGTHS
            or (verified and (measure is None or len(measure[0]) not in (4, 5)))
        ):
            raise RetailError(
                "code_rule.pattern",
                "The pattern %(pattern)s of the rule %(name)s cannot be read; nothing was changed.",
                pattern=self.pattern,
                name=self.name,
            )
        if not 1 <= self.factor <= _MOST_FACTOR:
            raise RetailError(
                "code_rule.factor",
                "The factor of the rule %(name)s must be from 1 to %(most)s; nothing was changed.",
                name=self.name,
                most=_MOST_FACTOR,
            )


class PrefixRule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A row for any other text: cards, slips and badges are known by how they begin.

    Attributes:
        name: what people know the row by.
        shortest, longest: the text's length, with the prefix.
        digits: only a text of digits is meant.
        check: only digits and hyphens behind the prefix are meant; the last digit is the GS1 check
            digit of the others, and it and a hyphen before it are no part of the number.
        strip: the prefix is no part of the number.

    Raises:
        RetailError: ``code_rule.length``.
    """

    name: str
    kind: CodeKind
    prefix: str = ""
    shortest: int = 1
    longest: int = 60
    digits: bool = False
    check: bool = False
    strip: bool = False

    def __post_init__(self) -> None:
        if not 1 <= self.shortest <= self.longest:
            raise RetailError(
                "code_rule.length",
                "The lengths of the rule %(name)s exclude one another; nothing was changed.",
                name=self.name,
            )


class CodeRules(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a store reads codes. The first row that fits says what a code is.

    Attributes:
        separators: what keyboard scanners type for the GS1 separator, such as ``|``.
        gs1_without_aim: element strings are read without the scanner's symbology identifier.
        currency: the store's, for prices in GS1 data that name none.

    Raises:
        RetailError: ``code_rule.separator`` for an empty one, ``money.currency``.
    """

    numbers: tuple[NumberRule, ...] = ()
    prefixes: tuple[PrefixRule, ...] = ()
    eight_digits: EightDigits = EightDigits.ASK
    separators: tuple[str, ...] = ()
    gs1_without_aim: bool = False
    currency: str = "EUR"

    def __post_init__(self) -> None:
        if not all(self.separators):
            raise RetailError(
                "code_rule.separator", "A GS1 separator cannot be empty; nothing was changed."
            )
        exponent_of(self.currency)


@dataclass(frozen=True, slots=True)
class NumberReading:
    """What a rule reads in a number.

    Attributes:
        item: the article's reference, digits; empty when the pattern has none.
        base: the GTIN of the article itself: its price, weight or number of pieces is zero.
        price: as printed, in minor units; 0 is no price but asks for one.
        weight: in thousandths of a kilogram.
        count: in thousandths of a piece.
    """

    rule: NumberRule
    item: str
    base: Gtin
    price: int | None = None
    weight: int | None = None
    count: int | None = None


def rules_from(text: str | bytes) -> CodeRules:
    """Read a table from the JSON of its setting.

    Raises:
        RetailError: ``code_rule.format``, or as the rows raise it.
    """
    try:
        return msgspec.json.decode(text, type=CodeRules)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as problem:
        raise RetailError(
            "code_rule.format",
            "The rules of codes cannot be read: %(why)s. Nothing was changed.",
            why=str(problem),
        ) from problem


def setting_of(rules: CodeRules) -> str:
    """The JSON that :func:`rules_from` reads."""
    return msgspec.json.encode(rules).decode()


def read_number(gtin: Gtin, rules: Sequence[NumberRule]) -> NumberReading | None:
    """What the first rule that fits reads in a number; None when none fits.

    Raises:
        RetailError: ``code.measure_check_digit`` when the check digit of its price or weight
            is wrong.
    """
    for rule in rules:
        at = len(gtin.key) - len(rule.pattern)
        if gtin.key.startswith(_literal(rule.pattern), at) and _has_length(gtin, rule.pattern):
            return _read(gtin.key[at:], rule)
    return None


def measure_check_digit(digits: str) -> int:
    """The check digit of a price or weight of 4 or 5 digits. Source: GS1 GenSpecs 7.9.4."""
    if len(digits) == 4:
        weighted = zip((_TWO_LESS, _TWO_LESS, _THREE, _FIVE_LESS), digits, strict=True)
        return 3 * sum(table[int(digit)] for table, digit in weighted) % 10
    weights = (_FIVE_MORE, _TWO_LESS, _FIVE_LESS, _FIVE_MORE, _TWO_LESS)
    weighted = zip(weights, digits, strict=True)
    return _FIVE_LESS.index(-sum(table[int(digit)] for table, digit in weighted) % 10)


def quantity_of_price(price: int, unit_price_minor: int) -> int:
    """The thousandths that a printed price buys, halves away from zero.

    The printed price stays what is paid; this quantity is for stock and for the receipt.

    Raises:
        RetailError: ``code.unit_price`` unless the unit price is above zero.
    """
    if unit_price_minor < 1:
        raise RetailError(
            "code.unit_price", "An article without a price cannot be sold by a price label."
        )
    return divide_half_away(price * ONE, unit_price_minor)


def circulation_of(gtin: Gtin) -> str:
    """``region`` or ``company`` for a number that GS1 leaves to one, empty for any other.

    Source: GS1 General Specifications 1.4.
    """
    if gtin.structure == "GTIN-8":
        return "company" if gtin.key[6] in "02" else ""
    prefix = gtin.key[:3]
    if prefix == "002" or prefix[:2] == "02":
        return "region"
    return "company" if prefix == "004" else ""


def _has_length(gtin: Gtin, pattern: str) -> bool:
    """True for a number of the pattern's length; zeros before 12 or 13 digits do not count."""
    if len(pattern) == 8 and len(gtin.scanned) != 8:
        return False
    return not gtin.key[: -len(pattern)].strip("0")


@lru_cache(maxsize=1024)
def _literal(pattern: str) -> str:
    return re.split("[A-Z]", pattern, maxsplit=1)[0]


def _places(letter: str, pattern: str, digits: str) -> str:
    return "".join(d for d, place in zip(digits, pattern, strict=True) if place == letter)


def _read(digits: str, rule: NumberRule) -> NumberReading:
    measures = {letter: _places(letter, rule.pattern, digits) for letter in "PWN"}
    verifier = _places("V", rule.pattern, digits)
    measure = "".join(measures.values())
    if verifier and int(verifier) != measure_check_digit(measure):
        raise RetailError(
            "code.measure_check_digit",
            "The price or weight in %(code)s is misread or misprinted; scan it again.",
            code=digits,
        )
    price, weight, count = (
        int(value) * rule.factor if value else None for value in measures.values()
    )
    return NumberReading(
        rule=rule,
        item=_places("I", rule.pattern, digits),
        base=_base(digits, rule.pattern, len(measure)),
        price=price,
        weight=weight,
        count=count,
    )


def _base(digits: str, pattern: str, measured: int) -> Gtin:
    zero = str(measure_check_digit("0" * measured)) if "V" in pattern else ""
    change = dict.fromkeys("PWN", "0") | {"V": zero}
    payload = "".join(
        change.get(place, digit) for digit, place in zip(digits, pattern, strict=True)
    )[:-1]
    number = payload + str(check_digit(payload))
    return Gtin(key=number.rjust(14, "0"), scanned=number)
