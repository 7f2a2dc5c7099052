from __future__ import annotations

from datetime import datetime
from itertools import accumulate

from hypothesis import given
from hypothesis import strategies as st

from retail.basket.lines import add, add_unknown
from retail.basket.manual import attach
from retail.basket.model import Attached, Basket
from retail.contract.sales import (
    EarningLine,
    PointsEarned,
    SaleClosed,
    SoldLine,
    SoldPart,
    ValueMove,
    WonBonus,
)
from retail.earning import Earning, points_kept, points_reversed
from retail.loyalty import PointsRules, Wish
from retail.pricing import price
from retail.pricing_terms import PricingTerms, promotion_set
from retail.promotions.engine import PromotionEngine
from retail.promotions.rules import (
    Conditions,
    Customer,
    Percent,
    PointsBonus,
    PointsMultiplier,
    PricingLine,
    Promotion,
    SaleContext,
    Selector,
)
from retail.quote import QuoteRequest, quote
from retail.returns import NOTHING, refund_as_paid, sale_of
from retail.tax import TaxRules
from tests.unit.retail.strategies import BASKET_ID, NOON, RATES, article

RULES = PointsRules(earn_per=100, earn_points=1, redeem_points=10, redeem_value=50)
SHOES = Selector(categories=frozenset({"shoes"}))
TWICE = Promotion("twice", PointsMultiplier(200), scope=SHOES)
BONUS = Promotion("bonus", PointsBonus(40, 1_500), scope=SHOES)
SOCKS = PricingLine("2", "socks", 1_050, 1, category="socks")
BOOTS = PricingLine("1", "boots", 1_999, 2, category="shoes")
CARD = PricingLine("3", "card", 700, 1, category="shoes", no_points=True)


def _sold(n: int, line: PricingLine, net: int) -> SoldLine:
    quantity = line.units * 1000
    part = SoldPart(line.article, quantity)
    return SoldLine(
        n=n, sku=line.article, name="", qty=quantity, price=line.unit_price, gross=net, net=net,
        parts=(part,),
    )  # fmt: skip


def _fact(lines: list[SoldLine], points: PointsEarned | None) -> SaleClosed:
    return SaleClosed(
        number="", till=1, currency="EUR", staff=BASKET_ID, total=0, lines=tuple(lines),
        tenders=(), tax=(), started_us=0, points=points,
    )  # fmt: skip


def test_a_sale_keeps_how_its_points_were_counted_only_where_that_is_not_plain() -> None:
    plain = Earning((SOCKS,), (1,), (1_050,), RULES)
    assert plain.earned() == PointsEarned(earned=10, per=100)
    assert Earning((SOCKS,), (1,), (99,), RULES).earned() is None
    lines, nets = (BOOTS, SOCKS, CARD), (3_998, 1_050, 700)
    found = Earning(lines, (1, 3, 4), nets, RULES, (TWICE, BONUS)).earned()
    assert found == PointsEarned(
        earned=90 + 40,
        per=100,
        lines=(EarningLine(1, 3_998, 200), EarningLine(4, 700, 0)),
        bonuses=(WonBonus(40, 1_500, (1,)),),
    )


def test_what_points_pay_earns_none() -> None:
    found = Earning((SOCKS, BOOTS), (1, 2), (1_050, 3_998), RULES, (BONUS,)).earned(5_000)
    assert found is None
    found = Earning((SOCKS, BOOTS), (1, 2), (1_050, 3_998), RULES, (BONUS,)).earned(3_000)
    assert found is not None
    assert (found.earned, found.bonuses) == (20 + 40, (WonBonus(40, 1_500, (2,)),))


def test_a_bonus_is_won_only_by_what_was_spent_on_its_goods() -> None:
    found = Earning((SOCKS, CARD), (1, 2), (2_000, 700), RULES, (BONUS,)).earned()
    assert found is not None
    assert (found.earned, found.bonuses) == (20, ())


def test_a_bonus_goes_back_once_less_than_it_asks_for_is_kept() -> None:
    earning = Earning((BOOTS,), (1,), (3_998,), RULES, (BONUS,))
    fact = _fact([_sold(1, BOOTS, 3_998)], earning.earned())
    assert points_kept(fact, {}) == 79
    assert points_reversed(fact, {}, {1: 1000}) == 20
    assert points_reversed(fact, {1: 1000}, {1: 2000}) == 59


def test_goods_that_came_back_in_the_same_sale_and_sales_without_points_count_for_nothing() -> None:
    back = SoldLine(
        n=2, sku="B", name="", qty=-1000, price=1, gross=-1, net=-1, parts=(SoldPart("B", -1000),)
    )
    earned = Earning((SOCKS,), (1,), (1_050,), RULES).earned()
    assert points_kept(_fact([_sold(1, SOCKS, 1_050), back], earned), {}) == 10
    assert points_kept(_fact([back], None), {}) == 0


_LINES = st.lists(
    st.builds(
        PricingLine,
        line_id=st.just(""),
        article=st.sampled_from(["A", "B", "C"]),
        unit_price=st.integers(0, 5_000),
        quantity=st.integers(1, 5),
        category=st.sampled_from(["shoes", "socks"]),
        no_points=st.booleans(),
    ),
    min_size=1,
    max_size=4,
)
_OFFERS = (TWICE, BONUS, Promotion("off", Percent(1_500), scope=SHOES, conditions=Conditions()))


@given(_LINES, st.sets(st.sampled_from(_OFFERS)), st.integers(0, 2_000), st.data())
def test_returns_take_back_what_the_rules_of_returns_say_and_all_of_it_in_the_end(
    lines: list[PricingLine], offers: set[Promotion], wish: int, data: st.DataObject
) -> None:
    """The fact alone tells as much as the promotions of the day."""
    basket = tuple(
        PricingLine(
            line_id=str(n), article=one.article, unit_price=one.unit_price, quantity=one.quantity,
            category=one.category, no_points=one.no_points,
        )
        for n, one in enumerate(lines, 1)
    )  # fmt: skip
    context = SaleContext(datetime(2026, 1, 1), customer=Customer("C", points=2_000))  # noqa: DTZ001
    request = QuoteRequest(
        basket, context, TaxRules(inclusive=True, rates={}), points=RULES,
        wish=Wish(wish, as_tender=True),
    )  # fmt: skip
    priced = quote(request, PromotionEngine(offers))
    numbers = tuple(range(1, len(basket) + 1))
    earning = Earning(basket, numbers, priced.nets, RULES, priced.rewards)
    earned = earning.earned(priced.paid_in_points)
    assert (earned.earned if earned else 0) == priced.points_earned
    rows = zip(numbers, basket, priced.nets, strict=True)
    fact = _fact([_sold(n, line, net) for n, line, net in rows], earned)
    assert points_kept(fact, {}) == priced.points_earned

    sale, step, gone, taken = sale_of(request, priced), NOTHING, dict.fromkeys(numbers, 0), []
    while any(gone[n] < basket[n - 1].quantity for n in numbers):
        n = data.draw(st.sampled_from([n for n in numbers if gone[n] < basket[n - 1].quantity]))
        units = data.draw(st.integers(1, basket[n - 1].quantity - gone[n]))
        refund, step = refund_as_paid(sale, step, {str(n): units})
        after = gone | {n: gone[n] + units}
        in_thousandths = [{k: 1000 * v for k, v in one.items()} for one in (gone, after)]
        taken.append(points_reversed(fact, *in_thousandths))
        assert taken[-1] == refund.points_clawback >= 0
        gone = after
    assert sum(taken) == priced.points_earned
    assert all(so_far <= priced.points_earned for so_far in accumulate(taken))


def test_a_basket_earns_for_its_customer_and_for_nobody_else() -> None:
    who = Attached(BASKET_ID, "Ann")
    milk = article("MILK", unit_price_minor=1_050)
    basket = add(add_unknown(Basket(BASKET_ID, "EUR"), "?"), milk, code="MILK")
    rules = TaxRules(inclusive=True, rates=RATES)
    terms = PricingTerms(promotion_set("", ()), NOON, points=RULES)
    assert price(basket, rules, terms).earning is None
    attached = price(attach(basket, who), rules, terms)
    assert attached.points_earned == 10
    assert attached.earning is not None
    # The number of the line in the sale, not of those that earn.
    assert attached.earning.numbers == (2,)
    assert price(attach(basket, who), rules).points_earned == 0


def test_what_a_move_paid_is_its_amount_unless_it_says_otherwise() -> None:
    points = ValueMove(n=1, act="redeem", kind="points", lookup="00", amount=500, minor=250)
    card = ValueMove(n=1, act="redeem", kind="gift_card", lookup="00", amount=500)
    assert (points.paid, card.paid) == (250, 500)
