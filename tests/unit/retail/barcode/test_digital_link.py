from __future__ import annotations

from datetime import date

import pytest

from retail.barcode.digital_link import is_web_address, read_digital_link
from tests.unit.retail.strategies import Refusal

TODAY = date(2026, 11, 21)
MILK = "09506000134352"


@pytest.mark.parametrize(
    ("address", "elements"),
    [
        (f"HTTPS://ID.GS1.ORG/01/{MILK}", [("01", MILK)]),
        (f"https://a.b/01/{MILK}/", [("01", MILK)]),
        ("http://a.b/01/036000291452", [("01", "00036000291452")]),
        ("http://a.b/01/96385074", [("01", "00000096385074")]),
        (f"https://a.b/01/{MILK}/235/X", [("01", MILK), ("235", "X")]),
        (f"https://a.b/01/{MILK}/22/A/21/B", [("01", MILK), ("22", "A"), ("21", "B")]),
        ("https://a.b/00/106141412345678908", [("00", "106141412345678908")]),
        ("https://a.b/414/9506000117843/254/1", [("414", "9506000117843"), ("254", "1")]),
        (f"https://a.b/01/{MILK}?17=270131;10=A+", None),
        (f"https://a.b/01/{MILK}?linkType=all&=1&10=A", [("01", MILK), ("10", "A")]),
        (f"https://a.b/01/{MILK}/10/A?10=A", [("01", MILK), ("10", "A")]),
    ],
)
def test_addresses(address: str, elements: list[tuple[str, str]] | None, refused: Refusal) -> None:
    assert is_web_address(address)
    if elements is None:
        with refused("gs1.ai_charset"):
            read_digital_link(address, TODAY)
        return
    found = read_digital_link(address, TODAY)
    assert found is not None
    assert list(found.elements) == elements


@pytest.mark.parametrize(
    "address",
    [
        "https://",
        "https://a.b",
        "https://a.b/01",
        "https://a.b/shop/milk",
        "http://[/01/1",
        "HTTP://x/y/z",
    ],
)
def test_other_addresses_are_about_something_else(address: str) -> None:
    assert read_digital_link(address, TODAY) is None


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("https://a.b/10/ABC", "gs1.not_a_digital_link"),
        ("https://a.b/x/17/270131", "gs1.not_a_digital_link"),
        (f"https://a.b/01/{MILK}/10/2/22/1", "gs1.dl_qualifier_order"),
        (f"https://a.b/01/{MILK}/22/1/235/1", "gs1.dl_qualifier_order"),
        (f"https://a.b/01/{MILK}/21/1/21/1", "gs1.dl_qualifier_order"),
        ("https://a.b/00/106141412345678908/10/1", "gs1.dl_qualifier_order"),
        ("https://a.b/01/9506000134353", "gs1.check_digit"),
        ("https://a.b/01/950600013435", "gs1.check_digit"),
        ("https://a.b/01/95060001343", "gs1.ai_length"),
        (f"https://a.b/01/{MILK}?10=", "gs1.ai_length"),
        (f"https://a.b/01/{MILK}?05=1", "gs1.ai_unknown"),
        (f"https://a.b/01/{MILK}?01=10614141000415", "gs1.ai_duplicate"),
        (f"https://a.b/01/{MILK}/21/%C3%84", "gs1.ai_charset"),
    ],
)
def test_what_is_refused(address: str, reason: str, refused: Refusal) -> None:
    with refused(reason):
        read_digital_link(address, TODAY)


@pytest.mark.parametrize("text", ["", "ftp://a.b/01/1", "01", "httpx://"])
def test_what_is_no_web_address(text: str) -> None:
    assert not is_web_address(text)
