from __future__ import annotations

from typing import Any

import msgspec
import pytest
from sqlalchemy import Connection, Engine, select, update

from backoffice import wiring
from backoffice.intake.applier import apply_pending, catch_up, retry_set_aside
from backoffice.intake.apply import Retried
from backoffice.intake.verify import verify
from backoffice.oms.service import record_sales
from backoffice.platform.events import SaleAccepted
from backoffice.platform.waiting import WaitsFor
from db.head.journals import Applied, Quarantined
from db.head.oms import Sale
from db.head.streams import StreamChange
from db.streams import till_stream
from db.transaction import begin
from retail.contract.codec import Entry
from retail.contract.reference import ResultRow
from tests.support.head_books import TILL, caller, check_balanced, count, journalled
from tests.support.wire_till import WireJournal

pytestmark = pytest.mark.expect_warnings


def told(engine: Engine, till: int = 1) -> list[tuple[Any, str, str]]:
    """Record, state and code of every result sent to a till of S1, in order."""
    query = select(StreamChange.body).where(StreamChange.stream == till_stream("S1", till))
    with begin(engine) as tx:
        bodies = tx.execute(query.order_by(StreamChange.seq)).scalars().all()
    rows = [msgspec.json.decode(body, type=ResultRow) for body in bodies]
    return [(row.rid, row.state, row.code) for row in rows]


def aside(engine: Engine) -> list[tuple[Any, str, int]]:
    query = select(Quarantined.rid, Quarantined.state, Quarantined.tries).order_by(Quarantined.rid)
    with begin(engine) as tx:
        return [(row.rid, row.state, row.tries) for row in tx.execute(query)]


class Missing:
    """Sales of which each waits for another until that is booked."""

    def __init__(self, patch: pytest.MonkeyPatch, needs: dict[Any, Any]) -> None:
        self.needs = needs
        self.real = record_sales
        patch.setattr(wiring, "record_sales", self)

    def __call__(self, tx: Connection, sales: list[SaleAccepted]) -> None:
        for sale in sales:
            needed = self.needs.get(sale.rid)
            booked = select(Applied.rid).where(Applied.rid == needed)
            if needed is not None and tx.execute(booked).first() is None:
                raise WaitsFor(needed, "an earlier record")
        self.real(tx, sales)


def test_a_waiting_record_is_booked_as_soon_as_what_it_waits_for_is(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    late, early = WireJournal(), WireJournal()
    first = early.sell()
    second, third = late.sell(), late.sell()
    Missing(monkeypatch, {second.rid: first.rid, third.rid: second.rid})
    journalled(engine, late, caller())
    apply_pending(engine)
    assert sorted(aside(engine)) == sorted([(second.rid, "waiting", 1), (third.rid, "waiting", 1)])
    assert count(engine, Sale) == 0
    journalled(engine, early, caller())
    apply_pending(engine)
    assert aside(engine) == []
    assert count(engine, Sale) == 3
    assert sorted(told(engine)) == sorted(
        (sale.rid, *end)
        for sale in (second, third)
        for end in (("waiting", "record.waiting"), ("applied", ""))
    )
    check_balanced(engine)


def test_a_record_may_wait_for_the_next_entries_of_a_journal(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal, other = WireJournal(), WireJournal()
    waiting = journal.sell()
    other.sell()
    real = record_sales
    arrived: list[bool] = []

    def needs(tx: Connection, sales: list[SaleAccepted]) -> None:
        if not arrived and any(sale.rid == waiting.rid for sale in sales):
            raise WaitsFor(other.jid, "another till")
        real(tx, sales)

    monkeypatch.setattr(wiring, "record_sales", needs)
    journalled(engine, journal, caller())
    apply_pending(engine)
    assert aside(engine) == [(waiting.rid, "waiting", 1)]
    arrived.append(True)
    journalled(engine, other, caller())
    apply_pending(engine)
    assert aside(engine) == []
    assert count(engine, Sale) == 2


def unknown(journal: WireJournal) -> Entry:
    return journal.add_raw(b"{}", type="made.up", sv=9)


def test_a_record_of_a_newer_till_is_parked_and_booked_after_the_upgrade(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = WireJournal()
    parked = unknown(journal)
    journal.sell()
    journalled(engine, journal)
    assert catch_up(engine, seconds=10)
    assert aside(engine) == [(parked.rid, "parked", 1)]
    assert retry_set_aside(engine, new_release=True) == Retried(0, 0)
    with begin(engine) as tx:
        tx.execute(update(Quarantined).values(release="0.0.1"))
    assert retry_set_aside(engine, new_release=True) == Retried(0, 1)
    assert aside(engine) == [(parked.rid, "parked", 2)]
    monkeypatch.setattr("backoffice.intake.apply.event_of", lambda _row, _till: None)
    assert retry_set_aside(engine, new_release=True) == Retried(0, 0)
    assert retry_set_aside(engine, new_release=False) == Retried(1, 0)
    assert aside(engine) == []
    assert count(engine, Applied, Applied.rid == parked.rid) == 1
    assert [state for _, state, _ in told(engine)] == ["parked", "parked", "applied"]


def test_a_record_set_aside_in_one_journal_and_booked_through_another_stands_in_one_place(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, again = WireJournal(), WireJournal()
    sale = first.sell()

    def broken(_tx: Connection, _sales: Any) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(wiring, "post_sales", broken)
        journalled(engine, first, TILL)
        apply_pending(engine)
        assert aside(engine) == [(sale.rid, "quarantined", 1)]
        again.add_raw(sale.body, rid=sale.rid)
        journalled(engine, again, TILL)
    apply_pending(engine)
    assert aside(engine) == []
    assert (count(engine, Sale), count(engine, Applied)) == (1, 1)
    assert retry_set_aside(engine, new_release=False) == Retried(0, 0)
    with begin(engine) as tx:
        assert verify(tx).broken == ""


def test_more_than_one_transaction_of_retries(engine: Engine) -> None:
    journal = WireJournal()
    for _ in range(230):
        unknown(journal)
    journalled(engine, journal)
    assert catch_up(engine, seconds=20)
    assert retry_set_aside(engine, new_release=False) == Retried(0, 230)


def test_bytes_that_came_opaque_are_booked_when_they_can_be_read(engine: Engine) -> None:
    journal = WireJournal()
    good, bad = journal.opaque_sale(), journal.opaque(b"\x00 no entry")
    journal.sell()
    journalled(engine, journal)
    assert catch_up(engine, seconds=10)
    assert count(engine, Sale) == 2
    assert count(engine, Sale, Sale.rid == good.rid) == 1
    assert aside(engine) == [(bad.rid, "quarantined", 1)]
    with begin(engine) as tx:
        assert verify(tx).broken == ""
