"""Uses of limited coupons kept borrowed, so that tills take them while the cable is out."""

from __future__ import annotations

from sqlalchemy import Connection, select

from db.store.value import ValueKey
from pos_app.checkout import promotions
from pos_app.checkout.coupons import MOST_AT_ONCE
from pos_app.till.queries import store_profile
from pos_app.value.leases import keep_quota
from retail.errors import RetailError
from retail.value import ValueKind, lookup_of

LEASED_FROM = 50
"""Of a campaign with fewer uses none are kept: one till would keep them from all others."""


def keep_leases(tx: Connection, at_us: int) -> None:
    """Keep some uses of each large campaign in force borrowed from now on."""
    key = tx.execute(select(ValueKey.key)).scalar_one_or_none()
    try:
        store = store_profile(tx)
    except RetailError:
        return
    if key is None:
        return
    snapshot = promotions.snapshot_in_force(tx, store, at_us)
    for code, uses in promotions.limited_coupons(tx, snapshot).items():
        lookup = lookup_of(bytes(key), ValueKind.CAMPAIGN, code)
        keep_quota(tx, ValueKind.CAMPAIGN, lookup, min(MOST_AT_ONCE, uses // LEASED_FROM))
