"""Which lines a promotion is about. Source: pricing vectors, Selector and scope."""

from __future__ import annotations

from retail.promotions.rules import PricingLine, Promotion, Selector


def selects(selector: Selector | None, line: PricingLine) -> bool:
    """True when any listed value matches; None selects everything."""
    return selector is None or (
        line.article in selector.articles
        or line.category in selector.categories
        or not selector.tags.isdisjoint(line.tags)
    )


def in_scope(promotion: Promotion, selector: Selector | None, line: PricingLine) -> bool:
    """True when a selector of an item or basket promotion takes the line.

    ``selector`` is the promotion's scope, or in its place a slot's, the buy, get or gift one.
    """
    return not line.no_discount and _taken(promotion, selector, line)


def rewards(promotion: Promotion, line: PricingLine) -> bool:
    """True when a points or draw promotion counts the line."""
    return not line.no_points and _taken(promotion, promotion.scope, line)


def _taken(promotion: Promotion, selector: Selector | None, line: PricingLine) -> bool:
    barred = promotion.exclude is not None and selects(promotion.exclude, line)
    return not barred and selects(selector, line)
