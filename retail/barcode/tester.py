"""The live tester: what a code is, for people who set up rules and labels."""

from __future__ import annotations

from retail.barcode.gs1 import Gs1Data
from retail.barcode.gtin import OtherCode
from retail.barcode.number_rules import NumberReading, quantity_of_price
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
from retail.money import plain as plain_money
from retail.quantity import extend
from retail.quantity import plain as plain_quantity

Facts = dict[str, object]
_NAMES: dict[type[ScannedCode], str] = {
    Article: "article",
    MeasuredArticle: "measured_article",
    LocalNumber: "local_number",
    Gs1Article: "gs1_article",
    Gs1Other: "gs1_other",
    CustomerCard: "customer_card",
    GiftCard: "gift_card",
    StoreCredit: "store_credit",
    Coupon: "coupon",
    RefundReceipt: "refund_receipt",
    ReceiptCode: "receipt",
    HeldSale: "held_sale",
    Badge: "badge",
    OrderPickup: "order_pickup",
    TillCommand: "command",
    Ambiguous: "ambiguous",
    UnknownCode: "unknown",
}
_MONEY = {"price", "value", "amount"}
_QUANTITIES = {"weight": " kg", "count": "", "quantity": ""}


def facts_of(found: ScannedCode, currency: str, unit_price: int | None = None) -> Facts:
    """What is to be told of a code; money in minor units, quantities in thousandths.

    Args:
        currency: the store's.
        unit_price: of the article in minor units per kilogram or piece; with it a price label
            tells its quantity, and a weight label its amount.

    Raises:
        RetailError: ``code.unit_price`` for a price label and a unit price below 1.
    """
    told: Facts = {"kind": _NAMES[type(found)], **_particulars(found, currency)}
    price, weight = told.get("price"), told.get("weight")
    if unit_price is not None and isinstance(price, int):
        told["quantity"] = quantity_of_price(price, unit_price)
    elif unit_price is not None and isinstance(weight, int):
        told |= {"amount": extend(unit_price, weight), "currency": currency}
    return {name: value for name, value in told.items() if value not in (None, "")}


def lines_of(facts: Facts) -> list[str]:
    """The facts as lines for people: money with its currency, quantities with their unit."""
    return [
        f"{name.replace('_', ' '):<20} {_shown(name, value, str(facts.get('currency', '')))}"
        for name, value in facts.items()
        if name != "currency"
    ]


def _shown(name: str, value: object, currency: str) -> str:
    if isinstance(value, int) and name in _MONEY:
        return f"{plain_money(value, currency)} {currency}"
    if isinstance(value, int) and name in _QUANTITIES:
        return plain_quantity(value) + _QUANTITIES[name]
    return str(value)


def _particulars(found: ScannedCode, currency: str) -> Facts:
    match found:
        case Article():
            told = _article(found)
        case MeasuredArticle(code=code, reading=reading):
            told = {"gtin": code.key} | _reading(reading, currency)
        case LocalNumber(code=code, circulation=circulation):
            told = {"gtin": code.key, "circulation": circulation}
        case Gs1Article(data=data, link=link) | Gs1Other(data=data, link=link):
            told = _gs1(data) | {"rule": "GS1 Digital Link" if link else "GS1 element strings"}
        case Ambiguous(upc_e=upc_e, ean_8=ean_8):
            told = {"upc_e": upc_e.key, "ean_8": ean_8.key}
        case UnknownCode(text=text, reason=reason):
            told = {"text": text, "reason": reason}
        case Coupon(number, rule, int(value)) | RefundReceipt(number, rule, int(value)):
            told = {"number": number, "value": value, "currency": currency, "rule": rule}
        case _:
            told = {"number": found.number, "rule": found.rule}
    return told


def _article(found: Article) -> Facts:
    if isinstance(found.code, OtherCode):
        return {"item": found.code.text, "rule": found.rule}
    return {
        "gtin": found.code.key,
        "structure": found.code.structure,
        "addon": found.addon,
        "publication": found.publication,
        "rule": found.rule,
    }


def _reading(reading: NumberReading, currency: str) -> Facts:
    return {
        "item": reading.item,
        "base_gtin": reading.base.key,
        "price": reading.price,
        "currency": "" if reading.price is None else currency,
        "weight": reading.weight,
        "count": reading.count,
        "rule": f"{reading.rule.name} {reading.rule.pattern}",
    }


def _gs1(data: Gs1Data) -> Facts:
    last = data.expiry.isoformat() if data.expiry else ""
    if data.expiry_time is not None:
        last += f"T{data.expiry_time:%H:%M}"
    return {
        "gtin": data.gtin,
        "lot": data.lot,
        "serial": data.serial,
        "expiry": last,
        "best_before": data.best_before.isoformat() if data.best_before else "",
        "weight": data.weight,
        "price": data.price,
        "currency": data.currency,
        "count": data.count,
        "elements": "".join(f"({code}){value}" for code, value in data.elements),
        "warning": "possible_missing_separator" if data.separator_missing else "",
    }
