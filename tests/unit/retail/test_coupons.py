from __future__ import annotations

from retail.basket.coupons import MOST, add_coupon, coupon_code, remove_coupon
from retail.basket.lines import add
from retail.basket.model import Basket, Coupon
from retail.pricing import context_of, price
from retail.pricing_terms import LivePromotion, PricingTerms, promotion_set
from retail.promotions import rules as promo
from retail.tax import TaxRules
from tests.unit.retail.strategies import BASKET_ID, NOON, RATES, Refusal, article

EMPTY = Basket(BASKET_ID, "EUR")


def test_a_code_is_compared_in_capitals_and_without_spaces() -> None:
    assert coupon_code(" welcome 10 ") == "WELCOME10"


def test_a_coupon_is_added_once_and_taken_out_again(refused: Refusal) -> None:
    basket = add_coupon(EMPTY, Coupon("A"))
    with refused("coupon.twice"):
        add_coupon(basket, Coupon("A", "00"))
    assert remove_coupon(add_coupon(basket, Coupon("B")), "A").coupons == (Coupon("B"),)
    with refused("coupon.gone"):
        remove_coupon(basket, "B")


def test_a_basket_takes_so_many_coupons(refused: Refusal) -> None:
    basket = EMPTY
    for n in range(MOST):
        basket = add_coupon(basket, Coupon(str(n)))
    with refused("coupon.many"):
        add_coupon(basket, Coupon("one more"))


def test_a_promotion_holds_once_its_coupon_is_shown_and_tells_that_it_used_it() -> None:
    conditions = promo.Conditions(coupon=promo.Coupon("A"))
    offer = promo.Promotion("p", promo.Percent(100_000), conditions=conditions)
    terms = PricingTerms(promotion_set("x", [LivePromotion(offer, 1, "Ten")]), NOON)
    basket = add(EMPTY, article("MILK"), code="MILK")
    rules = TaxRules(inclusive=True, rates=RATES)
    without = price(basket, rules, terms)
    assert (without.savings_minor, without.coupons) == (0, ())
    shown = add_coupon(add_coupon(basket, Coupon("A")), Coupon("IDLE"))
    assert context_of(shown, terms).coupons == {"A", "IDLE"}
    priced = price(shown, rules, terms)
    assert priced.savings_minor > 0
    assert priced.coupons == ("A",)
