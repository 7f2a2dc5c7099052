from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retail.basket.blocks import blocks
from retail.basket.lines import Piece, add, add_unknown, set_quantity, take_back
from retail.basket.manual import (
    attach,
    exempt,
    leave_out,
    let_in,
    note_basket,
    note_line,
    override_price,
    reduce_basket,
    reduce_line,
    reprice,
    sold_by,
)
from retail.basket.model import (
    MAX_NOTE,
    Attached,
    Basket,
    Exemption,
    GivenBy,
    PriceOverride,
    Reduction,
    Returned,
)
from retail.catalog import Unit
from retail.pricing import price, refund_of
from retail.reasons import REASONS, Occasion, known
from retail.reductions import NO_CUT, Cut, Cuts, taken_off
from retail.rights import LIMITS, Right, may
from retail.tax import TaxRules
from tests.unit.retail.strategies import BASKET_ID, RATES, Refusal, article, baskets, rules, terms

ANN, BEN = UUID(int=1), UUID(int=2)
BY_ANN = GivenBy(ANN, "damaged")
EMPTY = Basket(BASKET_ID, "EUR")
MILK = article("MILK", unit_price_minor=200)
WINE = article("WINE", unit_price_minor=900, min_age=18)
BOOK = article("BOOK", unit_price_minor=1500, no_discount=True)
EUROPE = TaxRules(inclusive=True, rates=RATES)
TEN_PERCENT = {"id": "TEN", "type": "percent", "bp": 1000}


def milk_and_book() -> Basket:
    return add(add(EMPTY, MILK, code="M", quantity=3000), BOOK, code="B")


def test_a_price_set_by_hand_is_what_the_line_costs_and_no_promotion_lowers_it() -> None:
    basket = override_price(milk_and_book(), 1, PriceOverride(BY_ANN, 150))
    priced = price(basket, EUROPE, terms(TEN_PERCENT))
    assert [line.net_minor for line in priced.lines] == [450, 1500]
    assert basket.line(1).unit_price_minor == 150
    again = price(override_price(basket, 1, None), EUROPE, terms(TEN_PERCENT))
    assert [line.net_minor for line in again.lines] == [540, 1500]


def test_a_reduction_comes_after_promotions_and_leaves_fixed_prices_alone() -> None:
    basket = reduce_line(milk_and_book(), 1, Reduction(BY_ANN, ppm=500_000))
    basket = reduce_basket(basket, Reduction(BY_ANN, minor=100))
    milk, book = price(basket, EUROPE, terms(TEN_PERCENT)).lines
    assert (milk.gross_minor, milk.reduced_minor, milk.share_minor) == (600, 270, 100)
    assert (milk.discount_minor, milk.net_minor) == (430, 170)
    assert (book.discount_minor, book.net_minor) == (0, 1500)


def test_what_is_set_apart_is_joined_by_nothing() -> None:
    marks = (
        override_price(milk_and_book(), 1, PriceOverride(BY_ANN, 150)),
        reduce_line(milk_and_book(), 1, Reduction(BY_ANN, minor=1)),
        note_line(milk_and_book(), 1, "gift"),
        sold_by(milk_and_book(), 1, BEN),
    )
    for basket in marks:
        assert [line.quantity for line in add(basket, MILK, code="M").lines] == [3000, 1000, 1000]


@pytest.mark.parametrize("minor", [-1, 100_000_001])
def test_a_price_out_of_bounds_is_refused(minor: int, refused: Refusal) -> None:
    with refused("basket.price"):
        override_price(milk_and_book(), 1, PriceOverride(BY_ANN, minor))


@pytest.mark.parametrize(("ppm", "minor"), [(0, 0), (-1, 0), (1_000_001, 0), (0, -1), (10, 10)])
def test_a_reduction_is_a_share_or_an_amount(ppm: int, minor: int, refused: Refusal) -> None:
    with refused("basket.reduction"):
        reduce_line(milk_and_book(), 1, Reduction(BY_ANN, ppm, minor))
    with refused("basket.reduction"):
        reduce_basket(milk_and_book(), Reduction(BY_ANN, ppm, minor))


def test_a_fixed_price_cannot_be_reduced_and_an_unknown_code_has_none(refused: Refusal) -> None:
    with refused("basket.no_discount"):
        reduce_line(milk_and_book(), 2, Reduction(BY_ANN, minor=1))
    basket = add_unknown(EMPTY, "?")
    with refused("basket.unknown"):
        override_price(basket, 1, PriceOverride(BY_ANN, 1))


def test_reductions_can_be_given_back() -> None:
    basket = reduce_line(milk_and_book(), 1, Reduction(BY_ANN, minor=1))
    basket = reduce_basket(basket, Reduction(BY_ANN, minor=1))
    assert reduce_basket(reduce_line(basket, 1, None), None) == milk_and_book()


def test_a_promotion_that_is_left_out_no_longer_holds_until_it_is_let_in() -> None:
    basket = leave_out(milk_and_book(), "TEN", BY_ANN)
    assert price(basket, EUROPE, terms(TEN_PERCENT)).savings_minor == 0
    assert leave_out(basket, "TEN", GivenBy(BEN, "wrong")) == basket
    back = let_in(basket, "TEN")
    assert price(back, EUROPE, terms(TEN_PERCENT)).savings_minor == 60


def test_a_customer_gets_what_members_get() -> None:
    members = {"id": "M", "type": "percent", "bp": 1000, "customer": {"tiers": ["gold"]}}
    ann = Attached(BEN, "Ben", tier="gold", segments=("club",))
    assert price(milk_and_book(), EUROPE, terms(members)).savings_minor == 0
    attached = attach(milk_and_book(), ann)
    assert price(attached, EUROPE, terms(members)).savings_minor == 60
    assert attach(attached, None) == milk_and_book()


def test_a_certificate_takes_the_tax_off_where_prices_are_without_it() -> None:
    outside = TaxRules(inclusive=False, rates=RATES)
    basket = exempt(milk_and_book(), Exemption(BY_ANN, "X-1"))
    assert price(milk_and_book(), outside).total_minor == 2100 + 441
    assert price(basket, outside).total_minor == 2100
    assert price(basket, EUROPE).tax_minor == price(milk_and_book(), EUROPE).tax_minor
    assert exempt(basket, None) == milk_and_book()


def test_a_certificate_goes_with_the_customer_who_showed_it() -> None:
    ann, ben = (Attached(UUID(int=n), name) for n, name in ((1, "Ann"), (2, "Ben")))
    shown = Exemption(BY_ANN, "X-1")
    basket = exempt(attach(milk_and_book(), ann), shown)
    assert attach(basket, replace(ann, tier="gold")).exemption == shown
    assert attach(basket, ben).exemption is None
    assert attach(basket, None).exemption is None
    before_anybody = exempt(milk_and_book(), shown)
    assert attach(before_anybody, ann).exemption == shown


@pytest.mark.parametrize("certificate", ["", "  ", "x" * 41])
def test_a_certificate_needs_a_number(certificate: str, refused: Refusal) -> None:
    with refused("basket.certificate"):
        exempt(milk_and_book(), Exemption(BY_ANN, certificate))


def test_notes_are_one_line_of_bounded_length(refused: Refusal) -> None:
    assert note_line(milk_and_book(), 1, " wrap \n it ").line(1).note == "wrap it"
    assert note_basket(milk_and_book(), "x").note == "x"
    with refused("basket.note"):
        note_basket(milk_and_book(), "x" * (MAX_NOTE + 1))


BACK = Returned(
    GivenBy(ANN, "unwanted"), gross_minor=1800, net_minor=1500, taxes=(("A", 210_000, 260),),
    sale=UUID(int=9), number="S1-1-AB-00000001", n=2,
)  # fmt: skip


def test_goods_that_come_back_take_off_what_was_paid() -> None:
    basket = take_back(milk_and_book(), WINE, BACK, code="W", quantity=2000)
    assert blocks(basket) == ()
    priced = price(basket, EUROPE, terms(TEN_PERCENT))
    back = priced.lines[-1]
    assert (back.gross_minor, back.discount_minor, back.net_minor) == (-1800, -300, -1500)
    assert back.taxes == (("A", -260),)
    assert priced.total_minor == 540 + 1500 - 1500
    assert priced.savings_minor == 60
    (row,) = priced.tax
    assert (row.net_minor + row.tax_minor, row.gross_minor) == (540, 540)


def test_a_line_of_a_receipt_stands_in_the_basket_once() -> None:
    basket = take_back(EMPTY, WINE, BACK, code="W", quantity=2000)
    basket = take_back(basket, WINE, BACK, code="W", quantity=1000)
    assert [(line.line, line.quantity) for line in basket.lines] == [(1, 1000)]
    blind = Returned(GivenBy(ANN, "unwanted"), 900, 900)
    basket = take_back(take_back(basket, WINE, blind, code="W", quantity=1000), WINE, blind,
                       code="W", quantity=1000)  # fmt: skip
    assert len(basket.lines) == 3


def test_goods_of_a_time_with_another_rate_have_a_row_of_their_own() -> None:
    old = Returned(GivenBy(ANN, "late"), 119, 119, (("A", 190_000, 19), ("Q", 50_000, 5)))
    priced = price(take_back(milk_and_book(), MILK, old, code="M", quantity=1000), EUROPE)
    rows = {row.code: (row.net_minor, row.tax_minor) for row in priced.tax}
    assert rows["A@190000"] == (-95, -19)
    assert rows["Q@50000"] == (-95, -5)
    assert rows["A"][1] == 364


def test_tax_on_top_comes_back_too() -> None:
    outside = TaxRules(inclusive=False, rates=RATES)
    assert refund_of(BACK, outside) == 1760
    priced = price(take_back(EMPTY, WINE, BACK, code="W", quantity=2000), outside)
    assert priced.total_minor == -1760
    assert (priced.tax[0].net_minor, priced.tax[0].tax_minor) == (-1500, -260)


def test_nothing_else_can_be_changed_of_goods_that_come_back(refused: Refusal) -> None:
    basket = take_back(EMPTY, WINE, BACK, code="W", quantity=2000)
    with refused("basket.returned"):
        set_quantity(basket, 1, 1000)
    with refused("basket.returned"):
        reduce_line(basket, 1, Reduction(BY_ANN, minor=1))
    with refused("basket.quantity"):
        take_back(EMPTY, WINE, BACK, code="W", quantity=0)


@given(baskets(), rules(), st.data())
def test_reductions_never_take_more_than_is_there_and_sums_stay_exact(
    basket: Basket, tax: TaxRules, data: st.DataObject
) -> None:
    cut = st.one_of(
        st.builds(Reduction, st.just(BY_ANN), ppm=st.integers(1, 1_000_000)),
        st.builds(Reduction, st.just(BY_ANN), minor=st.integers(1, 90_000)),
    )
    for line in basket.lines:
        basket = reduce_line(basket, line.line, data.draw(st.none() | cut))
    basket = reduce_basket(basket, data.draw(st.none() | cut))
    priced = price(basket, tax)
    for one in priced.lines:
        assert 0 <= one.net_minor == one.gross_minor - one.discount_minor
        assert one.discount_minor == one.reduced_minor + one.share_minor
    on_top = 0 if tax.inclusive else priced.tax_minor
    assert priced.total_minor == sum(one.net_minor for one in priced.lines) + on_top
    by_code = {row.code: row.tax_minor for row in priced.tax}
    for code, amount in by_code.items():
        assert amount == sum(dict(one.taxes).get(code, 0) for one in priced.lines)


def test_cuts_follow_their_lines_when_some_are_gone() -> None:
    cuts = Cuts((Cut(minor=1), Cut(minor=2), Cut(minor=3)), Cut(ppm=5), frozenset({0, 2}))
    assert cuts.only([1, 2]) == Cuts((Cut(minor=2), Cut(minor=3)), Cut(ppm=5), frozenset({1}))
    assert Cuts().only([0]) == Cuts()
    assert taken_off(Cuts(), (5, 6), (0, 1)).shares == (0, 0)
    assert NO_CUT.of(7) == 0


def test_a_cut_never_takes_a_larger_share_than_was_allowed() -> None:
    five_off = Cut(minor=500, most_ppm=200_000)
    assert [five_off.of(amount) for amount in (5000, 2500, 1000, 3)] == [500, 500, 200, 1]
    assert Cut(minor=500, most_ppm=200_000).of(400, 2000) == 400
    assert [five_off.share_of(amount) for amount in (2500, 0)] == [200_000, 1_000_000]
    assert Cut(minor=0).share_of(0) == 0
    cuts = Cuts(basket=five_off, fixed=frozenset({1}))
    assert taken_off(cuts, (1000, 1500), (0, 1)).shares == (500, 0)
    assert taken_off(cuts, (1000, 500), (0, 1)).shares == (300, 0)


@given(st.integers(1, 900_000), st.integers(1, 900_000), st.integers(0, 1_000_000))
def test_what_was_measured_within_a_right_is_given_whole(off: int, amount: int, most: int) -> None:
    cut = Cut(minor=off, most_ppm=most)
    if cut.share_of(amount) <= most:
        assert cut.of(amount) == min(off, amount)


def test_a_weighed_article_costs_by_its_own_price() -> None:
    apples = article("APPLES", Unit.KILOGRAM, unit_price_minor=290)
    basket = add(EMPTY, apples, code="A", quantity=842)
    basket = override_price(basket, 1, PriceOverride(BY_ANN, 100))
    assert price(basket, EUROPE).total_minor == 84


@pytest.mark.parametrize("right", Right)
def test_a_manager_may_do_everything(right: Right) -> None:
    assert may("manager", right, LIMITS["manager"][right])
    assert not may("nobody", right)


def test_a_cashier_has_bounds() -> None:
    assert may("cashier", Right.REDUCE_LINE, 200_000)
    assert not may("cashier", Right.REDUCE_LINE, 200_001)
    assert not may("cashier", Right.RETURN_BLIND)


def test_reasons_are_codes_that_fit_their_columns() -> None:
    assert set(REASONS) == set(Occasion)
    assert all(len(code) <= 16 for codes in REASONS.values() for code in codes)
    assert known(Occasion.RETURN, "defective")
    assert not known(Occasion.RETURN, "damaged")


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_a_new_price_changes_its_line_and_nothing_else(before: int, after: int) -> None:
    first = article("A", unit_price_minor=before)
    basket = add(add(Basket(BASKET_ID, "EUR"), first, code="A"), article("B"), code="B")
    repriced = reprice(basket, 1, after)
    assert repriced.line(1).unit_price_minor == after
    assert replace(repriced.line(1), item=first) == basket.line(1)
    assert repriced.line(2) == basket.line(2)
    assert reprice(repriced, 1, before) == basket


def test_a_price_that_a_label_or_a_person_set_is_not_replaced(refused: Refusal) -> None:
    labelled = add(EMPTY, MILK, code="M", piece=Piece(label_minor=150))
    by_hand = override_price(add(EMPTY, MILK, code="M"), 1, PriceOverride(BY_ANN, 150))
    for basket in (labelled, by_hand):
        with refused("basket.fixed"):
            reprice(basket, 1, 180)
    with refused("basket.unknown"):
        reprice(add_unknown(EMPTY, "X"), 1, 180)
