from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError, Future
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from db.engine import open_store
from db.errors import StoreUnavailable
from db.transaction import begin, changed
from db.upgrade import ready_store
from pos_app.runtime.paths import TillPaths
from pos_app.runtime.tasks import Lane, LaneAccess, Tasks
from retail.errors import RetailError

_SAVE = text("INSERT INTO setting VALUES (:key, :value)")


def _save(tx: Connection, key: str, value: str = "") -> str:
    tx.execute(_SAVE, {"key": key, "value": value})
    return key


def _saved(tx: Connection) -> list[str]:
    return list(tx.execute(text("SELECT key FROM setting ORDER BY rowid")).scalars())


class Gate:
    """A job that keeps the writer busy until it is opened."""

    def __init__(self) -> None:
        self.reached = threading.Event()
        self.opened = threading.Event()

    def __call__(self, _tx: Connection) -> None:
        self.reached.set()
        assert self.opened.wait(20)


@pytest.fixture
def store(folder: Path) -> Path:
    return TillPaths(folder).store


@pytest.fixture
def tasks(store: Path) -> Iterator[Tasks]:
    found = Tasks(store)
    found.start()
    yield found
    found.stop()


def test_lower_lanes_go_first_and_order_is_kept_within_one(tasks: Tasks) -> None:
    gate = Gate()
    first = tasks.submit(Lane.HOUSEKEEPING, gate)
    assert gate.reached.wait(10)
    lanes = (Lane.HOUSEKEEPING, Lane.SYNC, Lane.SALE, Lane.INTERACTIVE)
    for number in range(5):
        for lane in lanes:
            tasks.submit(lane, _saving(f"{lane}-{number}"))
    gate.opened.set()
    first.result(10)
    tasks.submit(Lane.HOUSEKEEPING, lambda tx: _save(tx, "last")).result(10)
    expected = [f"{lane}-{n}" for lane in sorted(lanes) for n in range(5)]
    assert tasks.read(_saved).result(10) == [*expected, "last"]


def test_a_result_is_there_only_after_the_commit(tasks: Tasks, store: Path) -> None:
    seen: list[int] = []

    def look(_future: Future[str]) -> None:
        with sqlite3.connect(store) as other:
            seen.append(other.execute("SELECT count(*) FROM setting").fetchone()[0])
        other.close()

    gate = Gate()
    tasks.submit(Lane.SALE, gate)
    future = tasks.run(_save, "a")
    future.add_done_callback(look)
    gate.opened.set()
    assert future.result(10) == "a"
    tasks.run(_save, "b").result(10)
    assert seen == [1]


def test_listeners_hear_what_a_commit_changed_and_never_of_failures(tasks: Tasks) -> None:
    heard: list[frozenset[str]] = []
    tasks.on_commit(heard.append)
    tasks.run(_save_and_tell, "a").result(10)
    with pytest.raises(RetailError):
        tasks.run(_fail_after_saving).result(10)
    tasks.run(_save, "b").result(10)
    tasks.submit(Lane.SYNC, lambda tx: _save_and_tell(tx, "c")).result(10)
    assert heard == [{"a", "text"}, {"c", "text"}]
    assert tasks.read(_saved).result(10) == ["a", "b", "c"]


def _saving(text: str) -> Callable[[Connection], str]:
    return lambda tx: _save(tx, text)


def _save_and_tell(tx: Connection, text: str) -> None:
    _save(tx, text)
    changed(tx, "text")
    changed(tx, text)


def _fail_after_saving(tx: Connection) -> None:
    _save_and_tell(tx, "never")
    raise RetailError("test.refused", "No.")


def test_readers_write_nothing_and_wait_for_no_writer(tasks: Tasks) -> None:
    gate = Gate()
    busy = tasks.submit(Lane.SALE, gate)
    assert gate.reached.wait(10)
    assert tasks.read(_saved).result(10) == []
    assert tasks.report(_saved).result(10) == []
    gate.opened.set()
    busy.result(10)
    for ask in (tasks.read, tasks.report):
        with pytest.raises(StoreUnavailable) as caught:
            ask(_save, "x").result(10)
        assert caught.value.code == "read_only"


def test_a_long_report_delays_no_question_of_the_screens(tasks: Tasks) -> None:
    gate = Gate()
    report = tasks.report(gate)
    assert gate.reached.wait(10)
    assert tasks.read(_saved).result(10) == []
    gate.opened.set()
    report.result(10)


def test_stopping_finishes_what_was_asked_for_and_takes_nothing_more(store: Path) -> None:
    tasks = Tasks(store)
    tasks.start()
    gate = Gate()
    tasks.submit(Lane.SALE, gate)
    futures = [
        tasks.submit(lane, _saving(f"{lane}-{n}"))
        for lane in (Lane.HOUSEKEEPING, Lane.SYNC, Lane.SALE)
        for n in range(5)
    ]
    assert gate.reached.wait(10)
    gate.opened.set()
    tasks.stop()
    assert all(future.done() and not future.cancelled() for future in futures)
    with sqlite3.connect(store) as other:
        assert other.execute("SELECT count(*) FROM setting").fetchone()[0] == 15
    other.close()
    late = tasks.run(_save, "late")
    with pytest.raises(CancelledError):
        late.result(10)
    tasks.stop()


def test_what_nobody_waits_for_any_more_is_not_begun(tasks: Tasks) -> None:
    gate = Gate()
    tasks.submit(Lane.SALE, gate)
    assert gate.reached.wait(10)
    unwanted = tasks.run(_save, "unwanted")
    assert unwanted.cancel()
    gate.opened.set()
    assert tasks.run(_saved).result(10) == []


def test_a_lane_of_ones_own_reads_beside_and_writes_in_its_lane(tasks: Tasks) -> None:
    access = LaneAccess(tasks, Lane.HOUSEKEEPING)
    gate = Gate()
    order: list[str] = []
    tasks.submit(Lane.SALE, gate)
    assert gate.reached.wait(10)
    late = access.write(lambda _tx: order.append("mine"))
    soon = tasks.run(lambda _tx: order.append("sale"))
    gate.opened.set()
    late.result(10)
    soon.result(10)
    assert order == ["sale", "mine"]
    assert access.write(_save, "a").result(10) == "a"
    assert access.read(_saved).result(10) == ["a"]


def test_a_store_that_cannot_be_opened_starts_no_thread(tmp_path: Path) -> None:
    tasks = Tasks(tmp_path / "nowhere" / "till.sqlite")
    with pytest.raises(StoreUnavailable) as caught:
        tasks.start()
    assert caught.value.code == "cannot_open"
    assert [t.name for t in threading.enumerate() if t.name.startswith("till-")] == []


def _other_store(folder: Path, words: Sequence[str]) -> Path:
    """A whole store of another past."""
    fresh = folder / "other.sqlite"
    ready_store(fresh)
    with begin(open_store(fresh)) as tx:
        for word in words:
            _save(tx, word)
    return fresh


def test_another_file_takes_the_place_of_the_store_between_two_jobs(
    tasks: Tasks, store: Path, tmp_path: Path
) -> None:
    tasks.run(_save, "old").result(10)
    assert tasks.report(_saved).result(10) == ["old"]
    assert tasks.replace_store(Lane.SYNC, lambda _: _other_store(tmp_path, ["new"])).result(10)
    tasks.run(_save, "later").result(10)
    assert tasks.read(_saved).result(10) == tasks.report(_saved).result(10) == ["new", "later"]
    with sqlite3.connect(store) as other:
        assert other.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    other.close()


def test_a_store_that_somebody_else_has_open_keeps_its_place(
    tasks: Tasks, store: Path, tmp_path: Path
) -> None:
    tasks.run(_save, "old").result(10)
    with open_store(store, read_only=True).connect() as other:
        assert other.execute(text("SELECT count(*) FROM setting")).scalar() == 1
        replaced = tasks.replace_store(Lane.SYNC, lambda _: _other_store(tmp_path, []))
        assert replaced.result(10) is False
    assert tasks.run(_save, "later").result(10) == "later"
    assert tasks.read(_saved).result(10) == ["old", "later"]
    assert not (tmp_path / "other.sqlite").exists()


def test_a_file_that_cannot_be_completed_leaves_the_store(tasks: Tasks) -> None:
    tasks.run(_save, "old").result(10)

    def broken(_store: Path) -> Path:
        raise LookupError("damaged")

    with pytest.raises(LookupError, match="damaged"):
        tasks.replace_store(Lane.SYNC, broken).result(10)
    assert tasks.read(_saved).result(10) == ["old"]
    assert tasks.run(_save, "later").result(10) == "later"


def test_whoever_stops_while_the_store_is_replaced_leaves_one_of_both(
    tasks: Tasks, store: Path, tmp_path: Path
) -> None:
    gate = Gate()
    tasks.submit(Lane.SALE, gate)
    assert gate.reached.wait(10)
    replaced = tasks.replace_store(Lane.SYNC, lambda _: _other_store(tmp_path, ["new"]))
    stopping = threading.Thread(target=tasks.stop)
    stopping.start()
    gate.opened.set()
    stopping.join(10)
    assert not stopping.is_alive()
    with begin(open_store(store, read_only=True)) as tx:
        assert _saved(tx) == (["new"] if replaced.result(10) else [])
