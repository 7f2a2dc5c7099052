"""Selectors from JSON. Source: pricing vectors, Selector and scope."""

from __future__ import annotations

from retail.promotions.reading.fields import Fields
from retail.promotions.rules import Selector

_KEYS = ("gtins", "skus", "categories", "tags")


def selector(fields: Fields, name: str) -> Selector | None:
    """The selector of that name; None where it is missing, null or ``{}``.

    ``gtins`` and ``skus`` are both article numbers.
    """
    inner = fields.inner(name)
    inner.only(_KEYS)
    if not any(inner.has(key) for key in _KEYS):
        return None
    return Selector(
        articles=frozenset(inner.texts("gtins") + inner.texts("skus")),
        categories=frozenset(inner.texts("categories")),
        tags=frozenset(inner.texts("tags")),
    )
