"""The demo's promotions as head office keeps them: approved, live, and told to tills."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, insert, update

from db.demo.catalogue import Article
from db.demo.chain import COMPANY, key
from db.demo.offers import OFFERS, DemoOffer
from db.head.promotions import Coupon, CouponBatch, PromotionVersion
from db.promotion_sets import publish_plan
from db.promotions import NewVersion, add_version, make_live

_AUTHOR, _APPROVER = "office", "admin"
_NEXT = "PASTA-3FOR2"


def load(tx: Connection, articles: Sequence[Article], today: date) -> None:
    """Forty promotions in force from today on; of one of them, the next version is a draft."""
    now = datetime.combine(today, time(6), tzinfo=UTC)
    for number, offer in enumerate(OFFERS):
        params = offer.params(articles, today)
        _write(tx, offer, 1, params, now)
        tx.execute(
            update(PromotionVersion)
            .where(PromotionVersion.promotion == offer.promotion)
            .values(approved_by=_APPROVER)
        )
        make_live(tx, offer.promotion, 1, at=now)
        if "coupon" in params:
            _coupon(tx, offer, number, params["coupon"], now)
        if offer.promotion == _NEXT:
            later = {"from": f"{(today + timedelta(days=14)).isoformat()}T00:00"}
            _write(tx, offer, 2, {**params, "max_applications": 3, "valid": later}, now)
    publish_plan(tx, by=_APPROVER, at=now)


def _write(
    tx: Connection, offer: DemoOffer, version: int, params: dict[str, object], now: datetime
) -> None:
    english, _, german = offer.names.partition("|")
    new = NewVersion(
        promotion=offer.promotion,
        version=version,
        name=english,
        params=params,
        texts={"en": english, "de": german},
        owner=offer.owner,
    )
    add_version(tx, new, by=_AUTHOR, at=now)


def _coupon(
    tx: Connection, offer: DemoOffer, number: int, coupon: dict[str, Any], now: datetime
) -> None:
    """The one code that its flyers carry."""
    batch_id = key(now.date(), number)
    tx.execute(
        insert(CouponBatch).values(
            company_id=COMPANY,
            batch_id=batch_id,
            promotion=offer.promotion,
            name=offer.names.partition("|")[0],
            created_at=now,
        )
    )
    tx.execute(
        insert(Coupon).values(
            company_id=COMPANY,
            code_hash=sha256(coupon["code"].encode()).digest(),
            batch_id=batch_id,
            uses_left=coupon.get("uses_left"),
            per_application=coupon.get("per_application", False),
            reserved_by=None,
            reserved_until=None,
            redeemed_rid=None,
        )
    )
