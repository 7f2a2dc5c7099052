from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Connection, Engine, select

from backoffice.cases import queries
from backoffice.cases.queries import CaseDetail, CaseFilter
from backoffice.cases.service import (
    CaseKind,
    Decider,
    NewCase,
    open_case,
    resolve,
    settle_case,
)
from backoffice.intake.applier import catch_up
from db.head.audit import AuditEvent
from db.transaction import begin
from retail.errors import RetailError
from tests.backoffice.conftest import Office
from tests.support.head_books import caller, check_balanced, journalled
from tests.support.head_data import COMPANY, NOW, closed_sale, key, sold
from tests.support.wire_till import WireJournal

BY = Decider(COMPANY, "admin", NOW)


def found(amount: int = 30, rid: Any = None, subject: str = "value/1") -> NewCase:
    records = [("S1", rid or key())]
    return NewCase("S1", CaseKind.NUMBER_CLASH, subject, "Spent twice.", records, amount)


def all_cases(tx: Connection, **narrow: str) -> tuple[CaseDetail, ...]:
    return queries.cases(tx, CaseFilter(**narrow), at=None).rows


def test_a_subject_has_one_open_case_that_grows(chain: Connection) -> None:
    one, two = key(), key()
    first = open_case(chain, found(30, one), NOW)
    second = open_case(chain, found(45, two), NOW)
    other = open_case(chain, found(subject="value/2"), NOW)
    assert first.case_id == second.case_id != other.case_id
    case = queries.case(chain, "S1", first.case_id)
    assert case is not None
    assert (case.amount_minor, case.owner, case.state) == (45, "head_office", "open")
    assert {record.rid for record in case.records} == {one, two}
    assert [c.case_id for c in queries.cases_of(chain, "S1", two)] == [first.case_id]


def test_a_closed_case_is_not_opened_again(chain: Connection) -> None:
    first = open_case(chain, found(), NOW)
    resolve(chain, "S1", first.case_id, " The customer paid. ", BY)
    second = open_case(chain, found(), NOW)
    assert second.case_id != first.case_id
    closed = queries.case(chain, "S1", first.case_id)
    assert closed is not None
    assert (closed.state, closed.note, closed.resolved_by) == (
        "resolved",
        "The customer paid.",
        "admin",
    )
    assert [c.case_id for c in all_cases(chain, state="open")] == [second.case_id]
    acts = chain.execute(select(AuditEvent.act, AuditEvent.actor)).all()
    assert ("case.resolved", "admin") in [tuple(act) for act in acts]
    settle_case(chain, CaseKind.NUMBER_CLASH, "value/1", "Covered by a load.", NOW)
    settle_case(chain, CaseKind.NUMBER_CLASH, "value/9", "Nothing.", NOW)
    assert all_cases(chain, state="open") == ()


@pytest.mark.parametrize(
    ("case", "note", "code"),
    [("own", "  ", "case.note"), ("other", "x", "case.unknown"), ("closed", "x", "case.resolved")],
)
def test_what_cannot_be_resolved(chain: Connection, case: str, note: str, code: str) -> None:
    opened = open_case(chain, found(), NOW)
    if case == "closed":
        resolve(chain, "S1", opened.case_id, "Done.", BY)
    case_id = key() if case == "other" else opened.case_id
    with pytest.raises(RetailError) as told:
        resolve(chain, "S1", case_id, note, BY)
    assert told.value.code == code


def test_an_overspend_is_not_closed_by_a_note(chain: Connection) -> None:
    new = NewCase("S1", CaseKind.OVERSPEND, "value/1", "Spent twice.", [("S1", key())], 30)
    case = open_case(chain, new, NOW)
    with pytest.raises(RetailError) as told:
        resolve(chain, "S1", case.case_id, "Never mind.", BY)
    assert told.value.code == "case.unsettled"
    settle_case(chain, CaseKind.OVERSPEND, "value/1", "Written off.", NOW, by="admin")
    closed = queries.case(chain, "S1", case.case_id)
    assert closed is not None
    assert (closed.amount_minor, closed.resolved_by) == (0, "admin")


@pytest.mark.expect_warnings
def test_a_number_that_two_journals_printed_is_a_case_and_both_sales_stand(
    chain_engine: Engine,
) -> None:
    journals = [WireJournal(), WireJournal()]
    for journal in journals:
        journal.sell()
        journal.add(closed_sale("S1-1-AA-00000001", (sold("P1"),)))
        journalled(chain_engine, journal, caller())
    assert catch_up(chain_engine, seconds=10)
    with begin(chain_engine) as tx:
        (case,) = all_cases(tx)
    assert (case.kind, case.subject) == ("number_clash", "S1-1-AA-00000001")
    assert {record.rid for record in case.records} == {j.entries[1].rid for j in journals}
    check_balanced(chain_engine)


def test_cases_over_http(office: Office) -> None:
    with begin(office.engine) as tx:
        opened = [open_case(tx, found(subject=f"value/{n}"), NOW) for n in range(2)]
    path = f"/api/cases/S1/{opened[0].case_id}"
    assert office.client.get(path).status_code == 401
    office.sign_in("viewer")
    assert office.client.get(path).json()["amount_minor"] == 30
    said = {"note": "Written off."}
    headers = {"x-csrf-token": office.csrf}
    assert office.client.post(f"{path}/resolve", json=said, headers=headers).status_code == 403
    office.sign_in("admin")
    headers = {"x-csrf-token": office.csrf}
    assert office.client.post(f"{path}/resolve", json=said).status_code == 403
    answer = office.client.post(f"{path}/resolve", json=said, headers=headers)
    assert (answer.status_code, answer.json()["state"]) == (200, "resolved")
    again = office.client.post(f"{path}/resolve", json=said, headers=headers)
    assert (again.status_code, again.json()["code"]) == (422, "case.resolved")
    page = office.client.get("/api/cases?state=open").json()
    assert [row["case_id"] for row in page["rows"]] == [str(opened[1].case_id)]
    unknown = office.client.post(f"/api/cases/S1/{key()}/resolve", json=said, headers=headers)
    assert unknown.status_code == 404
    assert office.client.get("/api/cases?after=bad").status_code == 400
