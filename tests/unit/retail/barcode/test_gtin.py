from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retail.barcode.gtin import Gtin, OtherCode, check_digit, expand_upc_e, parse, parse_gtin
from retail.errors import RetailError
from tests.unit.retail.strategies import Refusal

VECTORS = [
    vector
    for vector in json.loads(
        (Path(__file__).parents[3] / "data" / "hardware" / "gs1_barcodes.json").read_text()
    )["vectors"]
    if vector["group"] == "ean_upc"
]
UPC_E = [v for v in VECTORS if v["config"].get("symbology") == "upce"]
PLAIN = [
    v
    for v in VECTORS
    if v not in UPC_E and v["input"].strip().isascii() and v["input"].strip().isdigit()
]
GTINS = [v for v in PLAIN if v["expected"]["kind"] == "gtin"]
payloads = st.sampled_from((7, 11, 12, 13)).flatmap(
    lambda n: st.text("0123456789", min_size=n, max_size=n)
)


def test_the_vectors_are_there() -> None:
    assert len(GTINS) >= 7
    assert len(UPC_E) >= 7


@pytest.mark.parametrize("vector", GTINS, ids=lambda v: v["id"])
def test_gtins_of_the_gs1_vectors(vector: dict[str, Any]) -> None:
    found = parse(vector["input"])
    assert found == Gtin(vector["expected"]["gtin14"], vector["input"].strip())


@pytest.mark.parametrize("vector", GTINS, ids=lambda v: v["id"])
def test_check_digits_of_the_gs1_vectors(vector: dict[str, Any]) -> None:
    key = vector["expected"]["gtin14"]
    assert check_digit(key[:-1]) == int(key[-1])


@pytest.mark.parametrize("code", ["5901243123457", "036000291453"])
def test_a_mistyped_gtin_is_refused(code: str, refused: Refusal) -> None:
    with refused("gtin.check_digit"):
        parse(code)


@pytest.mark.parametrize("vector", UPC_E, ids=lambda v: v["id"])
def test_upc_e_of_the_gs1_vectors(vector: dict[str, Any], refused: Refusal) -> None:
    expected = vector["expected"]
    if expected["kind"] == "gtin":
        assert expand_upc_e(vector["input"]) == expected["expanded_upca"]
    else:
        reasons = {"check_digit": "gtin.check_digit", "upce_number_system": "gtin.length"}
        with refused(reasons[expected["reason"]]):
            expand_upc_e(vector["input"])


@pytest.mark.parametrize(
    ("code", "upc_a"),
    [("01278906", "012000007896"), ("01234547", "012340000057"), ("11234562", "112345000062")],
)
def test_upc_e_of_every_shape(code: str, upc_a: str) -> None:
    code = code[:7] + str(check_digit(upc_a[:-1]))
    assert expand_upc_e(code) == upc_a[:-1] + code[7]


@pytest.mark.parametrize("code", ["", "0123456", "012345650", "0123456x", "２1234565"])
def test_what_is_no_upc_e(code: str, refused: Refusal) -> None:
    with refused("gtin.length"):
        expand_upc_e(code)


@given(payloads)
def test_a_number_with_its_check_digit_is_a_gtin_of_14_digits(payload: str) -> None:
    code = payload + str(check_digit(payload))
    found = parse(code)
    assert isinstance(found, Gtin)
    assert (len(found.key), int(found.key), found.scanned) == (14, int(code), code)
    assert parse_gtin(found.key).key == found.key


@given(payloads, st.data())
def test_no_single_wrong_digit_passes(payload: str, data: st.DataObject) -> None:
    code = payload + str(check_digit(payload))
    at = data.draw(st.integers(0, len(code) - 1))
    wrong = data.draw(st.sampled_from("0123456789".replace(code[at], "")))
    with pytest.raises(RetailError, match="should be"):
        parse_gtin(code[:at] + wrong + code[at + 1 :])


@pytest.mark.parametrize("payload", ["", "12a", "١٢", "²"])
def test_a_check_digit_needs_digits(payload: str, refused: Refusal) -> None:
    with refused("gtin.digits"):
        check_digit(payload)


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("", "gtin.length"),
        ("1", "gtin.length"),
        ("36000291452", "gtin.length"),
        ("590123412345x", "gtin.digits"),
        ("x901234123457", "gtin.digits"),
        ("٩٥٠٦٠٠٠١٣٤٣٥٢", "gtin.digits"),
        ("5901234123450", "gtin.check_digit"),
    ],
)
def test_why_a_code_is_no_gtin(code: str, reason: str, refused: Refusal) -> None:
    with refused(reason):
        parse_gtin(code)


@pytest.mark.parametrize(
    "code", ["SKU-17", "36000291452", "٩٥٠٦٠٠٠١٣٤٣٥٢", "９５０６０００１３４３５２", "7"]
)
def test_other_codes_pass_through_without_their_blanks(code: str) -> None:
    assert parse(f" {code}\r\n") == OtherCode(code)


@pytest.mark.parametrize("code", ["", "  ", "\r\n"])
def test_nothing_is_no_code(code: str, refused: Refusal) -> None:
    with refused("code.empty"):
        parse(code)


@given(st.text())
def test_no_text_breaks_the_scanner(text: str) -> None:
    try:
        found = parse(text)
    except RetailError as problem:
        assert problem.code in {"code.empty", "gtin.check_digit"}  # noqa: PT017 - or it is read
    else:
        assert isinstance(found, Gtin | OtherCode)
