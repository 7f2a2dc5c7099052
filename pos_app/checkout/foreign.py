"""What foreign cash is worth at the store."""

from __future__ import annotations

from sqlalchemy import Connection

from pos_app.till.queries import store_setting
from pos_app.till.service import TillSession
from retail.store_settings import CURRENCY_RATES, currency_rates
from retail.tender.foreign import Rate


def rates(tx: Connection, session: TillSession) -> tuple[Rate, ...]:
    """The currencies that the store takes, with their rates; none where head office set none."""
    store = session.store
    value = store_setting(tx, store.store_id, CURRENCY_RATES)
    return currency_rates(value, store.currency)
