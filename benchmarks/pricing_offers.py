"""Offers as chains make them: all item mechanics in their usual proportions and strengths."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from retail.promotions.rules import (
    AmountOff,
    Bundle,
    BuyGet,
    CheapestFree,
    FixedPrice,
    Gift,
    ItemMechanic,
    NFor,
    Percent,
    QuantityTier,
    Selector,
    Slot,
    TierQuantity,
)


@dataclass(frozen=True, slots=True)
class Range:
    """What an offer is about: a selector and the prices of its articles."""

    selector: Selector
    prices: tuple[int, ...]

    @property
    def usual(self) -> int:
        """The median price."""
        return statistics.median_low(self.prices)


def _percent(rng: Random, _: Range, __: Range) -> ItemMechanic:
    return Percent(rng.choice((500, 1000, 1000, 1500, 2000, 2000, 2500, 3000)))


def _amount_off(rng: Random, here: Range, _: Range) -> ItemMechanic:
    return AmountOff(max(5, here.usual * rng.choice((8, 12, 20)) // 500 * 5))


def _fixed_price(rng: Random, here: Range, _: Range) -> ItemMechanic:
    return FixedPrice(_down(here.usual * rng.choice((75, 80, 90)) // 100))


def _n_for(rng: Random, here: Range, _: Range) -> ItemMechanic:
    n = rng.choice((2, 2, 2, 3, 3, 4))
    return NFor(n, _down(n * here.usual * rng.choice((75, 80, 85, 90)) // 100))


def _cheapest_free(rng: Random, _: Range, __: Range) -> ItemMechanic:
    n, free, bp = rng.choice(((2, 1, 5000), (3, 1, 10_000), (3, 1, 10_000), (4, 1, 10_000)))
    return CheapestFree(n, free, bp)


def _buy_get(rng: Random, here: Range, there: Range) -> ItemMechanic:
    same = rng.random() < 0.6
    return BuyGet(
        buy=here.selector,
        buy_qty=rng.choice((1, 2, 2, 3)),
        get=here.selector if same else there.selector,
        get_qty=1,
        equal_or_lesser=same,
        bp=rng.choice((10_000, 5000, 5000)),
    )


def _bundle(rng: Random, here: Range, there: Range) -> ItemMechanic:
    """Two or three slots; a third takes the same articles as the first."""
    slots = [Slot(here.selector, 1), Slot(there.selector, 1)]
    whole = here.usual + there.usual
    if rng.random() < 0.3:
        slots.append(Slot(here.selector, 1))
        whole += here.usual
    if rng.random() < 0.3:
        return Bundle(tuple(slots), bp=rng.choice((1000, 1500, 2000)))
    return Bundle(tuple(slots), price=_down(whole * rng.choice((75, 80, 85)) // 100))


def _tiers(rng: Random, here: Range, _: Range) -> ItemMechanic:
    first, second = rng.choice(((2, 4), (3, 6)))
    if rng.random() < 0.5:
        return TierQuantity((QuantityTier(first, bp=1000), QuantityTier(second, bp=2000)))
    prices = (_down(here.usual * 90 // 100), _down(here.usual * 80 // 100))
    return TierQuantity(
        (QuantityTier(first, price=prices[0]), QuantityTier(second, price=prices[1]))
    )


def _gift(rng: Random, _: Range, there: Range) -> ItemMechanic:
    """Free from five times its usual price on."""
    return Gift(max(1_000, rng.choice((5, 8)) * there.usual // 500 * 500), there.selector)


def _down(price: int) -> int:
    """The next lower price that ends in 9, or in 5 below 1.00."""
    return price - (price - 9) % 10 if price >= 100 else max(5, price // 5 * 5)


_Maker = Callable[[Random, Range, Range], ItemMechanic]
# In per cent of all offers.
_SHARES: tuple[tuple[_Maker, int], ...] = (
    (_percent, 22),
    (_amount_off, 12),
    (_fixed_price, 10),
    (_n_for, 18),
    (_cheapest_free, 12),
    (_buy_get, 8),
    (_bundle, 8),
    (_tiers, 6),
    (_gift, 4),
)
_MAKERS = tuple(maker for maker, share in _SHARES for _ in range(share))


def offer(rng: Random, here: Range, there: Range) -> ItemMechanic:
    """An offer on a range; some bundles, rewards and gifts take in another one."""
    return rng.choice(_MAKERS)(rng, here, there)


def shop_wide(rng: Random, everything: Range) -> ItemMechanic:
    """An offer on the whole shop: weaker, and never at one price."""
    return rng.choice(
        (
            Percent(500),
            Percent(1000),
            AmountOff(20),
            CheapestFree(4, 1),
            CheapestFree(5, 1),
            TierQuantity((QuantityTier(3, bp=500), QuantityTier(6, bp=1000))),
            BuyGet(everything.selector, 3, everything.selector, 1, equal_or_lesser=True, bp=5000),
        )
    )
