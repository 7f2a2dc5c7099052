"""Looking promotions up: what they are, what they say, what they share, what was used of them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, TypeAlias

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    Subquery,
    func,
    select,
    tuple_,
    union_all,
)
from sqlalchemy.orm import aliased

from backoffice.platform.filters import Page, Position, cursor, page_of
from backoffice.promotions import sentences
from backoffice.web.formats import money
from db.head.catalog import Category, Product
from db.head.oms import Sale
from db.head.promotions import PromoSelector, Promotion, PromotionVersion, PromoUsage
from db.head.stores import Company
from retail.folding import fold
from retail.promotions.reading import read_promotion

PAGE_SIZE = 50
STATUSES = ("draft", "approved", "live", "paused", "ended")
_Promotions: TypeAlias = Select[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class PromotionFilter:
    """What a list of promotions is narrowed to; empty fields do not narrow."""

    search: str = ""
    status: str = ""
    type: str = ""


@dataclass(frozen=True, slots=True)
class PromotionRecord:
    """A promotion in a list, as its live version has it, or its newest where none is live.

    Attributes:
        valid_from, valid_to: the stores' wall clock as ISO text, empty for no bound.
        offer: what it gives, in words.
        sales: how many sales used it.
    """

    promotion: str
    name: str
    folded: str
    lane: str
    type: str
    status: str
    owner: str
    funding: str
    version: int
    valid_from: str
    valid_to: str
    offer: str
    sales: int


@dataclass(frozen=True, slots=True)
class VersionRecord:
    """A version with who made it; ``live_at`` is None for a draft."""

    version: int
    name: str
    texts: dict[str, str]
    params: dict[str, Any]
    offer: str
    conditions: tuple[str, ...]
    content_hash: str
    created_by: str
    created_at: datetime
    approved_by: str
    live_at: datetime | None


@dataclass(frozen=True, slots=True)
class ConflictRecord:
    """Another live promotion that is about some of the same articles at the same time."""

    promotion: str
    name: str
    articles: int


@dataclass(frozen=True, slots=True)
class UsageRecord:
    """What sales in a currency used of a promotion."""

    currency: str
    sales: int
    applications: int
    units: int
    minor: int


@dataclass(frozen=True, slots=True)
class PromotionDetail:
    """A promotion with everything that its page shows; versions newest first."""

    promotion: PromotionRecord
    priority: int
    exclusive: bool
    exclusive_group: str
    alloc: str
    versions: tuple[VersionRecord, ...]
    conflicts: tuple[ConflictRecord, ...]
    usage: tuple[UsageRecord, ...]


def promotions(
    tx: Connection, narrow: PromotionFilter, *, at: Position | None
) -> Page[PromotionRecord]:
    """A page of promotions by name."""
    statement = _narrowed(_listed(), narrow)
    order = (Promotion.folded, Promotion.promotion)
    backwards = at is not None and at.before
    if at is not None:
        here = tuple_(*order)
        statement = statement.where(here < at.key if at.before else here > at.key)
    statement = statement.order_by(*(c.desc() if backwards else c.asc() for c in order))
    words = _words(tx)
    rows = tx.execute(statement.limit(PAGE_SIZE + 1)).all()
    records = [_record(row, words) for row in rows]
    return page_of(records, lambda r: cursor(r.folded, r.promotion), size=PAGE_SIZE, at=at)


def promotion(tx: Connection, code: str) -> PromotionDetail | None:
    """One promotion, or None."""
    row = tx.execute(
        _listed()
        .add_columns(
            Promotion.priority, Promotion.exclusive, Promotion.exclusive_group, Promotion.alloc
        )
        .where(Promotion.promotion == code)
    ).one_or_none()
    if row is None:
        return None
    words = _words(tx)
    return PromotionDetail(
        promotion=_record(row, words),
        priority=row.priority,
        exclusive=row.exclusive,
        exclusive_group=row.exclusive_group,
        alloc=row.alloc,
        versions=_versions(tx, code, words),
        conflicts=conflicts(tx, code, row.version),
        usage=_usage(tx, code),
    )


def conflicts(tx: Connection, code: str, version: int) -> tuple[ConflictRecord, ...]:
    """Live promotions that share articles and days with a version, the most shared first."""
    mine, theirs = aliased(PromotionVersion), aliased(PromotionVersion)
    live = (
        select(theirs.promotion, theirs.version, Promotion.name)
        .join(Promotion, Promotion.promotion == theirs.promotion)
        .join(mine, (mine.promotion == code) & (mine.version == version))
        .where(
            Promotion.status == "live",
            theirs.promotion != code,
            theirs.version == _shown_version(Promotion.promotion),
            _ends_after(theirs, mine),
            _ends_after(mine, theirs),
        )
        .cte("live")
    )
    own = _articles((PromoSelector.promotion == code) & (PromoSelector.version == version))
    of_live = select(live.c.promotion, live.c.version)
    other = _articles(tuple_(PromoSelector.promotion, PromoSelector.version).in_(of_live))
    articles = func.count(other.c.sku.distinct())
    rows = tx.execute(
        select(live.c.promotion, live.c.name, articles)
        .join(other, other.c.promotion == live.c.promotion)
        .where(other.c.sku.in_(select(own.c.sku)))
        .group_by(live.c.promotion, live.c.name)
        .order_by(articles.desc(), live.c.promotion)
    )
    return tuple(ConflictRecord(*row) for row in rows)


def _articles(narrow: ColumnElement[bool]) -> Subquery:
    """Which promotion chooses which article; what is excluded is not looked at.

    A join for each kind: a condition on all kinds at once would compare everything with all.
    """
    kind, value = PromoSelector.kind, PromoSelector.value
    joins: tuple[ColumnElement[bool], ...] = (
        (kind == "article") & (value == Product.sku),
        (kind == "category") & (value == Product.category),
        (kind == "tag") & Product.tags.contains('"' + value + '"'),
        kind == "all",
    )
    return union_all(
        *(
            select(PromoSelector.promotion, Product.sku)
            .join(Product, join)
            .where(narrow, PromoSelector.role != "exclude", ~Product.no_discount)
            for join in joins
        )
    ).subquery()


def _ends_after(one: Any, other: Any) -> ColumnElement[bool]:
    """True when one is not over before the other begins."""
    found: ColumnElement[bool] = (one.valid_to == "") | (one.valid_to > other.valid_from)
    return found


def _shown_version(code: Any) -> Any:
    """The newest live version of a promotion, or its newest where none is live."""
    version = (
        select(PromotionVersion.version)
        .where(PromotionVersion.promotion == code)
        .order_by(PromotionVersion.live_at.is_(None), PromotionVersion.version.desc())
        .limit(1)
    )
    return version.correlate(Promotion).scalar_subquery()


def _listed() -> _Promotions:
    used = (
        select(func.count())
        .where(PromoUsage.promotion == Promotion.promotion)
        .correlate(Promotion)
        .scalar_subquery()
    )
    return select(
        Promotion.promotion,
        Promotion.name,
        Promotion.folded,
        Promotion.lane,
        Promotion.type,
        Promotion.status,
        Promotion.owner,
        Promotion.funding,
        PromotionVersion.version,
        PromotionVersion.valid_from,
        PromotionVersion.valid_to,
        PromotionVersion.params,
        used.label("sales"),
    ).join(
        PromotionVersion,
        (PromotionVersion.promotion == Promotion.promotion)
        & (PromotionVersion.version == _shown_version(Promotion.promotion)),
    )


def _narrowed(statement: _Promotions, narrow: PromotionFilter) -> _Promotions:
    if narrow.status:
        statement = statement.where(Promotion.status == narrow.status)
    if narrow.type:
        statement = statement.where(Promotion.type == narrow.type)
    for word in fold(narrow.search).split():
        by_code = func.lower(Promotion.promotion).startswith(word, autoescape=True)
        named = Promotion.folded.contains(word, autoescape=True)
        statement = statement.where(named | by_code)
    return statement


def _words(tx: Connection) -> sentences.Words:
    currency = tx.execute(select(func.min(Company.currency))).scalar_one_or_none() or "EUR"
    names = {row.category: row.name for row in tx.execute(select(Category))}
    return sentences.Words(partial(money, currency=currency), names)


def _record(row: Row[Any], words: sentences.Words) -> PromotionRecord:
    names = [name for name in PromotionRecord.__dataclass_fields__ if name != "offer"]
    read = read_promotion(json.loads(row.params))
    values = {name: getattr(row, name) for name in names}
    return PromotionRecord(**values, offer=sentences.offer(read, words))


def _versions(tx: Connection, code: str, words: sentences.Words) -> tuple[VersionRecord, ...]:
    rows = tx.execute(
        select(PromotionVersion)
        .where(PromotionVersion.promotion == code)
        .order_by(PromotionVersion.version.desc())
    )
    return tuple(_version(row, words) for row in rows)


def _version(row: Row[Any], words: sentences.Words) -> VersionRecord:
    params = json.loads(row.params)
    read = read_promotion(params)
    return VersionRecord(
        version=row.version,
        name=row.name,
        texts=json.loads(row.texts),
        params=params,
        offer=sentences.offer(read, words),
        conditions=sentences.conditions(read, words),
        content_hash=row.content_hash,
        created_by=row.created_by,
        created_at=row.created_at,
        approved_by=row.approved_by,
        live_at=row.live_at,
    )


def _usage(tx: Connection, code: str) -> tuple[UsageRecord, ...]:
    rows = tx.execute(
        select(
            Sale.currency,
            func.count().label("sales"),
            func.sum(PromoUsage.applications),
            func.sum(PromoUsage.units),
            func.sum(PromoUsage.minor),
        )
        .select_from(PromoUsage)
        .join(Sale, (Sale.store_id == PromoUsage.store_id) & (Sale.rid == PromoUsage.rid))
        .where(PromoUsage.promotion == code)
        .group_by(Sale.currency)
        .order_by(Sale.currency)
    )
    return tuple(UsageRecord(row[0], *(int(value) for value in row[1:])) for row in rows)
