"""The rules that a store gives points by, and whether this till can book any."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache

from sqlalchemy import Connection, select

from db.prepared import Prepared
from db.store.value import ValueKey
from pos_app.till.queries import StoreProfile, store_setting
from retail.loyalty import PointsRules
from retail.pricing_terms import PricingTerms, promotion_set
from retail.store_settings import LOYALTY_POINTS, points_rules

_HAS_KEY = Prepared(select(ValueKey.id))
_ANY_TIME = datetime(1970, 1, 1, tzinfo=UTC).replace(tzinfo=None)


def rules_in_force(tx: Connection, store: StoreProfile) -> PointsRules | None:
    """The rules of the store; None where it gives none, or before the company's key has come.

    Without the key nobody's points are found, so none are promised.
    """
    rules = _read(store_setting(tx, store.store_id, LOYALTY_POINTS))
    return rules if rules is not None and _HAS_KEY.first(tx, {}) is not None else None


def with_points(terms: PricingTerms | None, points: PointsRules | None) -> PricingTerms | None:
    """What a basket is priced under, where its customer earns points as well."""
    if points is None:
        return terms
    return replace(terms or PricingTerms(promotion_set("", ()), _ANY_TIME), points=points)


@lru_cache(maxsize=16)
def _read(setting: str) -> PointsRules | None:
    return points_rules(setting)
