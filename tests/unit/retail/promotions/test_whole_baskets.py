"""Small baskets are tried as a whole; what is too large for that is solved in parts."""

from __future__ import annotations

from random import Random

import pytest

from retail.promotions.engine import PromotionEngine
from retail.promotions.optimum import whole
from retail.promotions.optimum.choice import Choice
from retail.promotions.optimum.whole import whole_choice
from retail.promotions.rules import (
    EXACT,
    BasketAmount,
    BasketPercent,
    BasketTerms,
    CheapestFree,
    NFor,
    Percent,
    PricingLine,
    Promotion,
)
from tests.support.pricing_agreement import small_difference
from tests.support.pricing_baskets import random_case
from tests.unit.retail.promotions.boards import NOON, baskets_of, board_of, offers_of, shelf


def tried(lines: tuple[PricingLine, ...], *promotions: Promotion) -> Choice | None:
    """The choice of a basket that is tried as a whole."""
    return whole_choice(
        board_of(lines), offers_of(promotions, lines), baskets_of(promotions, lines)
    )


def test_the_choice_is_that_of_brute_force() -> None:
    for seed in range(200):
        assert small_difference(random_case(Random(f"whole {seed}"))) == "", seed


def test_an_item_choice_that_gains_less_may_leave_more_for_the_basket_lane() -> None:
    lines = shelf((95, 1))
    choice = tried(
        lines,
        Promotion("p", Percent(1000)),
        Promotion("q", Percent(900)),
        Promotion("z", BasketPercent(BasketTerms(), bp=5000)),
    )
    assert choice is not None
    # 9.5 rounds to 10 and leaves 85 to halve; 8.55 rounds to 9 and leaves 86.
    assert choice.minimised == EXACT * (95 - 43) - 95 * 1000
    assert [offer.promotion.promo_id for offer, _ in choice.items] == ["p"]


@pytest.mark.parametrize(
    ("limit", "most"),
    [("MOST_OFFERS", 1), ("MOST_OFFERS", 2), ("MOST_OUTCOMES", 3), ("MOST_TRIES", 2)],
)
def test_what_is_too_large_is_not_tried(
    monkeypatch: pytest.MonkeyPatch, limit: str, most: int
) -> None:
    lines = shelf((100, 3), (120, 3))
    promotions = [
        Promotion("p", NFor(2, 150)),
        Promotion("q", CheapestFree(3, 1)),
        Promotion("y", BasketAmount(BasketTerms(), 5)),
        Promotion("z", BasketAmount(BasketTerms(), 5)),
    ]
    choice = tried(lines, *promotions)
    assert choice is not None
    monkeypatch.setattr(whole, limit, most)
    assert tried(lines, *promotions) is None
    found = PromotionEngine(promotions).optimise(lines, NOON)
    assert found.minimised == choice.minimised
    assert found.bound <= found.minimised


def test_without_an_offer_nothing_is_taken_off() -> None:
    choice = tried(shelf((100, 3)))
    assert choice is not None
    assert (choice.minimised, choice.items, choice.baskets) == (300 * EXACT, (), ())
