from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from retail.contract.codec import canonical
from retail.contract.slim import slim, whole
from retail.contract.wire import from_wire, to_wire
from tests.unit.retail.strategies import Refusal
from tests.unit.retail.test_contract_codec import SALE, json_values

AT = 1_790_000_000_000_000
SOLD: dict[str, Any] = {
    "currency": "EUR",
    "lines": [
        {
            "discount": 30,
            "discounts": [["TWO-FOR", 30, 1]],
            "gross": 242,
            "gtin": "09520000000011",
            "n": 1,
            "name": "Whole milk 1 L",
            "net": 212,
            "parts": [["P1", 2000]],
            "price": 121,
            "qty": 2000,
            "sku": "P1",
            "tax": {"S": 37},
        },
        {
            "gross": 109,
            "n": 2,
            "name": "Bread",
            "net": 109,
            "parts": [["P2", 1000]],
            "price": 109,
            "qty": 1000,
            "sku": "P2",
            "tax": {"R": 9},
        },
    ],
    "number": "S1-1-A3-00000004",
    "promotions": {
        "applied": [],
        "bound": 3_210_000,
        "engine": 1,
        "minimised": 3_210_000,
        "priced_us": AT - 2_500,
        "snapshot": "ab",
    },
    "savings": 30,
    "staff": "00000000-0000-0000-0000-000000000007",
    "started_us": AT - 9_000_000,
    "tax": [["R", 90_000, 100, 9], ["S", 210_000, 175, 37]],
    "tenders": [{"amount": 321, "change": 179, "given": 500, "kind": "cash"}],
    "till": 1,
    "total": 321,
}
SLIM: dict[str, Any] = {
    "currency": "EUR",
    "lines": [
        {
            "discounts": [["TWO-FOR", 30, 1]],
            "gtin": "09520000000011",
            "name": "Whole milk 1 L",
            "price": 121,
            "qty": 2000,
            "sku": "P1",
            "tax": "S",
        },
        {"name": "Bread", "price": 109, "sku": "P2", "tax": "R"},
    ],
    "number": "S1-1-A3-00000004",
    "promotions": {
        "applied": [],
        "engine": 1,
        "minimised": 0,
        "priced_us": 2_500,
        "snapshot": "ab",
    },
    "staff": "00000000-0000-0000-0000-000000000007",
    "started_us": 9_000_000,
    "tax": [["R", 90_000], ["S", 210_000]],
    "tenders": [{"change": 179, "kind": "cash"}],
    "till": 1,
}


def changed(path: tuple[str | int, ...], value: object) -> dict[str, Any]:
    """The sale with one value replaced."""
    sale: dict[str, Any] = json.loads(json.dumps(SOLD))
    place: Any = sale
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return sale


def test_what_follows_is_left_out_and_comes_back() -> None:
    body = canonical(SOLD)
    assert slim(body, AT) == canonical(SLIM)
    assert whole(canonical(SLIM), AT) == body


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("lines", 0, "gross"), 241),
        (("lines", 0, "net"), 200),
        (("lines", 0, "discount"), 29),
        (("lines", 0, "parts"), [["P1", 1000], ["P9", 1000]]),
        (("lines", 0, "tax"), {"S": 36}),
        (("lines", 0, "tax"), {"S": 37, "R": 1}),
        (("lines", 0, "tax"), {}),
        (("lines", 0, "n"), 7),
        (("lines", 1, "qty"), -1000),
        (("savings",), 31),
        (("total",), 320),
        (("rounding",), -1),
        (("tax_included",), False),
        (("tax",), [["S", 210_000, 175, 36]]),
        (("tax",), []),
        (("tenders",), [{"amount": 300, "given": 300, "kind": "card"}, SOLD["tenders"][0]]),
        (("tenders", 0, "given"), 501),
        (("promotions", "bound"), 3_200_000),
        (("promotions",), None),
    ],
)
def test_what_does_not_follow_stays(path: tuple[str | int, ...], value: object) -> None:
    body = canonical(changed(path, value))
    short = slim(body, AT)
    assert short is not None
    assert len(short) < len(body)
    assert whole(short, AT) == body


def test_a_sale_without_promotions_or_savings() -> None:
    sale: dict[str, Any] = json.loads(json.dumps(SOLD))
    del sale["promotions"], sale["savings"]
    for name in ("discount", "discounts"):
        del sale["lines"][0][name]
    sale["lines"][0]["net"] = 242
    body = canonical(sale)
    short = slim(body, AT)
    assert short is not None
    assert whole(short, AT) == body


@given(st.dictionaries(st.sampled_from(sorted(SOLD)), json_values))
def test_whatever_goes_slim_comes_back_byte_for_byte(values: dict[str, Any]) -> None:
    body = canonical(SOLD | values)
    short = slim(body, AT)
    assert short is None or whole(short, AT) == body


@given(json_values)
def test_what_is_no_sale_goes_as_it_is(value: object) -> None:
    assert slim(canonical(value), AT) is None


def test_a_body_that_would_come_back_as_another_goes_as_it_is() -> None:
    assert slim(json.dumps(SOLD).encode(), AT) is None
    sale = changed(("lines", 0), {k: v for k, v in SOLD["lines"][0].items() if k != "gross"})
    assert slim(canonical(sale), AT) is None


@pytest.mark.parametrize(
    "body",
    [
        b"[]",
        b"{}",
        b"{",
        canonical(SLIM | {"lines": [{}]}),
        canonical(SLIM | {"lines": [SLIM["lines"][1] | {"price": "x"}]}),
        canonical(SLIM | {"tax": [["R"]]}),
        b'{"lines":' + b"[" * 100_000,
    ],
)
def test_what_nothing_follows_from_is_refused(body: bytes, refused: Refusal) -> None:
    with refused("wire.slim"):
        whole(body, AT)


def test_a_line_says_whether_its_body_is_slim() -> None:
    sale = replace(SALE, body=canonical(SOLD), at_us=AT)
    plain, short = to_wire(sale), to_wire(sale, short=True)
    assert len(short) < len(plain)
    assert from_wire(sale.jid, short) == from_wire(sale.jid, plain) == (sale, None)
    other = replace(SALE, type="staff.signed_on", body=b'{"staff":"x"}')
    assert to_wire(other, short=True) == to_wire(other)
