from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Connection, Engine, Select, create_engine, func, select, text

from backoffice import wiring
from backoffice.intake import apply as applying
from backoffice.intake.applier import Applier, apply_pending, catch_up
from backoffice.intake.apply import BATCH, apply_store, stores_behind
from backoffice.intake.auth import Caller
from backoffice.intake.push import Accepted
from backoffice.stores.queries import till_totals
from db.embedded import EmbeddedPostgres
from db.engine import open_head
from db.head.erp import LedgerEntry, LedgerLine
from db.head.journals import Applied, JournalHead, Quarantined
from db.head.oms import Sale, SaleLine, SaleTender
from db.head.stock import StockLevel, StockMove
from db.head.stores import Installation, Shift, Terminal
from db.transaction import begin
from retail.contract.facts import PaidTender, SaleClosed, ShiftOpened, SignedOn, SoldPart
from tests.backoffice.intake.test_push_orders import send
from tests.support.head_data import NOW, STAFF, closed_sale, key, sold
from tests.support.postgres import copied
from tests.support.waiting import wait_until
from tests.support.wire_till import WireJournal


@pytest.fixture
def engine(head_server: EmbeddedPostgres, chain_template: str) -> Iterator[Engine]:
    """A chain's database that nobody applies by itself."""
    with copied(head_server, chain_template) as url:
        found = open_head(url)
        yield found
        found.dispose()


@pytest.fixture(autouse=True)
def _time() -> None:
    """No application here, so no clock to set."""


TILL = Caller("S1", 1, UUID(int=1))


def journalled(engine: Engine, journal: WireJournal, till: Caller = TILL) -> None:
    for first in range(1, journal.head + 1, 500):
        answer = send(engine, till, journal, (first, min(first + 499, journal.head)))
        assert isinstance(answer, Accepted), answer


def count(engine: Engine, table: Any, *where: Any) -> int:
    with begin(engine) as tx:
        return int(tx.execute(select(func.count()).select_from(table).where(*where)).scalar_one())


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


def check_balanced(engine: Engine) -> None:
    with begin(engine) as tx:
        unbalanced = tx.execute(
            select(LedgerLine.rid).group_by(LedgerLine.rid).having(func.sum(LedgerLine.minor) != 0)
        ).all()
        assert unbalanced == []
        assert levels(tx) == summed_moves(tx)
        sales = pairs(tx, select(Sale.rid, Sale.total_minor))
        rounding = pairs(tx, select(Sale.rid, Sale.rounding_minor))
        tender = select(SaleTender.rid, func.sum(SaleTender.amount_minor))
        tenders = pairs(tx, tender.group_by(SaleTender.rid))
        line = select(SaleLine.rid, func.sum(SaleLine.net_minor))
        lines = pairs(tx, line.group_by(SaleLine.rid))
    assert tenders == {rid: total + rounding[rid] for rid, total in sales.items()}
    assert lines == sales


def pairs(tx: Connection, query: Select[Any]) -> dict[Any, Any]:
    return {row[0]: row[1] for row in tx.execute(query)}


Balance = tuple[str, str, str, str]


def levels(tx: Connection) -> dict[Balance, int]:
    rows = tx.execute(select(StockLevel))
    return {(r.store_id, r.sku, r.site, r.state): r.thousandths for r in rows}


def summed_moves(tx: Connection) -> dict[Balance, int]:
    summed: dict[Balance, int] = {}
    for move in tx.execute(select(StockMove)):
        for site, state, delta in (
            (move.from_site, move.from_state, -move.thousandths),
            (move.to_site, move.to_state, move.thousandths),
        ):
            key = (move.store_id, move.sku, site, state)
            summed[key] = summed.get(key, 0) + delta
    return summed


def mixed(count: int, journal: WireJournal | None = None) -> WireJournal:
    """Sign-on, shift, then sales of every kind."""
    made = journal or WireJournal()
    made.add(SignedOn(staff=STAFF))
    made.add(
        ShiftOpened(number=1, till=1, staff=STAFF, float_minor=10_000, currency="EUR"),
    )
    for n in range(count):
        lines = (sold("P1", 2000), sold("P2", 1000 * (1 + n % 3), n=2), sold("P3", n=3))
        made.sell(*lines[: 1 + n % 3], kind=("cash", "card")[n % 2])
    return made


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


def poisoned(kind: str) -> SaleClosed:
    good = closed_sale("S1-1-AA-00000099", (sold("P1"),))
    fields = {name: getattr(good, name) for name in good.__struct_fields__}
    line = {n: getattr(good.lines[0], n) for n in good.lines[0].__struct_fields__}
    changed: dict[str, dict[str, Any]] = {
        "unbalanced": {"total": good.total + 1},
        "huge": {"total": 10**40},
        "unknown article": {
            "lines": (type(good.lines[0])(**(line | {"parts": (SoldPart("NONE", 1),)})),)
        },
        "unknown tender": {"tenders": (PaidTender(kind="\0beads", amount=1, given=1),)},
        "NUL": {"number": "S1-1-AA-\0"},
        "long": {"number": "9" * 5_000, "currency": "EUROS"},
        "unknown currency": {"currency": "XYZ"},
        "same line twice": {"lines": good.lines * 2},
    }
    return SaleClosed(**(fields | changed[kind]))


@pytest.mark.expect_warnings
@pytest.mark.parametrize(
    "kind",
    [
        "unbalanced",
        "huge",
        "unknown article",
        "unknown tender",
        "NUL",
        "long",
        "unknown currency",
        "same line twice",
    ],
)
def test_one_poisoned_entry_is_set_aside_and_the_others_go_on(engine: Engine, kind: str) -> None:
    journal = WireJournal().sell_many(2)
    bad = journal.add(poisoned(kind))
    journal.sell_many(3)
    other = mixed(4, WireJournal(store="S2"))
    journalled(engine, journal)
    journalled(engine, other, Caller("S2", 1, key()))
    assert catch_up(engine, seconds=10)
    with begin(engine) as tx:
        (row,) = tx.execute(select(Quarantined)).all()
        done = tx.execute(select(Applied.seq).where(Applied.jid == journal.jid)).scalars().all()
    assert (row.rid, row.seq) == (bad.rid, 3)
    assert row.reason
    assert sorted(done) == [1, 2, 4, 5, 6]
    assert count(engine, Sale, Sale.jid == journal.jid) == 5
    assert count(engine, Sale, Sale.store_id == "S2") == 4
    check_balanced(engine)


@pytest.mark.expect_warnings
@pytest.mark.parametrize(
    ("body", "other"),
    [
        (b"{}", {}),
        (b"null", {}),
        (b"[1]", {"type": "shift.opened"}),
        (b"{}", {"sv": 2}),
        (b"{}", {"type": "made.up"}),
    ],
    ids=str,
)
def test_a_body_that_is_no_fact_is_set_aside(
    engine: Engine, body: bytes, other: dict[str, Any]
) -> None:
    journal = WireJournal().sell_many(1)
    bad = journal.add_raw(body, **other)
    journal.sell_many(1)
    journalled(engine, journal)
    assert catch_up(engine, seconds=10)
    with begin(engine) as tx:
        assert tx.execute(select(Quarantined.rid)).scalars().all() == [bad.rid]
    assert count(engine, Sale) == 2


@pytest.mark.expect_warnings
def test_a_defect_in_a_module_stops_only_its_entry(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = WireJournal().sell_many(4)
    journalled(engine, journal)
    real, victim = wiring.post_sales, journal.entries[1].rid

    def defective(tx: Connection, sales: Any) -> None:
        if any(sale.rid == victim for sale in sales):
            raise ZeroDivisionError
        real(tx, sales)

    monkeypatch.setattr(wiring, "post_sales", defective)
    assert catch_up(engine, seconds=10)
    with begin(engine) as tx:
        assert tx.execute(select(Quarantined.code)).scalars().all() == ["ZeroDivisionError"]
    assert count(engine, Sale) == 3
    check_balanced(engine)


def test_a_lock_that_somebody_holds_is_no_fault_of_the_entry(engine: Engine) -> None:
    journalled(engine, WireJournal().sell_many(3))
    assert catch_up(engine, seconds=10)
    journalled(engine, WireJournal().sell_many(3))
    hasty = create_engine(engine.url, connect_args={"options": "-c lock_timeout=50"})
    with begin(engine) as tx:
        tx.execute(select(StockLevel).with_for_update())
        with pytest.raises(Exception, match="lock timeout"):
            apply_store(hasty, "S1", NOW)
    hasty.dispose()
    assert count(engine, Quarantined) == 0
    assert count(engine, Sale) == 3
    assert catch_up(engine, seconds=10)
    assert count(engine, Sale) == 6
    check_balanced(engine)


def test_a_connection_that_breaks_is_no_fault_of_the_entry(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    journalled(engine, WireJournal().sell_many(3))
    real = wiring.post_sales

    def broken(tx: Connection, sales: Any) -> None:
        with begin(engine) as other:
            pid = tx.execute(text("SELECT pg_backend_pid()")).scalar_one()
            other.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
        real(tx, sales)

    with monkeypatch.context() as patch:
        patch.setattr(wiring, "post_sales", broken)
        with pytest.raises(Exception, match="cannot be reached"):
            apply_store(engine, "S1", NOW)
    assert count(engine, Quarantined) == 0
    assert catch_up(engine, seconds=10)
    assert count(engine, Sale) == 3


def test_a_worker_wakes_for_every_push_and_at_its_start(engine: Engine) -> None:
    journal = WireJournal().sell_many(6)
    send(engine, TILL, journal, (1, 1))
    worker = Applier(engine)
    worker.start()
    try:
        for last in (1, 3, 6):
            send(engine, TILL, journal, (1, last))
            assert wait_until(lambda last=last: applied_seq(engine, journal) == last)
    finally:
        worker.stop()
    check_balanced(engine)


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


def test_the_instant_is_the_workers(engine: Engine) -> None:
    journalled(engine, WireJournal().sell_many(1))
    at = datetime.fromisoformat("2026-11-20T13:00:00+00:00")
    apply_store(engine, "S1", at)
    with begin(engine) as tx:
        assert tx.execute(select(Applied.at)).scalar_one() == at
