"""Numbering of the down-streams under concurrency: a reader that saw n has seen all before n."""

from __future__ import annotations

import random
import threading

import psycopg
import pytest
from sqlalchemy import Connection, Engine, select, text

from db.head.streams import StreamChange, StreamHead
from db.streams import next_chain, publish, withdraw
from db.transaction import begin
from retail.contract.codec import GENESIS
from retail.contract.reference import CategoryRow

STREAM = "test"
WRITERS = 8
TRANSACTIONS = 30


def row(name: str) -> CategoryRow:
    return CategoryRow(category=name, name=name, icon="", tint="", rank=1)


def changes(tx: Connection, stream: str = STREAM) -> list[tuple[int, str, bytes]]:
    found = tx.execute(
        select(StreamChange).where(StreamChange.stream == stream).order_by(StreamChange.seq)
    ).all()
    return [(r.seq, r.key, bytes(r.chain)) for r in found]


def check_chain(engine: Engine, stream: str = STREAM) -> int:
    """Every row hashes to its chain, the numbers are 1 to n; returns n."""
    with begin(engine) as tx:
        rows = tx.execute(
            select(StreamChange).where(StreamChange.stream == stream).order_by(StreamChange.seq)
        ).all()
        head = tx.execute(select(StreamHead).where(StreamHead.stream == stream)).one()
    chain = GENESIS
    for n, change in enumerate(rows, 1):
        chain = next_chain(chain, change.entity, change.key, change.op, change.body)
        assert (change.seq, change.ver, bytes(change.chain)) == (n, n, chain)
    assert (head.head, bytes(head.chain)) == (len(rows), chain)
    return len(rows)


class _UndoneError(Exception):
    """A transaction that changes its mind."""


def write(engine: Engine, number: int, published: list[str]) -> None:
    rng = random.Random(number)
    for n in range(TRANSACTIONS):
        names = [f"{number}/{n}/{k}" for k in range(rng.randrange(1, 4))]
        try:
            with begin(engine) as tx:
                publish(tx, STREAM, [row(name) for name in names])
                # The transactions differ in length, so that they end in another order.
                tx.execute(text("SELECT pg_sleep(:s)"), {"s": rng.random() * 0.004})
                if rng.random() < 0.2:
                    raise _UndoneError
        except _UndoneError:
            continue
        published.extend(names)


def test_a_reader_misses_nothing_while_eight_write(small_engine: Engine) -> None:
    published: list[list[str]] = [[] for _ in range(WRITERS)]
    writers = [
        threading.Thread(target=write, args=(small_engine, n, published[n])) for n in range(WRITERS)
    ]
    seen: list[tuple[int, str]] = []
    running = threading.Event()
    running.set()

    def read() -> None:
        last = True
        while running.is_set() or last:
            last = running.is_set()
            with begin(small_engine) as tx:
                position = seen[-1][0] if seen else 0
                found = tx.execute(
                    select(StreamChange.seq, StreamChange.key)
                    .where(StreamChange.stream == STREAM, StreamChange.seq > position)
                    .order_by(StreamChange.seq)
                )
                seen.extend((r.seq, r.key) for r in found)

    reader = threading.Thread(target=read)
    reader.start()
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    running.clear()
    reader.join()
    assert [seq for seq, _ in seen] == list(range(1, len(seen) + 1))
    assert sorted(key for _, key in seen) == sorted(name for part in published for name in part)
    assert check_chain(small_engine) == len(seen) > WRITERS * TRANSACTIONS


def test_several_streams_in_one_transaction_do_not_lock_in_a_circle(small_engine: Engine) -> None:
    problems: list[BaseException] = []

    def writer(number: int) -> None:
        order = ["a", "b", "c"] if number % 2 else ["c", "b", "a"]
        try:
            for n in range(20):
                with begin(small_engine) as tx:
                    for stream in order:
                        publish(tx, stream, [row(f"{number}/{n}")])
        except BaseException as problem:  # noqa: BLE001 (told to the test)
            problems.append(problem)

    threads = [threading.Thread(target=writer, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    assert [check_chain(small_engine, stream) for stream in "abc"] == [80, 80, 80]


def change_mind(engine: Engine) -> None:
    with begin(engine) as tx:
        publish(tx, STREAM, [row("never")])
        raise _UndoneError


def test_a_rollback_leaves_no_hole(small_engine: Engine) -> None:
    with begin(small_engine) as tx:
        publish(tx, STREAM, [row("one")])
    with pytest.raises(_UndoneError):
        change_mind(small_engine)
    with begin(small_engine) as tx:
        publish(tx, STREAM, [row("two")])
        withdraw(tx, STREAM, "category", ["one"])
    with begin(small_engine) as tx:
        assert [(seq, key) for seq, key, _ in changes(tx)] == [(1, "one"), (2, "two"), (3, "one")]
    assert check_chain(small_engine) == 3


def test_nothing_published_changes_nothing(small_engine: Engine) -> None:
    with begin(small_engine) as tx:
        publish(tx, STREAM, [])
        withdraw(tx, STREAM, "category", [])
    with begin(small_engine) as tx:
        assert changes(tx) == []
        assert tx.execute(select(StreamHead).where(StreamHead.stream == STREAM)).first() is None


def test_a_change_is_told_to_who_listens(small_engine: Engine) -> None:
    dsn = small_engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(dsn, autocommit=True) as listener:
        listener.execute("LISTEN tillwright_stream")
        with begin(small_engine) as tx:
            publish(tx, STREAM, [row("one")])
        told = next(listener.notifies(timeout=10, stop_after=1))
    assert told.payload == STREAM
