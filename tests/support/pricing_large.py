"""Seeded baskets of 20 to 40 lines with 30 to 100 item promotions, for the integer programme.

Retail prices, lists of articles and some whole categories; limits and exclusive groups, but no
caps, codes or basket promotions.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from random import Random

from retail.promotions.rules import (
    AmountOff,
    Bundle,
    BuyGet,
    CheapestFree,
    Conditions,
    FixedPrice,
    Gift,
    ItemMechanic,
    NFor,
    Percent,
    PricingLine,
    Promotion,
    QuantityTier,
    SaleContext,
    Selector,
    Slot,
    TierQuantity,
)
from tests.support.pricing_baskets import Case

_ENDINGS = (0, 29, 49, 50, 79, 95, 99)
_ARTICLES, _CATEGORIES = 120, 12


@dataclass(frozen=True, slots=True)
class _Article:
    name: str
    category: str
    price: int


@dataclass(frozen=True, slots=True)
class _Scope:
    selector: Selector
    prices: tuple[int, ...]

    @property
    def usual(self) -> int:
        return sorted(self.prices)[len(self.prices) // 2]


def large_case(rng: Random) -> Case:
    """A basket with promotions that hold."""
    shelf = [
        _Article(f"{n:05}", f"C{n % _CATEGORIES}", 100 * rng.randint(1, 30) + rng.choice(_ENDINGS))
        for n in range(_ARTICLES)
    ]
    promotions = tuple(_promotion(rng, f"P{n:03}", shelf) for n in range(rng.randint(30, 100)))
    bought = rng.sample(shelf, rng.randint(20, 40))
    lines = tuple(
        PricingLine(
            line_id=f"L{n}",
            article=article.name,
            unit_price=article.price,
            quantity=rng.choice((1, 1, 1, 2, 2, 3, 4)),
            category=article.category,
        )
        for n, article in enumerate(bought)
    )
    return lines, promotions, SaleContext(at=datetime(2026, 3, 12, 11))  # noqa: DTZ001 (wall clock)


def _scope(rng: Random, shelf: Sequence[_Article]) -> _Scope:
    if rng.random() < 0.1:
        category = f"C{rng.randrange(_CATEGORIES)}"
        prices = tuple(article.price for article in shelf if article.category == category)
        return _Scope(Selector(categories=frozenset({category})), prices)
    some = rng.sample(shelf, rng.randint(2, 10))
    names = frozenset(article.name for article in some)
    return _Scope(Selector(articles=names), tuple(article.price for article in some))


def _percent(rng: Random, scope: _Scope, other: _Scope) -> ItemMechanic:
    return Percent(rng.choice((500, 1000, 1500, 2000, 2500, 3000)))


def _amount_off(rng: Random, scope: _Scope, other: _Scope) -> ItemMechanic:
    return AmountOff(rng.choice((20, 50, 100, 150)))


def _fixed_price(rng: Random, scope: _Scope, other: _Scope) -> ItemMechanic:
    return FixedPrice(scope.usual * rng.choice((7, 8, 9)) // 10)


def _n_for(rng: Random, scope: _Scope, other: _Scope) -> ItemMechanic:
    n = rng.choice((2, 2, 3, 3, 4))
    return NFor(n, scope.usual * n * rng.choice((7, 8, 9)) // 10)


def _cheapest_free(rng: Random, scope: _Scope, other: _Scope) -> ItemMechanic:
    n = rng.choice((2, 3, 3, 4, 5))
    return CheapestFree(n, rng.choice((1, 1, 1, 2)), rng.choice((10_000, 5000)))


def _buy_get(rng: Random, scope: _Scope, other: _Scope) -> ItemMechanic:
    same = rng.random() < 0.5
    bp, amount, price = rng.choice(((10_000, None, None), (5000, None, None), (None, 100, None)))
    return BuyGet(
        buy=scope.selector,
        buy_qty=rng.choice((1, 1, 2, 3)),
        get=scope.selector if same else other.selector,
        get_qty=rng.choice((1, 1, 2)),
        equal_or_lesser=same or rng.random() < 0.2,
        bp=bp,
        amount=amount,
        price=price,
    )


def _bundle(rng: Random, scope: _Scope, other: _Scope) -> ItemMechanic:
    slots = (Slot(scope.selector, rng.choice((1, 1, 2))), Slot(other.selector, 1))
    whole = scope.usual * slots[0].qty + other.usual
    terms = rng.choice(("price", "amount", "bp"))
    return Bundle(
        slots,
        price=whole * 4 // 5 if terms == "price" else None,
        amount=min(*scope.prices, *other.prices) if terms == "amount" else None,
        bp=2000 if terms == "bp" else None,
    )


def _tier_quantity(rng: Random, scope: _Scope, other: _Scope) -> ItemMechanic:
    if rng.random() < 0.5:
        return TierQuantity((QuantityTier(2, bp=1000), QuantityTier(4, bp=2000)))
    return TierQuantity(
        (
            QuantityTier(2, price=scope.usual * 9 // 10),
            QuantityTier(rng.choice((3, 6)), price=scope.usual * 4 // 5),
        )
    )


def _gift(rng: Random, scope: _Scope, other: _Scope) -> ItemMechanic:
    return Gift(rng.choice((500, 1000, 2500)), other.selector, repeat=rng.random() < 0.5)


_MECHANICS: tuple[Callable[[Random, _Scope, _Scope], ItemMechanic], ...] = (
    _percent,
    _amount_off,
    _fixed_price,
    _n_for,
    _n_for,
    _cheapest_free,
    _cheapest_free,
    _buy_get,
    _bundle,
    _tier_quantity,
    _gift,
)


def _promotion(rng: Random, name: str, shelf: Sequence[_Article]) -> Promotion:
    scope, other = _scope(rng, shelf), _scope(rng, shelf)
    stock = rng.choice((3, 10)) if rng.random() < 0.05 else None
    return Promotion(
        promo_id=name,
        mechanic=rng.choice(_MECHANICS)(rng, scope, other),
        scope=scope.selector,
        conditions=Conditions(stock_left=stock),
        exclusive_group=rng.choice("abc") if rng.random() < 0.08 else None,
        max_applications=rng.choice((1, 2, 3)) if rng.random() < 0.15 else None,
        max_units=rng.choice((2, 4, 6)) if rng.random() < 0.1 else None,
        reward_alloc=rng.random() < 0.3,
    )
