from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime
from hashlib import sha256
from uuid import UUID

import pytest
from argon2 import PasswordHasher
from sqlalchemy import Connection, Engine, func, select, text

from db import demo
from db.demo.chain import DEMO_PIN
from db.embedded import EmbeddedPostgres
from db.engine import open_head
from db.head.catalog import Barcode, Category, Product
from db.head.crm import Customer
from db.head.erp import Account, LedgerEntry, LedgerLine
from db.head.oms import Sale, SaleLine, SaleTax, SaleTender
from db.head.pricing import Price, TaxRate
from db.head.promotions import (
    Coupon,
    PromoPlan,
    PromoSelector,
    PromoSnapshot,
    Promotion,
    PromotionVersion,
)
from db.head.stock import StockLevel, StockMove
from db.head.stores import StaffMember, Store, Terminal
from db.head.streams import StreamChange, StreamHead
from db.promotions import _roles
from db.streams import next_chain
from db.transaction import begin
from retail.barcode.gtin import check_digit
from retail.basket.lines import add
from retail.basket.model import Basket
from retail.catalog import ItemSnapshot, Unit
from retail.contract.codec import GENESIS
from retail.contract.promotions import snapshot_hash
from retail.pricing import price
from retail.pricing_terms import LivePromotion, PricingTerms, promotion_set
from retail.promotions.reading import read_promotion
from retail.promotions.reading.mechanics import KINDS
from retail.tax import TaxRules
from tests.support.postgres import run_on

TODAY = date(2026, 10, 15)


def _load(server: EmbeddedPostgres, template: str, name: str) -> Engine:
    run_on(server, f"CREATE DATABASE {name} TEMPLATE {template}")
    engine = open_head(server.url_of(name))
    with begin(engine) as tx:
        assert demo.load(tx, today=TODAY)
    return engine


@pytest.fixture(scope="module")
def engine(head_server: EmbeddedPostgres, head_template: str) -> Iterator[Engine]:
    loaded = _load(head_server, head_template, "demo_first")
    yield loaded
    loaded.dispose()


@pytest.fixture
def tx(engine: Engine) -> Iterator[Connection]:
    with begin(engine) as connection:
        yield connection


def _digests(engine: Engine) -> dict[str, str]:
    names = text("SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND NOT relispartition"
                 " AND relnamespace = 'public'::regnamespace ORDER BY relname")  # fmt: skip
    with engine.connect() as connection:
        return {
            name: connection.exec_driver_sql(
                f"SELECT md5(string_agg(r::text, E'\\n' ORDER BY r::text)) FROM {name} r"  # noqa: S608 (names from the catalogue)
            ).scalar_one()
            for name in connection.execute(names).scalars()
        }


def test_two_loads_are_equal(
    engine: Engine, head_server: EmbeddedPostgres, head_template: str
) -> None:
    other = _load(head_server, head_template, "demo_second")
    first, second = _digests(engine), _digests(other)
    other.dispose()
    assert first == second
    assert first["sale"]


def test_a_second_load_changes_nothing(engine: Engine) -> None:
    before = _digests(engine)
    with begin(engine) as tx:
        assert not demo.load(tx, today=TODAY)
    assert _digests(engine) == before


@pytest.mark.parametrize(
    ("model", "count"),
    [(Store, 3), (Terminal, 6), (Product, 5_000), (Category, 24), (Customer, 2_000),
     (StaffMember, 12)],
)  # fmt: skip
def test_the_chain_has_the_size_it_promises(tx: Connection, model: type, count: int) -> None:
    assert tx.execute(select(func.count()).select_from(model)).scalar_one() == count


def test_forty_promotions_of_every_kind_are_in_force(tx: Connection) -> None:
    shown = tx.execute(select(Promotion)).all()
    assert len(shown) == 40
    assert {row.type for row in shown} == set(KINDS)
    assert {row.status for row in shown} == {"live"}
    assert {row.funding for row in shown} == {"store", "manufacturer"}
    plan = tx.execute(
        select(PromoPlan.valid_from, PromoSnapshot.snapshot, PromoSnapshot.versions).join(
            PromoSnapshot, PromoSnapshot.snapshot == PromoPlan.snapshot
        )
    ).all()
    ((begins, snapshot, members),) = plan
    assert begins == ""
    assert len(json.loads(members)) == 40
    assert snapshot == snapshot_hash(digest for _, _, digest in json.loads(members))


def test_every_promotion_is_about_articles_that_are_sold(tx: Connection) -> None:
    known = {
        "article": set(tx.execute(select(Product.sku)).scalars()),
        "category": set(tx.execute(select(Category.category)).scalars()),
        "tag": {tag for (tags,) in tx.execute(select(Product.tags)) if tags
                for tag in json.loads(tags)},
    }  # fmt: skip
    chosen = tx.execute(select(PromoSelector)).all()
    assert [r for r in chosen if r.kind != "all" and r.value not in known[r.kind]] == []
    roles = {(r.promotion, r.role, r.slot) for r in chosen}
    for row in tx.execute(select(PromotionVersion)):
        promotion = read_promotion(json.loads(row.params))
        named = {(row.promotion, role, slot) for role, slot, _ in _roles(promotion)}
        assert named <= roles, row.promotion


def test_a_till_reads_every_promotion_and_a_basket_finds_its_offers(tx: Connection) -> None:
    rows = tx.execute(select(PromotionVersion).where(PromotionVersion.live_at.is_not(None))).all()
    live = [
        LivePromotion(read_promotion(json.loads(row.params)), row.version, row.name) for row in rows
    ]
    at = datetime.fromisoformat("2026-10-15T12:00")
    terms = PricingTerms(promotion_set("s", live), at, "S1")
    basket = Basket(UUID(int=1), "EUR")
    for name, count in (("Whole milk", 2), ("Ham sandwich", 1), ("Sourdough loaf", 2)):
        row = tx.execute(select(Product).where(Product.name.startswith(name))).one()
        one = (Price.sku == row.sku, Price.zone == "NL", Price.pack == 1000)
        minor = tx.execute(select(Price.minor).where(*one))
        item = ItemSnapshot(
            row.sku, row.name, row.category, Unit(row.unit), minor.scalar_one(), (row.tax_code,)
        )
        basket = add(basket, item, code=row.sku, quantity=1000 * count)
    rules = TaxRules(inclusive=True, rates={"R": 90_000, "M": 90_000})
    priced = price(basket, rules, terms)
    assert {one.promo_id for one in priced.solution.applied} == {"MILK-099", "SOURDOUGH-2"}
    assert [line.net_minor for line in priced.lines] == [198, 450, 700]
    assert priced.solution.proved


def test_goods_with_bound_prices_and_tags_are_marked(tx: Connection) -> None:
    marks = select(Product.name, Product.tags, Product.no_discount, Product.no_points)
    rows = tx.execute(marks).all()
    bound = [row.name for row in rows if row.no_discount]
    assert bound
    assert all("formula" in name.lower() or "newspaper" in name.lower() for name in bound)
    assert any(row.no_points for row in rows)
    assert {tag for row in rows if row.tags for tag in json.loads(row.tags)} == {
        "organic", "own-brand", "family-size",
    }  # fmt: skip


def test_coupons_are_kept_as_hashes(tx: Connection) -> None:
    coupons = {bytes(row.code_hash): row.uses_left for row in tx.execute(select(Coupon))}
    expected = {"PIZZA1": 3, "WELCOME10": None, "TENOFF": 500}
    assert coupons == {sha256(code.encode()).digest(): uses for code, uses in expected.items()}


def test_every_barcode_has_a_valid_check_digit_and_an_article(tx: Connection) -> None:
    rows = tx.execute(select(Barcode.gtin, Barcode.sku, Barcode.pack)).all()
    assert [r.gtin for r in rows if check_digit(r.gtin[1:-1]) != int(r.gtin[-1])] == []
    assert {row.sku for row in rows} == set(tx.execute(select(Product.sku)).scalars())
    assert len([row for row in rows if row.pack != 1_000]) > 100


def test_the_assortment_has_weighed_goods_and_goods_for_adults(tx: Connection) -> None:
    products = tx.execute(select(Product.unit, Product.min_age, Product.tax_code)).all()
    assert len([p for p in products if p.unit == "kg"]) > 100
    assert {p.min_age for p in products} >= {0, 18}
    rates = tx.execute(select(TaxRate.zone, func.count(TaxRate.ppm.distinct())).group_by(
        TaxRate.zone)).all()  # fmt: skip
    assert {row[0]: row[1] for row in rates} == {"NL": 2, "BE": 3}


def test_every_article_has_a_price_and_a_rate_in_every_store(tx: Connection) -> None:
    without = (
        select(func.count())
        .select_from(Store)
        .join(Product, text("true"))
        .where(
            ~select(Price).where(Price.zone == Store.price_zone, Price.sku == Product.sku).exists()
            | ~select(TaxRate)
            .where(TaxRate.zone == Store.tax_zone, TaxRate.code == Product.tax_code)
            .exists()
        )
    )
    assert tx.execute(without).scalar_one() == 0


def test_everybody_signs_on_with_the_demo_pin(tx: Connection) -> None:
    hashes = tx.execute(select(StaffMember.pin_hash)).scalars().all()
    assert len(set(hashes)) == len(hashes)
    assert PasswordHasher().verify(hashes[0], DEMO_PIN)


def test_every_till_sold_on_every_one_of_30_days(tx: Connection) -> None:
    days = tx.execute(
        select(Sale.store_id, Sale.till, func.count(Sale.business_date.distinct()),
               func.min(Sale.business_date), func.max(Sale.business_date))
        .group_by(Sale.store_id, Sale.till)
    ).all()  # fmt: skip
    assert len(days) == 6
    assert {tuple(row[2:]) for row in days} == {(30, date(2026, 9, 15), date(2026, 10, 14))}


def test_past_sales_belong_to_no_journal(tx: Connection) -> None:
    assert tx.execute(select(func.count()).where(Sale.jid.is_not(None))).scalar_one() == 0


def test_lines_taxes_and_tenders_make_the_total(tx: Connection) -> None:
    def total(column: object, model: type) -> object:
        return (
            select(func.coalesce(func.sum(column), 0))
            .where(model.store_id == Sale.store_id, model.rid == Sale.rid)  # type: ignore[attr-defined]
            .scalar_subquery()
        )

    lines = total(SaleLine.net_minor, SaleLine)
    taxes = total(SaleTax.tax_minor, SaleTax)
    tenders = total(SaleTender.amount_minor, SaleTender)
    wrong = select(func.count()).select_from(Sale).where(
        (lines != Sale.total_minor)
        | (taxes != Sale.tax_minor)
        | (tenders != Sale.total_minor + Sale.rounding_minor)
    )  # fmt: skip
    assert tx.execute(wrong).scalar_one() == 0


def test_every_sale_is_posted_once_and_every_entry_is_balanced(tx: Connection) -> None:
    sales = set(tx.execute(select(Sale.store_id, Sale.rid)).all())
    assert set(tx.execute(select(LedgerEntry.store_id, LedgerEntry.rid)).all()) == sales
    sums = select(LedgerLine.store_id, LedgerLine.rid, func.sum(LedgerLine.minor)).group_by(
        LedgerLine.store_id, LedgerLine.rid
    )
    rows = tx.execute(sums).all()
    assert {(row[0], row[1]) for row in rows} == sales
    assert {row[2] for row in rows} == {0}
    accounts = set(tx.execute(select(Account.code)).scalars())
    assert set(tx.execute(select(LedgerLine.account).distinct()).scalars()) <= accounts


def test_stock_levels_are_the_sums_of_the_movements(tx: Connection) -> None:
    levels = {tuple(row[:4]): row[4] for row in tx.execute(
        select(StockLevel.store_id, StockLevel.site, StockLevel.state, StockLevel.sku,
               StockLevel.thousandths)) if row[4]}  # fmt: skip
    sums: dict[tuple[object, ...], int] = {}
    for move in tx.execute(select(StockMove)).all():
        for sign, site, state in ((-1, move.from_site, move.from_state),
                                  (1, move.to_site, move.to_state)):  # fmt: skip
            key = (move.store_id, site, state, move.sku)
            sums[key] = sums.get(key, 0) + sign * move.thousandths
    assert {key: total for key, total in sums.items() if total} == levels
    assert len(levels) > 15_000


def test_every_stream_is_gap_free_and_chained_from_its_beginning(tx: Connection) -> None:
    heads = tx.execute(select(StreamHead)).all()
    assert {head.stream for head in heads} == {
        "catalogue",
        "price/BE",
        "price/NL",
        "promotions",
        "tax",
        "store/S1",
        "store/S2",
        "store/S3",
    }
    for head in heads:
        changes = tx.execute(
            select(StreamChange).where(StreamChange.stream == head.stream).order_by(
                StreamChange.seq)
        ).all()  # fmt: skip
        assert [change.seq for change in changes] == list(range(1, head.head + 1))
        chain = GENESIS
        for change in changes:
            chain = next_chain(chain, change.entity, change.key, change.op, change.body)
            assert bytes(change.chain) == chain
        assert bytes(head.chain) == chain
