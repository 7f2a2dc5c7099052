"""Down-streams over a real wire: chunks, one flip, merged rows, other pasts, content."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from sqlalchemy import Connection, delete, select, text, update

from backoffice.intake.down import chunks, compaction
from backoffice.intake.down.builder import build_chunks
from backoffice.intake.down.compaction import compact
from backoffice.intake.down.content import content_at
from db.base import EPOCH
from db.head.stores import Store
from db.head.streams import InstallationStream, StreamChange, StreamChunk, StreamHead
from db.store.streams import StagedRow, Stream
from db.streams import CATALOGUE, new_generation, price_stream, publish_each, withdraw
from db.transaction import begin
from pos_app.sync import chunks as till_chunks
from pos_app.sync import compare, flip, pull, staging
from pos_app.sync.errors import NoAnswer
from pos_app.sync.status import SyncState
from retail.contract.reference import PriceRow
from tests.support.proxy import Exchange, Fault, Harm
from tests.support.small_chain import articles, gtin, store_row
from tests.support.sync_rig import Rig, Shop
from tests.support.waiting import wait_until
from tests.sync.test_catalogue import enter, raw, rows_of, send
from tests.sync.test_slices import prices

PRICES = price_stream("NL")


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Chunks of fifty rows, slices of twenty."""
    for module in (chunks, compaction):
        monkeypatch.setattr(module, "CHUNK_ROWS", 50)
    monkeypatch.setattr(staging, "SLICE", 20)


def minor(shop: Shop) -> dict[str, int]:
    return {row[1]: row[4] for row in rows_of(shop, "price")}


def build(rig: Rig, stream: str = PRICES) -> None:
    """Pack all that is full."""

    def done() -> bool:
        build_chunks(rig.engine)
        with begin(rig.engine) as tx:
            head = tx.execute(select(StreamHead.head).where(StreamHead.stream == stream)).scalar()
            ends = tx.execute(select(StreamChunk.hi).where(StreamChunk.stream == stream)).scalars()
            return (head or 0) - max(ends, default=0) < 50

    assert wait_until(done)


def merge(rig: Rig, stream: str = PRICES) -> int:
    """Merge as if every till that has said something were long gone."""
    build(rig, stream)
    with begin(rig.engine) as tx:
        tx.execute(update(InstallationStream).values(told_at=EPOCH))
        now = tx.execute(text("SELECT now()")).scalar_one()
        return compact(tx, stream, now, least=1)


def position(shop: Shop, stream: str = PRICES) -> Any:
    return shop.read(lambda tx: tx.execute(select(Stream).where(Stream.name == stream)).first())


def same(rig: Rig, shop: Shop) -> None:
    """All that is in force at the till is what head office has, and the tables hold it."""
    names = shop.read(lambda tx: tx.execute(select(Stream.name, Stream.active_seq)).all())
    assert names
    for name, seq in names:
        own = shop.read(compare.content, name)
        with begin(rig.engine) as tx:
            theirs = content_at(tx, name, seq)
        assert (own.rows, own.digest, own.damaged) == (theirs.rows, theirs.digest, ()), name


def test_a_first_load_takes_chunks_and_the_tail(rig: Rig) -> None:
    send(rig, *prices(330))
    build(rig)
    with rig.shop(work=False) as shop:
        assert len(rig.link.paths("/v1/chunks/")) == 6
        assert len(rig.link.paths("price/NL/tail")) == 1
        assert len(minor(shop)) == 333
        assert list(shop.till.paths.chunks.glob("*")) == []
        same(rig, shop)


@pytest.mark.expect_warnings
@pytest.mark.parametrize("at", [1, 90, 300, 700])
def test_a_chunk_that_breaks_off_goes_on_from_there(rig: Rig, at: int) -> None:
    with rig.shop(work=False) as shop:
        send(rig, *prices(150))
        again(rig)
        hits: list[int] = []

        def rule(exchange: Exchange) -> Harm | None:
            if "/v1/chunks/" not in exchange.path:
                return None
            hits.append(exchange.number)
            return Harm(Fault.TRUNCATE_ANSWER, at=at) if len(hits) in {1, 3} else None

        rig.link.rule = rule
        rounds = rounds_until_well(shop)
        assert rounds == 3
        assert len(hits) == 3 + 2
        assert len(minor(shop)) == 153
        same(rig, shop)


@pytest.mark.expect_warnings
@pytest.mark.parametrize("fault", [Fault.DROP_ANSWER, Fault.RESET_ANSWER, Fault.DROP_REQUEST])
@pytest.mark.parametrize("path", ["/v1/manifest", "/v1/chunks/", "/tail"])
def test_what_is_lost_is_asked_for_again(rig: Rig, path: str, fault: Fault) -> None:
    with rig.shop(work=False) as shop:
        send(rig, *prices(160))
        again(rig)
        struck = rig.link.once(Harm(fault), path=path)
        assert rounds_until_well(shop) == 2
        assert struck.is_set()
        assert len(minor(shop)) == 163
        same(rig, shop)


def again(rig: Rig, stream: str = PRICES) -> None:
    """Let every till fetch a stream from its beginning."""
    build(rig, stream)
    with begin(rig.engine) as tx:
        new_generation(tx, stream)


def rounds_until_well(shop: Shop) -> int:
    for number in range(1, 10):
        try:
            shop.till.sync.run_once()
        except NoAnswer:
            continue
        return number
    raise AssertionError("it never ends well")


class _DiedError(Exception):
    """The till dies here."""


def dying(monkeypatch: pytest.MonkeyPatch, name: str, nth: int) -> Callable[[], None]:
    """Die at the nth passage of a place; call the answer to live on."""
    passed: list[str] = []

    def crash(place: str) -> None:
        passed.extend([place] * (place == name))
        if place == name and len(passed) == nth:
            raise _DiedError

    for module in (staging, flip, till_chunks):
        monkeypatch.setattr(module, "crash_point", crash)
    return lambda: passed.extend([name] * 1_000)


@pytest.mark.parametrize(
    ("place", "nth"),
    [
        *(("pull.row_staged", n) for n in (1, 2, 3, 5, 9, 12)),
        *(("pull.cursor_saved", n) for n in (1, 3, 4)),
        *(("pull.chunk_fetched", n) for n in (1, 3)),
        *(("pull.verified", n) for n in (1, 3)),
        ("pull.flip", 1),
    ],
)
def test_a_till_that_dies_anywhere_has_the_old_list_or_the_new_one(
    rig: Rig, monkeypatch: pytest.MonkeyPatch, place: str, nth: int
) -> None:
    with rig.shop(work=False) as shop:
        send(rig, *prices(160, minor=1))
        shop.till.sync.run_once()
        before = minor(shop)
        send(rig, *prices(160, minor=2), *articles([("P9", "Nine", "tea", 9)], first=9))
        again(rig)
        live = dying(monkeypatch, place, nth)
        with pytest.raises(_DiedError):
            shop.till.sync.run_once()
        assert minor(shop) == before
        assert "P9" not in [row[0] for row in rows_of(shop, "product")]
        live()
    with rig.shop(work=False) as shop:
        shop.till.sync.run_once()
        assert minor(shop) == before | {f"Q{n}": 2 for n in range(160)} | {"P9": 9}
        assert shop.read(lambda tx: tx.execute(select(StagedRow)).all()) == []
        same(rig, shop)


def test_what_was_deleted_while_a_till_was_away_does_not_come_back(rig: Rig) -> None:
    with rig.shop(work=False) as shop:
        send(rig, *prices(100))
        shop.till.sync.run_once()
    with begin(rig.engine) as tx:
        withdraw(tx, PRICES, "price", [row.key for row in prices(60)])
    send(rig, *prices(100, minor=7)[60:])
    assert merge(rig) > 100
    with rig.shop(work=False) as shop:
        shop.till.sync.run_once()
        assert len([sku for sku in minor(shop) if sku.startswith("Q")]) == 40
        assert {v for k, v in minor(shop).items() if k.startswith("Q")} == {7}
        same(rig, shop)
        send(rig, PriceRow(zone="NL", sku="Q1", minor=8))
        shop.till.sync.run_once()
        assert minor(shop)["Q1"] == 8
        same(rig, shop)


def test_a_position_that_is_merged_away_in_between_starts_again(rig: Rig) -> None:
    """The till has read the manifest; the rows that it leads to are merged before it asks."""
    with rig.shop(work=False) as shop:
        send(rig, *prices(100))
        shop.till.sync.run_once()
        send(rig, *prices(100, minor=2), *prices(30, minor=3))

        def rule(exchange: Exchange) -> Harm | None:
            if "price/NL/tail" in exchange.path and not merged:
                merged.append(merge(rig))
            return None

        merged: list[int] = []
        rig.link.rule = rule
        for _ in range(3):
            shop.till.sync.run_once()
        assert merged == [97]
        assert minor(shop)["Q5"] == 3
        assert minor(shop)["Q99"] == 2
        same(rig, shop)


def test_another_zone_comes_and_the_old_one_goes_in_one_flip(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    with rig.shop(work=False) as shop:
        send(rig, *(PriceRow(zone="BE", sku=f"P{n}", minor=n) for n in (1, 2, 3)))
        shop.till.sync.run_once()
        assert {row[0] for row in rows_of(shop, "price")} == {"NL"}
        at_work = shop.session
        with begin(rig.engine) as tx:
            tx.execute(update(Store).where(Store.store_id == "S1").values(price_zone="BE"))
            publish_each(tx, [msgspec.structs.replace(store_row("S1"), price_zone="BE")])
        live = dying(monkeypatch, "pull.flip", 1)
        with pytest.raises(_DiedError):
            shop.till.sync.run_once()
        assert {row[0] for row in rows_of(shop, "price")} == {"NL"}
        assert (zone_of(shop), at_work.store.price_zone) == ("NL", "NL")
        live()
        shop.till.sync.run_once()
        assert {row[0] for row in rows_of(shop, "price")} == {"BE"}
        assert (zone_of(shop), at_work.store.price_zone) == ("BE", "BE")
        assert enter(shop, gtin(1)).priced.total_minor == 1
        assert position(shop, PRICES) is None
        same(rig, shop)


def zone_of(shop: Shop) -> str:
    query = text("SELECT price_zone FROM store")
    return str(shop.read(lambda tx: tx.execute(query).scalar_one()))


def test_a_new_generation_replaces_the_stream(rig: Rig) -> None:
    with rig.shop(work=False) as shop:
        send(rig, *prices(20))
        shop.till.sync.run_once()
        with begin(rig.engine) as tx:
            tx.execute(
                delete(StreamChange).where(StreamChange.stream == PRICES, StreamChange.seq > 13)
            )
            row = tx.execute(
                select(StreamChange).where(StreamChange.stream == PRICES, StreamChange.seq == 13)
            ).one()
            tx.execute(
                update(StreamHead)
                .where(StreamHead.stream == PRICES)
                .values(head=13, chain=row.chain)
            )
            new_generation(tx, PRICES)
        shop.till.sync.run_once()
        assert position(shop).generation == 2
        assert len(minor(shop)) == 13
        same(rig, shop)


@pytest.mark.parametrize("after", [0, 3, 7, 12], ids=lambda n: f"{n} rows later")
def test_a_head_office_from_a_backup_is_followed(rig: Rig, after: int) -> None:
    """It has forgotten seven rows, and published others since."""
    with rig.shop(work=False) as shop:
        send(rig, *prices(20))
        shop.till.sync.run_once()
        rewind(rig, 16)
        send(rig, *(PriceRow(zone="NL", sku=f"N{n}", minor=n) for n in range(after)))
        shop.till.sync.run_once()
        assert {k for k in minor(shop) if k[0] == "N"} == {f"N{n}" for n in range(after)}
        assert len(minor(shop)) == 16 + after
        same(rig, shop)
        shop.sell()


def rewind(rig: Rig, seq: int, stream: str = PRICES) -> None:
    """Head office as it was when the stream ended there."""
    with begin(rig.engine) as tx:
        own = StreamChange.stream == stream
        tx.execute(delete(StreamChange).where(own, StreamChange.seq > seq))
        chain = tx.execute(select(StreamChange.chain).where(own, StreamChange.seq == seq))
        tx.execute(
            update(StreamHead)
            .where(StreamHead.stream == stream)
            .values(head=seq, chain=chain.scalar_one())
        )


def later(tx: Connection) -> None:
    """A day has passed since the streams were compared."""
    tx.execute(update(Stream).values(compared_at=EPOCH))


DAMAGE = {
    "a price": "UPDATE price SET minor = 1 WHERE sku = 'P1'",
    "a lost price": "DELETE FROM price WHERE sku = 'P2'",
    "a price of nobody": "INSERT INTO price (zone, sku, pack, valid_from_us, minor)"
    " VALUES ('NL', 'X', 1000, 0, 1)",
    "an article": "UPDATE product SET name = 'Hacked' WHERE sku = 'P1'",
    "a tax rate": "UPDATE tax_rate SET ppm = 0",
    "a name": "UPDATE staff_member SET name = 'Nobody'",
    "the store": "UPDATE store SET cash_increment = 5",
    "a record": "DELETE FROM stream_row WHERE key = 'NL/P1/1000/0'",
    "another record": "UPDATE stream_row SET hash = hash + 1 WHERE key = 'P1'",
}


@pytest.mark.expect_warnings
@pytest.mark.parametrize("damage", DAMAGE)
def test_what_differs_from_head_office_is_fetched_again(rig: Rig, damage: str) -> None:
    tables = ("price", "product", "barcode", "tax_rate", "staff_member", "store", "stream_row")
    with rig.shop(work=False) as shop:
        good = {table: rows_of(shop, table) for table in tables}
        shop.till.tasks.run(lambda tx: tx.execute(text(DAMAGE[damage]))).result()
        shop.till.sync.run_once()
        assert {table: rows_of(shop, table) for table in tables} != good
        shop.till.tasks.run(later).result()
        asked = len(rig.link.paths("/tail"))
        shop.till.sync.run_once()
        shop.till.sync.run_once()
        assert {table: rows_of(shop, table) for table in tables} == good
        assert len(rig.link.paths("/tail")) == asked + 1
        same(rig, shop)


def test_content_is_compared_once_a_day(rig: Rig) -> None:
    with rig.shop(work=False) as shop:
        shop.till.sync.run_once()
        assert rig.link.paths("/content") == []
        shop.till.tasks.run(later).result()
        shop.till.sync.run_once()
        shop.till.sync.run_once()
        assert len(rig.link.paths("/content")) == len(shop.read(staging.vector))


@pytest.mark.expect_warnings
def test_rows_that_cannot_be_read_are_told_and_compared(rig: Rig) -> None:
    with rig.shop(work=False) as shop:
        raw(rig, "hologram", "h1", "put", "{}")
        assert shop.till.sync.run_once().unreadable == 1
        assert len(rig.link.paths("catalogue/content")) == 1
        shop.till.sync.run_once()
        assert len(rig.link.paths("catalogue/content")) == 1
        with begin(rig.engine) as tx:
            told = tx.execute(
                select(InstallationStream.dead).where(InstallationStream.stream == CATALOGUE)
            ).scalar_one()
        assert "hologram" in told
        same(rig, shop)
        raw(rig, "hologram", "h1", "del", "")
        shop.till.sync.run_once()
        assert [r.op for r in shop.read(lambda tx: tx.execute(select(StagedRow)).all())] == []
        same(rig, shop)


def test_head_office_knows_how_far_a_till_is(rig: Rig) -> None:
    with rig.shop(work=False) as shop:
        send(rig, *prices(5))
        shop.till.sync.run_once()
        shop.till.sync.run_once()
        with begin(rig.engine) as tx:
            told = {row.stream: row.seq for row in tx.execute(select(InstallationStream))}
            heads = {row.stream: row.head for row in tx.execute(select(StreamHead))}
        assert told[PRICES] == heads[PRICES] == position(shop).active_seq


def test_equal_rows_are_not_written_again(rig: Rig) -> None:
    with rig.shop(work=False) as shop:
        shop.till.tasks.run(_count_writes).result()
        again(rig)
        again(rig, CATALOGUE)
        shop.till.sync.run_once()
        assert position(shop).generation == 2
        assert shop.read(lambda tx: tx.exec_driver_sql("SELECT count(*) FROM wrote").scalar()) == 0
        same(rig, shop)


def _count_writes(tx: Connection) -> None:
    tx.exec_driver_sql("CREATE TABLE wrote (what TEXT)")
    for table in ("price", "product", "barcode", "category"):
        for event in ("INSERT", "UPDATE", "DELETE"):
            tx.exec_driver_sql(
                f"CREATE TRIGGER t_{table}_{event} AFTER {event} ON {table}"  # noqa: S608 (constants)
                f" BEGIN INSERT INTO wrote VALUES ('{table}'); END"
            )


def test_a_first_load_counts_up_to_its_total(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pull, "LARGE", 100)
    send(rig, *prices(230))
    build(rig)
    with rig.shop(work=False) as shop:
        coming = [s for s in shop.seen.states if s.progress_total]
        done = [s.progress_done for s in coming]
        assert {s.state for s in coming} == {SyncState.SYNCING}
        assert len({s.progress_total for s in coming}) == 1
        assert done == sorted(done)
        assert (done[0], done[-1]) == (0, coming[0].progress_total)
        assert len(set(done)) >= 5
        assert shop.seen.states[-1].progress_total == 0
