"""30 days of past sales, priced, taxed and posted by the same rules as real ones.

They belong to no journal (``jid`` is empty), so control totals leave them out.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from db.bulk import copy_rows
from db.demo.catalogue import TAX, Article
from db.demo.chain import SEED, STORES, staff_of
from db.demo.ledger import ACCOUNT_CODE
from db.head.erp import LedgerEntry, LedgerLine
from db.head.oms import Sale, SaleLine, SaleTax, SaleTender
from db.head.stock import StockLevel, StockMove
from retail.basket.lines import add
from retail.basket.model import Basket
from retail.business_day import zone_of
from retail.catalog import ItemSnapshot, Unit
from retail.contract.reference import StoreRow
from retail.identity import DocumentNumber, uuid7
from retail.ledger import SaleAmounts, entries_of_sale
from retail.money import divide_half_away
from retail.pricing import PricedBasket, price
from retail.quantity import ONE
from retail.stock import OUTSIDE, MovementKind, SoldComponent, State, movements_of_sale
from retail.tax import TaxRules
from retail.tender.denominations import quick_notes
from retail.tender.settlement import Offer, Settlement, TenderKind, settle

SERIES = "HO"
"""The letter O is no Crockford digit: no till can draw this series."""
_MICRO_PER_MINOR = 10_000
_SALES_PER_TILL = 30
# Share of a day's customers by local hour, from eight in the morning.
_HOURS = (3, 5, 7, 8, 11, 9, 6, 6, 8, 12, 10, 5)
_OPENING = 400_000


@dataclass(slots=True)
class _Tables:
    """Rows by table, in the order of their columns."""

    rows: dict[Any, list[tuple[Any, ...]]] = field(default_factory=lambda: defaultdict(list))
    levels: dict[tuple[str, str, str, str], int] = field(default_factory=lambda: defaultdict(int))


@dataclass(frozen=True, slots=True)
class _Past:
    """One past sale."""

    store: StoreRow
    till: int
    rid: UUID
    number: str
    at: datetime
    day: date
    staff: UUID
    priced: PricedBasket
    settlement: Settlement


_COLUMNS: dict[Any, tuple[str, ...]] = {
    Sale: (
        "store_id",
        "rid",
        "till",
        "number",
        "business_date",
        "at",
        "jid",
        "shift_id",
        "staff_id",
        "party_id",
        "currency",
        "total_minor",
        "tax_minor",
        "savings_minor",
        "rounding_minor",
    ),
    SaleLine: (
        "store_id",
        "rid",
        "n",
        "sku",
        "name",
        "unit",
        "quantity",
        "price_minor",
        "gross_minor",
        "discount_minor",
        "net_minor",
    ),
    SaleTax: ("store_id", "rid", "code", "ppm", "net_minor", "tax_minor"),
    SaleTender: (
        "store_id",
        "rid",
        "n",
        "kind",
        "amount_minor",
        "given_minor",
        "change_minor",
        "reference",
    ),
    StockMove: (
        "store_id",
        "rid",
        "line",
        "component",
        "sku",
        "thousandths",
        "from_site",
        "from_state",
        "to_site",
        "to_state",
        "kind",
        "at",
    ),
    LedgerEntry: ("store_id", "rid", "kind", "posted_on", "at", "currency", "text"),
    LedgerLine: ("store_id", "rid", "n", "account", "detail", "minor"),
}


def load(tx: Connection, articles: tuple[Article, ...], *, first_day: date, days: int) -> None:
    """Write opening stock and past sales of all stores."""
    cost = {article.row.sku: article.cost_micro for article in articles}
    tables = _Tables()
    for store in STORES:
        _opening(tables, store, articles, first_day)
        items = _items(store, articles)
        for till in (1, 2):
            for past in _sales(store, till, items, first_day=first_day, days=days):
                _record(tables, past, cost)
    for model, columns in _COLUMNS.items():
        copy_rows(tx, model, columns, tables.rows[model])
    columns = ("store_id", "site", "state", "sku", "thousandths")
    copy_rows(tx, StockLevel, columns, [(*key, q) for key, q in sorted(tables.levels.items())])


def _items(store: StoreRow, articles: tuple[Article, ...]) -> list[ItemSnapshot]:
    return [
        ItemSnapshot(
            sku=article.row.sku,
            name=article.row.name,
            category=article.row.category,
            unit=Unit(article.row.unit),
            unit_price_minor=article.minor[store.price_zone],
            tax_codes=(article.row.tax_code,),
            gtin=article.gtin,
        )
        for article in articles
        if not article.row.stores
    ]


def _sales(
    store: StoreRow, till: int, items: list[ItemSnapshot], *, first_day: date, days: int
) -> Iterator[_Past]:
    rng = random.Random(f"{SEED}/{store.store}/{till}/{first_day}")
    rates = {row.code: row.ppm for row in TAX if row.zone == store.tax_zone}
    rules = TaxRules(inclusive=store.tax_included, rates=rates)
    cashiers = staff_of(store.store)
    number = 0
    for offset in range(days):
        day = first_day + timedelta(days=offset)
        for at in _times(rng, store, day):
            number += 1
            rid = uuid7(int(at.timestamp() * 1000), rng.getrandbits(74))
            priced = price(_basket(rng, rid, store.currency, items), rules)
            yield _Past(
                store=store,
                till=till,
                rid=rid,
                number=str(DocumentNumber(store.store, till, SERIES, number)),
                at=at,
                day=day,
                staff=rng.choice(cashiers).staff,
                priced=priced,
                settlement=_pay(rng, priced.total_minor, store),
            )


def _times(rng: random.Random, store: StoreRow, day: date) -> list[datetime]:
    busy = 14 if day.isoweekday() >= 5 else 0
    count = _SALES_PER_TILL + busy + rng.randrange(-5, 6)
    hours = rng.choices(range(8, 8 + len(_HOURS)), _HOURS, k=count)
    zone = zone_of(store.zone)
    local = sorted(
        datetime.combine(day, time(hour, rng.randrange(60), rng.randrange(60)), tzinfo=zone)
        for hour in hours
    )
    return [moment.astimezone(UTC) for moment in local]


def _basket(rng: random.Random, rid: UUID, currency: str, items: list[ItemSnapshot]) -> Basket:
    basket = Basket(rid, currency, age_confirmed=18)
    for _ in range(rng.choices((1, 2, 3, 4, 6, 8, 12), (12, 16, 20, 18, 16, 12, 6))[0]):
        # Every other article is one of the favourites.
        item = rng.choice(items[:30] if rng.random() < 0.5 else items)
        quantity = rng.randrange(150, 2_400) if item.weighed else rng.choice((1, 1, 1, 2, 3)) * ONE
        basket = add(basket, item, code=item.gtin, quantity=quantity)
    return basket


def _pay(rng: random.Random, total_minor: int, store: StoreRow) -> Settlement:
    if rng.random() < 0.62:
        reference = f"A{rng.randrange(10**6):06d}"
        offers = [Offer(TenderKind.CARD, total_minor, reference)]
    else:
        due = settle(total_minor, (), store.cash_increment).cash_due_minor
        given = rng.choice((due, *quick_notes(due, store.currency)))
        offers = [Offer(TenderKind.CASH, given)]
    return settle(total_minor, offers, store.cash_increment)


def _record(tables: _Tables, past: _Past, cost: dict[str, int]) -> None:
    key = (past.store.store, past.rid)
    rows, priced = tables.rows, past.priced
    rows[Sale].append(
        (
            *key,
            past.till,
            past.number,
            past.day,
            past.at,
            None,
            None,
            past.staff,
            None,
            past.store.currency,
            priced.total_minor,
            priced.tax_minor,
            0,
            past.settlement.rounding_minor,
        )
    )
    parts = []
    for n, line in enumerate(priced.lines, 1):
        item = line.line.item
        if item is None:
            continue
        rows[SaleLine].append(
            (
                *key,
                n,
                item.sku,
                item.name,
                item.unit.value,
                line.line.quantity,
                item.unit_price_minor,
                line.gross_minor,
                0,
                line.net_minor,
            )
        )
        parts.append(SoldComponent(n, 0, item.sku, line.line.quantity))
    rows[SaleTax].extend(
        (*key, row.code, row.ppm, row.net_minor, row.tax_minor) for row in priced.tax
    )
    rows[SaleTender].extend(
        (*key, n, t.kind.value, t.amount_minor, t.given_minor, t.change_minor, t.reference)
        for n, t in enumerate(past.settlement.tenders, 1)
    )
    _stock(tables, past, parts)
    _post(tables, past, sum(cost[p.sku] * p.thousandths for p in parts))


def _stock(tables: _Tables, past: _Past, parts: list[SoldComponent]) -> None:
    store = past.store.store
    for move in movements_of_sale(store, past.rid, parts):
        tables.rows[StockMove].append(
            (
                store,
                move.rid,
                move.line,
                move.component,
                move.sku,
                move.thousandths,
                move.from_site,
                move.from_state.value,
                move.to_site,
                move.to_state.value,
                move.kind.value,
                past.at,
            )
        )
        tables.levels[store, move.from_site, move.from_state.value, move.sku] -= move.thousandths
        tables.levels[store, move.to_site, move.to_state.value, move.sku] += move.thousandths


def _post(tables: _Tables, past: _Past, cost_micro_thousandths: int) -> None:
    cost_minor = divide_half_away(cost_micro_thousandths, ONE * _MICRO_PER_MINOR)
    amounts = SaleAmounts(
        total_minor=past.priced.total_minor,
        tenders=past.settlement.tenders,
        tax=past.priced.tax,
        untaxed_minor=0,
        rounding_minor=past.settlement.rounding_minor,
        cost_minor=cost_minor,
    )
    key = (past.store.store, past.rid)
    tables.rows[LedgerEntry].append(
        (*key, "sale", past.day, past.at, past.store.currency, f"Sale {past.number}")
    )
    tables.rows[LedgerLine].extend(
        (*key, n, ACCOUNT_CODE[posting.account], posting.detail, posting.amount_minor)
        for n, posting in enumerate(entries_of_sale(amounts), 1)
    )


def _opening(tables: _Tables, store: StoreRow, articles: tuple[Article, ...], day: date) -> None:
    at = datetime(day.year, day.month, day.day, tzinfo=UTC)
    rid = uuid7(int(at.timestamp()) * 1000, random.Random(store.store).getrandbits(74))
    for n, article in enumerate(articles, 1):
        sku = article.row.sku
        tables.rows[StockMove].append(
            (
                store.store,
                rid,
                n,
                0,
                sku,
                _OPENING,
                OUTSIDE,
                State.SUPPLIED.value,
                store.store,
                State.ON_HAND.value,
                MovementKind.OPENING.value,
                at,
            )
        )
        tables.levels[store.store, OUTSIDE, State.SUPPLIED.value, sku] -= _OPENING
        tables.levels[store.store, store.store, State.ON_HAND.value, sku] += _OPENING
