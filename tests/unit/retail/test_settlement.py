from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retail.errors import RetailError
from retail.money import round_cash
from retail.tender.settlement import (
    Foreign,
    Offer,
    Settlement,
    Tender,
    TenderKind,
    foreign_cash,
    settle,
)
from tests.unit.retail.strategies import Refusal

CASH, CARD = TenderKind.CASH, TenderKind.CARD
coins = st.sampled_from((1, 5, 10, 50, 100))
offers = st.lists(st.builds(Offer, st.sampled_from(TenderKind), st.integers(1, 6_000)), max_size=5)


def test_exact_cash() -> None:
    assert settle(1250, [Offer(CASH, 1250)], 1) == Settlement(
        tenders=(Tender(CASH, 1250, 1250, 0),),
        due_minor=0,
        cash_due_minor=0,
        change_minor=0,
        rounding_minor=0,
        complete=True,
    )


def test_change_is_given_from_the_rounded_amount() -> None:
    paid = settle(1132, [Offer(CASH, 2000)], 5)
    assert paid.tenders == (Tender(CASH, 1130, 2000, 870),)
    assert (paid.rounding_minor, paid.change_minor) == (-2, 870)


def test_a_card_is_charged_to_the_cent() -> None:
    paid = settle(1132, [Offer(CARD, 1132, "AUTH 77")], 5)
    assert paid.tenders == (Tender(CARD, 1132, 1132, 0, "AUTH 77"),)
    assert (paid.rounding_minor, paid.complete) == (0, True)


def test_only_the_rest_in_cash_is_rounded() -> None:
    paid = settle(2133, [Offer(CARD, 1000), Offer(CASH, 1150)], 5)
    assert paid.tenders == (Tender(CARD, 1000, 1000, 0), Tender(CASH, 1135, 1150, 15))
    assert paid.rounding_minor == 2


def test_a_part_in_cash_stays_exact() -> None:
    open_sale = settle(1132, [Offer(CASH, 500)], 5)
    assert not open_sale.complete
    assert (open_sale.due_minor, open_sale.cash_due_minor) == (632, 630)
    paid = settle(1132, [Offer(CASH, 500), Offer(CARD, 632)], 5)
    assert (paid.complete, paid.rounding_minor) == (True, 0)


@pytest.mark.parametrize(("given_minor", "rounding"), [(1133, 0), (1134, 1), (1135, 2)])
def test_cash_between_the_due_and_the_rounded_amount_settles(
    given_minor: int, rounding: int
) -> None:
    paid = settle(1133, [Offer(CASH, given_minor)], 5)
    assert (paid.complete, paid.due_minor) == (True, 0)
    assert (paid.rounding_minor, paid.change_minor) == (rounding, 0)
    assert paid.tenders == (Tender(CASH, given_minor, given_minor, 0),)


def test_a_rest_below_the_smallest_coin_is_settled_by_no_cash_at_all() -> None:
    paid = settle(1002, [Offer(CARD, 1000), Offer(CASH, 0)], 5)
    assert paid.tenders[1] == Tender(CASH, 0, 0, 0)
    assert (paid.complete, paid.rounding_minor) == (True, -2)


def test_nothing_to_pay_is_paid() -> None:
    assert settle(0, [], 5).complete


@pytest.mark.parametrize(
    ("total", "made", "code"),
    [
        (1000, [Offer(CASH, 0)], "tender.amount"),
        (1000, [Offer(CARD, 0)], "tender.amount"),
        (2, [Offer(CARD, 0)], "tender.amount"),
        (2, [Offer(CASH, -1)], "tender.amount"),
        (1000, [Offer(CARD, 1001)], "tender.card_over"),
        (1000, [Offer(TenderKind.GIFT_CARD, 1001)], "tender.value_over"),
        (1000, [Offer(CASH, 1000), Offer(CASH, 1)], "tender.settled"),
        (0, [Offer(CASH, 1)], "tender.settled"),
    ],
)
def test_offers_that_are_refused(
    total: int, made: list[Offer], code: str, refused: Refusal
) -> None:
    with refused(code):
        settle(total, made, 5)


@given(st.integers(0, 10_000), offers, coins)
def test_however_a_sale_is_paid_the_figures_hold(total: int, made: list[Offer], coin: int) -> None:
    try:
        paid = settle(total, made, coin)
    except RetailError as problem:
        assert problem.code in {"tender.card_over", "tender.value_over", "tender.settled"}  # noqa: PT017 - or it holds
        return
    booked = sum(tender.amount_minor for tender in paid.tenders)
    assert paid.due_minor >= 0
    assert booked + paid.due_minor == total + paid.rounding_minor
    assert paid.complete or (paid.due_minor > 0 and paid.rounding_minor == 0)
    assert paid.cash_due_minor == (0 if paid.complete else round_cash(paid.due_minor, coin))
    assert paid.change_minor == sum(tender.change_minor for tender in paid.tenders) >= 0
    assert 2 * abs(paid.rounding_minor) <= coin
    for offer, tender in zip(made, paid.tenders, strict=True):
        assert (tender.kind, tender.given_minor) == (offer.kind, offer.amount_minor)
        assert tender.amount_minor == tender.given_minor - tender.change_minor
        if tender.kind is CARD:
            assert tender.change_minor == 0
    if all(tender.kind is CARD for tender in paid.tenders):
        assert paid.rounding_minor == 0


@given(st.integers(1, 10_000), offers, coins)
def test_what_is_said_to_be_due_settles_the_rest(total: int, made: list[Offer], coin: int) -> None:
    try:
        before = settle(total, made, coin)
    except RetailError:
        before, made = settle(total, [], coin), []
    if before.complete:
        return
    in_cash = settle(total, [*made, Offer(CASH, before.cash_due_minor)], coin)
    by_card = settle(total, [*made, Offer(CARD, before.due_minor)], coin)
    assert in_cash.complete
    assert by_card.complete
    assert in_cash.change_minor == by_card.change_minor == by_card.rounding_minor == 0


def test_a_refund_by_card_is_exact() -> None:
    paid = settle(-1132, [Offer(CARD, -1132, "AUTH 77")], 5)
    assert paid.tenders == (Tender(CARD, -1132, -1132, 0, "AUTH 77"),)
    assert (paid.due_minor, paid.rounding_minor, paid.complete) == (0, 0, True)


@pytest.mark.parametrize(("owed", "coins"), [(1132, 1130), (1133, 1135), (25, 25), (2, 0)])
def test_a_refund_in_cash_is_rounded_to_coins(owed: int, coins: int) -> None:
    before = settle(-owed, [], 5)
    assert (before.due_minor, before.cash_due_minor, before.complete) == (-owed, -coins, False)
    paid = settle(-owed, [Offer(CASH, -coins)], 5)
    assert paid.tenders == (Tender(CASH, -coins, -coins, 0),)
    assert (paid.rounding_minor, paid.change_minor, paid.complete) == (owed - coins, 0, True)


def test_half_a_coin_is_rounded_away_from_zero_both_ways() -> None:
    assert settle(5, [], 10).cash_due_minor == 10
    assert settle(-5, [], 10).cash_due_minor == -10


def test_a_refund_that_rounds_up_may_be_paid_out_to_the_cent() -> None:
    paid = settle(-1133, [Offer(CASH, -1133)], 5)
    assert (paid.rounding_minor, paid.complete) == (0, True)


def test_a_refund_in_parts_rounds_the_last_in_cash_only() -> None:
    paid = settle(-2133, [Offer(CARD, -1000), Offer(CASH, -1135)], 5)
    assert [tender.amount_minor for tender in paid.tenders] == [-1000, -1135]
    assert (paid.rounding_minor, paid.complete) == (-2, True)
    half = settle(-2133, [Offer(CASH, -1000)], 5)
    assert (half.due_minor, half.cash_due_minor, half.complete) == (-1133, -1135, False)


def test_a_balance_that_goes_to_the_customer_is_settled_like_a_refund() -> None:
    bought, returned = 1250, 1799
    paid = settle(bought - returned, [Offer(CASH, -549)], 1)
    assert (paid.complete, paid.change_minor) == (True, 0)


@pytest.mark.parametrize(
    ("total", "made", "code"),
    [
        (-1000, [Offer(CASH, 1000)], "tender.direction"),
        (-1000, [Offer(CARD, 0)], "tender.amount"),
        (-1000, [Offer(CASH, 0)], "tender.amount"),
        (-2, [Offer(CARD, 0)], "tender.amount"),
        (-1000, [Offer(CARD, -1001)], "tender.refund_over"),
        (-1000, [Offer(TenderKind.STORE_CREDIT, -1001)], "tender.refund_over"),
        (-1132, [Offer(CASH, -1132)], "tender.refund_over"),
        (-1000, [Offer(CASH, -1000), Offer(CARD, -1)], "tender.settled"),
        (0, [Offer(CASH, -1)], "tender.settled"),
    ],
)
def test_payouts_that_are_refused(
    total: int, made: list[Offer], code: str, refused: Refusal
) -> None:
    with refused(code):
        settle(total, made, 5)


@given(
    st.integers(1, 10_000),
    st.lists(st.builds(Offer, st.sampled_from(TenderKind), st.integers(-6_000, -1)), max_size=5),
    coins,
)
def test_however_a_refund_is_paid_out_the_figures_hold(
    owed: int, made: list[Offer], coin: int
) -> None:
    try:
        paid = settle(-owed, made, coin)
    except RetailError as problem:
        assert problem.code in {"tender.refund_over", "tender.settled"}  # noqa: PT017 - or it holds
        return
    booked = sum(tender.amount_minor for tender in paid.tenders)
    assert paid.due_minor <= 0 == paid.change_minor
    assert booked + paid.due_minor == -owed + paid.rounding_minor
    assert paid.complete or (paid.due_minor < 0 and paid.rounding_minor == 0)
    assert paid.cash_due_minor == (0 if paid.complete else round_cash(paid.due_minor, coin))
    assert 2 * abs(paid.rounding_minor) <= coin
    assert [tender.amount_minor for tender in paid.tenders] == [one.amount_minor for one in made]


@given(st.integers(1, 10_000), coins)
def test_what_is_said_to_be_owed_settles_a_refund(owed: int, coin: int) -> None:
    before = settle(-owed, [], coin)
    in_cash = settle(-owed, [Offer(CASH, before.cash_due_minor)], coin)
    by_card = settle(-owed, [Offer(CARD, before.due_minor)], coin)
    assert in_cash.complete
    assert by_card.complete
    assert by_card.rounding_minor == 0


@given(st.integers(-10_000, 10_000), st.integers(-10_000, 10_000), coins)
def test_who_owes_more_pays_no_less_in_cash(one: int, other: int, coin: int) -> None:
    low, high = sorted((one, other))
    assert settle(low, [], coin).cash_due_minor <= settle(high, [], coin).cash_due_minor
    assert settle(-low, [], coin).cash_due_minor == -settle(low, [], coin).cash_due_minor


@given(st.lists(st.integers(1, 999), min_size=1, max_size=6), coins)
def test_cash_refunds_piece_by_piece_give_the_rounded_whole(steps: list[int], coin: int) -> None:
    exact = given_back = 0
    for step in steps:
        due = settle(-step, [], coin, cash_refunded_minor=exact)
        paid = settle(-step, [Offer(CASH, due.cash_due_minor)], coin, cash_refunded_minor=exact)
        assert paid.complete
        assert abs(paid.rounding_minor) <= coin
        exact += step
        given_back -= paid.tenders[0].amount_minor
    assert given_back == round_cash(exact, coin)


def test_earlier_refunds_do_not_touch_a_payment() -> None:
    assert settle(1132, [], 5, cash_refunded_minor=3) == settle(1132, [], 5)


@pytest.mark.parametrize(
    ("foreign", "local", "worth"),
    [
        (Foreign("USD", 2_000, 925_300), "EUR", 1851),
        (Foreign("JPY", 1_000, 6_150), "EUR", 615),
        (Foreign("EUR", 1_000, 163_250_000), "JPY", 1633),
        (Foreign("USD", 500, 307_100), "KWD", 1536),
        (Foreign("KWD", 1, 3_250_000), "USD", 0),
        (Foreign("USD", 1, 500_000), "EUR", 1),
    ],
)
def test_what_foreign_cash_is_worth(foreign: Foreign, local: str, worth: int) -> None:
    assert foreign_cash(foreign, local) == Offer(CASH, worth, foreign=foreign)


def test_foreign_cash_is_booked_in_both_currencies_and_change_is_local() -> None:
    dollars = Foreign("USD", 2_000, 925_300)
    paid = settle(1_432, [foreign_cash(dollars, "EUR")], 5)
    assert paid.tenders == (Tender(CASH, 1_431, 1_851, 420, foreign=dollars),)
    assert (paid.change_minor, paid.rounding_minor, paid.complete) == (420, -1, True)


def test_foreign_cash_may_pay_a_part() -> None:
    dollars = Foreign("USD", 1_000, 925_300)
    paid = settle(1_432, [foreign_cash(dollars, "EUR"), Offer(CARD, 507)], 5)
    assert [tender.foreign for tender in paid.tenders] == [dollars, None]
    assert (paid.rounding_minor, paid.complete) == (0, True)


@given(st.integers(1, 10_000), st.integers(1, 20_000), st.integers(1, 3_000_000), coins)
def test_change_of_foreign_cash_is_payable_in_coins(
    total: int, amount: int, rate: int, coin: int
) -> None:
    offer = foreign_cash(Foreign("USD", amount, rate), "EUR")
    if offer.amount_minor == 0:
        return
    paid = settle(total, [offer], coin)
    booked = paid.tenders[0].amount_minor
    assert booked + paid.due_minor == total + paid.rounding_minor
    assert paid.change_minor % coin == 0
    assert 2 * abs(paid.rounding_minor) <= coin


@pytest.mark.parametrize("foreign", [Foreign("USD", 0, 1), Foreign("USD", 1, 0)])
def test_foreign_cash_is_worth_something(foreign: Foreign, refused: Refusal) -> None:
    with refused("tender.foreign"):
        foreign_cash(foreign, "EUR")


@pytest.mark.parametrize(
    ("total", "offer"),
    [
        (1000, Offer(CARD, 500, foreign=Foreign("USD", 500, 1_000_000))),
        (-1000, Offer(CASH, -500, foreign=Foreign("USD", 500, 1_000_000))),
    ],
)
def test_foreign_money_is_neither_charged_to_cards_nor_paid_out(
    total: int, offer: Offer, refused: Refusal
) -> None:
    with refused("tender.foreign_use"):
        settle(total, [offer], 1)
