from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retail.barcode.kinds import read_code
from retail.barcode.presets import preset
from retail.barcode.scanned import Badge, Coupon, GiftCard, HeldSale, ScannedCode
from retail.errors import RetailError
from retail.input_line import (
    AddArticle,
    AddCode,
    CheckPrice,
    ForElsewhere,
    Member,
    Nothing,
    Reading,
    ReturnOf,
    SetQuantity,
    VoidCode,
    VoidPlace,
    VoidSelected,
    asks,
    is_command,
    read_amount,
    read_line,
    read_tendered,
    reading_of,
    with_article,
    with_code,
    words_of,
)
from tests.unit.retail.strategies import Refusal

EAN = "4006381333931"
RECEIPT = "NL01-2-7K-00000001"
LINES = st.one_of(
    st.text(),
    st.lists(
        st.sampled_from(
            ["VD", "rf", "PC", "m:", " ", "*", "x", "×", "3", "0.842", ",", EAN, RECEIPT, "٣", "\n"]
        ),
        max_size=6,
    ).map("".join),
)


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        ("", Nothing()),
        ("  \t", Nothing()),
        (EAN, AddCode(EAN)),
        (f" {EAN} ", AddCode(EAN)),
        (f"5*{EAN}", AddCode(EAN, 5000)),
        (f"5 x {EAN}", AddCode(EAN, 5000)),
        (f"0,842×{EAN}", AddCode(EAN, 842)),
        ("3*oat coo", AddCode("oat coo", 3000)),
        ("5*", SetQuantity(5000)),
        ("0.842×", SetQuantity(842)),
        ("12 *", SetQuantity(12_000)),
        ("VD", VoidSelected()),
        ("vd", VoidSelected()),
        ("VD2", VoidPlace(2)),
        ("VD 2", VoidCode("2")),
        (f"VD {EAN}", VoidCode(EAN)),
        (f"VD{EAN}", VoidCode(EAN)),
        ("VDX", AddCode("VDX")),
        ("RF", ReturnOf("")),
        (f"RF {EAN}", ReturnOf(EAN)),
        (f"RF{RECEIPT}", ReturnOf(RECEIPT)),
        (f"rf {RECEIPT}", ReturnOf(RECEIPT)),
        ("RF4711", ReturnOf("4711")),
        ("rf", AddCode("rf")),
        ("RFID", AddCode("RFID")),
        ("RF id", AddCode("RF id")),
        ("PC", CheckPrice("")),
        ("pc", AddCode("pc")),
        (f"PC {EAN}", CheckPrice(EAN)),
        (f"pc {EAN}", CheckPrice(EAN)),
        ("pc mouse", AddCode("pc mouse")),
        ("PC12", AddCode("PC12")),
        ("VD two words", AddCode("VD two words")),
        ("M:4711", Member("4711")),
        ("m: 47 11", Member("47 11")),
        ("M:", AddCode("M:")),
        ("TWC-4711", AddCode("TWC-4711")),
    ],
)
def test_what_a_line_means(text: str, reading: Reading) -> None:
    assert read_line(text) == reading
    assert is_command(text) is not isinstance(reading, Nothing | AddCode)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("12345678*", "line.code_as_quantity"),
        (f"{EAN}*", "line.code_as_quantity"),
        (f"{EAN}*3", "line.code_as_quantity"),
        (f"036000291452*{EAN}", "line.code_as_quantity"),
        (f"0{EAN} *", "line.code_as_quantity"),
        ("1234567*", "quantity.format"),
        ("1.2.3*abc", "quantity.format"),
        ("*", "quantity.format"),
        ("abc*", "quantity.format"),
    ],
)
def test_a_typed_code_is_never_a_quantity(text: str, code: str, refused: Refusal) -> None:
    with refused(code):
        read_line(text)
    assert is_command(text)


@pytest.mark.parametrize(
    ("text", "asked"),
    [("999*", False), ("999.001*", True), (f"1000*{EAN}", True), (f"999*{EAN}", False),
     (EAN, False), ("VD", False)],
)  # fmt: skip
def test_more_than_999_asks(text: str, *, asked: bool) -> None:
    assert asks(read_line(text)) is asked


@pytest.mark.parametrize(
    ("text", "reading"),
    [("3*", AddCode(EAN, 3000)), (" 0.5 x ", AddCode(EAN, 500)), ("12X", AddCode(EAN, 12_000)),
     ("VD", VoidCode(EAN)), (" VD ", VoidCode(EAN)), ("RF ", ReturnOf(EAN)),
     ("PC", CheckPrice(EAN)), ("", None), ("2000", None), ("vd", None), ("oat", None),
     ("VD 2", None), (f"3*{EAN}", None)],
)  # fmt: skip
def test_a_line_that_waits_for_a_code_takes_the_one_that_is_scanned(
    text: str, reading: Reading | None
) -> None:
    assert with_code(text, EAN) == reading


@pytest.mark.parametrize("text", ["0*", "0.000 x"])
def test_none_of_an_article_is_nothing_that_is_sold(text: str, refused: Refusal) -> None:
    with refused("line.none"):
        with_code(text, EAN)
    with refused("line.none"):
        read_line(text + EAN)


def test_words_find_an_article_and_the_quantity_before_them_is_taken(refused: Refusal) -> None:
    assert [words_of(text) for text in ("oat coo", "3*oat", " 0,5 × oat ")] == [
        "oat coo", "oat", "oat",
    ]  # fmt: skip
    assert with_article("oat coo", "F17") == AddArticle("F17")
    assert with_article("3*oat coo", "F17") == AddArticle("F17", 3000)
    assert with_article("3*tee", "T1", "TSHIRT") == AddArticle("T1", 3000, "TSHIRT")
    assert asks(with_article("1000*oat", "F17"))
    assert not asks(with_article("999*oat", "F17"))
    with refused("line.none"):
        with_article("0*oat", "F17")


@given(LINES)
def test_no_line_breaks_the_grammar(text: str) -> None:
    try:
        reading = read_line(text)
    except RetailError as problem:
        assert problem.code in {"quantity.format", "line.code_as_quantity", "line.none"}  # noqa: PT017
    else:
        assert isinstance(reading, Nothing) is not bool(text.strip())


@given(st.text(alphabet="0123456789", min_size=1, max_size=20))
def test_digits_alone_are_always_a_code(text: str) -> None:
    assert read_line(text) == AddCode(text)


@given(LINES, st.sampled_from(["EUR", "JPY", "KWD"]))
def test_no_text_breaks_the_reader_of_amounts(text: str, currency: str) -> None:
    try:
        minor = read_tendered(text, currency)
    except RetailError as problem:
        assert problem.code in {"money.amount", "line.code_as_amount"}  # noqa: PT017
    else:
        assert minor == read_amount(text, currency) >= 0


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("2000", "EUR", 2000), ("20.00", "EUR", 2000), ("20,0", "EUR", 2000), ("20.", "EUR", 2000),
        (",5", "EUR", 50), ("2000", "JPY", 2000), ("1.234", "KWD", 1234),
        ("12345678", "JPY", 12345678),
        ("123456.78", "EUR", 12345678), (" 500 ", "EUR", 500), ("20.", "JPY", 20),
    ],
)  # fmt: skip
def test_amounts_on_the_line(text: str, currency: str, minor: int) -> None:
    assert read_tendered(text, currency) == minor


@pytest.mark.parametrize(
    ("text", "currency", "code"),
    [
        (EAN, "EUR", "line.code_as_amount"), ("12345678", "EUR", "line.code_as_amount"),
        (EAN, "JPY", "line.code_as_amount"), ("20.001", "EUR", "money.amount"),
        ("1,000.00", "EUR", "money.amount"), ("-5", "EUR", "money.amount"),
        ("", "EUR", "money.amount"),
        ("٣", "EUR", "money.amount"), ("5*", "EUR", "money.amount"), ("2.5", "JPY", "money.amount"),
    ],
)  # fmt: skip
def test_what_is_no_amount_pays_nothing(
    text: str, currency: str, code: str, refused: Refusal
) -> None:
    with refused(code):
        read_tendered(text, currency)


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        ("TWC-4711", Member("4711")),
        (RECEIPT, ReturnOf(RECEIPT)),
        ("9801234567892", ReturnOf("9801234567892")),
        ("TWG-99", ForElsewhere(GiftCard("99", "gift card"))),
        ("TWV-99", ForElsewhere(Coupon("99", "coupon"))),
        ("TWH-99", ForElsewhere(HeldSale("99", "held-sale slip"))),
        ("TWB-99", ForElsewhere(Badge("99", "employee badge"))),
    ],
)
def test_the_table_of_codes_gives_the_same_readings(text: str, reading: Reading) -> None:
    found: ScannedCode = read_code(text, preset(), date(2026, 11, 21))
    assert reading_of(found) == reading
