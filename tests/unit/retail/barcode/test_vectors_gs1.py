"""Every vector of ``gs1_barcodes.json`` through the till's own reading."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from retail.barcode.gtin import Gtin
from retail.barcode.kinds import read_code
from retail.barcode.number_rules import (
    CodeKind,
    CodeRules,
    EightDigits,
    NumberRule,
    PrefixRule,
)
from retail.barcode.presets import preset
from retail.barcode.scanned import (
    Ambiguous,
    Article,
    Gs1Article,
    Gs1Other,
    LocalNumber,
    MeasuredArticle,
    ReceiptCode,
    UnknownCode,
)
from retail.barcode.tester import facts_of
from retail.errors import RetailError
from retail.money import plain
from retail.quantity import parse

TODAY = date(2026, 11, 21)
VECTORS: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[3] / "data" / "hardware" / "gs1_barcodes.json").read_text("utf-8")
)["vectors"]
REASONS = {
    "check_digit": {"gtin.check_digit", "gs1.check_digit"},
    "measure_check_digit": {"code.measure_check_digit"},
    "length": {"gtin.length"},
    "upce_number_system": {"gtin.length"},
    "charset": {"code.charset"},
    "empty": {"code.empty"},
}
SYMBOLOGIES = {"upce": EightDigits.UPC_E, "ean8": EightDigits.EAN_8}


def rules_of(config: dict[str, Any]) -> CodeRules:
    """A vector's configuration in our own terms."""
    base = preset(config.get("region", ""))
    numbers, prefixes = base.numbers, base.prefixes
    if "pattern" in config:
        numbers = (NumberRule(name="own", pattern=config["pattern"]), *numbers)
    if "transaction_pattern" in config:
        slip = PrefixRule(name="slip", kind=CodeKind.RECEIPT, prefix="T", check=True, strip=True)
        prefixes = (slip, *prefixes)
    return CodeRules(
        numbers=numbers,
        prefixes=prefixes,
        eight_digits=SYMBOLOGIES.get(config.get("symbology", ""), EightDigits.ASK),
        separators=tuple(config.get("separators", ())),
        gs1_without_aim=config.get("gs1_without_aim", False),
    )


def as_vector(found: object) -> dict[str, Any]:
    """A result in the terms of the vectors, with all that any of them may ask for."""
    match found:
        case Article(code=Gtin() as code):
            told = article(found, code)
        case LocalNumber(code=code, circulation=circulation):
            usage = {"region": "geographic", "company": "company"}[circulation]
            told = {"kind": "rcn", "gtin14": code.key, "usage": usage}
        case MeasuredArticle(reading=reading):
            told = {"kind": "rcn", "item": reading.item, "price_minor": reading.price}
            told |= {"price": plain(reading.price or 0, "EUR"), "weight": reading.weight}
            told |= {"count": (reading.count or 0) // 1000}
        case Gs1Article(data=data, link=link) | Gs1Other(data=data, link=link):
            told = facts_of(found, "EUR") | {"kind": "digital_link" if link else "gs1"}
            told |= {"ais": dict(data.elements), "gtin14": data.gtin, "sscc": data.text("00")}
            told |= {"gln": data.text("410"), "currency_numeric": data.text("3932")[:3]}
            told |= {"price": plain(data.price or 0, data.currency or "EUR")}
        case ReceiptCode(number=number):
            told = {"kind": "transaction", "transaction": number}
        case Ambiguous(upc_e=upc_e, ean_8=ean_8):
            two = [f"upce:{upc_e.key}", f"rcn8:{ean_8.key}"]
            told = {"kind": "ambiguous", "candidates": two}
        case UnknownCode(reason=reason):
            told = {"kind": "unknown", "reason": reason}
        case _:
            raise AssertionError(found)
    return told


def article(found: Article, code: Gtin) -> dict[str, Any]:
    names = {"ISBN": "isbn13", "ISMN": "ismn"}
    numbers = {to: code.key[1:] for name, to in names.items() if name in found.publication}
    return numbers | {
        "kind": "gtin",
        "gtin14": code.key,
        "format": code.structure,
        "addon": found.addon,
        "packaging_level": int(code.key[0]),
        "variable_measure": code.variable_measure,
        "expanded_upca": code.key[2:],
    }


def test_the_vectors_are_there() -> None:
    assert len(VECTORS) >= 74


@pytest.mark.parametrize("vector", VECTORS, ids=lambda v: v["id"])
def test_vector(vector: dict[str, Any]) -> None:
    expected = dict(vector["expected"])
    rules = rules_of(vector["config"])
    if expected["kind"] == "invalid":
        reason = expected["reason"]
        with pytest.raises(RetailError) as caught:
            read_code(vector["input"], rules, TODAY)
        assert caught.value.code in REASONS.get(reason, {f"gs1.{reason}"})
        return
    found = as_vector(read_code(vector["input"], rules, TODAY))
    if "weight_kg" in expected:
        expected["weight"] = parse(expected.pop("weight_kg"))
    assert {name: found.get(name) for name in expected} == expected
