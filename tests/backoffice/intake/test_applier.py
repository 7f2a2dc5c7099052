from __future__ import annotations

from functools import partial

import pytest
from sqlalchemy import Connection, Engine, select, text

from backoffice.intake import apply as applying
from backoffice.intake.applier import Applier
from db.head.journals import JournalHead
from db.head.oms import Sale
from db.head.stores import Installation
from db.transaction import begin
from tests.support.head_books import TILL, check_balanced, count, send
from tests.support.head_data import key
from tests.support.waiting import wait_until
from tests.support.wire_till import WireJournal


def test_a_worker_wakes_for_every_push_and_at_its_start(engine: Engine) -> None:
    journal = WireJournal().sell_many(6)
    send(engine, TILL, journal, (1, 1))
    worker = Applier(engine)
    worker.start()
    try:
        for last in (1, 3, 6):
            send(engine, TILL, journal, (1, last))
            assert wait_until(partial(applied_up_to, engine, journal, last))
    finally:
        worker.stop()
    check_balanced(engine)


def applied_up_to(engine: Engine, journal: WireJournal, last: int) -> bool:
    return applied_seq(engine, journal) == last


def applied_seq(engine: Engine, journal: WireJournal) -> int:
    with begin(engine) as tx:
        query = select(JournalHead.applied_seq).where(JournalHead.jid == journal.jid)
        return int(tx.execute(query).scalar_one())


@pytest.mark.expect_warnings
def test_a_worker_survives_a_defect_and_a_broken_connection(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = WireJournal().sell_many(2)
    failures = [ZeroDivisionError("a defect")]
    real = applying.stores_behind

    def failing(tx: Connection) -> tuple[str, ...]:
        if failures:
            raise failures.pop()
        return real(tx)

    monkeypatch.setattr("backoffice.intake.applier.stores_behind", failing)
    monkeypatch.setattr("backoffice.intake.applier._RETRY_SECONDS", 0.01)
    worker = Applier(engine)
    worker.start()
    try:
        send(engine, TILL, journal, (1, 1))
        assert wait_until(lambda: count(engine, Sale) == 1)
        with begin(engine) as tx:
            tx.execute(
                text(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE pid <> pg_backend_pid() AND datname = current_database()"
                )
            )
        send(engine, TILL, journal, (2, 2))
        assert wait_until(lambda: count(engine, Sale) == 2)
    finally:
        worker.stop()
    assert failures == []


def test_old_nonces_are_forgotten(engine: Engine) -> None:
    with begin(engine) as tx:
        tx.execute(
            text(
                "INSERT INTO request_nonce VALUES"
                " ('S1', :id, 'old', now() - interval '3 days'), ('S1', :id, 'new', now())"
            ),
            {"id": key()},
        )
    worker = Applier(engine)
    worker.start()
    try:
        nonces = text("SELECT nonce FROM request_nonce")

        def left() -> list[str]:
            with begin(engine) as tx:
                return list(tx.execute(nonces).scalars())

        assert wait_until(lambda: left() == ["new"])
    finally:
        worker.stop()
    assert count(engine, Installation) == 0
