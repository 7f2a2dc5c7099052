"""Staged rows beside those in force: found by key, of a steady cost, held for one commit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from alembic import command
from sqlalchemy import Connection, Engine, text

from db import migrate
from db.base import EPOCH
from db.engine import open_store
from db.prepared import driver_of
from db.streams import CATALOGUE
from db.transaction import begin
from pos_app.sync import flip, staging
from retail.contract.codec import canonical
from retail.contract.envelope import StreamRow
from retail.contract.reference import ProductRow
from tests.support.small_chain import articles
from tests.support.sync_rig import Rig
from tests.sync.test_catalogue import send

_READ_EVERY = 50
"""Steps of SQLite's machine between two looks."""


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Engine]:
    """A till's empty store."""
    engine = open_store(tmp_path / "store.sqlite")
    with begin(engine) as tx:
        migrate.upgrade(tx, "store")
    yield engine
    engine.dispose()


def product(number: int, name: str = "Tea", *, active: bool = True) -> ProductRow:
    return ProductRow(sku=f"P{number:05d}", name=name, category="c", tax_code="A", active=active)


def change(seq: int, row: ProductRow, *, ver: int = 0) -> StreamRow:
    body = canonical(row).decode()
    return StreamRow(seq=seq, entity="product", key=row.sku, op="put", ver=ver or seq, body=body)


def broken(seq: int, row: ProductRow) -> StreamRow:
    return msgspec.structs.replace(change(seq, row), body="{}")


def stage(tx: Connection, *rows: StreamRow) -> None:
    at = staging.position(tx, CATALOGUE) or staging.start_over(tx, CATALOGUE, 1, 0)
    staging.stage(tx, CATALOGUE, staging._slice(at, CATALOGUE, rows, (rows[-1].seq, b"")))


def bring(store: Engine, *rows: StreamRow) -> None:
    with begin(store) as tx:
        stage(tx, *rows)
        flip.flip(tx, (CATALOGUE,), (), EPOCH)


def staged(store: Engine) -> list[Any]:
    query = "SELECT key, seq, op, bad FROM staged_row ORDER BY key, seq"
    with begin(store) as tx:
        return [tuple(row) for row in tx.exec_driver_sql(query)]


def found(store: Engine, word: str) -> list[str]:
    query = (
        "SELECT sku FROM product_search JOIN product ON product.rowid = product_search.rowid"
        " WHERE product_search MATCH :word ORDER BY sku"
    )
    with begin(store) as tx:
        return list(tx.execute(text(query), {"word": word}).scalars())


def test_what_is_in_force_already_is_told_from_what_is_new(store: Engine) -> None:
    bring(store, *(change(n, product(n)) for n in (1, 2, 3)))
    with begin(store) as tx:
        rows = change(4, product(1)), change(5, product(2, "Milk")), change(6, product(3), ver=2)
        stage(tx, *rows)
    assert [row[2] for row in staged(store)] == ["same", "put", "old"]
    bring(store, change(7, product(9)))
    with begin(store) as tx:
        kept = tx.exec_driver_sql("SELECT key, ver FROM stream_row ORDER BY key").all()
    assert [tuple(row) for row in kept] == [
        ("P00001", 4),
        ("P00002", 5),
        ("P00003", 3),
        ("P00009", 7),
    ]
    assert (found(store, "milk"), found(store, "tea")) == (
        ["P00002"],
        ["P00001", "P00003", "P00009"],
    )


def test_a_stream_that_begins_anew_has_no_old_rows(store: Engine) -> None:
    bring(store, *(change(n, product(n)) for n in range(1, 9)))
    with begin(store) as tx:
        staging.start_over(tx, CATALOGUE, 2, 0)
        stage(tx, change(1, product(8, "Milk")))
    assert [row[2] for row in staged(store)] == ["put"]


@pytest.mark.expect_warnings
@pytest.mark.parametrize("readable_last", [True, False])
def test_of_a_row_read_and_unread_the_newer_one_is_on_record(
    store: Engine, *, readable_last: bool
) -> None:
    row = product(1)
    rows = [broken(1, row), change(2, row)] if readable_last else [change(1, row), broken(2, row)]
    bring(store, *rows)
    with begin(store) as tx:
        ver, kept = tx.exec_driver_sql("SELECT ver, kept FROM stream_row").one()
        dead = tx.exec_driver_sql("SELECT count(*) FROM dead_row").scalar()
    assert (ver, kept is not None, dead) == (2, readable_last, int(not readable_last))
    assert found(store, "tea") == ["P00001"]


def test_the_index_follows_names_and_articles_that_are_given_up(store: Engine) -> None:
    bring(store, *(change(n, product(n)) for n in (1, 2, 3)))
    bring(store, change(4, product(1, "Milk")), change(5, product(2, active=False)))
    assert (found(store, "milk"), found(store, "tea")) == (["P00001"], ["P00003"])
    bring(store, change(6, product(2)))
    assert found(store, "tea") == ["P00002", "P00003"]


def test_a_slice_costs_the_same_however_much_is_staged(store: Engine) -> None:
    costs = []
    for first in range(1, 3_001, 200):
        with begin(store) as tx:
            rows = [change(n, product(n)) for n in range(first, first + 200)]
            costs.append(_steps(tx, rows))
    assert costs[-1] < 1.5 * costs[1]


def _steps(tx: Connection, rows: Iterable[StreamRow]) -> int:
    looks = [0]

    def look() -> int:
        looks[0] += 1
        return 0

    driver_of(tx).set_progress_handler(look, _READ_EVERY)
    try:
        stage(tx, *rows)
    finally:
        driver_of(tx).set_progress_handler(None, _READ_EVERY)
    return looks[0]


def test_a_small_change_is_staged_and_in_force_with_one_commit(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    with rig.shop(work=False) as shop:
        send(rig, *articles([("P1", "One", "tea", 1)], first=1))
        shop.till.sync.run_once()
        seen: list[Any] = []
        for module, name in ((staging, "stage"), (flip, "flip")):
            real = getattr(module, name)

            def noted(tx: Connection, *words: Any, real: Any = real) -> None:
                seen.append(tx.get_transaction())
                real(tx, *words)

            monkeypatch.setattr(module, name, noted)
        send(rig, *articles([("P2", "Two", "tea", 2)], first=2))
        shop.till.sync.run_once()
        assert len(seen) > 1
        assert len(set(seen)) == 1


def test_an_index_of_an_older_store_is_kept(tmp_path: Path) -> None:
    engine = open_store(tmp_path / "store.sqlite")
    with begin(engine) as tx:
        command.upgrade(migrate.config("store", tx), "0010")
        bring_one = "INSERT INTO product_search (rowid, words) VALUES (7, 'earl grey p7')"
        tx.exec_driver_sql(bring_one)
    with begin(engine) as tx:
        migrate.upgrade(tx, "store")
    with begin(engine) as tx:
        query = "SELECT rowid, words FROM product_search WHERE product_search MATCH 'gre*'"
        assert [tuple(row) for row in tx.exec_driver_sql(query)] == [(7, "earl grey p7")]
    engine.dispose()
