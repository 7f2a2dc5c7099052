"""Uses of limited coupons as head office counts them: an instrument for each code.

What promotions say (``uses_left`` of their coupon) is the limit; what sales used is in the ledger.
"""

from __future__ import annotations

from datetime import datetime

import msgspec
from sqlalchemy import Connection, select

from backoffice.platform.keys import new_key
from backoffice.value.limits import set_limit
from backoffice.value.service import Source, company_key
from db.head.promotions import Promotion, PromotionVersion
from retail.basket.coupons import coupon_code
from retail.value import ValueKind, lookup_of


def keep_campaigns(tx: Connection, company_id: str, now: datetime) -> None:
    """Give every code of a live promotion the limit that its newest live version says."""
    key = company_key(tx, company_id)
    wanted = {lookup_of(key, ValueKind.CAMPAIGN, code): uses for code, uses in _limits(tx).items()}
    # In the order in which sales are booked, or each could wait for the other.
    for lookup, uses in sorted(wanted.items()):
        instrument = (ValueKind.CAMPAIGN, lookup)
        set_limit(tx, company_id, instrument, uses, Source(new_key(), now))


def _limits(tx: Connection) -> dict[str, int]:
    """By code, the most of any of its promotions."""
    rows = tx.execute(
        select(PromotionVersion.promotion, PromotionVersion.params)
        .join(Promotion, Promotion.promotion == PromotionVersion.promotion)
        .where(
            Promotion.status == "live",
            PromotionVersion.live_at.is_not(None),
            PromotionVersion.params.contains('"uses_left"'),
        )
        .order_by(PromotionVersion.promotion, PromotionVersion.version)
    ).all()
    newest = {row.promotion: msgspec.json.decode(row.params) for row in rows}
    found: dict[str, int] = {}
    for params in newest.values():
        coupon = params.get("coupon") or {}
        if coupon.get("uses_left") is not None:
            code = coupon_code(coupon["code"])
            found[code] = max(found.get(code, 0), coupon["uses_left"])
    return found
