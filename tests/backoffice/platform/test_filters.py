from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backoffice.platform.errors import BadFilter
from backoffice.platform.filters import (
    FieldReader,
    Position,
    canonical,
    cursor,
    page_of,
    position,
)

WORDS = st.text(st.characters(exclude_characters="\x1f\x00", exclude_categories=["Cs"]))


@given(WORDS, WORDS)
def test_a_position_is_read_back(first: str, second: str) -> None:
    text = cursor(first, second)

    assert position(text, "", parts=2) == Position((first, second), before=False)
    assert position("", text, parts=2) == Position((first, second), before=True)


@pytest.mark.parametrize("text", ["%", "A", "żółw", cursor("one"), cursor("a", "b\0"), "_w"])
def test_any_other_text_is_refused(text: str) -> None:
    with pytest.raises(BadFilter) as caught:
        position(text, "", parts=2)

    assert caught.value.status == 400


@given(st.integers(0, 40), st.integers(1, 7))
def test_paging_forth_and_back_shows_every_row_once(count: int, size: int) -> None:
    rows = [f"{n:03d}" for n in range(count)]

    def read(at: Position | None) -> list[str]:
        if at is None:
            return rows[: size + 1]
        if at.before:
            return [row for row in reversed(rows) if row < at.key[0]][: size + 1]
        return [row for row in rows if row > at.key[0]][: size + 1]

    pages = [page_of(read(None), cursor, size=size, at=None)]
    while pages[-1].following:
        at = position(pages[-1].following, "", parts=1)
        pages.append(page_of(read(at), cursor, size=size, at=at))
    back = [pages[-1]]
    while back[-1].previous:
        at = position("", back[-1].previous, parts=1)
        back.append(page_of(read(at), cursor, size=size, at=at))

    assert [row for page in pages for row in page.rows] == rows
    assert [page.rows for page in reversed(back)] == [page.rows for page in pages]


def test_fields_are_read() -> None:
    fields = FieldReader(
        {"till": "2", "since": "2026-11-20", "least": "12,5", "most": "−3.00", "text": " a\tb "}
    )

    assert fields.whole("till") == 2
    assert fields.day("since") == date(2026, 11, 20)
    assert fields.amount("least", "EUR") == 1250
    assert fields.amount("most", "EUR") == -300
    assert fields.text("text") == "ab"
    assert fields.text("none") == ""
    assert fields.errors == {}


@pytest.mark.parametrize(
    ("name", "value"),
    [("till", "two"), ("till", "-1"), ("till", "9" * 20), ("till", "²")],
)
def test_what_is_no_number_is_told(name: str, value: str) -> None:
    fields = FieldReader({name: value})

    assert fields.whole(name) is None
    assert fields.errors == {name: "Type a whole number."}


@pytest.mark.parametrize("value", ["1.234", "1 000", "1e3", "٣", "--1"])
def test_what_is_no_amount_is_told(value: str) -> None:
    fields = FieldReader({"least": value})

    assert fields.amount("least", "EUR") is None
    assert "least" in fields.errors


def test_what_is_no_date_is_told() -> None:
    fields = FieldReader({"since": "20.11.2026"})

    assert fields.day("since") is None
    assert "since" in fields.errors


def test_an_address_holds_what_is_set() -> None:
    fields = FieldReader({"after": "abc"})

    assert canonical("/sales", {"store": "S1", "till": ""}, fields) == "/sales?store=S1&after=abc"
    assert canonical("/sales", {"till": ""}, FieldReader({})) == "/sales"
