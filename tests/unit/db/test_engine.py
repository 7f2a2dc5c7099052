from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text

from db.engine import check_store, open_head, open_store
from db.errors import StoreUnavailable
from db.transaction import begin


def _pragma(path: Path, name: str, *, read_only: bool = False) -> object:
    with open_store(path, read_only=read_only).connect() as connection:
        return connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()


@pytest.mark.parametrize(
    ("pragma", "value"),
    [
        ("journal_mode", "wal"),
        ("synchronous", 2),
        ("foreign_keys", 1),
        ("temp_store", 2),
        ("trusted_schema", 0),
    ],
)
def test_a_store_has_the_settings_its_promises_rest_on(
    tmp_path: Path, pragma: str, value: object
) -> None:
    assert _pragma(tmp_path / "store.sqlite", pragma) == value


def test_a_reader_sees_what_was_committed_and_writes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite"
    with begin(open_store(path)) as tx:
        tx.execute(text("CREATE TABLE t (n)"))
        tx.execute(text("INSERT INTO t VALUES (1)"))
    reader = open_store(path, read_only=True)
    with reader.connect() as connection:
        assert connection.execute(text("SELECT n FROM t")).scalars().all() == [1]
    with pytest.raises(StoreUnavailable) as caught, begin(reader) as tx:
        tx.execute(text("INSERT INTO t VALUES (2)"))
    assert caught.value.code == "read_only"
    assert _pragma(path, "query_only", read_only=True) == 1


def test_a_writer_takes_its_lock_at_once_and_readers_go_on(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite"
    writer = open_store(path)
    with begin(writer) as tx:
        tx.execute(text("CREATE TABLE t (n)"))
    with begin(writer) as tx, open_store(path, read_only=True).connect() as reader:
        assert tx.exec_driver_sql("SELECT count(*) FROM t").scalar_one() == 0
        assert reader.exec_driver_sql("SELECT count(*) FROM t").scalar_one() == 0


def test_a_sound_store_passes_the_check(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite"
    with begin(open_store(path)) as tx:
        tx.execute(text("CREATE TABLE t (n)"))
    check_store(path)


@pytest.mark.parametrize(
    ("content", "code"), [(b"no database at all" * 100, "corrupt"), (None, "cannot_open")]
)
def test_a_store_that_is_none_is_named(tmp_path: Path, content: bytes | None, code: str) -> None:
    path = tmp_path / "store.sqlite"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(StoreUnavailable) as caught:
        check_store(path)
    assert caught.value.code == code


@pytest.mark.parametrize("url", ["sqlite://", "mysql://h/d", "postgresql+asyncpg://h/d", ""])
def test_a_head_office_needs_postgresql(url: str) -> None:
    with pytest.raises(ValueError, match="PostgreSQL URL"):
        open_head(url)


def test_a_plain_postgresql_url_uses_psycopg() -> None:
    engine = open_head("postgresql://somebody@/tillwright")
    assert engine.url.drivername == "postgresql+psycopg"
    engine.dispose()
