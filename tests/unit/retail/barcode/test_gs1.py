"""Element strings: what must be in them, what they mean, and that every valid one is read."""

from __future__ import annotations

from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retail.barcode.application_identifiers import (
    CHARACTERS,
    GS,
    IDENTIFIERS,
    ApplicationIdentifier,
    Part,
    belongs,
)
from retail.barcode.currency_numbers import CURRENCY_OF_NUMBER
from retail.barcode.gs1 import Gs1Data, date_of, read_bracketed, read_element_strings
from retail.barcode.gtin import check_digit
from retail.money import EXPONENT
from tests.unit.retail.strategies import Refusal

TODAY = date(2026, 11, 21)
MILK = "0109506000134352"


def read(text: str, currency: str = "EUR") -> Gs1Data:
    return read_element_strings(text, TODAY, currency)


@st.composite
def pieces(draw: st.DrawFn, part: Part) -> str:
    alphabet = sorted(CHARACTERS[part.characters])
    match part.check:
        case "c":
            payload = draw(st.text(alphabet, min_size=part.most - 1, max_size=part.most - 1))
            return payload + str(check_digit(payload))
        case "d" | "z":
            return f"{draw(st.dates(date(1990, 1, 1), date(2060, 1, 1))):%y%m%d}"
        case "t":
            return f"{draw(st.times()):%H%M}"
        case "m":
            return draw(st.sampled_from(sorted(CURRENCY_OF_NUMBER)))
        case _:
            return draw(st.text(alphabet, min_size=part.least, max_size=part.most))


def with_article(one: ApplicationIdentifier) -> bool:
    return "01" not in one.excludes and all("01" in ways for ways in one.needs)


@st.composite
def elements(draw: st.DrawFn) -> list[tuple[str, str]]:
    """An article's number and identifiers that may stand beside it."""
    chosen = [IDENTIFIERS["01"]]
    candidates = [one for one in IDENTIFIERS.values() if with_article(one) and one.code != "01"]
    for one in draw(st.lists(st.sampled_from(candidates), max_size=6, unique=True)):
        pairs = [pair for other in chosen for pair in ((one, other), (other, one))]
        if not any(belongs(b.code, family) for a, b in pairs for family in a.excludes):
            chosen.append(one)
    order = draw(st.permutations(chosen))
    return [(one.code, "".join(draw(pieces(part)) for part in one.parts)) for one in order]


def encoded(pairs: list[tuple[str, str]]) -> str:
    closed = [
        f"{code}{value}" + ("" if IDENTIFIERS[code].predefined else GS) for code, value in pairs
    ]
    return "".join(closed)


@given(elements(), st.booleans())
def test_what_is_written_is_read(pairs: list[tuple[str, str]], last: bool) -> None:
    text = encoded(pairs)
    found = read(text if last else text.removesuffix(GS))
    assert list(found.elements) == pairs
    assert found.gtin == found.text("01") == dict(pairs)["01"]


@given(elements())
def test_the_bracketed_form_says_the_same(pairs: list[tuple[str, str]]) -> None:
    plain = [(code, value) for code, value in pairs if "(" not in value]
    text = "".join(f"({code}){value}" for code, value in plain)
    assert read_bracketed(text, TODAY) == read(encoded(plain))


def test_the_table_is_whole() -> None:
    assert len(IDENTIFIERS) > 500
    for one in IDENTIFIERS.values():
        assert one.parts
        needed = [family for ways in one.needs for way in ways for family in way.split("+")]
        for family in (*one.excludes, *needed):
            assert any(belongs(code, family) for code in IDENTIFIERS), family


def test_currencies_are_those_of_money() -> None:
    assert set(CURRENCY_OF_NUMBER.values()) <= set(EXPONENT)
    assert len(CURRENCY_OF_NUMBER) > 150


@pytest.mark.parametrize(
    ("digits", "today", "expected"),
    [
        ("770101", date(2026, 1, 1), date(1977, 1, 1)),
        ("761231", date(2026, 1, 1), date(2076, 12, 31)),
        ("000101", date(2050, 1, 1), date(2100, 1, 1)),
        ("010101", date(2050, 1, 1), date(2001, 1, 1)),
        ("240200", date(2026, 1, 1), date(2024, 2, 29)),
        ("271200", date(2026, 1, 1), date(2027, 12, 31)),
    ],
)
def test_the_century_is_the_nearest(digits: str, today: date, expected: date) -> None:
    assert date_of(digits, today) == expected


@given(st.integers(0, 99), st.dates(date(1970, 1, 1), date(2900, 1, 1)))
def test_no_date_is_further_than_50_years(year: int, today: date) -> None:
    assert -50 <= date_of(f"{year:02d}0101", today).year - today.year <= 50


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "code.empty"),
        (GS, "code.empty"),
        (MILK + "10", "gs1.ai_length"),
        (MILK + "10" + "A" * 21, "gs1.ai_length"),
        (MILK + "10A B", "gs1.ai_charset"),
        (MILK + "10Ä", "gs1.ai_charset"),
        (MILK + "17٢٧٠١٣١", "gs1.ai_charset"),
        (MILK + "17270132", "gs1.ai_date"),
        (MILK + "17270010", "gs1.ai_date"),
        (MILK + "70032701001200", "gs1.ai_date"),
        (MILK + "70032701012400", "gs1.ai_date"),
        (MILK + "70032701012360", "gs1.ai_date"),
        (MILK + "70072701012", "gs1.ai_length"),
        (MILK + "3103000500" + "39329991", "gs1.ai_currency"),
        (MILK + "3922500", "gs1.ai_requires"),
        ("3103000500" + "3932978500", "gs1.ai_requires"),
        ("10ABC", "gs1.ai_requires"),
        ("0209506000134352" + "3712", "gs1.ai_requires"),
        ("0209506000134352", "gs1.ai_requires"),
        (MILK + "0209506000134352", "gs1.ai_excludes"),
        (MILK + "8030AAAA", "gs1.ai_requires"),
        (MILK + "4230560", "gs1.ai_length"),
        (MILK + "3712", "gs1.ai_excludes"),
        (MILK + "3103000500" + "3102000050", "gs1.ai_excludes"),
        (MILK + "10A" + GS + "10B", "gs1.ai_duplicate"),
        (MILK + "9", "gs1.ai_unknown"),
        (MILK + "99", "gs1.ai_length"),
    ],
)
def test_what_is_refused(text: str, reason: str, refused: Refusal) -> None:
    with refused(reason):
        read(text)


def test_the_same_value_twice_is_one() -> None:
    assert read(MILK + MILK + "10A" + GS + "10A").elements == (("01", MILK[2:]), ("10", "A"))


def test_a_pallet_names_its_content_and_no_article() -> None:
    found = read("00106141412345678908" + "02" + MILK[2:] + "3712")
    assert (found.gtin, found.count, found.text("02")) == ("", 12_000, MILK[2:])


@pytest.mark.parametrize(
    ("element", "thousandths"),
    [
        ("3100000002", 2_000),
        ("3101000025", 2_500),
        ("3103001250", 1_250),
        ("3104012505", 1_251),
        ("3105012549", 125),
    ],
)
def test_weight_is_in_thousandths_of_a_kilogram(element: str, thousandths: int) -> None:
    assert read(MILK + element).weight == thousandths


@pytest.mark.parametrize(
    ("element", "currency", "price"),
    [
        ("39221250", "EUR", (1_250, "EUR")),
        ("39201250", "JPY", (1_250, "JPY")),
        ("392112", "EUR", (120, "EUR")),
        ("39229781250", "EUR", (9_781_250, "EUR")),
        ("39309781250", "USD", (125_000, "EUR")),
        ("39334141250", "EUR", (1_250, "KWD")),
        ("39333921500", "EUR", (2, "JPY")),
    ],
)
def test_price_is_in_minor_units(element: str, currency: str, price: tuple[int, str]) -> None:
    found = read(MILK + "3008" + GS + element, currency)
    assert (found.price, found.currency) == price
    assert found.count == 8_000


def test_a_demand_for_two_is_met_by_both() -> None:
    assert read(MILK + "21S1" + GS + "8030AAAA").text("8030") == "AAAA"


def test_dates_and_texts_of_an_article() -> None:
    found = read(MILK + "15261224" + "10L1" + GS + "21S1" + GS + "70032612312359")
    assert (found.lot, found.serial, found.best_before) == ("L1", "S1", date(2026, 12, 24))
    assert (found.expiry, found.expiry_time) == (date(2026, 12, 31), time(23, 59))
    assert (found.weight, found.price, found.currency, found.count) == (None, None, "", None)
    assert read(MILK + "17270131" + "70032612312359").expiry == date(2027, 1, 31)


@pytest.mark.parametrize(
    ("lot", "missing"),
    [("ABC17270131", True), ("A1726013121X", True), ("17270131", False), ("A17271331", False)],
)
def test_a_lost_separator_is_suspected(lot: str, missing: bool) -> None:
    assert read(MILK + "10" + lot).separator_missing is missing
    assert read(MILK + "21" + lot).separator_missing is missing


@pytest.mark.parametrize("text", ["(01)09506000134352x(10", "x(10)A", "(1)A", "(77)A"])
def test_bracketed_text_with_something_else(text: str, refused: Refusal) -> None:
    with refused("gs1.ai_unknown"):
        read_bracketed(text, TODAY)
