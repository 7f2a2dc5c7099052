"""Small boards: lines from prices, offers as the engine makes them, and all that they can do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import product
from random import Random

from retail.promotions.basket_lane import BasketOffer
from retail.promotions.item_lane.matching import Index
from retail.promotions.item_lane.offers import Board, Offer
from retail.promotions.item_lane.outcome import Outcome
from retail.promotions.rules import EXACT, PricingLine, Promotion, SaleContext, Selector
from tests.support.pricing_baskets import random_case
from tests.support.pricing_outcomes import Chances

NOON = SaleContext(at=datetime.fromisoformat("2026-03-12T12:00"))
Counts = tuple[int, ...]
Way = tuple[Counts, Counts, int]
"""Units taken per line, discount per line in minor units, exact discount that counts."""


def shelf(*priced: tuple[int, int]) -> tuple[PricingLine, ...]:
    """Lines with a price and a number of units; the articles are called a, b, c, …"""
    return tuple(
        PricingLine(f"L{at}", "abcdefghijklmnopqrstuvwxyz"[at], price, units)
        for at, (price, units) in enumerate(priced)
    )


def only(articles: str) -> Selector:
    """One or more articles of a shelf."""
    return Selector(articles=frozenset(articles))


def board_of(lines: Sequence[PricingLine]) -> Board:
    """The board of lines in canonical order."""
    return Board(tuple(line.price for line in lines), tuple(line.units for line in lines))


def offers_of(
    promotions: Sequence[Promotion], lines: Sequence[PricingLine], context: SaleContext = NOON
) -> list[Offer]:
    """The offers that promotions become, by promotion id."""
    ordered = sorted(promotions, key=lambda promotion: promotion.promo_id)
    return Index(ordered).offers(lines, context, ())


def offer_of(
    promotion: Promotion, lines: Sequence[PricingLine], context: SaleContext = NOON
) -> Offer:
    """The offer that a promotion becomes."""
    (offer,) = offers_of([promotion], lines, context)
    return offer


def baskets_of(promotions: Sequence[Promotion], lines: Sequence[PricingLine]) -> list[BasketOffer]:
    """The basket promotions in the order of their turns."""
    return sorted(Index(promotions).basket_offers(lines, ()), key=lambda offer: offer.turn)


@dataclass(frozen=True, slots=True)
class Small:
    """A small basket in canonical order, its offers, and what brute force knows of them."""

    lines: tuple[PricingLine, ...]
    promotions: tuple[Promotion, ...]
    context: SaleContext
    board: Board
    offers: list[Offer]
    baskets: list[BasketOffer]

    @classmethod
    def of(cls, lines: Sequence[PricingLine], *promotions: Promotion) -> Small:
        """A basket and promotions that are given."""
        return cls._of(lines, promotions, NOON)

    @classmethod
    def random(cls, seed: object, units: int = 8) -> Small:
        """A seeded basket with one to five promotions of any kind."""
        return cls._of(*random_case(Random(str(seed)), units))

    @classmethod
    def plain(cls, seed: object, units: int = 8) -> Small:
        """The same without caps, codes, groups and exclusive promotions, and with prices of 10 on.

        Below that a percentage may round to nothing.
        """
        lines, promotions, context = random_case(Random(str(seed)), units)
        free = [
            replace(
                p,
                max_discount=None,
                exclusive_group=None,
                exclusive=False,
                conditions=replace(p.conditions, coupon=None),
            )
            for p in promotions
        ]
        dear = [replace(line, unit_price=line.unit_price + 10) for line in lines]
        return cls._of(dear, free, context)

    @classmethod
    def _of(
        cls, lines: Sequence[PricingLine], promotions: Sequence[Promotion], context: SaleContext
    ) -> Small:
        ordered = tuple(sorted(lines, key=lambda line: line.canonical_key))
        offers = offers_of(promotions, ordered, context)
        baskets = baskets_of([p for p in promotions if p.is_basket], ordered)
        return cls(ordered, tuple(promotions), context, board_of(ordered), offers, baskets)

    def ways(self, promotion: Promotion) -> dict[Way, int]:
        """All that an item promotion can do, each with the fewest applications that do it."""
        chances = Chances(promotion, self.lines, self.context)
        found: dict[Way, int] = {}
        for outcome in chances.outcomes:
            way = (outcome.taken, chances.shares(outcome), outcome.worth)
            found[way] = min(outcome.applications, found.get(way, outcome.applications))
        return found

    def way(self, outcome: Outcome) -> Way:
        """An outcome as brute force tells it."""
        return self._row(outcome.used), self._row(outcome.shares), outcome.value

    def _row(self, pairs: Sequence[tuple[int, int]]) -> Counts:
        by_line = dict(pairs)
        return tuple(by_line.get(at, 0) for at in range(len(self.lines)))


def above(way: Way, prices: Sequence[int]) -> int:
    """What a way gains above the prices of its units."""
    return way[2] - sum(n * price for n, price in zip(way[0], prices, strict=True))


def fits(way: Way, room: Sequence[int]) -> bool:
    """True when there are units enough."""
    return all(n <= most for n, most in zip(way[0], room, strict=True))


def some_prices(rng: Random, board: Board) -> list[int]:
    """What units may be worth elsewhere: often nothing, often whole minor units, seldom much."""
    scale = rng.choice((0, 1, 1, 2))
    step = rng.choice((1, EXACT))
    return [
        rng.randint(0, scale * EXACT // 2 * price) // step * step if rng.random() < 0.7 else 0
        for price in board.prices
    ]


def some_room(rng: Random, board: Board) -> list[int]:
    """All units or fewer."""
    return [rng.randint(0, n) if rng.random() < 0.4 else n for n in board.units]


def combinations_of(
    outcomes: Sequence[Sequence[Outcome]], capacity: Sequence[int]
) -> Iterator[tuple[Outcome, ...]]:
    """Every way of taking one outcome or none of each list with the units that there are."""
    for chosen in product(*((None, *listed) for listed in outcomes)):
        taken = tuple(outcome for outcome in chosen if outcome is not None)
        left = list(capacity)
        for outcome in taken:
            for line, n in outcome.used:
                left[line] -= n
        if min(left, default=0) >= 0:
            yield taken
