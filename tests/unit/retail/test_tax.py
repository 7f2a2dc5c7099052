from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retail.tax import TaxableLine, TaxRounding, TaxRules, TaxSum, kept_codes, line_taxes, tax_table
from tests.unit.retail.strategies import RATES, Refusal, rules

CASES = json.loads(
    (Path(__file__).parents[2] / "data" / "pricing" / "cases_public.json").read_text()
)["cases"]
TAX_CASES = [case for case in CASES if {"tax", "line_net", "applied"} <= set(case["assert"])]
PLAIN_CASES = [case for case in TAX_CASES if not case["promos"] and not case.get("redeem")]

lines = st.lists(
    st.builds(
        TaxableLine,
        st.integers(0, 10**7),
        st.sampled_from([(), ("A",), ("B",), ("Z",), ("A", "B"), ("B", "A"), ("A", "A")]),
    ),
    max_size=8,
)
EUROPE = TaxRules(inclusive=True, rates=RATES)
AMERICA = TaxRules(inclusive=False, rates=RATES)


def rules_of(case: dict[str, Any]) -> TaxRules:
    tax = case["tax"]
    return TaxRules(
        tax["mode"] == "inclusive",
        tax["rates"],
        TaxRounding(tax.get("rounding", "per_rate")),
        combine=tax.get("combine", False),
        exempt_below_unit={
            code: rule["exempt_below_unit"] for code, rule in tax.get("rules", {}).items()
        },
        manufacturer_coupon_taxable=tax.get("manufacturer_coupon_taxable", False),
    )


def bases_of(case: dict[str, Any]) -> list[int]:
    """What is taxed, seen from outside: a manufacturer pays in cases of a single line only."""
    bases = list(case["expected"]["line_net"])
    if case["tax"].get("manufacturer_coupon_taxable"):
        (applied,) = case["expected"]["applied"]
        bases[0] += applied["discount"]
    return bases


def test_the_vectors_are_there() -> None:
    assert len(PLAIN_CASES) >= 8
    assert len(TAX_CASES) == len(CASES) == 104


@pytest.mark.parametrize("case", TAX_CASES, ids=lambda c: c["id"])
def test_tax_of_the_pricing_vectors(case: dict[str, Any]) -> None:
    taxable = [
        TaxableLine(base, tuple(line["taxes"]), line.get("qty", 1))
        for base, line in zip(bases_of(case), case["lines"], strict=True)
    ]
    table = tax_table(taxable, rules_of(case))
    assert {row.code: row.tax_minor for row in table} == case["expected"]["tax"]


def test_a_shelf_price_contains_its_tax() -> None:
    assert tax_table([TaxableLine(12_100, ("A",))], EUROPE) == (
        TaxSum("A", 210_000, 10_000, 2_100, 12_100),
    )


def test_tax_comes_on_top() -> None:
    assert tax_table([TaxableLine(10_000, ("A",))], AMERICA) == (
        TaxSum("A", 210_000, 10_000, 2_100, 12_100),
    )


def test_two_codes_on_a_line_share_the_price() -> None:
    table = tax_table([TaxableLine(12_700, ("B", "A"))], EUROPE)
    assert table == (
        TaxSum("A", 210_000, 10_000, 2_100, 12_100),
        TaxSum("B", 60_000, 10_000, 600, 10_600),
    )


def test_rounding_once_or_line_by_line() -> None:
    three = [TaxableLine(99, ("A",))] * 3
    per_line = TaxRules(inclusive=True, rates=RATES, rounding=TaxRounding.PER_LINE)
    assert tax_table(three, EUROPE)[0].tax_minor == 52
    assert tax_table(three, per_line)[0].tax_minor == 51
    assert line_taxes(three, per_line) == ((("A", 17),),) * 3
    assert line_taxes(three, EUROPE) == ((("A", 18),), (("A", 17),), (("A", 17),))


def test_a_line_without_a_code_bears_no_tax() -> None:
    assert tax_table([TaxableLine(500, ())], EUROPE) == ()
    assert line_taxes([TaxableLine(500, ())], EUROPE) == ((),)


COMBINED = replace(AMERICA, combine=True)


def test_combined_codes_give_one_figure_in_the_first_lines_order() -> None:
    lines = [TaxableLine(102, ("B", "A", "B")), TaxableLine(102, ("A", "B"))]
    assert tax_table(lines, COMBINED) == (TaxSum("B+A", 270_000, 204, 55, 259),)
    assert line_taxes(lines, COMBINED) == ((("B+A", 28),), (("B+A", 27),))
    assert tax_table(lines[::-1], COMBINED)[0].code == "A+B"


def test_each_set_of_codes_is_combined_on_its_own() -> None:
    lines = [TaxableLine(100, ("A", "B")), TaxableLine(100, ("A",)), TaxableLine(100, ())]
    per_line = replace(COMBINED, rounding=TaxRounding.PER_LINE)
    for rules_used in (COMBINED, per_line):
        assert tax_table(lines, rules_used) == (
            TaxSum("A", 210_000, 100, 21, 121),
            TaxSum("A+B", 270_000, 100, 27, 127),
        )


def test_combined_tax_within_the_price() -> None:
    rules_used = replace(COMBINED, inclusive=True)
    assert tax_table([TaxableLine(12_700, ("A", "B"))], rules_used) == (
        TaxSum("A+B", 270_000, 10_000, 2_700, 12_700),
    )


EXEMPT = replace(AMERICA, exempt_below_unit={"B": 1000})


@pytest.mark.parametrize(
    ("amount", "units", "kept"),
    [
        (999, 1, ("A",)),
        (1000, 1, ("A", "B")),
        (1999, 2, ("A",)),
        (2000, 2, ("A", "B")),
        (-999, 1, ("A",)),
        (-1000, 1, ("A", "B")),
    ],
)
def test_cheap_goods_are_exempt_by_the_unit(amount: int, units: int, kept: tuple[str, ...]) -> None:
    line = TaxableLine(amount, ("A", "B", "A"), units)
    assert kept_codes(line, EXEMPT) == kept
    assert tuple(row.code for row in tax_table([line], EXEMPT)) == kept
    assert tuple(code for code, _ in line_taxes([line], EXEMPT)[0]) == kept


def test_lines_are_taxed_together_by_what_they_keep() -> None:
    lines = [TaxableLine(102, ("A", "B")), TaxableLine(102, ("A",)), TaxableLine(3000, ("A", "B"))]
    table = tax_table(lines, EXEMPT)
    assert [(row.code, row.net_minor, row.tax_minor) for row in table] == [
        ("A", 3204, 43 + 630),
        ("B", 3000, 180),
    ]


def test_a_code_without_a_rate_is_refused_even_where_it_would_be_dropped(refused: Refusal) -> None:
    with refused("tax.code"):
        tax_table([TaxableLine(1, ("Q",))], replace(EXEMPT, exempt_below_unit={"Q": 1000}))


def test_a_code_without_a_rate_is_refused(refused: Refusal) -> None:
    with refused("tax.code"):
        tax_table([TaxableLine(100, ("Q",))], EUROPE)


@pytest.mark.parametrize("ppm", [-1, 1_000_001])
def test_a_rate_outside_0_to_100_percent_is_refused(ppm: int, refused: Refusal) -> None:
    with refused("tax.rate"):
        tax_table([TaxableLine(100, ("A",))], TaxRules(inclusive=True, rates={"A": ppm}))


@given(lines, rules(), st.randoms(use_true_random=False))
def test_neither_the_order_of_lines_nor_of_codes_matters(
    taxable: list[TaxableLine], how: TaxRules, random: Random
) -> None:
    shuffled = [TaxableLine(ln.amount_minor, ln.codes[::-1]) for ln in taxable]
    random.shuffle(shuffled)
    assert tax_table(shuffled, how) == tax_table(taxable, how)


@given(lines, rules())
def test_the_lines_taxes_add_up_to_the_table(taxable: list[TaxableLine], how: TaxRules) -> None:
    sums: dict[str, int] = {}
    for line, taxes in zip(taxable, line_taxes(taxable, how), strict=True):
        assert {code for code, _ in taxes} == set(line.codes)
        for code, tax in taxes:
            sums[code] = sums.get(code, 0) + tax
    assert sums == {row.code: row.tax_minor for row in tax_table(taxable, how)}


@given(lines, rules())
def test_the_lines_taxes_are_near_their_exact_share(
    taxable: list[TaxableLine], how: TaxRules
) -> None:
    for line, taxes in zip(taxable, line_taxes(taxable, how), strict=True):
        whole = sum(how.rates[code] for code in set(line.codes)) if how.inclusive else 0
        for code, tax in taxes:
            exact = Fraction(line.amount_minor * how.rates[code], 1_000_000 + whole)
            assert abs(exact - tax) < 2


@given(lines, rules())
def test_gross_is_net_plus_tax(taxable: list[TaxableLine], how: TaxRules) -> None:
    for row in tax_table(taxable, how):
        assert row.gross_minor == row.net_minor + row.tax_minor
        assert row.ppm == how.rates[row.code]
        assert row.tax_minor >= 0


@given(st.lists(st.integers(0, 10**7), min_size=1), st.sampled_from("ABZ"), rules())
def test_a_single_codes_row_holds_all_its_lines(
    prices: list[int], code: str, how: TaxRules
) -> None:
    (row,) = tax_table([TaxableLine(price, (code,)) for price in prices], how)
    assert sum(prices) == (row.gross_minor if how.inclusive else row.net_minor)


@given(lines, rules())
def test_a_return_gives_back_the_same_tax(taxable: list[TaxableLine], how: TaxRules) -> None:
    back = [TaxableLine(-ln.amount_minor, ln.codes) for ln in taxable]
    assert [-row.tax_minor for row in tax_table(back, how)] == [
        row.tax_minor for row in tax_table(taxable, how)
    ]


@given(lines, rules(), st.booleans(), st.dictionaries(st.sampled_from("AB"), st.integers(0, 10**7)))
def test_the_lines_taxes_add_up_whatever_is_combined_or_exempt(
    taxable: list[TaxableLine], how: TaxRules, combined: bool, limits: dict[str, int]
) -> None:
    how = replace(how, combine=combined, exempt_below_unit=limits)
    sums: dict[str, int] = {}
    for taxes in line_taxes(taxable, how):
        for code, tax in taxes:
            sums[code] = sums.get(code, 0) + tax
    assert sums == {row.code: row.tax_minor for row in tax_table(taxable, how)}
