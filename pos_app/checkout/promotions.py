"""Promotions at the till: which set is in force, the set made ready, what cannot be read.

A set is made ready once per connection, so that its engine keeps what it has solved: the writer
thread has one connection for as long as the till is open.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

import msgspec
from sqlalchemy import Connection, Transaction, bindparam, delete, select
from sqlalchemy.dialects.sqlite import insert as upsert

from db.base import from_us
from db.prepared import Prepared
from db.store.promotions import PromoPlan, PromoSetAside, PromoSnapshot, PromotionVersion
from db.transaction import after_commit
from pos_app.checkout.drafts import Draft
from pos_app.checkout.points_rules import rules_in_force, with_points
from pos_app.till.queries import StoreProfile, tax_rules
from pos_app.till.service import TillSession
from retail.basket.coupons import coupon_code
from retail.business_day import zone_of
from retail.contract.promotions import NO_PROMOTIONS
from retail.errors import RetailError
from retail.pricing import PricedBasket, price
from retail.pricing_terms import LivePromotion, PricingTerms, PromotionSet, promotion_set
from retail.promotions.reading import read_promotion

log = logging.getLogger("tillwright.checkout")

_READY = "tillwright_promotions"
_MOST_READY = 3
_IN_FORCE = Prepared(
    select(PromoPlan.snapshot)
    .where(PromoPlan.valid_from <= bindparam("now"))
    .order_by(PromoPlan.valid_from.desc())
    .limit(1)
)
_MEMBERS = Prepared(
    select(PromoSnapshot.versions).where(PromoSnapshot.snapshot == bindparam("wanted"))
)
_VERSION = Prepared(
    select(PromotionVersion.name, PromotionVersion.texts, PromotionVersion.params).where(
        PromotionVersion.promotion == bindparam("promotion"),
        PromotionVersion.version == bindparam("version"),
        PromotionVersion.content_hash == bindparam("content_hash"),
    )
)
# Few promotions have a coupon of that kind: the others are not even read.
_COUNTED = Prepared(
    select(PromotionVersion.promotion, PromotionVersion.version, PromotionVersion.params).where(
        PromotionVersion.params.contains('"uses_left"')
    )
)


@dataclass(frozen=True, slots=True)
class SetAside:
    """A promotion that this till cannot read, and why."""

    promotion: str
    version: int
    name: str
    reason: str


@dataclass(slots=True)
class _Ready:
    """A set made ready.

    Attributes:
        made_in: the transaction that noted what cannot be read, until it is committed.
        told: a cashier has heard of what cannot be read.
    """

    promotions: PromotionSet
    made_in: Transaction | None
    told: bool = False

    def keep(self) -> None:
        """The transaction is committed."""
        self.made_in = None


def snapshot_in_force(tx: Connection, store: StoreProfile, at_us: int) -> str:
    """The hash of the set that a basket begins with now."""
    row = _IN_FORCE.first(tx, {"now": _clock(store, at_us).isoformat()})
    return NO_PROMOTIONS if row is None else str(row[0])


def terms(tx: Connection, store: StoreProfile, snapshot: str, at_us: int) -> PricingTerms | None:
    """What a basket of that set is priced under; None without promotions.

    Args:
        at_us: the instant whose wall clock decides what holds.
    """
    if snapshot == NO_PROMOTIONS:
        return None
    held = _ready(tx, store.language, snapshot, at_us).promotions
    return PricingTerms(held, _clock(store, at_us), store.store_id)


def priced(tx: Connection, session: TillSession, draft: Draft) -> PricedBasket:
    """A basket's price by the promotions of its set, as they held when it came to be so.

    So what was shown is what is paid, also when an offer begins or ends in between.
    """
    rules = tax_rules(tx, session.store, session.desk.now_us())
    if not draft.basket.lines:
        return price(draft.basket, rules)
    found = terms_of(tx, session.store, draft)
    points = rules_in_force(tx, session.store) if draft.basket.customer is not None else None
    return price(draft.basket, rules, with_points(found, points))


def terms_of(tx: Connection, store: StoreProfile, draft: Draft) -> PricingTerms | None:
    """What a basket is priced under: its own set, or the one in force at its last change."""
    snapshot = draft.basket.offers or snapshot_in_force(tx, store, draft.at_us)
    return terms(tx, store, snapshot, draft.at_us)


def limited_coupons(tx: Connection, snapshot: str) -> dict[str, int]:
    """The codes of a set whose uses are counted, each with the most of any of its promotions."""
    row = _MEMBERS.first(tx, {"wanted": snapshot})
    members = {(one[0], one[1]) for one in json.loads(row[0])} if row else set()
    found: dict[str, int] = {}
    for promotion, version, params in _COUNTED.all(tx, {}):
        coupon = msgspec.json.decode(params).get("coupon")
        if (promotion, version) in members and coupon and coupon.get("uses_left") is not None:
            code = coupon_code(coupon["code"])
            found[code] = max(found.get(code, 0), coupon["uses_left"])
    return found


def is_news(tx: Connection, store: StoreProfile, draft: Draft) -> bool:
    """True once for a set with promotions that cannot be read here, so that it is said once."""
    snapshot = draft.basket.offers
    if snapshot in {"", NO_PROMOTIONS}:
        return False
    held = _ready(tx, store.language, snapshot, draft.at_us)
    news = bool(held.promotions.set_aside) and not held.told
    held.told = True
    return news


def set_aside(tx: Connection) -> tuple[SetAside, ...]:
    """Every promotion that cannot be read here, for whoever runs the store."""
    rows = tx.execute(
        select(
            PromoSetAside.promotion, PromoSetAside.version, PromoSetAside.name, PromoSetAside.reason
        ).order_by(PromoSetAside.promotion, PromoSetAside.version)
    )
    return tuple(SetAside(*row) for row in rows)


def look_again(connection: Connection) -> None:
    """Make sets ready anew that something was missing from: it may have come."""
    known: dict[tuple[str, str], _Ready] = connection.info.get(_READY, {})
    for key in [key for key, found in known.items() if found.promotions.set_aside]:
        del known[key]


def _clock(store: StoreProfile, at_us: int) -> datetime:
    return from_us(at_us).astimezone(zone_of(store.zone)).replace(tzinfo=None)


def _ready(tx: Connection, language: str, snapshot: str, at_us: int) -> _Ready:
    known: dict[tuple[str, str], _Ready] = tx.info.setdefault(_READY, {})
    key, now = (snapshot, language), tx.get_transaction()
    found = known.pop(key, None)
    # What a transaction made that was rolled back is not on record: it is made again.
    if found is None or found.made_in not in {None, now}:
        live, failed = _members(tx, language, snapshot)
        _note(tx, live, failed, at_us)
        made = promotion_set(snapshot, live, (one.promotion for one in failed))
        found = _Ready(made, made_in=now)
        after_commit(tx, found.keep)
    # Last used, last out.
    known[key] = found
    while len(known) > _MOST_READY:
        del known[next(iter(known))]
    return found


def _members(
    tx: Connection, language: str, snapshot: str
) -> tuple[list[LivePromotion], list[SetAside]]:
    """The promotions of a set that can be read here, and those that cannot."""
    row = _MEMBERS.first(tx, {"wanted": snapshot})
    if row is None:
        return [], [SetAside("*", 0, "*", "The set of promotions has not arrived at this till.")]
    live: list[LivePromotion] = []
    failed: list[SetAside] = []
    for promotion, version, digest in json.loads(row[0]):
        wanted = {"promotion": promotion, "version": version, "content_hash": digest}
        name, texts, params = _VERSION.first(tx, wanted) or (promotion, "", "")
        try:
            live.append(_read(promotion, version, params, _text(name, texts, language)))
        except RetailError as problem:
            failed.append(SetAside(promotion, version, name, str(problem)))
        except Exception as problem:  # noqa: BLE001 (whatever it holds, it stops no sale)
            failed.append(
                SetAside(promotion, version, name, f"{type(problem).__name__}: {problem}")
            )
    return live, failed


def _read(promotion: str, version: int, params: str, text: str) -> LivePromotion:
    if not params:
        raise RetailError("promotion.gone", "The promotion has not arrived at this till.")
    read = read_promotion(msgspec.json.decode(params))
    if read.promo_id != promotion:
        raise RetailError("promotion.id", "The promotion's rules are those of another one.")
    # An explanation names the promotion, and its rivals, as the receipt does.
    return LivePromotion(replace(read, name=text), version, text)


def _text(name: str, texts: str, language: str) -> str:
    """What receipts call it: in the store's language, or by its name."""
    known: Mapping[str, str] = json.loads(texts) if texts else {}
    return known.get(language) or known.get(language.partition("-")[0]) or name


def _note(tx: Connection, live: list[LivePromotion], failed: list[SetAside], at_us: int) -> None:
    """Keep on record what cannot be read, and take off it what can be read by now."""
    noted = {(one.promotion, one.version) for one in set_aside(tx)}
    for one in live:
        if (one.promotion.promo_id, one.version) in noted:
            own = PromoSetAside.promotion == one.promotion.promo_id
            tx.execute(delete(PromoSetAside).where(own, PromoSetAside.version == one.version))
    for lost in failed:
        log.warning("promotion %s is set aside: %s", lost.promotion, lost.reason)
        values = {"promotion": lost.promotion, "version": lost.version, "name": lost.name}
        tx.execute(
            upsert(PromoSetAside)
            .values(**values, reason=lost.reason[:400], first_at=from_us(at_us))
            .on_conflict_do_nothing()
        )
