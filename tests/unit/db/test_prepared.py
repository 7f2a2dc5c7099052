from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection, bindparam, delete, insert, select, update
from sqlalchemy.schema import CreateTable

from db.base import to_us
from db.engine import open_store
from db.migrate import upgrade
from db.prepared import Prepared
from db.store.settings import Setting
from db.store.streams import Stream
from db.transaction import begin

_AT = datetime(2026, 3, 4, 5, 6, 7, 89, tzinfo=UTC)
_COLUMNS = tuple(Stream.__table__.columns.keys())


@pytest.fixture
def tx(tmp_path: Path) -> Iterator[Connection]:
    with begin(open_store(tmp_path / "store.sqlite")) as connection:
        upgrade(connection, "store")
        yield connection


def test_rows_go_in_and_come_out_as_the_driver_keeps_them(tx: Connection) -> None:
    add = Prepared(insert(Stream), _COLUMNS)
    values = dict.fromkeys(_COLUMNS, 1) | {"chain": b"c", "active_chain": b"", "compared_at": None}
    add.one(tx, {**values, "name": "catalogue", "active_at": to_us(_AT)})
    assert tx.execute(select(Stream.active_at)).scalar_one() == _AT
    found = Prepared(select(Stream.chain, Stream.active_at).where(Stream.name == bindparam("key")))
    assert found.first(tx, {"key": "catalogue"}) == (b"c", to_us(_AT))
    assert found.first(tx, {"key": "nothing"}) is None


def test_many_rows_go_in_one_call_and_none_in_none(tx: Connection) -> None:
    add = Prepared(insert(Setting), ("key", "value"))
    add.many(tx, [{"key": f"k{n}", "value": "v"} for n in range(3)])
    add.many(tx, [])
    assert len(tx.execute(select(Setting.key)).all()) == 3


def test_values_of_the_statement_are_bound_with_those_given(tx: Connection) -> None:
    Prepared(insert(Setting), ("key", "value")).many(
        tx, [{"key": key, "value": "old"} for key in "abc"]
    )
    newest = Prepared(
        select(Setting.key).where(Setting.key < bindparam("below")).order_by(Setting.key).limit(1)
    )
    assert newest.first(tx, {"below": "c"}) == ("a",)
    change = Prepared(update(Setting).where(Setting.key == bindparam("which")).values(value="new"))
    change.one(tx, {"which": "b"})
    changed = select(Setting.key).where(Setting.value == "new")
    assert tx.execute(changed).scalars().all() == ["b"]


def test_a_value_that_is_missing_is_a_defect(tx: Connection) -> None:
    with pytest.raises(KeyError):
        Prepared(delete(Setting).where(Setting.key == bindparam("which"))).one(tx, {})


def test_only_statements_with_values_can_be_prepared() -> None:
    with pytest.raises(TypeError):
        Prepared(CreateTable(Setting.__table__))  # type: ignore[arg-type]
