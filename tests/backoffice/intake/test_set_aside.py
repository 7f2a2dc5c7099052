from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Connection, Engine, create_engine, select, text

from backoffice import wiring
from backoffice.erp import service
from backoffice.intake.applier import catch_up
from backoffice.intake.apply import apply_store
from backoffice.intake.auth import Caller
from db.head.journals import Applied, Quarantined
from db.head.oms import Sale
from db.head.stock import StockLevel
from db.transaction import begin
from retail.contract.sales import PaidTender, SaleClosed, SoldPart
from tests.support.head_books import check_balanced, count, journalled, mixed
from tests.support.head_data import NOW, closed_sale, key, sold
from tests.support.wire_till import WireJournal


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
    real, victim = service.post_sales, journal.entries[1].rid

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
    real = service.post_sales

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
