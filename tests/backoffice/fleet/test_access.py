"""Tills that are taken out, shut out, let in again; and what they made afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine, select

from backoffice.app import create_app
from backoffice.config import Config
from backoffice.intake.applier import catch_up, retry_set_aside
from backoffice.stores.service import issue_code
from db.head.audit import AuditEvent
from db.head.cases import ExceptionCase
from db.head.journals import Applied, Quarantined
from db.head.stores import Installation
from db.transaction import begin
from tests.backoffice.conftest import Office, SetClock
from tests.support.head_data import NOW
from tests.support.wire_till import WireJournal, WireTill, hello_of, problem_of

TAIL = "/v1/streams/catalogue/tail?after=0"


@pytest.fixture
def office(chain_url: str, chain_engine: Engine, clock: SetClock) -> Iterator[Office]:
    with TestClient(create_app(Config(url=chain_url), clock)) as client:
        found = Office(client, chain_engine, clock)
        found.sign_in()
        yield found


@pytest.fixture
def wire(office: Office) -> WireTill:
    with begin(office.engine) as tx:
        code = issue_code(tx, "S1", 1, office.clock)
    return WireTill.enrolled(office.client, code)


def act(office: Office, what: str, status: int = 204, **said: object) -> dict[str, int]:
    answer = office.client.post(
        f"/api/tills/S1/1/{what}", json=said, headers={"x-csrf-token": office.csrf}
    )
    assert answer.status_code == status, answer.text
    found: dict[str, int] = answer.json() if answer.content else {}
    return found


def state(office: Office, wire: WireTill) -> tuple[str, bool]:
    with begin(office.engine) as tx:
        own = Installation.installation_id == wire.answer.installation
        row = tx.execute(select(Installation.state, Installation.drain_ok).where(own)).one()
    return row.state, row.drain_ok


def test_a_till_that_is_taken_out_hands_over_and_gets_nothing(
    office: Office, wire: WireTill
) -> None:
    act(office, "take-out")
    assert state(office, wire) == ("draining", True)
    office.clock.forward(minutes=30)
    journal = WireJournal(at=office.clock.now).sell_many(2)
    assert wire.push(journal).status_code == 200
    assert problem_of(wire.send("GET", TAIL)) == (403, "revoked")
    refusal = hello_of(wire.hello()).refusal
    assert refusal is not None
    assert catch_up(office.engine, seconds=30)
    assert applied(office) == 2
    act(office, "let-in")
    assert hello_of(wire.hello()).refusal is None
    assert wire.send("GET", TAIL).status_code == 200


def applied(office: Office) -> int:
    with begin(office.engine) as tx:
        return len(tx.execute(select(Applied.rid)).all())


def aside(office: Office) -> list[tuple[str, str]]:
    with begin(office.engine) as tx:
        rows = tx.execute(select(Quarantined.state, Quarantined.code))
        return [(row.state, row.code) for row in rows]


def test_what_was_made_after_a_till_was_shut_out_waits_for_somebody(
    office: Office, wire: WireTill
) -> None:
    journal = WireJournal(at=NOW).sell_many(2)
    office.clock.forward(minutes=30)
    act(office, "shut-out", drain_ok=True)
    journal.at = NOW + timedelta(hours=2)
    journal.sell_many(3)
    assert wire.push(journal).status_code == 200
    assert catch_up(office.engine, seconds=30)
    assert applied(office) == 2
    assert aside(office) == [("review", "revoked")] * 3
    with begin(office.engine) as tx:
        case = tx.execute(select(ExceptionCase.kind, ExceptionCase.owner)).one()
    assert tuple(case) == ("revoked_entries", "head_office")
    # A new version does not try them by itself.
    retry_set_aside(office.engine, new_release=True)
    assert applied(office) == 2
    assert act(office, "accept", 200) == {"accepted": 3}
    retry_set_aside(office.engine, new_release=True)
    assert applied(office) == 5
    assert aside(office) == []


def test_a_clock_that_is_off_decides_nothing(office: Office, wire: WireTill) -> None:
    """The till is two hours slow: what it made before says so, and is booked."""
    slow = NOW - timedelta(hours=2)
    wire.hello(clock_us=int(slow.timestamp()) * 1_000_000)
    act(office, "shut-out", drain_ok=True)
    journal = WireJournal(at=slow - timedelta(minutes=1)).sell_many(1)
    journal.at = slow + timedelta(minutes=1)
    journal.sell_many(1)
    assert wire.push(journal).status_code == 200
    assert catch_up(office.engine, seconds=30)
    assert applied(office) == 1
    assert aside(office) == [("review", "revoked")]


def test_a_stolen_till_may_not_even_say_hello(office: Office, wire: WireTill) -> None:
    act(office, "shut-out", drain_ok=False)
    answer = wire.hello()
    assert problem_of(answer) == (403, "shut_out")
    assert answer.json()["forget"] is True
    assert problem_of(wire.push(WireJournal().sell_many(1))) == (403, "shut_out")


def test_who_did_it_is_kept(office: Office, wire: WireTill) -> None:
    act(office, "take-out")
    act(office, "shut-out", drain_ok=False)
    act(office, "let-in")
    with begin(office.engine) as tx:
        query = select(AuditEvent.act, AuditEvent.actor, AuditEvent.detail)
        rows = tx.execute(query.where(AuditEvent.act.startswith("till.")).order_by(AuditEvent.act))
        found = [tuple(row) for row in rows]
    assert found == [
        ("till.let_in", "admin", "store S1, till 1"),
        ("till.shut_out", "admin", "store S1, till 1, and takes nothing from it"),
        ("till.taken_out", "admin", "store S1, till 1"),
    ]


def test_a_till_that_is_not_enrolled_is_told(office: Office) -> None:
    for what in ("take-out", "shut-out", "let-in"):
        act(office, what, 404)


@pytest.mark.parametrize("what", ["take-out", "shut-out", "let-in", "accept"])
def test_a_viewer_may_not(office: Office, wire: WireTill, what: str) -> None:
    assert office.sign_in("viewer") == 303
    act(office, what, 403)
    assert state(office, wire) == ("active", True)


def test_recovery_and_backups_are_told(office: Office) -> None:
    found = office.client.get("/api/recovery").json()
    assert (found["under_way"], found["journals"]) == (False, 0)
    assert office.client.get("/api/backups/last").json() is None
    answer = office.client.post("/api/recovery/end", headers={"x-csrf-token": office.csrf})
    assert answer.status_code == 200
