from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retail.errors import RetailError
from retail.money import round_cash
from retail.tender import Offer, Settlement, Tender, TenderKind, quick_cash, settle
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


@pytest.mark.parametrize(
    ("due", "currency", "amounts"),
    [
        (1135, "EUR", (1200, 1500, 2000)),
        (1200, "EUR", (1500, 2000, 5000)),
        (1234, "JPY", (1235, 1240, 1250)),
        (1135, "KWD", (2000, 5000, 10_000)),
        (0, "EUR", ()),
    ],
)
def test_amounts_that_a_customer_is_likely_to_hand_over(
    due: int, currency: str, amounts: tuple[int, ...]
) -> None:
    assert quick_cash(due, currency) == amounts


@given(st.integers(1, 10**6), st.sampled_from(("EUR", "JPY", "KWD")), st.integers(1, 6))
def test_quick_amounts_rise_above_what_is_due(due: int, currency: str, count: int) -> None:
    amounts = quick_cash(due, currency, count)
    assert len(amounts) <= count
    assert list(amounts) == sorted(set(amounts))
    assert all(amount > due for amount in amounts)
