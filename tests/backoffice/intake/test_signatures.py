from __future__ import annotations

import pytest
from sqlalchemy import func, select

from db.head.stores import Installation, RequestNonce
from db.transaction import begin
from tests.backoffice.conftest import Office
from tests.backoffice.intake.conftest import Code
from tests.support.head_books import expected, stored
from tests.support.head_data import key
from tests.support.wire_till import WireJournal, WireTill, packed, problem_of


def test_a_replayed_request_changes_nothing(office: Office, wire: WireTill) -> None:
    journal = WireJournal().sell_many(2)
    assert wire.push(journal, 1, 1).status_code == 200
    sent = wire.requests[-1]
    path = f"/v1/journals/{journal.jid}/entries"
    body = packed(journal.lines[:1], "zstd")
    again = office.client.post(path, content=body, headers=sent)
    assert problem_of(again) == (409, "replayed")
    assert stored(office.engine, journal) == expected(journal, 1)


def test_a_wrong_signature_is_not_known(office: Office, wire: WireTill) -> None:
    journal = WireJournal().sell_many(1)
    body = packed(journal.lines, "")
    path = f"/v1/journals/{journal.jid}/entries"
    good = wire.signed("POST", path, body)
    for wrong in (
        {"x-tillwright-signature": "0" * 64},
        {"x-tillwright-signature": ""},
        {"x-tillwright-installation": str(key())},
        {"x-tillwright-installation": "nonsense"},
        {"x-tillwright-stamp": "1"},
        {"x-tillwright-nonce": "f" * 32},
    ):
        answer = office.client.post(path, content=body, headers=good | wrong)
        assert problem_of(answer) == (401, "signature"), wrong
    assert problem_of(office.client.post(path, content=body)) == (401, "signature")
    assert problem_of(office.client.post(path, content=body + b"x", headers=good)) == (
        401,
        "signature",
    )
    assert stored(office.engine, journal) == []


def test_a_short_nonce_is_of_no_use(wire: WireTill) -> None:
    journal = WireJournal().sell_many(1)
    assert problem_of(wire.push(journal, nonce="short")) == (401, "signature")


def test_a_late_copy_of_a_refused_push_changes_nothing_either(
    office: Office, wire: WireTill
) -> None:
    journal = WireJournal().sell_many(2)
    assert problem_of(wire.push(journal, 2, 2)) == (409, "behind")
    sent, body = wire.requests[-1], packed(journal.lines[1:], "zstd")
    assert wire.push(journal, 1, 1).status_code == 200
    late = office.client.post(f"/v1/journals/{journal.jid}/entries", content=body, headers=sent)
    assert problem_of(late) == (409, "replayed")
    assert stored(office.engine, journal) == expected(journal, 1)


def test_a_refused_hello_uses_no_nonce_up(office: Office, wire: WireTill) -> None:
    with begin(office.engine) as tx:
        before = tx.execute(select(func.count()).select_from(RequestNonce)).scalar_one()
    assert problem_of(wire.send("POST", "/v1/hello", b"{}"))[0] == 400
    with begin(office.engine) as tx:
        after = tx.execute(select(func.count()).select_from(RequestNonce)).scalar_one()
    assert after == before


@pytest.mark.parametrize("state", ["draining", "revoked", "replaced"])
def test_a_till_that_was_shut_out_stores_nothing(
    office: Office, wire: WireTill, state: str
) -> None:
    with begin(office.engine) as tx:
        own = Installation.installation_id == wire.answer.installation
        tx.execute(Installation.__table__.update().where(own).values(state=state, drain_ok=False))  # type: ignore[attr-defined]
    journal = WireJournal().sell_many(1)
    answer = wire.push(journal)
    assert problem_of(answer) == (403, "shut_out")
    assert answer.json()["forget"] is True
    assert stored(office.engine, journal) == []


def test_the_journal_of_another_till_is_out_of_reach(
    office: Office, wire: WireTill, code: Code
) -> None:
    journal = WireJournal().sell_many(2)
    wire.push(journal, 1, 1)
    other = WireTill.enrolled(office.client, code("S1", 2))
    assert problem_of(other.push(journal, 2, 2)) == (403, "wrong_journal")
    assert stored(office.engine, journal) == expected(journal, 1)
