"""By how much a basket would be dearer with a promotion that was not applied."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import Any

import pytest

from retail.money import divide_half_away
from retail.promotions.engine import PromotionEngine
from retail.promotions.explanation import (
    Explanation,
    Kind,
    every_choice,
    explain,
    forced,
    loss,
    sentence,
    with_loss,
)
from retail.promotions.rules import (
    EXACT,
    AmountOff,
    BasketAmount,
    BasketPercent,
    BasketTerms,
    Bundle,
    CheapestFree,
    Conditions,
    Coupon,
    Draw,
    Gift,
    NFor,
    Percent,
    PricingLine,
    Promotion,
    QuantityTier,
    Slot,
    ThresholdBase,
    TierQuantity,
)
from tests.support.explained import BASKET, CONTEXT, buy_get, explained, of, offer
from tests.support.pricing_baskets import Case, random_case
from tests.support.pricing_oracle import _Search

MORE = tuple(PricingLine(f"M{n}", f"9{n}", 100 * n, 4, category="more") for n in range(1, 6))
LARGE = (*BASKET, *MORE)
THREE = Promotion("b", NFor(3, 800), scope=of("socks"), name="Any 3 for 8")
CHEAP = Promotion("b", NFor(3, 300), scope=of("socks"))
FIFTH = Promotion("c", Percent(2000), scope=of("shoes"))
ONCE = Conditions(coupon=Coupon("SPRING", uses_left=1, per_application=True))
SHOE_AND_SOCK = (Slot(of("shoes"), 1), Slot(of("socks"), 1))
NET = BasketTerms(min_spend=3500, base=ThresholdBase.NET)
LOWER = replace(NET, min_spend=3000)
RUNNING = BasketTerms(priority=200, min_spend=3000, base=ThresholdBase.RUNNING)


def figure(
    promotion: Promotion, *others: Promotion, lines: tuple[PricingLine, ...] = BASKET
) -> int | None:
    engine = PromotionEngine([promotion, *others])
    return loss(engine, lines, CONTEXT, engine.optimise(lines, CONTEXT), promotion.promo_id)


@pytest.mark.parametrize("lines", [BASKET, LARGE])
@pytest.mark.parametrize(
    ("promotion", "others", "lost"),
    [
        (offer(Percent(1000), of("socks")), [THREE], 550),
        (offer(Percent(1000), of("shoes", "socks")), [THREE, FIFTH], 200),
        (
            offer(Percent(1000), of("socks")),
            [THREE, Promotion("d", AmountOff(100), scope=of("socks"))],
            450,
        ),
        (offer(NFor(3, 800), of("socks"), conditions=Conditions(customer_limit=1)), [THREE], 0),
        (offer(Percent(1000), of("shoes"), exclusive=True), [THREE], 500),
        (
            offer(Percent(1000), of("shoes"), exclusive_group="g"),
            [replace(FIFTH, exclusive_group="g")],
            200,
        ),
        (offer(CheapestFree(3, 1, 1000), of("socks")), [THREE], 650),
        (offer(TierQuantity((QuantityTier(2, bp=1000),)), of("socks")), [THREE], 550),
        (offer(Bundle(SHOE_AND_SOCK, amount=100)), [THREE], 600),
        (offer(Bundle(SHOE_AND_SOCK, bp=100)), [THREE], 675),
        (offer(Bundle(SHOE_AND_SOCK, price=2400)), [THREE], 600),
        (offer(buy_get(of("shoes"), 1, of("socks"))), [CHEAP], 700),
        (offer(buy_get(of("socks"), 2, of("socks"), equal_or_lesser=True)), [CHEAP], 700),
        (offer(buy_get(of("socks"), 1, of("shoes", "socks"), equal_or_lesser=True)), [CHEAP], 700),
        (offer(Gift(500, of("socks"))), [CHEAP], 700),
        (
            offer(BasketAmount(BasketTerms(), 600), of("shoes", "socks")),
            [Promotion("c", BasketPercent(RUNNING, 5000), scope=of("shoes", "socks"))],
            1150,
        ),
        (
            offer(AmountOff(100), of("shoes")),
            [Promotion("b", BasketAmount(NET, 500), scope=of("shoes", "socks"))],
            400,
        ),
        (offer(NFor(2, 2400), of("shoes", "socks")), [THREE, FIFTH], 1000),
        (offer(BasketAmount(NET, 50), of("shoes", "socks")), [THREE, FIFTH], 1050),
        (offer(BasketAmount(LOWER, 50), of("shoes", "socks")), [THREE, FIFTH], 650),
    ],
)
def test_the_best_choice_with_it_is_dearer(
    promotion: Promotion, others: list[Promotion], lost: int, lines: tuple[PricingLine, ...]
) -> None:
    assert figure(promotion, *others, lines=lines) == lost


@pytest.mark.parametrize(
    ("mechanic", "changes"),
    [
        (Draw(500), {}),
        (NFor(9, 100), {"scope": of("socks")}),
        (Percent(1000), {"scope": of("hats")}),
        (Percent(1000), {"max_applications": 0}),
        (Percent(1000), {"conditions": Conditions(stores=frozenset({"S9"}))}),
    ],
)
def test_what_cannot_be_applied_has_no_figure(mechanic: Any, changes: dict[str, Any]) -> None:
    assert figure(offer(mechanic, **changes)) is None


def test_a_coupon_is_left_to_it() -> None:
    better = Promotion("b", Percent(8000), scope=of("socks"), conditions=ONCE)
    assert figure(offer(Percent(1000), of("shoes"), conditions=ONCE), better) == 200


def test_what_is_applied_loses_nothing() -> None:
    assert figure(THREE) == 0


def test_an_unknown_promotion_is_a_fault_of_the_caller() -> None:
    engine = PromotionEngine([])
    with pytest.raises(KeyError):
        loss(engine, BASKET, CONTEXT, engine.optimise(BASKET, CONTEXT), "p")


@pytest.mark.parametrize("limit", ["_MOST_OUTCOMES", "_MOST_STEPS"])
def test_too_many_choices_are_bounded(limit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(every_choice, limit, 0)
    assert figure(offer(Percent(1000), of("socks")), THREE) == 550


def test_with_few_tries_the_promotion_stands_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forced, "_MOST_TRIES", 1)
    small = offer(BasketAmount(LOWER, 50), of("shoes", "socks"))
    assert figure(small, THREE, FIFTH, lines=LARGE) == 1050


@pytest.mark.parametrize(
    ("promotion", "others", "lost", "told"),
    [
        (
            offer(Percent(1000), of("socks")),
            [THREE],
            550,
            "“Any 3 for 8” on the same articles saves 5.50 more.",
        ),
        (
            offer(Percent(1000), of("socks")),
            [THREE],
            0,
            "“Any 3 for 8” on the same articles saves just as much.",
        ),
        (
            offer(Percent(1000), of("shoes", "socks")),
            [THREE, FIFTH],
            200,
            "“Any 3 for 8”, “c” on the same articles save 2.00 more.",
        ),
        (
            offer(Percent(1000), of("shoes", "socks")),
            [THREE, FIFTH],
            0,
            "“Any 3 for 8”, “c” on the same articles save just as much.",
        ),
        (
            offer(Percent(1000), of("shoes"), exclusive=True),
            [THREE],
            500,
            "It cannot be combined with “Any 3 for 8”; with it the basket would cost 5.00 more.",
        ),
        (
            offer(Percent(1000), of("shoes"), exclusive=True),
            [THREE],
            0,
            "It cannot be combined with “Any 3 for 8”; with it the basket would cost the same.",
        ),
        (
            offer(Percent(1000), of("socks")),
            [THREE],
            None,
            "It would make nothing cheaper here.",
        ),
        (FIFTH, [THREE], 0, "Applied once to one unit: 4.00 saved."),
    ],
)
def test_the_figure_stands_in_the_sentence(
    promotion: Promotion, others: list[Promotion], lost: int | None, told: str
) -> None:
    assert sentence(with_loss(explained(promotion, *others), lost)) == told


class _With(_Search):
    """Every choice that holds one promotion."""

    def __init__(self, promo_id: str, case: Case) -> None:
        lines, promotions, context = case
        canonical = sorted(lines, key=lambda line: line.canonical_key)
        super().__init__(canonical, promotions, context, passing_over=True)
        self._promo_id = promo_id

    def _offer(self, chosen: Any, worth: int, shares: Any, subset: Any) -> None:
        if self._promo_id in shares:
            super()._offer(chosen, worth, shares, subset)

    def least(self) -> int | None:
        self._descend(0, self._capacity, 0, [])
        return None if self._best is None else self._best[0][0]


@pytest.mark.parametrize("block", range(4))
def test_small_baskets_have_the_figure_of_brute_force(block: int) -> None:
    found = 0
    for seed in range(50 * block, 50 * block + 50):
        case = random_case(Random(f"loss {seed}"))
        lines, promotions, context = case
        engine = PromotionEngine(promotions)
        optimum = engine.optimise(lines, context)
        for why in explain(engine, lines, context, optimum):
            lost = loss(engine, lines, context, optimum, why.promo_id)
            least = _With(why.promo_id, case).least()
            if least is None:
                assert lost is None, seed
            else:
                assert lost == divide_half_away(least - optimum.minimised, EXACT), seed
                found += lost > 0
            _consistent(why, lost)
    assert found > 5


def _consistent(why: Explanation, lost: int | None) -> None:
    if why.kind is Kind.APPLIED:
        assert lost == 0
    if why.kind in {Kind.NO_MATCH, Kind.EXCLUDED, Kind.NO_GAIN}:
        assert lost is None
    assert "%(" not in sentence(with_loss(why, lost))
