from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.printer.layout import Line, lay_out
from hardware.printer.text import clean, display_width, encode, wrap
from retail.receipt import Block, Item, Pair, ReceiptDocument, Table, Text

_TEXT = st.text(
    st.one_of(
        st.sampled_from(" aB9.,€äß日本語한मَ́👍🏽\u200d\u00a0\n\t-"),
        st.characters(exclude_categories=["Cs"]),
    ),
    max_size=120,
)
_FIGURE = st.from_regex(r"\A-?[0-9]{1,6}[.,][0-9]{2}( €)?\Z")
_WIDTHS = st.sampled_from([16, 21, 24, 32, 42, 48])


def _lines(block: Block, columns: int) -> list[Line]:
    placed = lay_out(ReceiptDocument("t", "en", (block,)), columns)
    return [line for line in placed if isinstance(line, Line)]


def _visible(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize(
    ("text", "width"),
    [("日本語", 6), ("e\u0301", 1), ("👍", 2), ("\u200d", 0), ("abc", 3), ("ｱ", 1), ("Ａ", 2)],
)
def test_display_width(text: str, width: int) -> None:
    assert display_width(text) == width


@given(_TEXT, st.integers(2, 60))
def test_wrapping_loses_no_character_and_keeps_the_width(text: str, width: int) -> None:
    lines = wrap(text, width)
    assert _visible("".join(lines)) == _visible(clean(text))
    assert all(display_width(line) <= width for line in lines)


def test_wrapping_breaks_at_spaces_and_between_wide_characters() -> None:
    assert wrap("one two three", 8) == ["one two", "three"]
    assert wrap("日本語の領収書", 6) == ["日本語", "の領収", "書"]
    assert wrap("extraordinarily", 6) == ["extrao", "rdinar", "ily"]
    assert wrap("a\n\nb", 6) == ["a", "", "b"]
    assert wrap("", 6) == [""]


@given(_TEXT, _FIGURE, st.sampled_from([24, 32, 42, 48]), st.sampled_from([1, 2]))
def test_the_figure_of_a_pair_is_never_cut(left: str, right: str, columns: int, size: int) -> None:
    lines = _lines(Pair(left, right, size=size), columns)
    assert lines[-1].text.endswith(right)
    assert display_width(lines[-1].text) == columns // size
    assert all(display_width(line.text) <= columns // size for line in lines)
    whole = _visible("".join(line.text for line in lines))
    assert whole == _visible(clean(left)) + _visible(right)


@given(_TEXT, _FIGURE, _FIGURE, _FIGURE, _WIDTHS)
def test_an_item_keeps_name_and_figures(
    name: str, quantity: str, unit: str, amount: str, columns: int
) -> None:
    lines = _lines(Item(name, quantity, unit, amount), columns)
    assert all(display_width(line.text) <= columns for line in lines)
    pieces = [segment.text for line in lines for segment in line.segments]
    assert amount in pieces
    joined = _visible("".join(pieces))
    assert _visible(quantity) in joined
    assert _visible(unit) in joined


def test_a_figure_too_long_for_large_type_is_set_in_normal_type() -> None:
    (line,) = _lines(Pair("TOTAL", "123.456.789,00 IDR", size=2), 32)
    assert line.size == 1
    assert line.text == "TOTAL" + "123.456.789,00 IDR".rjust(27)


def test_a_receipt_number_is_whole_on_narrow_paper() -> None:
    head = Pair("STORE001-12-7K-00000042", "2026-11-27 21:46")
    assert [line.text.split() for line in _lines(head, 32)] == [
        ["STORE001-12-7K-00000042"], ["2026-11-27", "21:46"],
    ]  # fmt: skip
    assert len(_lines(head, 48)) == 1


@pytest.mark.parametrize(("columns", "count"), [(48, 1), (42, 1), (32, 2)])
def test_an_item_takes_one_line_on_wide_paper_and_two_on_narrow(columns: int, count: int) -> None:
    lines = _lines(Item("Milk", "2", "0.99", "1.98"), columns)
    assert len(lines) == count
    assert lines[-1].text.endswith("1.98")


@given(
    st.lists(st.lists(_FIGURE, min_size=4, max_size=4), min_size=1, max_size=3),
    _WIDTHS,
)
def test_a_table_keeps_every_cell_whole(rows: list[list[str]], columns: int) -> None:
    table = Table(("Rate", "Net", "Tax", "Gross"), tuple(map(tuple, rows)))
    lines = _lines(table, columns)
    assert all(display_width(line.text) <= columns for line in lines)
    pieces = [segment.text for line in lines for segment in line.segments]
    for row in rows:
        assert all(cell in pieces for cell in row)


def test_table_columns_are_equal_and_right_aligned() -> None:
    header, row = _lines(Table(("A", "B", "C"), (("1", "2.00", "3.00"),)), 48)
    assert header.bold
    assert row.text == "1" + "2.00".rjust(31) + "3.00".rjust(16)


def test_control_characters_never_reach_the_printer() -> None:
    assert clean("a\x1bp\x00b\x1d\u2028c\ud800") == "a p b  c\ufffd"
    (line,) = _lines(Text("x\x10\x14\x01"), 48)
    assert line.text.strip() == "x"


@given(_TEXT)
def test_encoding_never_invents_a_question_mark(text: str) -> None:
    for page in ("cp858", "cp852", "cp1252", "cp866"):
        encoded = encode(clean(text).replace("\n", ""), page)
        if encoded is not None:
            assert encoded.count(b"?") == text.count("?")
            assert all(byte >= 0x20 for byte in encoded)


@pytest.mark.parametrize(
    ("page", "text", "data"),
    [
        ("cp858", "äöüß€éñ", b"\x84\x94\x81\xe1\xd5\x82\xa4"),
        ("cp858", "žř", None),
        ("cp852", "äöüßéžř", b"\x84\x94\x81\xe1\x82\xa7\xfd"),
        ("cp852", "€", None),
        ("cp1252", "äöüß€éñž", b"\xe4\xf6\xfc\xdf\x80\xe9\xf1\x9e"),
        ("cp858", "1\u202f234,50\u00a0– “x” 2 × 3", b'1 234,50\xff- "x" 2 \x9e 3'),
        ("cp858", "日", None),
    ],
)
def test_golden_bytes_of_pages(page: str, text: str, data: bytes | None) -> None:
    assert encode(text, page) == data


@given(_TEXT.filter(lambda text: text.strip() != ""), _FIGURE, _WIDTHS)
def test_savings_stand_indented_below_their_line_with_whole_figures(
    name: str, figure: str, columns: int
) -> None:
    plain = Item("Milk", "1", "1.29", "1.29")
    item = Item("Milk", "1", "1.29", "1.29", savings=((name, figure), ("Second", "-0.10")))
    below = _lines(item, columns)[len(_lines(plain, columns)) :]
    assert all(line.text.startswith("  ") or not line.text for line in below)
    assert all(display_width(line.text) <= columns for line in below)
    assert _visible("".join(line.text for line in below)) == _visible(
        f"{clean(name)}{' '.join(clean(figure).split())}Second-0.10"
    )
    assert below[-1].text.endswith("-0.10")


def test_a_saving_is_set_like_this() -> None:
    item = Item("Pasta", "3", "1.29", "3.87", savings=(("3 for 2 on pasta", "-1.29"),))
    assert [line.text for line in _lines(item, 32)] == [
        "Pasta",
        "3 × 1.29                    3.87",
        "  3 for 2 on pasta         -1.29",
    ]
