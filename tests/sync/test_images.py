"""An image for a till that has nothing: the same as rows, cut anywhere, damaged, left behind."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import Connection, delete, insert, select, text, update

from backoffice.intake.down import builder, chunks, compaction, image_file, images
from backoffice.intake.down.images import build_images
from db.engine import open_store
from db.head.streams import StreamHead, StreamImage, StreamImagePart
from db.store.image import IMAGE_TABLES
from db.store.streams import Stream, StreamRow
from db.streams import CATALOGUE, new_generation, withdraw
from db.transaction import begin
from db.upgrade import ready_store
from pos_app.bootstrap.till import Till
from pos_app.checkout import queries, search_index
from pos_app.runtime.tasks import Lane, LaneAccess
from pos_app.sync import indexing
from pos_app.sync.client import HeadOffice
from pos_app.sync.enrol import enrol
from pos_app.sync.status import SyncState
from retail.release import VERSION
from tests.support.proxy import Exchange, Fault, Harm
from tests.support.small_chain import articles
from tests.support.sync_rig import Rig, Seen, Shop
from tests.support.waiting import wait_until
from tests.sync.test_catalogue import rows_of, send
from tests.sync.test_slices import prices
from tests.sync.test_streams import merge, minor, rounds_until_well, same

ARTICLES = 30


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    """An image is worth it from ten rows on, comes in small pieces, and is built by the test."""
    monkeypatch.setattr(builder, "build_images", lambda *_words: 0)
    monkeypatch.setattr(images, "LEAST_ROWS", 10)
    for module in (images, image_file):
        monkeypatch.setattr(module, "PIECE", 1_000)


def build(rig: Rig) -> int:
    """Images of all zones; how many were built."""
    return build_images(rig.engine, datetime.now(UTC))


def names() -> list[tuple[str, str, str, int]]:
    return [(f"Z{n}", f"Äpfel {n} vom Hof", "c1", 100 + n) for n in range(ARTICLES)]


@pytest.fixture
def stocked(rig: Rig) -> Rig:
    """A chain with changed, withdrawn and new rows, and its image."""
    send(rig, *articles(names(), first=100), *prices(40))
    send(rig, *prices(20, minor=7))
    with begin(rig.engine) as tx:
        withdraw(tx, CATALOGUE, "product", ["Z3", "Z4"])
    build(rig)
    return rig


def in_force(shop: Shop) -> dict[str, list[tuple[object, ...]]]:
    """All that an image can bring."""
    found = {name: sorted(rows_of(shop, name), key=repr) for name in IMAGE_TABLES}
    query = select(Stream.name, Stream.generation, Stream.active_seq, Stream.active_chain,
                   Stream.staged_seq, Stream.chain, Stream.replaces)  # fmt: skip
    streams = shop.read(lambda tx: tx.execute(query).all())
    found["stream"] = sorted(tuple(row) for row in streams if not row.name.startswith("till/"))
    return found


def took_image(rig: Rig) -> bool:
    return any(e.status in {200, 206} for e in rig.link.paths("/v1/snapshots/"))


def by_rows(rig: Rig) -> dict[str, list[tuple[object, ...]]]:
    """What a till gets that is told of no image."""
    with begin(rig.engine) as tx:
        kept = [dict(row) for row in tx.execute(select(StreamImage.__table__)).mappings()]
        tx.execute(delete(StreamImage))
    before = len(rig.link.paths("/v1/snapshots/"))
    with rig.beside(2).shop(work=False) as shop:
        found = in_force(shop)
    assert len(rig.link.paths("/v1/snapshots/")) == before
    with begin(rig.engine) as tx:
        for row in kept:
            tx.execute(insert(StreamImage).values(**row))
    return found


def alike(rig: Rig, shop: Shop) -> None:
    """A till has what one has that took all rows."""
    own, theirs = in_force(shop), by_rows(rig)
    assert own.keys() == theirs.keys()
    for table, rows in own.items():
        assert rows == theirs[table], table
    same(rig, shop)


def test_an_image_is_the_same_as_its_rows(stocked: Rig) -> None:
    with stocked.shop(work=False) as shop:
        assert took_image(stocked)
        assert stocked.link.paths("/v1/chunks/") == []
        assert len(minor(shop)) == ARTICLES + 40 + 3
        assert list(shop.till.paths.chunks.glob("*")) == []
        alike(stocked, shop)


MARKS = (
    "application_id",
    "user_version",
    "page_size",
    "auto_vacuum",
    "encoding",
    "integrity_check",
)


def made_of(tx: Connection) -> list[tuple[object, ...]]:
    """Every table, index and trigger of a store."""
    made = "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name"
    return [tuple(row) for row in tx.execute(text(made))]


def marks_of(tx: Connection) -> list[object]:
    """What a file says of itself, and broken references."""
    found = [tx.execute(text(f"PRAGMA {name}")).scalar() for name in MARKS]
    return [*found, *tx.execute(text("PRAGMA foreign_key_check")).all()]


def test_an_image_becomes_a_whole_store_with_all_that_was_the_tills_own(stocked: Rig) -> None:
    with stocked.shop(work=False) as shop:
        assert took_image(stocked)
        found, marks = shop.read(made_of), shop.read(marks_of)
        assert all(rows_of(shop, name) for name in ("device", "journal", "journal_entry"))
        shop.sell(2)
    migrated = stocked.folder / "migrated.sqlite"
    ready_store(migrated)
    with begin(open_store(migrated)) as tx:
        assert (found, marks) == (made_of(tx), marks_of(tx))


@pytest.mark.expect_warnings
def test_while_somebody_else_has_the_store_open_rows_are_taken(stocked: Rig) -> None:
    with Till(stocked.folder) as till:
        store = LaneAccess(till.tasks, Lane.INTERACTIVE)
        enrol(store, till.desk, server=stocked.link.url, code=stocked.code(), app_version=VERSION)
        with open_store(till.paths.store, read_only=True).connect() as other:
            assert other.execute(text("SELECT count(*) FROM device")).scalar() == 1
            till.sync.run_once()
        assert took_image(stocked)
        alike(stocked, Shop(till, Seen()))


def test_what_came_after_the_image_comes_as_rows(stocked: Rig) -> None:
    send(stocked, *prices(3, minor=9))
    with begin(stocked.engine) as tx:
        withdraw(tx, CATALOGUE, "product", ["Z5"])
    with stocked.shop(work=False) as shop:
        assert took_image(stocked)
        assert minor(shop)["Q2"] == 9
        alike(stocked, shop)


def test_an_image_is_built_once_per_revision_and_few_are_kept(stocked: Rig) -> None:
    assert build(stocked) == 0
    for round_ in range(4):
        send(stocked, *prices(60, minor=round_))
        assert build(stocked) == 1
        assert build(stocked) == 0
    with begin(stocked.engine) as tx:
        heads = tx.execute(select(StreamImage.sha256)).scalars().all()
        parts = tx.execute(select(StreamImagePart.sha256).distinct()).scalars().all()
    assert len(heads) == images.KEPT
    assert set(heads) == set(parts)


def test_an_image_holds_no_staff_and_no_secret(stocked: Rig) -> None:
    with stocked.shop(work=False) as shop:
        streams = set(shop.read(lambda tx: tx.execute(select(StreamRow.stream)).scalars().all()))
        assert any(name.startswith("store/") for name in streams)
    with begin(stocked.engine) as tx:
        told = tx.execute(select(StreamImage.streams)).scalars().all()
    assert not any("store/" in text_ or "till/" in text_ for text_ in told)


@pytest.mark.expect_warnings
@pytest.mark.parametrize("at", [1, 999, 1_000, 1_001, 2_500])
def test_an_image_that_breaks_off_goes_on_from_there(rig: Rig, at: int) -> None:
    with rig.shop(work=False) as shop:
        assert shop.acked() >= 0
    send(rig, *articles(names(), first=100), *prices(40))
    build(rig)
    hits: list[int] = []

    def rule(exchange: Exchange) -> Harm | None:
        if "/v1/snapshots/" not in exchange.path:
            return None
        hits.append(exchange.number)
        return Harm(Fault.TRUNCATE_ANSWER, at=at) if len(hits) == 1 else None

    rig.link.rule = rule
    other = rig.beside(2)
    with pytest.raises(Exception, match=r"reached|cut off"), other.shop(work=False):
        pass
    with other.shop(work=False) as shop:
        rounds_until_well(shop)
        assert [e.status for e in rig.link.paths("/v1/snapshots/")][-1] in {200, 206}
        assert len(hits) == 2
        same(rig, shop)


@pytest.mark.expect_warnings
def test_a_damaged_image_is_thrown_away_and_rows_are_taken(stocked: Rig) -> None:
    with begin(stocked.engine) as tx:
        part = tx.execute(select(StreamImagePart.data).where(StreamImagePart.n == 1)).scalar_one()
        harmed = bytes(part[:-1]) + bytes([part[-1] ^ 1])
        tx.execute(update(StreamImagePart).where(StreamImagePart.n == 1).values(data=harmed))
    with stocked.shop(work=False) as shop:
        assert took_image(stocked)
        assert list(shop.till.paths.chunks.glob("*")) == []
        alike(stocked, shop)


def test_an_image_below_the_floor_is_no_way_to_begin(
    stocked: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (chunks, compaction):
        monkeypatch.setattr(module, "CHUNK_ROWS", 50)
    send(stocked, *prices(60, minor=11))
    assert merge(stocked) > 0
    with begin(stocked.engine) as tx:
        floors = tx.execute(select(StreamHead.floor)).scalars().all()
    assert max(floors) > 0
    with stocked.shop(work=False) as shop:
        assert not took_image(stocked)
        same(stocked, shop)
    assert build(stocked) == 1


def test_an_image_of_another_generation_is_no_way_to_begin(stocked: Rig) -> None:
    with begin(stocked.engine) as tx:
        new_generation(tx, CATALOGUE)
    with stocked.shop(work=False) as shop:
        assert not took_image(stocked)
        same(stocked, shop)


def test_a_till_with_other_tables_takes_rows(stocked: Rig) -> None:
    with begin(stocked.engine) as tx:
        tx.execute(update(StreamImage).values(layout="another"))
    with stocked.shop(work=False) as shop:
        assert not took_image(stocked)
        same(stocked, shop)


def test_a_till_that_has_something_takes_rows(rig: Rig) -> None:
    with rig.shop(work=False) as shop:
        send(rig, *articles(names(), first=100), *prices(40))
        assert build(rig) == 1
        before = len(rig.link.paths("/v1/snapshots/"))
        shop.till.sync.run_once()
        assert len(rig.link.paths("/v1/snapshots/")) == before
        same(rig, shop)


def test_an_image_that_is_gone_leaves_rows(stocked: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    fetch = HeadOffice.fetch

    def late(self: HeadOffice, path: str, *words: object) -> None:
        with begin(stocked.engine) as tx:
            tx.execute(delete(StreamImage))
        fetch(self, path, *words)  # type: ignore[arg-type]

    monkeypatch.setattr(HeadOffice, "fetch", late)
    with stocked.shop(work=False) as shop:
        assert not took_image(stocked)
        same(stocked, shop)


@pytest.mark.expect_warnings
def test_a_row_that_nobody_can_read_leaves_no_image(rig: Rig) -> None:
    send(rig, *prices(40))
    with begin(rig.engine) as tx:
        tx.execute(text("UPDATE stream_change SET body = '{}' WHERE key = 'NL/Q7/1000/0'"))
    assert build(rig) == 0


def test_selling_goes_on_while_the_index_is_behind(
    stocked: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search_index, "SLICE", 7)
    monkeypatch.setattr(indexing, "_TURN_SECONDS", 0.0)
    with stocked.shop(work=False) as shop:
        began = shop.read(search_index.progress)
        assert not began.whole
        shop.sell(2)
        store, now = shop.session.store, shop.till.desk.now_us()
        found = {f.sku for f in shop.read(queries.search, store, now, "hof apf")}
        assert len(found) == ARTICLES - 2
        shop.till.sync.start()
        assert wait_until(lambda: shop.read(search_index.progress).whole)
        assert any(s.indexing_total for s in shop.seen.states)
        shop.seen.by_now(lambda s: s.state is SyncState.ONLINE and not s.indexing_total)
        assert {f.sku for f in shop.read(queries.search, store, now, "hof apf")} == found
