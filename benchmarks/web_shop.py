"""django-oscar on the same offers: how much faster ours is, and that it is never dearer.

Oscar runs in a process and an environment of its own; only its search for offers is timed.
"""

from __future__ import annotations

import json
import statistics
import subprocess
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

from benchmarks.measure import Row, seconds, times
from benchmarks.pricing_world import Article, Shop, typical
from benchmarks.world import CACHE
from retail.promotions.engine import PromotionEngine
from retail.promotions.rules import (
    EXACT,
    AmountOff,
    CheapestFree,
    NFor,
    Percent,
    PricingLine,
    Promotion,
)

_PYTHON = Path(".venv-bench/bin/python")
_BASKETS, _LINES, _OFFERS = 20, 20, 50


@dataclass(frozen=True, slots=True)
class _Answer:
    """What oscar needed for a basket and asks for it; the sum of its lines before rounding."""

    seconds: float
    exact: Fraction


def measure() -> list[Row]:
    """20 lines with 50 offers that oscar can express."""
    shop = _expressible(typical(2_000))
    rng = Random(5)
    baskets = [shop.basket(rng, _LINES) for _ in range(_BASKETS)]
    theirs = _oscar(shop, baskets)
    engine = PromotionEngine(shop.promotions)
    engine.optimise(baskets[0], shop.context)
    ours, dearer, cheaper = [], 0, 0
    for basket, answer in zip(baskets, theirs, strict=True):
        engine.forget()
        ours.append(seconds(lambda: engine.optimise(basket, shop.context)))  # noqa: B023
        minimised = Fraction(engine.optimise(basket, shop.context).minimised, EXACT)
        dearer += minimised > answer.exact
        cheaper += minimised < answer.exact
    floor = [answer.seconds for answer in theirs]
    middle = statistics.median(floor) / statistics.median(ours)
    share = round(statistics.median(ours) / statistics.median(floor), 5)
    note = f"django-oscar takes {middle:,.0f} times as long on {_LINES} lines × {_OFFERS} offers"
    paid = f"cheaper than django-oscar {cheaper} times, equal {_BASKETS - cheaper - dearer} times"
    told = times(ours), times(floor)
    return [
        Row("share of django-oscar's time", "x", share, 0.01, *told, note),
        Row("dearer than django-oscar", f"of {_BASKETS}", dearer, 0, *told, paid),
    ]


def _expressible(shop: Shop) -> Shop:
    """The first 50 offers on lists of articles that oscar knows, and the articles they list."""
    found = [
        (promotion, articles)
        for promotion, articles in zip(shop.promotions, shop.ranges, strict=True)
        if promotion.scope and promotion.scope.articles and _kind(promotion)
    ][:_OFFERS]
    listed = {article for _, articles in found for article in articles}
    return replace(
        shop,
        articles=tuple(sorted(listed, key=lambda article: article.number)),
        promotions=tuple(promotion for promotion, _ in found),
        ranges=tuple(articles for _, articles in found),
    )


def _kind(promotion: Promotion) -> dict[str, Any] | None:
    """Oscar's terms: rates in basis points, amounts in minor units."""
    match promotion.mechanic:
        case Percent(bp):
            return {"kind": "percent", "n": 1, "value": bp}
        case AmountOff(amount):
            return {"kind": "amount_off", "n": 1, "value": amount}
        case NFor(n, price):
            return {"kind": "nfor", "n": n, "value": price}
        case CheapestFree(n, 1, 10_000):
            return {"kind": "cheapest_free", "n": n, "value": None}
        case _:
            return None


def _oscar(shop: Shop, baskets: list[tuple[PricingLine, ...]]) -> list[_Answer]:
    told = {
        "articles": [_article(article) for article in shop.articles],
        "offers": [
            {**(_kind(promotion) or {}), "articles": [article.number for article in articles]}
            for promotion, articles in zip(shop.promotions, shop.ranges, strict=True)
        ],
        "baskets": [
            [{"number": line.article, "quantity": line.quantity} for line in basket]
            for basket in baskets
        ],
    }
    CACHE.mkdir(parents=True, exist_ok=True)
    path = CACHE / "web-shop.json"
    path.write_text(json.dumps(told), encoding="utf-8")
    done = subprocess.run(
        [str(_PYTHON), "-W", "ignore", "benchmarks/oscar_peer.py", str(path)],
        check=True,
        capture_output=True,
        text=True,
    )
    return [_Answer(a["us"] / 1e6, 100 * Fraction(a["exact"])) for a in json.loads(done.stdout)]


def _article(article: Article) -> dict[str, Any]:
    return {"number": article.number, "price": article.price}
