"""What is missing until an offer holds. Source: pricing vectors, Points, draw, coupons, hints."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from retail.promotions.results import Optimum
from retail.promotions.rules import (
    BasketAmount,
    BasketPercent,
    BasketTerms,
    CheapestFree,
    NFor,
    PricingLine,
    Promotion,
    Selector,
    ThresholdBase,
)
from retail.promotions.scope import in_scope


@dataclass(frozen=True, slots=True)
class Hint:
    """An offer within reach; one of the two is above 0.

    Attributes:
        missing_qty: units in scope.
        missing_amount: minor units in scope.
    """

    promo_id: str
    missing_qty: int = 0
    missing_amount: int = 0


def hints(
    promotions: Sequence[Promotion], lines: Sequence[PricingLine], optimum: Optimum
) -> tuple[Hint, ...]:
    """The hints of promotions, by promotion id.

    Args:
        promotions: those that hold now, applied or not, each once.
    """
    basket = _Basket(lines)
    found: list[Hint] = []
    left = [line.units - taken for line, taken in zip(lines, optimum.consumed, strict=True)]
    for promotion in promotions:
        mechanic = promotion.mechanic
        if isinstance(mechanic, (NFor, CheapestFree)):
            units = basket.sum_in_scope(promotion, left)
            if 1 <= units < mechanic.n:
                found.append(Hint(promotion.promo_id, missing_qty=mechanic.n - units))
    turns = _turns(promotions)
    for promotion, terms in turns:
        if terms.min_spend:
            amounts = _threshold_amounts(promotion.promo_id, turns, lines, optimum)
            spent = basket.sum_in_scope(promotion, amounts)
            if 0 < spent < terms.min_spend:
                found.append(Hint(promotion.promo_id, missing_amount=terms.min_spend - spent))
    return tuple(sorted(found, key=lambda hint: hint.promo_id))


class _Basket:
    """Lines by what selectors can name: most selectors name nothing of a basket."""

    def __init__(self, lines: Sequence[PricingLine]) -> None:
        self._lines = lines
        self._articles: dict[str, list[int]] = {}
        self._categories: dict[str, list[int]] = {}
        self._tags: dict[str, list[int]] = {}
        for i, line in enumerate(lines):
            self._articles.setdefault(line.article, []).append(i)
            self._categories.setdefault(line.category, []).append(i)
            for tag in line.tags:
                self._tags.setdefault(tag, []).append(i)
        # Sets, because a frozenset meets a set by the smaller of the two.
        self._names = set(self._articles), set(self._categories), set(self._tags)

    def sum_in_scope(self, promotion: Promotion, counted: Sequence[int]) -> int:
        """The sum of ``counted`` over the lines in the promotion's scope."""
        scope, lines = promotion.scope, self._lines
        if scope is None:
            return sum(
                counted[i] for i, line in enumerate(lines) if in_scope(promotion, None, line)
            )
        articles, categories, tags = self._names
        if (
            scope.articles.isdisjoint(articles)
            and scope.categories.isdisjoint(categories)
            and scope.tags.isdisjoint(tags)
        ):
            return 0
        return sum(counted[i] for i in self._named(scope) if in_scope(promotion, scope, lines[i]))

    def _named(self, selector: Selector) -> set[int]:
        found: set[int] = set()
        for names, lines in (
            (selector.articles, self._articles),
            (selector.categories, self._categories),
            (selector.tags, self._tags),
        ):
            found.update(i for name in names for i in lines.get(name, ()))
        return found


def _turns(promotions: Sequence[Promotion]) -> list[tuple[Promotion, BasketTerms]]:
    """Basket promotions as they take turns, each with its terms."""
    turns = [
        (promotion, promotion.mechanic.terms)
        for promotion in promotions
        if isinstance(promotion.mechanic, (BasketPercent, BasketAmount))
    ]
    return sorted(turns, key=lambda turn: (turn[1].priority, turn[0].promo_id))


def _threshold_amounts(
    promo_id: str,
    turns: Sequence[tuple[Promotion, BasketTerms]],
    lines: Sequence[PricingLine],
    optimum: Optimum,
) -> list[int]:
    """The line amounts in minor units that a basket promotion's threshold counts."""
    places = {promotion.promo_id: place for place, (promotion, _) in enumerate(turns)}
    place = places[promo_id]
    base = turns[place][1].base
    amounts = [line.gross for line in lines]
    if base is ThresholdBase.GROSS:
        return amounts
    for applied in optimum.applied:
        # What is no basket promotion belongs to the item lane and came before all of them.
        before = places.get(applied.promo_id, -1)
        if before < 0 or (base is ThresholdBase.RUNNING and before < place):
            amounts = [
                amount - share for amount, share in zip(amounts, applied.shares, strict=True)
            ]
    return amounts
