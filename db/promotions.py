"""A version of a promotion as rows: the parameters themselves, and what lists ask for, of them.

The one place where parameters become columns. Whoever prices reads ``params`` and nothing else.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from db.head.promotions import (
    PromoLimit,
    PromoSelector,
    PromoTarget,
    Promotion,
    PromotionVersion,
)
from db.streams import PROMOTIONS, publish
from retail.contract.codec import canonical
from retail.contract.promotions import PromotionRow, content_hash
from retail.errors import RetailError
from retail.folding import fold
from retail.promotions import rules
from retail.promotions.reading import read_promotion

_ALL_DAYS = frozenset(range(1, 8))
_LARGEST = (1 << 63) - 1
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,31}")
_NAME, _WORD = 80, 64


@dataclass(frozen=True, slots=True)
class NewVersion:
    """What somebody wrote down; ``params`` in the form of the pricing vectors, without ``id``.

    Attributes:
        texts: what receipts call it, by language.
        owner: a store, empty for head office.
    """

    promotion: str
    version: int
    name: str
    params: Mapping[str, object]
    texts: dict[str, str]
    owner: str = ""


def row_of(new: NewVersion) -> tuple[PromotionRow, rules.Promotion]:
    """The version as it travels, and its rules.

    Raises:
        RetailError: ``promotion.*``, naming the field that does not fit.
    """
    if _CODE.fullmatch(new.promotion) is None:
        raise RetailError(
            "promotion.code",
            "A promotion's code has 1 to 32 letters, digits, points, dashes or underscores.",
        )
    _fits("name", new.name, _NAME)
    raw = {**new.params, "id": new.promotion}
    read = read_promotion(raw)
    params = canonical(raw).decode()
    held = read.conditions
    if held.coupon:
        _fits("coupon", held.coupon.code, _WORD)
    digest = content_hash(new.promotion, new.version, name=new.name, params=params, texts=new.texts)
    row = PromotionRow(
        promotion=new.promotion,
        version=new.version,
        name=new.name,
        params=params,
        content_hash=digest,
        texts=new.texts,
        valid_from=_clock(held.valid_from),
        valid_to=_clock(held.valid_to),
    )
    return row, read


def add_version(tx: Connection, new: NewVersion, *, by: str, at: datetime) -> PromotionRow:
    """Keep a version as a draft with everything that is read out of it.

    Raises:
        RetailError: as :func:`row_of`, and ``promotion.range`` for what no column holds.
    """
    row, read = row_of(new)
    version = {"promotion": row.promotion, "version": row.version}
    chosen, limits = selectors_of(read), limit_of(read)
    if any(value is not None and abs(value) > _LARGEST for value in limits.values()):
        raise RetailError("promotion.range", "A limit of the promotion is too large.")
    head = {"promotion": row.promotion, "status": "draft", "owner": new.owner}
    facts = facts_of(new.name, new.params, read)
    tx.execute(upsert(Promotion).values(**head, **facts).on_conflict_do_nothing())
    tx.execute(
        insert(PromotionVersion).values(
            **version,
            name=row.name,
            texts=json.dumps(row.texts, sort_keys=True),
            params=row.params,
            valid_from=row.valid_from,
            valid_to=row.valid_to,
            content_hash=row.content_hash,
            created_by=by,
            created_at=at,
            approved_by="",
            live_at=None,
        )
    )
    if chosen:
        tx.execute(insert(PromoSelector), [version | values for values in chosen])
    tx.execute(insert(PromoTarget).values(**version, **target_of(read)))
    tx.execute(insert(PromoLimit).values(**version, **limits))
    return row


def make_live(tx: Connection, promotion: str, version: int, *, at: datetime) -> None:
    """From now on the version never changes; the promotion is shown as it has it, tills get it."""
    own = (PromotionVersion.promotion == promotion, PromotionVersion.version == version)
    tx.execute(update(PromotionVersion).where(*own).values(live_at=at))
    kept = tx.execute(select(PromotionVersion).where(*own)).one()
    params = json.loads(kept.params)
    tx.execute(
        update(Promotion)
        .where(Promotion.promotion == promotion)
        .values(status="live", **facts_of(kept.name, params, read_promotion(params)))
    )
    names = [name for name in PromotionRow.__struct_fields__ if name not in {"texts", "status"}]
    values = {name: getattr(kept, name) for name in names}
    publish(tx, PROMOTIONS, [PromotionRow(**values, texts=json.loads(kept.texts))])


def facts_of(name: str, params: Mapping[str, object], read: rules.Promotion) -> dict[str, Any]:
    """What the promotion is, for lists."""
    mechanic = read.mechanic
    lane, priority = "reward" if read.is_reward else "item", 100
    if isinstance(mechanic, rules.BasketMechanic):
        lane, priority = "basket", mechanic.terms.priority
    return {
        "name": name,
        "folded": fold(name)[:120],
        "lane": lane,
        "type": params["type"],
        "priority": priority,
        "exclusive": read.exclusive,
        "exclusive_group": read.exclusive_group or "",
        "funding": funding_of(read),
        "alloc": "reward" if read.reward_alloc else "set",
    }


def funding_of(read: rules.Promotion) -> str:
    """Who pays for the promotion."""
    return "manufacturer" if read.manufacturer_funded else "store"


def selectors_of(read: rules.Promotion) -> list[dict[str, Any]]:
    """Which articles it is about, one row a value; ``all`` where a selector takes everything."""
    found: list[dict[str, Any]] = []
    for role, slot, selector in _roles(read):
        if selector is None:
            found.append({"role": role, "slot": slot, "kind": "all", "value": ""})
            continue
        for kind, values in (
            ("article", selector.articles),
            ("category", selector.categories),
            ("tag", selector.tags),
        ):
            for value in sorted(values):
                _fits(kind, value, _WORD)
                found.append({"role": role, "slot": slot, "kind": kind, "value": value})
    return found


def _roles(read: rules.Promotion) -> Iterator[tuple[str, int, rules.Selector | None]]:
    if read.exclude is not None:
        yield "exclude", 0, read.exclude
    match read.mechanic:
        case rules.BuyGet(buy=buy, get=get):
            yield "buy", 0, buy
            yield "get", 0, get
        case rules.Bundle(slots=slots):
            yield from (("slot", place, slot.scope) for place, slot in enumerate(slots))
        case rules.Gift(gift=gift):
            yield "scope", 0, read.scope
            yield "gift", 0, gift
        case _:
            yield "scope", 0, read.scope


def target_of(read: rules.Promotion) -> dict[str, Any]:
    """Where, when and for whom it holds."""
    held = read.conditions
    window = held.window or rules.Window()
    return {
        "stores": _listed(held.stores),
        "channels": _listed(held.channels),
        "tiers": _listed(held.tiers),
        "segments": _listed(held.segments),
        "tenders": _listed(held.tenders),
        "coupon": held.coupon.code if held.coupon else "",
        "weekdays": sum(1 << (day - 1) for day in window.days or _ALL_DAYS),
        "time_from": window.start,
        "time_to": window.end,
    }


def limit_of(read: rules.Promotion) -> dict[str, int | None]:
    """How often and how far it may be used."""
    return {
        "max_applications": read.max_applications,
        "max_units": read.max_units,
        "max_discount": read.max_discount,
        "customer_limit": read.conditions.customer_limit,
        "stock_left": read.conditions.stock_left,
    }


def _fits(field: str, text: str, longest: int) -> None:
    if not 0 < len(text) <= longest:
        raise RetailError(
            "promotion.length",
            "The %(field)s of a promotion has 1 to %(longest)s characters.",
            field=field,
            longest=longest,
        )


def _listed(values: frozenset[str]) -> str:
    return json.dumps(sorted(values)) if values else ""


def _clock(moment: datetime | None) -> str:
    return "" if moment is None else moment.isoformat()
