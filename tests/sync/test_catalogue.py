"""What head office changes reaches tills: whole, in order, once, and never half."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from sqlalchemy import Connection, select, text, update

from db.head.streams import StreamChange, StreamHead
from db.store.streams import DeadRow, StagedRow, Stream
from db.streams import (
    CATALOGUE,
    PROMOTIONS,
    TAX,
    price_stream,
    publish,
    publish_each,
    store_stream,
    withdraw,
)
from db.transaction import begin
from pos_app.checkout import queries, service
from pos_app.checkout.open_basket import CheckoutView
from pos_app.sync import staging
from pos_app.sync.status import SyncState
from retail.contract.codec import row_chain
from retail.contract.reference import (
    BarcodeRow,
    CategoryRow,
    PriceRow,
    ProductRow,
    StaffRow,
    TaxRateRow,
    entity_of,
    key_of,
)
from retail.contract.scopes import ScopedRow, stream_of
from tests.support.head_data import key
from tests.support.proxy import Fault, Harm
from tests.support.small_chain import articles, gtin, store_row
from tests.support.sync_rig import Rig, Shop
from tests.support.waiting import wait_until
from tests.sync.test_slices import prices


def send(rig: Rig, *rows: ScopedRow) -> None:
    with begin(rig.engine) as tx:
        publish_each(tx, rows)


def take_back(rig: Rig, *rows: ScopedRow) -> None:
    with begin(rig.engine) as tx:
        for row in rows:
            withdraw(tx, stream_of(row), entity_of(row), [key_of(row)])


def send_staff(rig: Rig, *rows: StaffRow, store: str = "S1") -> None:
    with begin(rig.engine) as tx:
        publish(tx, store_stream(store), rows)


def raw(rig: Rig, entity: str, key: str, op: str, body: str, *, stream: str = CATALOGUE) -> None:
    """Publish what this version of the program would never publish."""
    with begin(rig.engine) as tx:
        head = tx.execute(select(StreamHead).where(StreamHead.stream == stream)).one()
        parts = tuple(word.encode() for word in (entity, key, op, body))
        chain = row_chain(bytes(head.chain), parts)
        seq = head.head + 1
        values = {"entity": entity, "key": key, "op": op, "ver": seq, "body": body}
        tx.execute(
            StreamChange.__table__.insert().values(  # type: ignore[attr-defined]
                stream=stream, seq=seq, chain=chain, **values
            )
        )
        own = StreamHead.stream == stream
        tx.execute(update(StreamHead).where(own).values(head=seq, chain=chain))


def up_to_date(rig: Rig, shop: Shop) -> bool:
    with begin(rig.engine) as tx:
        heads = {r.stream: r.head for r in tx.execute(select(StreamHead))}

    def positions(tx: Connection) -> dict[str, int]:
        return {r.name: r.active_seq for r in tx.execute(select(Stream))}

    own: dict[str, int] = shop.read(positions)
    mine = (CATALOGUE, TAX, PROMOTIONS, price_stream("NL"), store_stream("S1"))
    return all(heads.get(name, 0) == own.get(name, 0) for name in mine)


def wait(rig: Rig, shop: Shop) -> None:
    assert wait_until(lambda: up_to_date(rig, shop), seconds=20)


def rows_of(shop: Shop, table: str) -> list[tuple[Any, ...]]:
    query = text(f"SELECT * FROM {table} ORDER BY 1, 2")  # noqa: S608 (a table's name)
    found: list[tuple[Any, ...]] = shop.read(lambda tx: [tuple(r) for r in tx.execute(query)])
    return found


def enter(shop: Shop, code: str) -> CheckoutView:
    return shop.till.tasks.run(service.enter, shop.session, code).result()


def found(shop: Shop, words: str) -> list[str]:
    now = shop.till.desk.now_us()
    return [item.sku for item in shop.read(queries.search, shop.session.store, now, words)]


def test_a_new_price_reaches_an_idle_till(rig: Rig) -> None:
    with rig.shop() as shop:
        assert shop.price("P1") == 605
        send(rig, PriceRow(zone="NL", sku="P1", minor=599))
        wait(rig, shop)
        assert shop.price("P1") == 599
        view = enter(shop, gtin(1))
        assert view.priced.total_minor == 599


def test_a_price_of_later_waits_for_its_instant(rig: Rig) -> None:
    with rig.shop() as shop:
        later = shop.till.desk.now_us() + 3_600_000_000
        send(rig, PriceRow(zone="NL", sku="P1", minor=1, valid_from_us=later))
        wait(rig, shop)
        assert enter(shop, gtin(1)).priced.total_minor == 605


def test_a_new_article_can_be_scanned_and_found(rig: Rig) -> None:
    with rig.shop() as shop:
        send(rig, *articles([("P9", "Zwarte łosoś", "snacks", 999)], first=9))
        wait(rig, shop)
        assert enter(shop, gtin(9)).priced.total_minor == 999
        assert found(shop, "losos") == ["P9"]
        send(rig, ProductRow(sku="P9", name="Tuna", category="snacks", tax_code="A"))
        wait(rig, shop)
        assert (found(shop, "losos"), found(shop, "tuna")) == ([], ["P9"])


def test_what_is_withdrawn_is_gone(rig: Rig) -> None:
    with rig.shop() as shop:
        take_back(rig, BarcodeRow(gtin=gtin(2), sku="P2"))
        take_back(rig, PriceRow(zone="NL", sku="P3", minor=0))
        take_back(rig, CategoryRow(category="fruit", name="", icon="", tint="", rank=0))
        take_back(rig, ProductRow(sku="P1", name="", category="", tax_code=""))
        wait(rig, shop)
        assert enter(shop, gtin(2)).notice is not None
        assert shop.price("P3") is None
        assert [r[0] for r in rows_of(shop, "category")] == ["snacks", "tea"]
        assert [r[0] for r in rows_of(shop, "product")] == ["P2", "P3"]
        assert found(shop, "herbata") == []


def test_staff_and_tax_rates_can_be_withdrawn(rig: Rig) -> None:
    extra = StaffRow(staff=key(), name="New One", initials="NO", role="cashier", pin_hash="-")
    with rig.shop() as shop:
        send_staff(rig, extra)
        send(rig, TaxRateRow(zone="NL", code="B", ppm=90_000))
        wait(rig, shop)
        assert len(rows_of(shop, "staff_member")) == len(rows_of(shop, "tax_rate")) == 2
        with begin(rig.engine) as tx:
            withdraw(tx, store_stream("S1"), "staff", [key_of(extra)])
        take_back(rig, TaxRateRow(zone="NL", code="B", ppm=0))
        wait(rig, shop)
        assert len(rows_of(shop, "staff_member")) == len(rows_of(shop, "tax_rate")) == 1


@pytest.mark.parametrize("idle", [True, False], ids=["one by one", "in one checkpoint"])
def test_the_last_word_counts(rig: Rig, *, idle: bool) -> None:
    first, second = (
        CategoryRow(category="x", name="1", icon="", tint="", rank=1),
        CategoryRow(category="y", name="1", icon="", tint="", rank=1),
    )
    with rig.shop(work=idle) as shop:
        steps: list[Callable[[], None]] = [
            lambda: send(rig, first, second),
            lambda: take_back(rig, first),
            lambda: take_back(rig, second),
            lambda: send(rig, msgspec.structs.replace(second, name="2")),
        ]
        for step in steps:
            step()
            if idle:
                wait(rig, shop)
        if not idle:
            shop.till.sync.run_once()
        names = {r[0]: r[1] for r in rows_of(shop, "category")}
        assert "x" not in names
        assert names["y"] == "2"


def test_a_store_row_changes_the_store(rig: Rig) -> None:
    with rig.shop() as shop:
        row = msgspec.structs.replace(store_row("S1"), name="New Name", cash_increment=5)
        send(rig, row)
        wait(rig, shop)
        assert (shop.session.store.name, shop.session.store.cash_increment) == ("New Name", 5)


@pytest.mark.expect_warnings
def test_dead_rows_are_kept_and_the_rest_proceeds(rig: Rig) -> None:
    bad = [
        ("hologram", "h1", "put", '{"sku":"P1"}'),
        ("product", "P1", "put", '{"sku":"P1"}'),
        ("product", "P2", "put", ""),
        ("product", "P3", "put", "not json"),
        ("product", "P4", "put", '{"category":"tea","name":"n","sku":"P1","tax_code":"A"}'),
        ("price", "NL/P1", "del", ""),
        ("staff", "nobody", "del", ""),
        ("hologram", "h2", "del", ""),
        ("product", "P5", "mrg", "{}"),
    ]
    with rig.shop() as shop:
        for entity, key_, op, body in bad:
            raw(rig, entity, key_, op, body)
        send(rig, PriceRow(zone="NL", sku="P1", minor=1_000))
        wait(rig, shop)
        assert shop.price("P1") == 1_000
        dead = shop.read(lambda tx: tx.execute(select(DeadRow).order_by(DeadRow.seq)).all())
        assert [(row.entity, row.body) for row in dead] == [(b[0], b[3]) for b in bad]
        assert all(row.error for row in dead)
        assert len(rows_of(shop, "product")) == 3
        told = shop.seen.state(SyncState.ONLINE)
        assert told.unreadable == len(bad)
        shop.sell()


@pytest.mark.expect_warnings
def test_a_dead_row_comes_to_life_with_its_next_version(rig: Rig) -> None:
    with rig.shop() as shop:
        raw(rig, "product", "P9", "put", "not json")
        wait(rig, shop)
        assert shop.seen.state(SyncState.ONLINE).unreadable == 1
        send(rig, ProductRow(sku="P9", name="Nine", category="tea", tax_code="A"))
        wait(rig, shop)
        assert shop.read(staging.unreadable) == 0
        assert "P9" in [r[0] for r in rows_of(shop, "product")]


@pytest.mark.expect_warnings
def test_a_tail_with_a_hole_changes_nothing_at_the_till(rig: Rig) -> None:
    with rig.shop() as shop:
        before = rows_of(shop, "price"), rows_of(shop, "stream")
        shop.seen.state(SyncState.ONLINE)
        send(rig, *prices(3, minor=5))
        with begin(rig.engine) as tx:
            tx.execute(
                text(
                    "UPDATE stream_change SET body = replace(body, '5', '6')"
                    " WHERE stream = 'price/NL' AND seq ="
                    " (SELECT max(seq) FROM stream_change WHERE stream = 'price/NL')"
                )
            )
        told = shop.seen.state(SyncState.ACTION)
        assert told.cause == "The rows of price/NL arrived damaged."
        assert (rows_of(shop, "price"), rows_of(shop, "stream")) == before
        shop.sell()


def test_a_reader_never_sees_half_of_a_price_list(rig: Rig) -> None:
    """Two thousand prices change at once; whoever looks sees the old list or the new one."""
    count = 2_000
    with rig.shop() as shop:
        send(rig, *prices(count, minor=1))
        wait(rig, shop)
        looks: set[tuple[int, int, int]] = set()
        running = threading.Event()
        running.set()
        query = text("SELECT count(*), min(minor), max(minor) FROM price WHERE sku LIKE 'Q%'")

        def look() -> None:
            while running.is_set():
                looks.add(tuple(shop.read(lambda tx: tx.execute(query).one())))

        reader = threading.Thread(target=look)
        reader.start()
        send(rig, *prices(count, minor=2))
        wait(rig, shop)
        running.clear()
        reader.join()
        looks.add(tuple(shop.read(lambda tx: tx.execute(query).one())))
        assert looks == {(count, 1, 1), (count, 2, 2)}


def test_sales_go_on_between_the_slices(rig: Rig) -> None:
    with rig.shop() as shop:
        shop.sell()
        send(rig, *prices(4_000))
        sold = 0
        while not up_to_date(rig, shop):
            # Without a pause between two sales: the till has always something to send.
            shop.sell()
            sold += 1
        assert sold >= 2
        shop.pushed()
        rig.check(shop)


@pytest.mark.expect_warnings
def test_a_load_that_breaks_off_goes_on_where_it_was(rig: Rig) -> None:
    with rig.shop() as shop:
        shop.seen.state(SyncState.ONLINE)
        hits: list[str] = []

        def rule(exchange: Any) -> Harm | None:
            if "price/NL/tail" not in exchange.path:
                return None
            hits.append(exchange.path)
            return Harm(Fault.DROP_ANSWER) if len(hits) in {2, 3, 5} else None

        rig.link.rule = rule
        send(rig, *prices(3_500))
        wait(rig, shop)
        assert len(hits) == len({*hits}) + 3
        staged = shop.read(lambda tx: tx.execute(select(StagedRow.seq)).all())
        assert staged == []
        assert len([r for r in rows_of(shop, "price") if r[1].startswith("Q")]) == 3_500


def test_another_stores_changes_stay_away(rig: Rig) -> None:
    with rig.shop() as shop:
        send(rig, msgspec.structs.replace(store_row("S2"), name="Other"))
        send(rig, PriceRow(zone="NL", sku="P1", minor=1))
        wait(rig, shop)
        assert [r[0] for r in rows_of(shop, "store")] == ["S1"]
