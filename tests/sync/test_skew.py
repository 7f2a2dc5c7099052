"""Tills and a head office of different ages: real code of both, each told how old it is."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from sqlalchemy import Connection, select

from db.head.stores import Installation
from db.store import rows
from db.streams import publish_each
from db.transaction import begin
from pos_app.sync import enrol, greeting, tables
from pos_app.sync.status import SyncState
from retail.contract import version
from retail.contract.reference import PriceRow, ProductRow, Row, decode
from retail.contract.scopes import ScopedRow
from retail.errors import RetailError
from tests.support.sync_rig import Rig, Shop
from tests.support.waiting import wait_until

OFFICE = 6


def age(monkeypatch: pytest.MonkeyPatch, till: int, office: int = OFFICE) -> None:
    """Both sides speak their own protocol and the two before it."""
    monkeypatch.setattr(version, "PROTOCOL", office)
    monkeypatch.setattr(version, "OLDEST_PROTOCOL", office - version.OLDER_SPOKEN)
    for module in (greeting, enrol):
        monkeypatch.setattr(module, "PROTOCOL", till)
        monkeypatch.setattr(module, "OLDEST_PROTOCOL", till - version.OLDER_SPOKEN)


def send(rig: Rig, *rows: ScopedRow) -> None:
    with begin(rig.engine) as tx:
        publish_each(tx, rows)


def spoken(rig: Rig) -> int:
    with begin(rig.engine) as tx:
        return int(tx.execute(select(Installation.protocol)).scalar_one())


def test_three_releases_of_the_protocol_are_served() -> None:
    assert version.OLDER_SPOKEN == 2
    assert max(1, version.PROTOCOL - 2) == version.OLDEST_PROTOCOL


@pytest.mark.parametrize("till", [OFFICE - 2, OFFICE - 1, OFFICE, OFFICE + 1, OFFICE + 2])
def test_up_to_two_releases_apart_everything_goes_both_ways(
    rig: Rig, monkeypatch: pytest.MonkeyPatch, till: int
) -> None:
    age(monkeypatch, till)
    with rig.shop() as shop:
        shop.sell(2)
        shop.seen.synced()
        send(rig, PriceRow(zone="NL", sku="P1", minor=777, valid_from_us=1))
        assert wait_until(lambda: shop.price("P1") == 777)
        assert spoken(rig) == min(till, OFFICE)
        shop.pushed()
        rig.check(shop)


@pytest.mark.expect_warnings
@pytest.mark.parametrize("till", [OFFICE - 3, OFFICE + 3])
def test_three_apart_sales_go_up_nothing_comes_down_and_the_pill_says_so(
    rig: Rig, monkeypatch: pytest.MonkeyPatch, till: int
) -> None:
    age(monkeypatch, OFFICE)
    with rig.shop() as shop:
        shop.seen.synced()
        age(monkeypatch, till)
        status = shop.seen.state(SyncState.ACTION)
        assert "Update the older of the two." in status.cause
        before = len(rig.link.paths("manifest"))
        send(rig, PriceRow(zone="NL", sku="P1", minor=777, valid_from_us=1))
        shop.sell(3)
        shop.pushed()
        assert spoken(rig) == 0
        assert shop.price("P1") != 777
        asked = rig.link.paths("manifest")[before:]
        assert {exchange.status for exchange in asked} <= {0, 304, 426}
        age(monkeypatch, OFFICE)
        assert wait_until(lambda: shop.price("P1") == 777)
        shop.seen.synced()
        rig.check(shop)


class OldTables:
    """A till from before products had a rank on tiles, and before there were barcodes."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._decode, self._hash = decode, rows.hash_of
        monkeypatch.setattr(rows, "decode", self.decode)
        for module in (rows, tables):
            monkeypatch.setattr(module, "hash_of", self.hash_of)

    def decode(self, entity: str, body: bytes) -> Row:
        if entity == "barcode":
            raise RetailError("row.unknown", "%(entity)s is not known here.", entity=entity)
        row = self._decode(entity, body)
        return msgspec.structs.replace(row, tile_rank=0) if isinstance(row, ProductRow) else row

    def hash_of(self, row: Row) -> int:
        if not isinstance(row, ProductRow):
            return self._hash(row)
        return self._hash(msgspec.structs.replace(row, tile_rank=-1))


def rank(shop: Shop) -> Any:
    query = "SELECT tile_rank FROM product WHERE sku = 'P1'"
    return shop.read(lambda tx: tx.exec_driver_sql(query).scalar())


def unreadable(shop: Shop) -> Any:
    return shop.read(lambda tx: tx.exec_driver_sql("SELECT count(*) FROM dead_row").scalar())


_WRITES = """
    CREATE TABLE written (name TEXT);
    CREATE TRIGGER p AFTER UPDATE ON product BEGIN INSERT INTO written VALUES ('product'); END;
    CREATE TRIGGER c AFTER UPDATE ON category BEGIN INSERT INTO written VALUES ('category'); END;
    CREATE TRIGGER b AFTER INSERT ON barcode BEGIN INSERT INTO written VALUES ('barcode'); END
"""


def _count_writes(tx: Connection) -> None:
    for statement in _WRITES.strip().split(";\n"):
        tx.exec_driver_sql(statement)


def written(shop: Shop) -> dict[str, int]:
    query = "SELECT name, count(*) FROM written GROUP BY name"
    return dict(shop.read(lambda tx: [tuple(row) for row in tx.exec_driver_sql(query)]))


@pytest.mark.expect_warnings
def test_after_an_upgrade_only_what_is_read_otherwise_comes_again(rig: Rig) -> None:
    send(rig, ProductRow(sku="P1", name="Tea", category="tea", tax_code="A", tile_rank=5))
    with pytest.MonkeyPatch.context() as before:
        OldTables(before)
        with rig.shop(work=False) as shop:
            assert rank(shop) == 0
            assert unreadable(shop) == 3
            shop.till.tasks.run(_count_writes).result()
    asked = len(rig.link.paths("/v1/"))
    with rig.shop(work=False) as shop:
        shop.till.sync.run_once()
        assert (rank(shop), unreadable(shop)) == (5, 0)
        assert written(shop) == {"product": 3, "barcode": 3}
        came = [exchange.path for exchange in rig.link.paths("/v1/")[asked:]]
        assert not [path for path in came if "price" in path or "/tax/" in path]
    asked = len(rig.link.paths("/v1/"))
    with rig.shop(work=False) as shop:
        shop.till.sync.run_once()
        came = [exchange.path for exchange in rig.link.paths("/v1/")[asked:]]
        assert not [path for path in came if "/streams/catalogue/tail" in path]
