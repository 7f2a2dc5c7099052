"""What became of each promotion, in a sentence that says what to do."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from random import Random
from typing import Any

import pytest

from retail.errors import RetailError
from retail.promotions.engine import PromotionEngine
from retail.promotions.explanation import Kind, Message, explain, phrase, sentence
from retail.promotions.rules import (
    AmountOff,
    BasketAmount,
    BasketPercent,
    BasketTerms,
    CheapestFree,
    Conditions,
    Coupon,
    NFor,
    Percent,
    Promotion,
    Selector,
    ThresholdBase,
    Window,
)
from tests.support.explained import (
    BASKET,
    CONTEXT,
    SHOES,
    THURSDAY,
    explained,
    of,
    offer,
)
from tests.support.pricing_baskets import random_case


@pytest.mark.parametrize(
    ("mechanic", "scope", "counts", "told"),
    [
        (Percent(1000), of("shoes"), (1, 1, 200), "Applied once to one unit: 2.00 saved."),
        (NFor(3, 1000), of("socks"), (1, 3, 500), "Applied once to 3 units: 5.00 saved."),
        (AmountOff(50), of("socks"), (3, 3, 150), "Applied 3 times to 3 units: 1.50 saved."),
        (
            BasketAmount(BasketTerms(), 320),
            None,
            (1, 0, 320),
            "Applied to the basket: 3.20 saved.",
        ),
    ],
)
def test_what_is_applied_says_how_often_and_how_much(
    mechanic: Any, scope: Selector | None, counts: tuple[int, int, int], told: str
) -> None:
    why = explained(offer(mechanic, scope))
    assert why.kind is Kind.APPLIED
    assert (why.applications, why.units, why.discount) == counts
    assert sentence(why) == told


NINE_TO_FIVE = Window(9 * 60, 17 * 60)
LATE = Window(17 * 60, 19 * 60, frozenset({1, 2, 3, 4, 5}))
NIGHTS = Window(22 * 60, 2 * 60, frozenset({5, 6}))


@pytest.mark.parametrize(
    ("conditions", "reason", "told"),
    [
        (
            Conditions(valid_from=datetime.fromisoformat("2026-04-01T08:00")),
            "not_yet_valid",
            "Not yet: it starts on 2026-04-01 08:00.",
        ),
        (Conditions(valid_to=THURSDAY), "expired", "No longer: it ended on 2026-03-12 11:00."),
        (
            Conditions(stores=frozenset({"S9", "S2"})),
            "store",
            "Not in this store: it holds in S2, S9.",
        ),
        (
            Conditions(channels=frozenset({"web"})),
            "channel",
            "Not on this channel: it holds on web.",
        ),
        (Conditions(window=LATE), "time", "Not now: it holds on Mon–Fri 17:00–19:00."),
        (Conditions(window=NIGHTS), "time", "Not now: it holds on Fri, Sat 22:00–02:00."),
        (
            Conditions(window=replace(NINE_TO_FIVE, start=12 * 60)),
            "time",
            "Not now: it holds 12:00–17:00.",
        ),
        (
            Conditions(window=replace(NINE_TO_FIVE, days=frozenset({1, 2, 3, 6}))),
            "day",
            "Not today: it holds on Mon–Wed, Sat 09:00–17:00.",
        ),
        (Conditions(window=Window(days=frozenset({7}))), "day", "Not today: it holds on Sun."),
        (
            Conditions(tiers=frozenset({"gold"})),
            "tier",
            "Not for this customer: it is for customers of gold.",
        ),
        (
            Conditions(segments=frozenset({"staff", "family"})),
            "segment",
            "Not for this customer: it is for customers of family, staff.",
        ),
        (
            Conditions(tenders=frozenset({"card"})),
            "tender",
            "Only when paid with card: choose that way of paying.",
        ),
        (
            Conditions(coupon=Coupon("MAY")),
            "coupon_missing",
            "It needs the coupon MAY: scan it.",
        ),
    ],
)
def test_what_does_not_hold_says_what_it_asks_for(
    conditions: Conditions, reason: str, told: str
) -> None:
    why = explained(offer(Percent(1000), conditions=conditions))
    assert (why.kind, why.reason, sentence(why)) == (Kind.INACTIVE, reason, told)


@pytest.mark.parametrize(
    ("conditions", "told"),
    [
        (
            Conditions(tiers=frozenset({"gold"})),
            "Only for customers of gold: ask for the customer card.",
        ),
        (
            Conditions(customer_limit=1),
            "It is counted per customer: ask for the customer card.",
        ),
    ],
)
def test_a_stranger_is_asked_for_the_card(conditions: Conditions, told: str) -> None:
    stranger = replace(CONTEXT, customer=None)
    why = explained(offer(Percent(1000), conditions=conditions), context=stranger)
    assert (why.kind, why.reason, sentence(why)) == (Kind.INACTIVE, "no_customer", told)


@pytest.mark.parametrize(
    ("changes", "reason", "told"),
    [
        (
            {"conditions": Conditions(customer_limit=0)},
            "customer_limit",
            "This customer has had it already: at most 0 per customer.",
        ),
        (
            {"conditions": Conditions(coupon=Coupon("SPRING", uses_left=0))},
            "coupon_used_up",
            "The coupon SPRING has no uses left.",
        ),
        (
            {"conditions": Conditions(stock_left=0)},
            "stock",
            "What was set aside for it is sold out.",
        ),
        (
            {"conditions": Conditions(stock_left=1)},
            "stock",
            "It needs 2 at once; left for it: 1.",
        ),
        (
            {"max_units": 1},
            "max_units",
            "It needs 2 at once; its limit: 1.",
        ),
        ({"max_applications": 0}, "max_applications", "Its limit allows no use."),
        ({"max_discount": 0}, "max_discount", "Its limit allows no discount."),
    ],
)
def test_a_limit_that_is_used_up_bars(changes: dict[str, Any], reason: str, told: str) -> None:
    why = explained(offer(NFor(2, 900), of("socks"), **changes))
    assert (why.kind, why.reason, sentence(why)) == (Kind.LIMIT, reason, told)


def test_a_basket_promotion_has_limits_too() -> None:
    why = explained(offer(BasketPercent(BasketTerms(), 1000), max_discount=0))
    assert (why.kind, why.reason) == (Kind.LIMIT, "max_discount")


@pytest.mark.parametrize("mechanic", [Percent(1000), BasketPercent(BasketTerms(), 1000)])
@pytest.mark.parametrize(
    ("changes", "kind", "told"),
    [
        ({"scope": of("hats")}, Kind.NO_MATCH, "No article of it is in the basket."),
        ({"scope": Selector()}, Kind.NO_MATCH, "No article of it is in the basket."),
        (
            {"scope": of("books")},
            Kind.EXCLUDED,
            "Its articles in the basket are never reduced.",
        ),
        (
            {"scope": of("shoes"), "exclude": Selector(tags=frozenset({"new"}))},
            Kind.EXCLUDED,
            "Its articles in the basket are excluded from it.",
        ),
    ],
)
def test_nothing_in_scope(mechanic: Any, changes: dict[str, Any], kind: Kind, told: str) -> None:
    why = explained(offer(mechanic, **changes))
    assert (why.kind, sentence(why)) == (kind, told)


def test_nothing_is_in_scope_of_an_empty_basket() -> None:
    assert explained(offer(Percent(1000)), lines=()).kind is Kind.NO_MATCH


@pytest.mark.parametrize(
    ("changes", "rival"),
    [
        ({"exclusive_group": "g"}, {"exclusive_group": "g"}),
        ({"exclusive": True}, {}),
        ({}, {"exclusive": True}),
    ],
)
def test_what_cannot_be_combined_says_with_what(
    changes: dict[str, Any], rival: dict[str, Any]
) -> None:
    better = Promotion("b", Percent(2000), name="Twenty", scope=of("shoes"), **rival)
    why = explained(offer(Percent(1000), of("socks"), **changes), better)
    assert (why.kind, why.rivals) == (Kind.EXCLUSIVE, ("b",))
    told = "It cannot be combined with “Twenty”, and the basket is no dearer without it."
    assert sentence(why) == told


def test_others_on_the_same_articles_save_more() -> None:
    three = Promotion("b", NFor(3, 800), scope=of("socks"), name="Any 3 for 8")
    why = explained(offer(Percent(1000), of("socks")), three)
    assert (why.kind, why.rivals) == (Kind.LOST, ("b",))
    assert sentence(why) == "“Any 3 for 8” on the same articles saves at least as much."
    why = explained(offer(Percent(1000)), three, Promotion("c", Percent(2000), of("shoes")))
    assert why.rivals == ("b", "c")
    assert sentence(why) == "“Any 3 for 8”, “c” on the same articles save at least as much."


def test_a_set_whose_articles_went_says_what_completes_another() -> None:
    pair = Promotion("b", NFor(2, 500), scope=of("socks"))
    why = explained(offer(CheapestFree(3, 1, 1000), of("socks")), pair)
    assert (why.kind, why.missing_qty) == (Kind.LOST, 2)
    assert sentence(why) == "The articles went to “b”; add 2 more for it to count, too."
    all_gone = explained(
        offer(CheapestFree(2, 1, 1000), of("socks")), replace(pair, mechanic=NFor(3, 500))
    )
    assert (all_gone.kind, all_gone.missing_qty) == (Kind.LOST, 0)


def test_a_basket_promotion_loses_to_those_of_its_lane_or_to_items() -> None:
    small = offer(BasketAmount(BasketTerms(), 100), of("socks"))
    free = Promotion("b", Percent(10_000), scope=of("socks"))
    assert explained(small, free).rivals == ("b",)
    running = BasketTerms(priority=200, min_spend=3000, base=ThresholdBase.RUNNING)
    half = Promotion("c", BasketPercent(running, 5000))
    assert explained(offer(BasketAmount(BasketTerms(), 600)), half).rivals == ("c",)


def test_an_item_promotion_loses_to_the_basket_that_it_would_spoil() -> None:
    net = BasketTerms(min_spend=3500, base=ThresholdBase.NET)
    why = explained(offer(AmountOff(100), of("shoes")), Promotion("b", BasketAmount(net, 500)))
    assert (why.kind, why.rivals) == (Kind.LOST, ("b",))


def test_a_coupon_that_others_use_up() -> None:
    once = Conditions(coupon=Coupon("SPRING", uses_left=1, per_application=True))
    better = Promotion("b", Percent(5000), scope=of("shoes"), conditions=once, name="Half")
    why = explained(offer(Percent(1000), of("socks"), conditions=once), better)
    assert (why.kind, why.reason, why.rivals) == (Kind.LIMIT, "coupon_used_up", ("b",))
    assert sentence(why) == "“Half” used the coupon SPRING up in this basket."


def test_amounts_have_the_digits_of_the_currency() -> None:
    why = explained(offer(Percent(1000), of("shoes"), name="Ten per cent"))
    assert why.name == "Ten per cent"
    assert sentence(why, "JPY") == "Applied once to one unit: 200 saved."
    with pytest.raises(RetailError):
        sentence(why, "XXX")


def test_sentences_are_translated_where_they_are_shown() -> None:
    words = {
        Message.DAY_AT_TIME.value: "Heute nicht: %(days)s %(start)s–%(end)s.",
        "Sat": "Sa",
        "Sun": "So",
        Message.LOST.value: "%(rivals)s spart mindestens so viel.",
        "“%(name)s”": "„%(name)s“",
    }

    def german(text: str) -> str:
        return words.get(text, text)

    weekend = Window(9 * 60, 17 * 60, frozenset({6, 7}))
    why = explained(offer(Percent(1), conditions=Conditions(window=weekend)))
    assert phrase(why, str, german) == "Heute nicht: Sa, So 09:00–17:00."
    why = explained(offer(Percent(1000)), Promotion("b", Percent(2000)))
    assert phrase(why, str, german) == "„b“ spart mindestens so viel."


@pytest.mark.parametrize("block", range(4))
def test_every_promotion_is_explained_once(block: int) -> None:
    for seed in range(100 * block, 100 * block + 100):
        lines, promotions, context = random_case(Random(f"why {seed}"))
        engine = PromotionEngine(promotions)
        optimum = engine.optimise(lines, context)
        told = explain(engine, lines, context, optimum)
        assert [why.promo_id for why in told] == sorted(p.promo_id for p in promotions), seed
        applied = [
            (one.promo_id, one.applications, sum(one.consumed), one.discount)
            for one in optimum.applied
        ]
        assert applied == [
            (why.promo_id, why.applications, why.units, why.discount)
            for why in told
            if why.kind is Kind.APPLIED
        ], seed
        for why in told:
            assert why.message_id in set(Message), seed
            assert sentence(why).endswith("."), seed
            assert "%(" not in sentence(why), seed
        again = PromotionEngine(promotions[::-1])
        turned = lines[::-1]
        assert explain(again, turned, context, again.optimise(turned, context)) == told, seed


def test_explanations_change_with_the_basket_and_the_time() -> None:
    late = offer(Percent(1000), of("socks"), conditions=Conditions(window=LATE))
    engine = PromotionEngine([late])
    evening = replace(CONTEXT, at=datetime.fromisoformat("2026-03-12T18:00"))
    kinds = [
        explain(engine, lines, context, engine.optimise(lines, context))[0].kind
        for lines, context in (
            (BASKET, CONTEXT),
            (BASKET, evening),
            ((SHOES,), evening),
            (BASKET, CONTEXT),
        )
    ]
    assert kinds == [Kind.INACTIVE, Kind.APPLIED, Kind.NO_MATCH, Kind.INACTIVE]
