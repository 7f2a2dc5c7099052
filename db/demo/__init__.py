"""A chain to look at: three stores, six tills, 5,000 articles, 40 promotions, 30 days of sales.

Everything follows from one seed and the given day, so two loads are equal byte for byte.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection, select

from db.demo import catalogue, chain, promotions
from db.demo.history import load as load_history
from db.head.stores import Company
from db.partitions import ensure_default, ensure_months

__all__ = ["DEMO_PIN", "load"]

DEMO_PIN = chain.DEMO_PIN
_DAYS = 30


def load(tx: Connection, *, today: date) -> bool:
    """Load the demo chain; False when it is there already.

    Args:
        today: the day after the last day of past sales.
    """
    if tx.execute(select(Company.company_id)).first() is not None:
        return False
    first = date.fromordinal(today.toordinal() - _DAYS)
    ensure_default(tx)
    ensure_months(tx, first, today)
    chain.load(tx, today)
    articles = catalogue.load(tx)
    promotions.load(tx, articles, today)
    load_history(tx, articles, first_day=first, days=_DAYS)
    return True
