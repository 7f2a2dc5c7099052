from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retail.money import round_cash
from retail.tender.refunds import (
    SENTENCES,
    Original,
    RefundPart,
    RefundPlan,
    RefundRules,
    Why,
    originals_of,
    refund_plan,
)
from retail.tender.settlement import Offer, TenderKind, settle
from tests.unit.retail.strategies import Refusal, complete_offers

CASH, CARD = TenderKind.CASH, TenderKind.CARD
PLAIN = RefundRules()
IN_CASH = RefundRules(cash_for_card=True, cash_right=True, cash_limit_minor=5_000)
coins = st.sampled_from((1, 5, 10, 50, 100))
originals = st.lists(
    st.builds(
        Original,
        st.sampled_from(TenderKind),
        st.integers(-500, 9_000),
        st.integers(0, 9_000),
        st.sampled_from(("", "R1", "R2")),
    ),
    max_size=6,
)


@pytest.mark.parametrize(
    ("paid_with", "paid_out", "reference", "why"),
    [
        (CARD, CARD, "R1", Why.SAME_CARD),
        (CASH, CASH, "R1", Why.CASH_BACK),
        (TenderKind.GIFT_CARD, TenderKind.GIFT_CARD, "R1", Why.SAME_GIFT_CARD),
        (TenderKind.STORE_CREDIT, TenderKind.STORE_CREDIT, "R1", Why.CREDIT_BACK),
        (TenderKind.VOUCHER, TenderKind.STORE_CREDIT, "", Why.VOUCHER_TO_CREDIT),
        (TenderKind.POINTS, TenderKind.POINTS, "R1", Why.POINTS_BACK),
        (TenderKind.HOUSE_ACCOUNT, TenderKind.HOUSE_ACCOUNT, "R1", Why.ACCOUNT_BACK),
    ],
)
def test_money_goes_back_where_it_came_from(
    paid_with: TenderKind, paid_out: TenderKind, reference: str, why: Why
) -> None:
    plan = refund_plan(700, [Original(paid_with, 1_000, 300, "R1")], PLAIN)
    assert plan.parts == (RefundPart(0, paid_out, 700, reference, why),)


def test_cards_come_first_and_cash_last() -> None:
    sale = [Original(CASH, 1_000), Original(CARD, 400, reference="C1"), Original(CARD, 300, 100)]
    plan = refund_plan(1_132, sale, PLAIN)
    assert [(part.origin, part.amount_minor) for part in plan.parts] == [
        (1, 400),
        (2, 200),
        (0, 532),
    ]
    assert plan.offers(5) == (Offer(CARD, -400, "C1"), Offer(CARD, -200), Offer(CASH, -530))


def test_nothing_to_refund_needs_no_tender() -> None:
    assert refund_plan(0, [Original(CASH, 100)], PLAIN) == RefundPlan()
    assert RefundPlan().offers(5) == ()


def test_cash_for_a_card_within_the_limit() -> None:
    sale = [Original(CARD, 5_000, reference="C1"), Original(CASH, 200)]
    plan = refund_plan(5_100, sale, IN_CASH)
    assert [(part.origin, part.kind, part.why) for part in plan.parts] == [
        (1, CASH, Why.CASH_BACK),
        (0, CASH, Why.CASH_FOR_CARD),
    ]
    assert plan.offers(1) == (Offer(CASH, -5_100),)


def test_a_wish_for_cash_changes_nothing_where_no_card_paid() -> None:
    wish = RefundRules(cash_for_card=True)
    sale = [Original(CASH, 500)]
    assert refund_plan(500, sale, wish) == refund_plan(500, sale, PLAIN)


@pytest.mark.parametrize(
    ("amount", "rules", "code"),
    [
        (-1, PLAIN, "refund.amount"),
        (6_001, PLAIN, "refund.over"),
        (100, RefundRules(cash_for_card=True, cash_limit_minor=5_000), "refund.cash_right"),
        (5_001, IN_CASH, "refund.cash_limit"),
    ],
)
def test_refunds_that_are_refused(
    amount: int, rules: RefundRules, code: str, refused: Refusal
) -> None:
    with refused(code):
        refund_plan(amount, [Original(CARD, 6_000)], rules)


def test_every_reason_has_a_sentence() -> None:
    assert set(SENTENCES) == set(Why)
    assert all(sentence.endswith(".") for sentence in SENTENCES.values())


@given(originals, st.data(), coins)
def test_a_plan_adds_up_and_gives_no_tender_more_than_it_paid(
    sale: list[Original], data: st.DataObject, coin: int
) -> None:
    whole = sum(original.left_minor for original in sale)
    amount = data.draw(st.integers(0, whole))
    generous = RefundRules(cash_for_card=True, cash_right=True, cash_limit_minor=whole)
    plan = refund_plan(amount, sale, data.draw(st.sampled_from((PLAIN, generous))))
    assert sum(part.amount_minor for part in plan.parts) == amount
    assert all(part.amount_minor > 0 for part in plan.parts)
    back = [0] * len(sale)
    for part in plan.parts:
        back[part.origin] += part.amount_minor
    assert all(given <= one.left_minor for given, one in zip(back, sale, strict=True))
    assert settle(-amount, plan.offers(coin), coin).complete


def _shares(amount: int, sale: list[Original]) -> dict[int, int]:
    return {part.origin: part.amount_minor for part in refund_plan(amount, sale, PLAIN).parts}


@given(originals, st.data())
def test_a_larger_refund_takes_from_no_tender_less(
    sale: list[Original], data: st.DataObject
) -> None:
    amounts = st.integers(0, sum(original.left_minor for original in sale))
    low, high = sorted((data.draw(amounts), data.draw(amounts)))
    smaller, larger = _shares(low, sale), _shares(high, sale)
    assert all(larger.get(origin, 0) >= share for origin, share in smaller.items())


@given(originals, st.data(), coins)
def test_refunds_in_steps_end_where_one_refund_ends(
    sale: list[Original], data: st.DataObject, coin: int
) -> None:
    left, in_cash, coins_given = list(sale), 0, 0
    while whole := sum(original.left_minor for original in left):
        step = data.draw(st.integers(1, whole))
        plan = refund_plan(step, left, PLAIN)
        offers = plan.offers(coin, in_cash)
        assert settle(-step, offers, coin, cash_refunded_minor=in_cash).complete
        for part in plan.parts:
            one = left[part.origin]
            left[part.origin] = Original(
                one.kind, one.paid_minor, one.refunded_minor + part.amount_minor, one.reference
            )
            in_cash += part.amount_minor if part.kind is CASH else 0
        coins_given -= sum(offer.amount_minor for offer in offers if offer.kind is CASH)
    assert coins_given == round_cash(in_cash, coin)


@given(st.integers(1, 20_000), st.integers(0, 100), coins, st.integers(0, 5_000))
def test_the_originals_of_a_sale_are_its_total_and_the_refund_gives_its_money_back(
    total: int, cash_share: int, coin: int, extra: int
) -> None:
    paid = settle(total, complete_offers(total, cash_share, extra + coin), coin)
    sale = originals_of(paid)
    assert sum(original.paid_minor for original in sale) == total
    back = settle(-total, refund_plan(total, sale, PLAIN).offers(coin), coin)
    assert back.complete
    assert back.rounding_minor == -paid.rounding_minor
