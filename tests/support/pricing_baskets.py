"""Seeded small baskets with promotions of every mechanic, made to tie and to round.

Prices come from small pools and promotions overlap on a few articles, so that equal optima, caps
and thresholds that are just reached are common. Every promotion holds in the context.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from random import Random

from retail.promotions.rules import (
    AmountOff,
    BasketAmount,
    BasketPercent,
    BasketTerms,
    BasketTier,
    Bundle,
    BuyGet,
    CheapestFree,
    Conditions,
    Coupon,
    Customer,
    FixedPrice,
    Gift,
    Mechanic,
    NFor,
    Percent,
    PricingLine,
    Promotion,
    QuantityTier,
    SaleContext,
    Selector,
    Slot,
    ThresholdBase,
    TierQuantity,
)

Case = tuple[tuple[PricingLine, ...], tuple[Promotion, ...], SaleContext]

_POOLS = (
    (1, 2, 3, 4, 5, 7),
    (33, 45, 50, 99, 100),
    (100, 200, 300),
    (199, 250, 333, 499),
    (400, 500, 600, 1000),
    (250,),
    (0, 1, 50, 100),
)
_ARTICLES = ("a1", "a10", "a2", "b3")
_CATEGORIES = ("bread", "milk")
_RATES = (500, 1000, 1250, 1500, 2000, 3333, 5000, 10_000, 1)
_CODES = {"SPRING": 1, "TEN": 2, "OPEN": None}


def random_case(rng: Random, units: int = 8) -> Case:
    """A basket of at most ``units`` units with one to five promotions that hold."""
    pool = rng.choice(_POOLS)
    lines = _lines(rng, pool, units)
    count = rng.choice((1, 2, 3, 3, 4, 4, 5))
    names = rng.sample(("p1", "p10", "p2", "p3", "q"), count)
    promotions = tuple(_promotion(rng, name, pool) for name in names)
    return lines, promotions, _context(rng, promotions)


def _context(rng: Random, promotions: Sequence[Promotion]) -> SaleContext:
    limited = {
        p.promo_id: p.conditions.customer_limit for p in promotions if p.conditions.customer_limit
    }
    used = {name: rng.randrange(limit) for name, limit in limited.items() if limit}
    return SaleContext(
        at=datetime(2026, 3, 12, 11),  # noqa: DTZ001 (the store's wall clock)
        store="S1",
        coupons=frozenset(_CODES),
        customer=Customer("c1", used=used) if limited else None,
    )


def _lines(rng: Random, pool: Sequence[int], units: int) -> tuple[PricingLine, ...]:
    count = rng.choice((1, 2, 3, 3, 4, 4, 5))
    most = max(rng.randint(count, units), rng.randint(count, units))
    quantities = [1] * count
    for _ in range(most - count):
        quantities[rng.randrange(count)] += 1
    return tuple(_line(rng, f"L{i}", pool, n) for i, n in enumerate(quantities))


def _line(rng: Random, name: str, pool: Sequence[int], quantity: int) -> PricingLine:
    weighed = rng.random() < 0.08
    return PricingLine(
        line_id=name,
        article=rng.choice(_ARTICLES),
        unit_price=rng.choice(pool),
        quantity=rng.choice((250, 500, 734, 1000)) if weighed else quantity,
        weighed=weighed,
        category=rng.choice(_CATEGORIES),
        tags=frozenset(rng.sample(("bio", "new"), rng.choice((0, 0, 1, 2)))),
        no_discount=rng.random() < 0.05,
    )


def _selector(rng: Random) -> Selector:
    roll = rng.random()
    if roll < 0.5:
        return Selector(articles=frozenset(rng.sample(_ARTICLES, rng.choice((1, 2, 2, 3)))))
    if roll < 0.8:
        return Selector(categories=frozenset({rng.choice(_CATEGORIES)}))
    return Selector(
        articles=frozenset({rng.choice(_ARTICLES)}), tags=frozenset({rng.choice(("bio", "new"))})
    )


def _scope(rng: Random) -> Selector | None:
    return None if rng.random() < 0.45 else _selector(rng)


def _amount(rng: Random, pool: Sequence[int]) -> int:
    return max(1, rng.choice(pool) * rng.choice((1, 1, 2, 3)) - rng.choice((0, 0, 1)))


def _percent(rng: Random, pool: Sequence[int]) -> Mechanic:
    return Percent(rng.choice(_RATES))


def _amount_off(rng: Random, pool: Sequence[int]) -> Mechanic:
    return AmountOff(max(1, rng.choice(pool) // rng.choice((1, 2, 5))))


def _fixed_price(rng: Random, pool: Sequence[int]) -> Mechanic:
    return FixedPrice(rng.choice(pool) * rng.choice((1, 3)) // 4)


def _nfor(rng: Random, pool: Sequence[int]) -> Mechanic:
    n = rng.choice((1, 2, 2, 3, 4))
    return NFor(n, n * rng.choice(pool) * rng.choice((2, 3, 4)) // 4)


def _cheapest_free(rng: Random, pool: Sequence[int]) -> Mechanic:
    n = rng.choice((1, 2, 2, 3, 3, 4))
    return CheapestFree(n, rng.randint(1, n), rng.choice((10_000, 10_000, 5000, 3333)))


def _buy_get(rng: Random, pool: Sequence[int]) -> Mechanic:
    buy, get = _scope(rng), _scope(rng)
    if rng.random() < 0.4:
        get = buy
    terms = rng.choice(("bp", "bp", "amount", "price"))
    return BuyGet(
        buy=buy,
        buy_qty=rng.choice((1, 1, 2, 3)),
        get=get,
        get_qty=rng.choice((1, 1, 2, 3)),
        equal_or_lesser=rng.random() < 0.5,
        bp=rng.choice((10_000, 5000, 2500)) if terms == "bp" else None,
        amount=_amount(rng, pool) if terms == "amount" else None,
        price=rng.choice(pool) // 2 if terms == "price" else None,
    )


def _bundle(rng: Random, pool: Sequence[int]) -> Mechanic:
    count = rng.choice((1, 2, 2, 3))
    slots = tuple(Slot(_selector(rng), rng.choice((1, 1, 2))) for _ in range(count))
    terms = rng.choice(("price", "amount", "bp"))
    return Bundle(
        slots,
        price=_amount(rng, pool) if terms == "price" else None,
        amount=_amount(rng, pool) if terms == "amount" else None,
        bp=rng.choice(_RATES) if terms == "bp" else None,
    )


def _tier_quantity(rng: Random, pool: Sequence[int]) -> Mechanic:
    minima = sorted(rng.sample(range(1, 7), rng.randint(1, 3)))
    priced = rng.random() < 0.5
    return TierQuantity(
        tuple(
            QuantityTier(
                minimum,
                bp=None if priced else rng.choice(_RATES),
                price=rng.choice(pool) if priced else None,
            )
            for minimum in minima
        )
    )


def _gift(rng: Random, pool: Sequence[int]) -> Mechanic:
    return Gift(max(1, rng.choice(pool)), _selector(rng), repeat=rng.random() < 0.5)


def _terms(rng: Random, pool: Sequence[int]) -> BasketTerms:
    return BasketTerms(
        priority=rng.choice((10, 100, 100)),
        min_spend=rng.choice((0, _amount(rng, pool), 2 * _amount(rng, pool))),
        base=rng.choice(tuple(ThresholdBase)),
    )


def _tiers(rng: Random, values: Sequence[int]) -> tuple[BasketTier, ...]:
    count = rng.randint(1, 2)
    minima = sorted(rng.sample((0, 3, 100, 200, 400, 900), count))
    return tuple(BasketTier(minimum, rng.choice(values)) for minimum in minima)


def _basket_percent(rng: Random, pool: Sequence[int]) -> Mechanic:
    if rng.random() < 0.3:
        return BasketPercent(_terms(rng, pool), tiers=_tiers(rng, _RATES))
    return BasketPercent(_terms(rng, pool), bp=rng.choice(_RATES))


def _basket_amount(rng: Random, pool: Sequence[int]) -> Mechanic:
    amounts = [max(1, price // 2) for price in pool]
    roll = rng.random()
    if roll < 0.3:
        return BasketAmount(_terms(rng, pool), tiers=_tiers(rng, amounts))
    step = _amount(rng, pool) if roll < 0.55 else None
    return BasketAmount(_terms(rng, pool), amount=rng.choice(amounts), step=step)


_ITEM: tuple[Callable[[Random, Sequence[int]], Mechanic], ...] = (
    _percent,
    _amount_off,
    _fixed_price,
    _nfor,
    _cheapest_free,
    _buy_get,
    _bundle,
    _tier_quantity,
    _gift,
)
_BASKET = (_basket_percent, _basket_amount)


def _promotion(rng: Random, name: str, pool: Sequence[int]) -> Promotion:
    basket = rng.random() < 0.22
    mechanic = rng.choice(_BASKET if basket else _ITEM)(rng, pool)

    def rarely(chance: float, *values: int) -> int | None:
        return rng.choice(values) if rng.random() < chance else None

    return Promotion(
        promo_id=name,
        mechanic=mechanic,
        scope=_scope(rng),
        exclude=_selector(rng) if rng.random() < 0.12 else None,
        conditions=Conditions(
            customer_limit=rarely(0.1, 1, 2, 3),
            coupon=_coupon(rng) if rng.random() < 0.25 else None,
            stock_left=rarely(0.08, 1, 2, 3, 4),
        ),
        exclusive_group=rng.choice(("g", "h")) if rng.random() < 0.2 else None,
        exclusive=rng.random() < 0.07,
        max_discount=max(1, _amount(rng, pool) // 2) if rng.random() < 0.22 else None,
        max_applications=None if basket else rarely(0.15, 1, 2, 3),
        max_units=None if basket else rarely(0.1, 1, 2, 3, 5),
        reward_alloc=rng.random() < 0.4,
    )


def _coupon(rng: Random) -> Coupon:
    code = rng.choice(tuple(_CODES))
    return Coupon(code, uses_left=_CODES[code], per_application=rng.random() < 0.5)
