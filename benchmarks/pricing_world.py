"""Seeded shops for pricing: shelves, promotions in a chain's proportions, baskets that meet them.

``typical``: 3,000 articles in 60 categories; 93 of 100 promotions list 3 to 30 articles, most
others are for a category, a few for a tag that is found all over the shop; 15 articles each on
average. ``stress``: 20 of 100 are for a category and 12 for the whole shop.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from random import Random

from benchmarks.pricing_offers import Range, offer, shop_wide
from retail.promotions.rules import (
    BasketAmount,
    BasketPercent,
    BasketTerms,
    Conditions,
    Customer,
    PricingLine,
    Promotion,
    SaleContext,
    Selector,
    ThresholdBase,
)

ARTICLES, CATEGORIES = 3_000, 60
_ALL = "whole-shop"
_SPREAD = ("new", "own-brand", "regional")
_MOST = 19_900
_LEAST = 49


@dataclass(frozen=True, slots=True)
class Article:
    """What stands on a shelf; ``price`` in minor units."""

    number: str
    category: str
    price: int
    tags: frozenset[str]


@dataclass(frozen=True, slots=True)
class Shop:
    """Shelves and promotions.

    Attributes:
        ranges: for each promotion the articles it is about.
    """

    articles: tuple[Article, ...]
    promotions: tuple[Promotion, ...]
    ranges: tuple[tuple[Article, ...], ...]
    context: SaleContext = field(
        default_factory=lambda: SaleContext(at=datetime(2026, 3, 12, 17))  # noqa: DTZ001 (wall clock)
    )

    def basket(self, rng: Random, lines: int) -> tuple[PricingLine, ...]:
        """Half the articles from promotions, often two of one; else anything on the shelves."""
        chosen: dict[str, Article] = {}
        wanted: Sequence[Article] = self.articles
        while len(chosen) < lines:
            roll = rng.random()
            if roll < 0.25:
                wanted = rng.choice(self.ranges) if self.ranges else self.articles
            elif roll < 0.75:
                wanted = self.articles
            article = rng.choice(wanted)
            chosen[article.number] = article
        return tuple(_line(rng, n, article) for n, article in enumerate(chosen.values()))

    def with_basket_lane(self) -> Shop:
        """The same shop with three promotions on the whole basket, and a member who buys."""
        lane = (
            Promotion("Z1", BasketPercent(BasketTerms(min_spend=5_000), bp=500)),
            Promotion(
                "Z2",
                BasketAmount(
                    BasketTerms(priority=200, min_spend=10_000, base=ThresholdBase.NET),
                    amount=1_000,
                ),
            ),
            Promotion(
                "Z3",
                BasketPercent(BasketTerms(priority=50), bp=300),
                conditions=Conditions(tiers=frozenset({"member"})),
            ),
        )
        member = replace(self.context, customer=Customer("C1", tier="member"))
        return replace(self, promotions=(*self.promotions, *lane), context=member)


def typical(promotions: int, seed: int = 1) -> Shop:
    """A shop with so many promotions, as chains run them."""
    return _shop(Random(f"typical {promotions} {seed}"), promotions, category_wide=6, spread=1)


def stress(promotions: int = 2_000, seed: int = 1) -> Shop:
    """A shop whose promotions overlap as far as they can."""
    return _shop(
        Random(f"stress {promotions} {seed}"), promotions, category_wide=20, spread=0, whole=12
    )


def _shop(rng: Random, promotions: int, *, category_wide: int, spread: int, whole: int = 0) -> Shop:
    """Shares in per cent of the promotions; ``whole`` in pieces."""
    articles = _shelves(rng)
    made: list[Promotion] = []
    ranges: list[tuple[Article, ...]] = []
    shelves: dict[str, list[Article]] = {}
    for article in articles:
        shelves.setdefault(article.category, []).append(article)
    names = sorted(shelves)
    for number in range(promotions):
        name, roll = f"P{number:04}", rng.randrange(100)
        own = shelves[rng.choice(names)]
        other = shelves[rng.choice(names)]
        if number < whole:
            scope, found = Selector(tags=frozenset({_ALL})), articles
        elif roll < category_wide:
            scope, found = Selector(categories=frozenset({own[0].category})), tuple(own)
        elif roll < category_wide + spread:
            tag = rng.choice(_SPREAD)
            scope = Selector(tags=frozenset({tag}))
            found = tuple(article for article in articles if tag in article.tags)
        else:
            scope, found = _listed(rng, own)
        here = Range(scope, tuple(article.price for article in found))
        there = Range(*_priced(_listed(rng, other)))
        wide = number < whole
        mechanic = shop_wide(rng, here) if wide else offer(rng, here, there)
        made.append(Promotion(name, mechanic, scope=scope))
        ranges.append(found)
    return Shop(articles, tuple(made), tuple(ranges))


def _priced(listed: tuple[Selector, tuple[Article, ...]]) -> tuple[Selector, tuple[int, ...]]:
    return listed[0], tuple(article.price for article in listed[1])


def _shelves(rng: Random) -> tuple[Article, ...]:
    """Articles of a category cost half to twice its usual price, which is 0.99 to 79.00."""
    usual = [99 * 80 ** rng.random() for _ in range(CATEGORIES)]
    return tuple(
        Article(
            number=f"{n:05}",
            category=f"C{n % CATEGORIES:02}",
            price=_price(rng, usual[n % CATEGORIES] * 4 ** (rng.random() - 0.5)),
            tags=frozenset({_ALL, *(tag for tag in _SPREAD if rng.random() < 0.05)}),
        )
        for n in range(ARTICLES)
    )


def _price(rng: Random, about: float) -> int:
    """A shelf price near a value: it ends in 9 or 5, from 10.00 on often in .95 or .00."""
    ending = rng.choice((9, 9, 9, 5)) if about < 1_000 else rng.choice((99, 95, 49, 0))
    step = 10 if about < 1_000 else 100
    return min(_MOST, max(_LEAST, int(about) // step * step + ending))


def _listed(rng: Random, shelf: Sequence[Article]) -> tuple[Selector, tuple[Article, ...]]:
    """3 to 30 articles of a category, next to each other in price."""
    count = min(len(shelf), 3 + int(28 * rng.random() ** 1.9))
    ordered = sorted(shelf, key=lambda article: (article.price, article.number))
    first = rng.randint(0, len(ordered) - count)
    found = tuple(ordered[first : first + count])
    return Selector(articles=frozenset(article.number for article in found)), found


def _line(rng: Random, number: int, article: Article) -> PricingLine:
    return PricingLine(
        line_id=f"L{number:03}",
        article=article.number,
        unit_price=article.price,
        quantity=rng.choice((1, 1, 1, 1, 2, 2, 2, 3, 3, 4)),
        category=article.category,
        tags=article.tags,
    )
