from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retail.barcode.gtin import check_digit, parse_gtin
from retail.barcode.number_rules import (
    CodeKind,
    CodeRules,
    NumberRule,
    PrefixRule,
    circulation_of,
    measure_check_digit,
    quantity_of_price,
    read_number,
    rules_from,
    setting_of,
)
from retail.barcode.presets import COUNTRIES, preset
from retail.quantity import extend
from tests.unit.retail.strategies import Refusal

LAYOUTS = [
    (country, row)
    for country in COUNTRIES
    for row in preset(country).numbers
    if row.kind is CodeKind.ARTICLE
]


def number(payload: str) -> str:
    return payload + str(check_digit(payload))


def printed(pattern: str, item: str, measure: str) -> str:
    """A label's number as a scale prints it."""
    fill = {"I": iter(item), **dict.fromkeys("PWN", iter(measure))}
    verifier = iter(str(measure_check_digit(measure)) if "V" in pattern else "")
    return number(
        "".join(next(fill.get(sign, verifier)) if sign.isalpha() else sign for sign in pattern[:-1])
    )


@pytest.mark.parametrize(
    ("digits", "expected"),
    # The worked examples of GS1 General Specifications 7.9.4.
    [("2875", 9), ("14685", 6), ("0000", 0), ("00000", 0)],
)
def test_check_digit_of_a_measure(digits: str, expected: int) -> None:
    assert measure_check_digit(digits) == expected


@given(st.sampled_from(LAYOUTS), st.data())
def test_every_layout_reads_what_a_scale_prints(
    layout: tuple[str, NumberRule], data: st.DataObject
) -> None:
    country, row = layout
    widths = [sum(row.pattern.count(sign) for sign in signs) for signs in ("I", "PWN")]
    item, measure = (
        data.draw(st.text("0123456789", min_size=width, max_size=width)) for width in widths
    )
    found = read_number(parse_gtin(printed(row.pattern, item, measure)), preset(country).numbers)
    assert found is not None
    assert (found.rule, found.item) == (row, item)
    read = [x for x in (found.price, found.weight, found.count) if x is not None]
    assert read == [int(measure) * row.factor]
    blank = printed(row.pattern, item, "0" * len(measure))
    assert found.base == parse_gtin(found.base.scanned)
    assert found.base.scanned == blank


@given(
    layout=st.sampled_from([(c, r) for c, r in LAYOUTS if "V" in r.pattern]),
    digit=st.integers(0, 9),
)
def test_a_wrong_check_digit_of_the_measure_is_refused(
    layout: tuple[str, NumberRule], digit: int, refused: Refusal
) -> None:
    country, row = layout
    items, measures = row.pattern.count("I"), len(row.pattern) - row.pattern.index("V") - 2
    code = printed(row.pattern, "1" * items, "1" * measures)
    at = row.pattern.index("V")
    if code[at] == str(digit):
        return
    with refused("code.measure_check_digit"):
        read_number(
            parse_gtin(number(code[:at] + str(digit) + code[at + 1 : -1])), preset(country).numbers
        )


@pytest.mark.parametrize(
    ("code", "pattern", "item"),
    [
        ("212345019993", "2IIIIIPPPPPC", "12345"),
        ("0212345019993", "2IIIIIPPPPPC", "12345"),
        ("0212345019993", "02IIIIIPPPPPC", "12345"),
        ("2312345019998", "23XIIIXPPPPXC", "234"),
        ("21234569", "2IIIIIIC", "123456"),
        ("0000021234569", "2IIIIIIC", None),
        ("2312345019998", "2IIIIIPPPPPC", None),
        ("2312345019998", "24IIIIIPPPPPC", None),
    ],
)
def test_which_numbers_a_pattern_fits(code: str, pattern: str, item: str | None) -> None:
    found = read_number(parse_gtin(code), [NumberRule(name="own", pattern=pattern)])
    assert (found.item if found else None) == item


def test_the_first_row_wins_and_a_later_one_is_reached() -> None:
    rows = [NumberRule(name=name, pattern="23IIIIIPPPPPC") for name in ("first", "second")]
    rows.insert(0, NumberRule(name="other", pattern="29IIIIIPPPPPC"))
    found = read_number(parse_gtin("2312345019998"), rows)
    assert found is not None
    assert found.rule.name == "first"
    assert read_number(parse_gtin("4006381333931"), rows) is None


@pytest.mark.parametrize(
    "pattern",
    ["", "C", "23", "IIIIIIIPPPPPC", "23IIIIIPPPPPP", "23IIIIIPPPPPCC", "23IPIIIPPPPPC",
     "23IIIIIPPWWWC", "23IIIIVPPPPPP", "23IIIIIVPPPXC", "23IIIIVPPPPWC", "2３IIIIIPPPPPC",
     "23IIIIVPPPPPPC", "23IIIIVXXXXXC", "23iiiiippppPC"],
)  # fmt: skip
def test_patterns_that_cannot_be_read(pattern: str, refused: Refusal) -> None:
    with refused("code_rule.pattern"):
        NumberRule(name="own", pattern=pattern)


@pytest.mark.parametrize("factor", [0, -1, 1_000_001])
def test_factors_out_of_bounds(factor: int, refused: Refusal) -> None:
    with refused("code_rule.factor"):
        NumberRule(name="own", pattern="23IIIIIPPPPPC", factor=factor)


@pytest.mark.parametrize(("shortest", "longest"), [(0, 3), (4, 3)])
def test_lengths_that_exclude_one_another(shortest: int, longest: int, refused: Refusal) -> None:
    with refused("code_rule.length"):
        PrefixRule(name="card", kind=CodeKind.BADGE, shortest=shortest, longest=longest)


@pytest.mark.parametrize("country", [*COUNTRIES, ""])
def test_rules_travel_as_a_setting(country: str) -> None:
    rules = preset(country)
    assert rules_from(setting_of(rules)) == rules


def test_an_empty_setting_is_an_empty_table() -> None:
    assert rules_from("{}") == CodeRules()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "code_rule.format"),
        ("[]", "code_rule.format"),
        ('{"colour": 1}', "code_rule.format"),
        (b"\xff", "code_rule.format"),
        ('"\ud800"', "code_rule.format"),
        ("[" * 100_000, "code_rule.format"),
        ('{"separators": ["|", ""]}', "code_rule.separator"),
        ('{"currency": "EURO"}', "money.currency"),
        ('{"numbers": [{"name": "x", "pattern": "23"}]}', "code_rule.pattern"),
    ],
)
def test_settings_that_cannot_be_read(text: str | bytes, code: str, refused: Refusal) -> None:
    with refused(code):
        rules_from(text)


@pytest.mark.parametrize(
    ("code", "circulation"),
    [
        ("2012345012349", "region"),
        ("0212345019993", "region"),
        ("0412345678903", "company"),
        ("21234569", "company"),
        ("01234565", "company"),
        ("96385074", ""),
        ("4006381333931", ""),
        ("036000291452", ""),
        ("90614141000411", ""),
    ],
)
def test_who_a_number_is_left_to(code: str, circulation: str) -> None:
    code = number(code[:-1])
    assert circulation_of(parse_gtin(code)) == circulation


@given(st.integers(0, 99_999), st.integers(1, 1_000_000))
def test_the_quantity_of_a_printed_price_comes_back_to_it(price: int, unit_price: int) -> None:
    quantity = quantity_of_price(price, unit_price)
    assert abs(extend(unit_price, quantity) - price) <= unit_price // 2000 + 1


def test_no_quantity_without_a_unit_price(refused: Refusal) -> None:
    assert quantity_of_price(1250, 1990) == 628
    with refused("code.unit_price"):
        quantity_of_price(1250, 0)
