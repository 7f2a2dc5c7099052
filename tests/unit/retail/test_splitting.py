from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retail.tax import TaxableLine, TaxRules, line_taxes, tax_table
from retail.tender.splitting import by_amounts, by_lines, evenly, in_turn, line_totals
from tests.unit.retail.strategies import Refusal, rules

dues = st.integers(-(10**7), 10**7)


def test_what_cannot_be_divided_goes_to_the_first() -> None:
    assert evenly(1_000, 3) == (334, 333, 333)
    assert evenly(-1_000, 3) == (-334, -333, -333)
    assert evenly(1, 3) == (1, 0, 0)


@given(dues, st.integers(1, 40))
def test_even_parts_add_up_and_differ_by_one_at_most(due: int, payers: int) -> None:
    parts = evenly(due, payers)
    assert len(parts) == payers
    assert sum(parts) == due
    assert max(parts) - min(parts) <= 1


@given(dues, st.integers(0, 10**5), st.integers(1, 40))
def test_nobody_pays_less_of_more(due: int, more: int, payers: int) -> None:
    pairs = zip(sorted(evenly(due, payers)), sorted(evenly(due + more, payers)), strict=True)
    assert all(low <= high for low, high in pairs)


@pytest.mark.parametrize(
    ("due", "amounts", "parts"),
    [
        (1_000, (400, 250), (400, 250, 350)),
        (1_000, (400, 600), (400, 600)),
        (1_000, (), (1_000,)),
        (-1_000, (-400,), (-400, -600)),
        (0, (), ()),
    ],
)
def test_the_last_pays_what_is_left(
    due: int, amounts: tuple[int, ...], parts: tuple[int, ...]
) -> None:
    assert by_amounts(due, amounts) == parts


@given(st.lists(st.integers(1, 5_000), max_size=6), st.integers(0, 5_000))
def test_parts_by_amounts_add_up(amounts: list[int], rest: int) -> None:
    due = sum(amounts) + rest
    assert sum(by_amounts(due, amounts)) == due
    assert sum(by_amounts(-due, [-amount for amount in amounts])) == -due


@given(
    st.lists(
        st.tuples(st.integers(0, 50_000), st.sampled_from([(), ("A",), ("B",), ("A", "B")])),
        max_size=8,
    ),
    rules(),
    st.data(),
)
def test_lines_with_their_tax_add_up_to_the_total(
    raw: list[tuple[int, tuple[str, ...]]], taxing: TaxRules, data: st.DataObject
) -> None:
    lines = [TaxableLine(net, codes) for net, codes in raw]
    nets = [line.amount_minor for line in lines]
    on_top = 0 if taxing.inclusive else sum(row.tax_minor for row in tax_table(lines, taxing))
    totals = line_totals(nets, line_taxes(lines, taxing), inclusive=taxing.inclusive)
    payers = data.draw(
        st.lists(st.sampled_from(("Ann", "Bo", "Cy")), min_size=len(nets), max_size=len(nets))
    )
    shares = by_lines(totals, payers)
    assert sum(shares.values()) == sum(nets) + on_top
    assert list(shares) == list(dict.fromkeys(payers))
    for payer, share in shares.items():
        assert share == sum(t for t, own in zip(totals, payers, strict=True) if own == payer)


def test_what_cannot_be_split_is_refused(refused: Refusal) -> None:
    with refused("split.payers"):
        evenly(100, 0)
    with refused("split.amount"):
        by_amounts(100, [0])
    with refused("split.amount"):
        by_amounts(-100, [50])
    with refused("split.over"):
        by_amounts(100, [60, 41])
    with refused("split.lines"):
        by_lines([100, 200], ["Ann"])
    with refused("split.lines"):
        by_lines([100], [""])


def test_who_owes_nothing_has_no_turn() -> None:
    assert in_turn(1_000, (400, 0, 600)) == (400, 600)
    assert in_turn(-1_000, (-400, -600)) == (-400, -600)


def test_nobody_s_turn_gives_money_back(refused: Refusal) -> None:
    with refused("split.against"):
        in_turn(1_000, (1_200, -200))
    with refused("split.against"):
        in_turn(-1_000, (-1_200, 200))


def test_turns_are_what_is_left_to_pay(refused: Refusal) -> None:
    with refused("split.sum"):
        in_turn(1_000, (400, 500))
