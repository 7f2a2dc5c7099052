"""What a scanned code is for the till: an article, a card, a slip, or nothing that it knows."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from retail.barcode.application_identifiers import GS
from retail.barcode.digital_link import is_web_address, read_digital_link
from retail.barcode.gs1 import Gs1Data, read_bracketed, read_element_strings
from retail.barcode.gtin import Gtin, OtherCode, check_digit, expand_upc_e, parse_gtin
from retail.barcode.number_rules import (
    CodeKind,
    CodeRules,
    EightDigits,
    PrefixRule,
    circulation_of,
    read_number,
)
from retail.barcode.scanned import (
    Ambiguous,
    Article,
    Badge,
    Coupon,
    CustomerCard,
    GiftCard,
    Gs1Article,
    Gs1Other,
    HeldSale,
    LocalNumber,
    MeasuredArticle,
    OrderPickup,
    ReceiptCode,
    RefundReceipt,
    ScannedCode,
    StoreCredit,
    TillCommand,
    UnknownCode,
)
from retail.barcode.symbology import Carrier, carrier_of
from retail.errors import RetailError
from retail.identity import parse_document_number

_DIGITS = frozenset("0123456789")
_UNMARKED_GS1 = re.compile(r"0[12][0-9]{14}|00[0-9]{18}")
_PROOF = re.compile(r"TW1\.([0-9a-f]{32})\.[A-Za-z0-9_-]{43}")
_ADD_ON = re.compile(r"([0-9]{13})([0-9]{2}|[0-9]{5})")
_CHECKED = re.compile(r"[0-9][0-9-]*[0-9]")
_HYPHENS_OF_A_RECEIPT = 3
_NUMBERED: dict[CodeKind, Callable[[str, str], ScannedCode]] = {
    CodeKind.CUSTOMER_CARD: CustomerCard,
    CodeKind.GIFT_CARD: GiftCard,
    CodeKind.STORE_CREDIT: StoreCredit,
    CodeKind.COUPON: Coupon,
    CodeKind.REFUND_RECEIPT: RefundReceipt,
    CodeKind.RECEIPT: ReceiptCode,
    CodeKind.HELD_SALE: HeldSale,
    CodeKind.BADGE: Badge,
    CodeKind.ORDER_PICKUP: OrderPickup,
    CodeKind.COMMAND: TillCommand,
}
# GS1 General Specifications 3: who is served, and coupons of the world and of North America.
_GS1_PAPERS: tuple[tuple[str, type[CustomerCard | Coupon], str], ...] = (
    ("8018", CustomerCard, "GS1 (8018)"),
    ("255", Coupon, "GS1 (255)"),
    ("8110", Coupon, "GS1 (8110)"),
    ("8112", Coupon, "GS1 (8112)"),
)
_VALUED: dict[CodeKind, type[Coupon | RefundReceipt]] = {
    CodeKind.COUPON: Coupon,
    CodeKind.REFUND_RECEIPT: RefundReceipt,
}


def read_code(raw: str, rules: CodeRules, today: date) -> ScannedCode:
    """Tell what a scanned code is.

    Args:
        raw: the text as the scanner sent it, with its symbology identifier if it sends one.
        today: decides the century of dates in GS1 data.

    Raises:
        RetailError: for a code that is misread or misprinted: ``code.empty``, ``code.charset``,
            ``code.check_digit``, ``code.measure_check_digit``, ``gtin.length``,
            ``gtin.check_digit``, or ``gs1.…`` as :mod:`retail.barcode.gs1` and
            :mod:`retail.barcode.digital_link` raise it.
    """
    carrier, text = carrier_of(raw.strip(" \t\r\n"))
    if not text:
        raise RetailError("code.empty", "The code is empty; scan it again.")
    if carrier is Carrier.GS1 or GS in text:
        return _gs1(read_element_strings(_separated(text, rules), today, rules.currency))
    if text.isdecimal() and not text.isascii():
        raise RetailError(
            "code.charset",
            "“%(code)s” is not in the digits 0 to 9; switch the keyboard's input method off.",
            code=text,
        )
    if is_web_address(text):
        data = read_digital_link(text, today, rules.currency)
        return UnknownCode(text, "not_a_digital_link") if data is None else _gs1(data, link=True)
    return _own(text, rules) or _unmarked(text, carrier, rules, today)


def _separated(text: str, rules: CodeRules) -> str:
    for separator in rules.separators:
        text = text.replace(separator, GS)
    return text


def _gs1(data: Gs1Data, *, link: bool = False) -> ScannedCode:
    if data.gtin:
        return Gs1Article(data, link)
    for code, kind, name in _GS1_PAPERS:
        if data.text(code):
            return kind(data.text(code), name)
    return Gs1Other(data, link)


def _own(text: str, rules: CodeRules) -> ScannedCode | None:
    """What the retailer's rows or the product's own receipts say of a text."""
    for rule in rules.prefixes:
        if _fits(text, rule):
            return _prefixed(text, rule)
    proof = _PROOF.fullmatch(text)
    if proof is not None:
        return ReceiptCode(proof[1], "receipt's QR code")
    if text.count("-") != _HYPHENS_OF_A_RECEIPT:
        return None
    try:
        return ReceiptCode(str(parse_document_number(text.upper())), "receipt number")
    except RetailError:
        return None


def _fits(text: str, rule: PrefixRule) -> bool:
    return (
        text.startswith(rule.prefix)
        and rule.shortest <= len(text) <= rule.longest
        and (not rule.digits or _DIGITS.issuperset(text))
        and (not rule.check or _CHECKED.fullmatch(text, len(rule.prefix)) is not None)
    )


def _prefixed(text: str, rule: PrefixRule) -> ScannedCode:
    number = text.removeprefix(rule.prefix)
    if rule.check:
        digits = number.replace("-", "")
        if check_digit(digits[:-1]) != int(digits[-1]):
            raise RetailError(
                "code.check_digit", "“%(code)s” is misread; scan it again.", code=text
            )
        number = number[:-1].removesuffix("-")
    if not rule.strip:
        number = rule.prefix + number
    if rule.kind in _NUMBERED:
        return _NUMBERED[rule.kind](number, rule.name)
    return Article(OtherCode(number), rule=rule.name)


def _unmarked(text: str, carrier: Carrier, rules: CodeRules, today: date) -> ScannedCode:
    """A text that only its own form tells about."""
    if text.startswith("(") and text[1:2] in _DIGITS:
        return _gs1(read_bracketed(text, today, rules.currency))
    if rules.gs1_without_aim and len(text) > 14 and _UNMARKED_GS1.match(text):
        return _gs1(read_element_strings(_separated(text, rules), today, rules.currency))
    addon = _ADD_ON.fullmatch(text) if carrier is Carrier.ADD_ON else None
    if addon is not None:
        return _numbered(parse_gtin(addon[1]), rules, addon[2])
    if not _DIGITS.issuperset(text):
        return UnknownCode(text, "not_a_product_code")
    if len(text) == 8:
        return _eight(text, carrier, rules)
    return _numbered(parse_gtin(text), rules)


def _eight(text: str, carrier: Carrier, rules: CodeRules) -> ScannedCode:
    """Eight digits: an EAN-8, or a UPC-E that its scanner did not expand."""
    if carrier is Carrier.EAN_8 or rules.eight_digits is EightDigits.EAN_8:
        return _numbered(parse_gtin(text), rules)
    if carrier is Carrier.EAN_UPC or rules.eight_digits is EightDigits.UPC_E:
        return _numbered(_upc_e(text), rules)
    if text[0] != "0":
        return _numbered(parse_gtin(text), rules)
    try:
        upc_e = _upc_e(text)
    except RetailError:
        return _numbered(parse_gtin(text), rules)
    try:
        return Ambiguous(upc_e, parse_gtin(text))
    except RetailError:
        return _numbered(upc_e, rules)


def _upc_e(text: str) -> Gtin:
    return Gtin(key=expand_upc_e(text).rjust(14, "0"), scanned=text)


def _numbered(gtin: Gtin, rules: CodeRules, addon: str = "") -> ScannedCode:
    """What the retailer's rows, or else GS1's prefixes, say of a valid number."""
    reading = read_number(gtin, rules.numbers)
    if reading is None:
        circulation = circulation_of(gtin)
        return LocalNumber(gtin, circulation) if circulation else Article(gtin, addon)
    rule = reading.rule
    if rule.kind is CodeKind.PUBLICATION:
        return Article(gtin, addon, publication=rule.name, rule=rule.name)
    if rule.kind in _VALUED:
        return _VALUED[rule.kind](gtin.scanned, rule.name, reading.price)
    if rule.kind in _NUMBERED:
        return _NUMBERED[rule.kind](gtin.scanned, rule.name)
    if (reading.price, reading.weight, reading.count) == (None, None, None):
        return Article(gtin, addon, rule=rule.name)
    return MeasuredArticle(gtin, reading)
