from __future__ import annotations

import threading
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, func, select, text

from backoffice import wiring
from backoffice.intake import apply as applying
from backoffice.intake.applier import apply_pending, catch_up
from backoffice.intake.apply import BATCH, apply_store, stores_behind
from backoffice.intake.auth import Caller
from backoffice.stores.queries import till_totals
from db.head.erp import LedgerEntry, LedgerLine
from db.head.journals import Applied, Quarantined
from db.head.oms import Sale, SaleLine, SaleTender
from db.head.stock import StockLevel, StockMove
from db.head.stores import Shift, Terminal
from db.transaction import begin
from tests.support.head_books import check_balanced, count, journalled, mixed
from tests.support.head_data import NOW, key
from tests.support.wire_till import WireJournal


def books(engine: Engine) -> dict[str, Any]:
    """Everything that applying writes, in one comparable value."""
    with begin(engine) as tx:
        return {
            table.__tablename__: sorted(
                tuple(map(str, row))
                for row in tx.execute(select(*(c for c in table.__table__.columns)))
            )
            for table in (Sale, SaleLine, SaleTender, StockMove, StockLevel, LedgerEntry, Shift)
        } | {"ledger": sorted(map(tuple, tx.execute(select(LedgerLine.rid, LedgerLine.minor))))}


def test_every_effect_is_booked_and_balanced(engine: Engine) -> None:
    journal = mixed(30)
    journalled(engine, journal)
    assert apply_pending(engine) == 32
    assert count(engine, Sale) == count(engine, LedgerEntry) == 30
    assert count(engine, Shift) == 1
    assert count(engine, Applied) == 32
    assert count(engine, Quarantined) == 0
    check_balanced(engine)
    assert apply_pending(engine) == 0


def test_totals_are_those_of_the_journal(engine: Engine) -> None:
    till = Caller("S1", 1, key())
    with begin(engine) as tx:
        tx.execute(
            Terminal.__table__.update()  # type: ignore[attr-defined]
            .where(Terminal.store_id == "S1", Terminal.till == 1)
            .values(installation_id=till.installation_id)
        )
    journal = mixed(12)
    journalled(engine, journal, till)
    assert catch_up(engine, seconds=10)
    facts = [e for e in journal.entries if e.type == "sale.closed"]
    with begin(engine) as tx:
        (row,) = till_totals(tx)
        cash = tx.execute(
            select(func.sum(SaleTender.amount_minor)).where(SaleTender.kind == "cash")
        ).scalar_one()
        gross = tx.execute(select(func.sum(Sale.total_minor))).scalar_one()
    assert (row.sales, row.gross_minor, row.cash_minor) == (len(facts), gross, cash)
    assert (row.last_seq, row.head_hash) == (journal.head, journal.hashes[-1].hex())


def test_more_than_one_batch_is_taken_in_order(engine: Engine) -> None:
    journal = WireJournal().sell_many(BATCH + 30)
    journalled(engine, journal)
    assert apply_store(engine, "S1", NOW) == BATCH
    assert apply_store(engine, "S1", NOW) == 30
    assert apply_store(engine, "S1", NOW) == 0
    check_balanced(engine)


def test_two_workers_apply_everything_exactly_once(engine: Engine) -> None:
    for till in (1, 2):
        journalled(engine, mixed(120), Caller("S1", till, key()))
        journalled(engine, mixed(60, WireJournal(store="S2")), Caller("S2", till, key()))
    problems: list[BaseException] = []

    def worker() -> None:
        try:
            while not catch_up(engine, seconds=1):
                pass
        except BaseException as problem:  # noqa: BLE001 (told to the test)
            problems.append(problem)

    threads = [threading.Thread(target=worker) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    assert count(engine, Sale) == count(engine, LedgerEntry) == 360
    assert count(engine, Quarantined) == 0
    check_balanced(engine)


def test_a_store_that_another_worker_has_is_left_to_it(engine: Engine) -> None:
    journalled(engine, mixed(3))
    journalled(engine, mixed(3, WireJournal(store="S2")), Caller("S2", 1, key()))
    with begin(engine) as tx:
        lock = text("SELECT pg_advisory_xact_lock(:space, hashtext('S1'))")
        tx.execute(lock, {"space": applying._LOCK_SPACE})
        assert apply_pending(engine) == 5
        assert not catch_up(engine, seconds=0.1)
    with begin(engine) as tx:
        assert stores_behind(tx) == ("S1",)
    assert catch_up(engine, seconds=10)


class _KilledError(BaseException):
    """The process ends here."""


@pytest.mark.parametrize("at", range(3))
def test_a_kill_between_effects_keeps_none_of_them(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    journalled(engine, mixed(9))
    steps = ("record_sales", "apply_sales", "post_sales")
    real = getattr(wiring, steps[at])

    def killed(tx: Connection, sales: Any) -> None:
        real(tx, sales)
        raise _KilledError

    before = books(engine)
    with monkeypatch.context() as patch:
        patch.setattr(wiring, steps[at], killed)
        with pytest.raises(_KilledError):
            apply_pending(engine)
    assert books(engine) == before
    assert count(engine, Applied) == 0
    apply_pending(engine)
    assert count(engine, Sale) == 9
    check_balanced(engine)


def test_the_instant_is_the_workers(engine: Engine) -> None:
    journalled(engine, WireJournal().sell_many(1))
    at = datetime.fromisoformat("2026-11-20T13:00:00+00:00")
    apply_store(engine, "S1", at)
    with begin(engine) as tx:
        assert tx.execute(select(Applied.at)).scalar_one() == at
