from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import IntegrityError, OperationalError

from db.engine import open_head, open_store
from db.errors import StoreUnavailable, known_error
from db.transaction import after_commit, begin, begin_on, last_statement, savepoint

_ADD = text("INSERT INTO t VALUES (:n, zeroblob(:size))")


def _add(tx: Connection, n: int, size: int = 0) -> None:
    tx.execute(_ADD, {"n": n, "size": size})


def _run(begun: AbstractContextManager[Connection], *acts: Callable[[Connection], object]) -> None:
    """All acts in one transaction."""
    with begun as tx:
        for act in acts:
            act(tx)


def _fail(_tx: Connection) -> None:
    raise KeyError


def _kept(engine: Engine) -> list[int]:
    with engine.connect() as connection:
        return list(connection.execute(text("SELECT n FROM t ORDER BY n")).scalars())


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.sqlite"


@pytest.fixture
def store(path: Path) -> Engine:
    engine = open_store(path)
    with begin(engine) as tx:
        tx.execute(text("CREATE TABLE t (n INTEGER PRIMARY KEY, body BLOB)"))
        _add(tx, 1)
    return engine


def test_a_block_that_ends_is_kept(store: Engine) -> None:
    with begin(store) as tx:
        _add(tx, 2)
    assert _kept(store) == [1, 2]


def test_a_block_that_raises_leaves_nothing(store: Engine) -> None:
    with pytest.raises(KeyError):
        _run(begin(store), lambda tx: _add(tx, 2), _fail)
    assert _kept(store) == [1]


def test_a_defect_stays_what_it_is(store: Engine) -> None:
    with pytest.raises(IntegrityError), begin(store) as tx:
        _add(tx, 1)
    with pytest.raises(OperationalError, match="no such table"), begin(store) as tx:
        tx.execute(text("SELECT * FROM nowhere"))
    assert _kept(store) == [1]


def test_a_connection_that_stays_open_serves_one_transaction_after_another(store: Engine) -> None:
    with store.connect() as connection:
        with begin_on(connection) as tx:
            _add(tx, 2)
        with pytest.raises(KeyError):
            _run(begin_on(connection), lambda tx: _add(tx, 3), _fail)
        with begin_on(connection) as tx:
            _add(tx, 4)
    assert _kept(store) == [1, 2, 4]


def _twice(tx: Connection) -> None:
    with savepoint(tx):
        _add(tx, 3)
        _add(tx, 1)


def test_a_savepoint_fails_alone(store: Engine) -> None:
    with begin(store) as tx:
        _add(tx, 2)
        with pytest.raises(IntegrityError):
            _twice(tx)
        with savepoint(tx):
            _add(tx, 4)
    assert _kept(store) == [1, 2, 4]


def test_last_statements_run_in_the_order_of_their_keys_and_once(store: Engine) -> None:
    seen: list[str] = []

    with begin(store) as tx:
        last_statement(tx, "b", lambda _tx: seen.append("b"))
        first = last_statement(tx, "a", lambda _tx: seen.append("a"))
        assert last_statement(tx, "a", lambda _tx: seen.append("never")) is first
        after_commit(tx, lambda: seen.append(f"after {_kept(store)}"))
        _add(tx, 2)
        seen.append("block")
    assert seen == ["block", "a", "b", "after [1, 2]"]


def test_a_last_statement_that_fails_undoes_the_block(store: Engine) -> None:
    seen: list[str] = []
    with pytest.raises(IntegrityError):
        _run(
            begin(store),
            lambda tx: _add(tx, 2),
            lambda tx: last_statement(tx, "a", lambda late: _add(late, 1)),
            lambda tx: after_commit(tx, lambda: seen.append("never")),
        )
    assert seen == []
    assert _kept(store) == [1]


def test_what_a_rolled_back_block_registered_is_forgotten(store: Engine) -> None:
    seen: list[str] = []
    with store.connect() as connection:
        with pytest.raises(KeyError):
            _run(
                begin_on(connection),
                lambda tx: last_statement(tx, "a", lambda _late: seen.append("last")),
                lambda tx: after_commit(tx, lambda: seen.append("after")),
                _fail,
            )
        with begin_on(connection) as tx:
            _add(tx, 2)
    assert seen == []


def test_a_locked_store_is_named(
    path: Path, store: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("db.engine._BUSY_MS", 20)
    with begin(store) as tx:
        _add(tx, 2)
        with pytest.raises(StoreUnavailable) as caught, begin(open_store(path)) as late:
            _add(late, 3)
    assert caught.value.code == "locked"
    assert _kept(store) == [1, 2]


def test_a_full_disk_is_named_and_nothing_before_is_lost(store: Engine) -> None:
    with store.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 2}")
        connection.rollback()
        with pytest.raises(StoreUnavailable) as caught:
            _run(
                begin_on(connection),
                lambda tx: _add(tx, 2),
                lambda tx: _add(tx, 3, size=1_000_000),
            )
        assert caught.value.code == "full"
        with begin_on(connection) as tx:
            _add(tx, 4)
    assert _kept(store) == [1, 4]


def test_a_damaged_store_is_named(path: Path, store: Engine) -> None:
    with begin(store) as tx:
        for n in range(2, 400):
            _add(tx, n, size=500)
    damaged = bytearray(path.read_bytes())
    damaged[4096:-4096] = b"\xff" * (len(damaged) - 8192)
    path.write_bytes(damaged)
    with pytest.raises(StoreUnavailable) as caught, begin(open_store(path)) as tx:
        tx.execute(text("SELECT sum(length(body)) FROM t")).all()
    assert caught.value.code == "corrupt"


def test_a_file_that_is_no_store_is_named(tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("Dear customer, " * 500)
    with pytest.raises(StoreUnavailable) as caught, begin(open_store(path)):
        pytest.fail("the block must not run")
    assert caught.value.code == "corrupt"


def test_a_store_that_cannot_be_opened_is_named(tmp_path: Path) -> None:
    with (
        pytest.raises(StoreUnavailable) as caught,
        begin(open_store(tmp_path / "nowhere" / "store.sqlite")),
    ):
        pytest.fail("the block must not run")
    assert caught.value.code == "cannot_open"


def test_a_head_office_that_does_not_answer_is_named(tmp_path: Path) -> None:
    engine = open_head(f"postgresql://postgres@/tillwright?host={tmp_path}")
    with pytest.raises(StoreUnavailable) as caught, begin(engine):
        pytest.fail("the block must not run")
    assert caught.value.code == "unreachable"
    engine.dispose()


@pytest.mark.parametrize(
    "code", ["locked", "full", "read_only", "corrupt", "cannot_open", "unreachable"]
)
def test_every_known_error_says_what_was_kept_and_what_to_do(code: str) -> None:
    sentence = str(StoreUnavailable(code))
    assert sentence.endswith((".", "head office."))
    assert any(word in sentence for word in ("Nothing was changed", "kept", "keep", "safe"))


def test_other_exceptions_are_defects() -> None:
    assert known_error(ValueError("no")) is None
