"""A till's secret is renewed in two phases, and its ticket lets it in after a restore."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest
from sqlalchemy import delete, select, update

from backoffice.fleet.service import head_office
from backoffice.fleet.tickets import Ticket, issue, read
from backoffice.identity import IdentityKeeper, ShutOut, keeper
from db.base import to_us
from db.head.stores import Installation, Terminal
from db.transaction import begin
from retail.contract.envelope import NextSecret, ReadmitRequest, signing_key
from retail.errors import RetailError
from tests.backoffice.conftest import Office
from tests.backoffice.intake.conftest import Code
from tests.support.head_data import NOW, key
from tests.support.wire_till import WireJournal, WireTill, hello_of, problem_of


def signs_with(wire: WireTill, offered: NextSecret) -> WireTill:
    """The same till with its next secret."""
    answer = msgspec.structs.replace(wire.answer, secret=offered.secret, ticket=offered.ticket)
    return WireTill(wire.client, answer, wire.nonce)


def offered(office: Office, wire: WireTill) -> NextSecret:
    office.clock.forward(days=30)
    found = hello_of(wire.hello()).next
    assert found is not None
    return found


def test_no_secret_is_offered_before_its_time(office: Office, wire: WireTill) -> None:
    office.clock.forward(days=29)
    assert hello_of(wire.hello()).next is None


def test_it_is_offered_again_until_it_is_used(office: Office, wire: WireTill) -> None:
    first = offered(office, wire)
    again = hello_of(wire.hello()).next
    assert again is not None
    assert again.secret == first.secret
    new = signs_with(wire, first)
    assert hello_of(new.hello()).next is None


def test_both_secrets_are_good_until_the_old_one_has_had_its_week(
    office: Office, wire: WireTill
) -> None:
    new = signs_with(wire, offered(office, wire))
    journal = WireJournal().sell_many(3)
    assert wire.push(journal, 1, 1).status_code == 200
    assert new.push(journal, 2, 2).status_code == 200
    office.clock.forward(days=6)
    assert wire.push(journal, 3, 3).status_code == 200
    office.clock.forward(days=1)
    assert problem_of(wire.hello(nonce=new.nonce)) == (401, "signature")
    assert new.hello().status_code == 200


def test_two_requests_with_the_next_secret_renew_once(office: Office, wire: WireTill) -> None:
    new = signs_with(wire, offered(office, wire))
    for _ in range(2):
        assert new.hello().status_code == 200
    with begin(office.engine) as tx:
        own = Installation.installation_id == wire.answer.installation
        row = tx.execute(select(Installation).where(own)).one()
    assert bytes(row.signing_key) == signing_key(new.answer.secret)
    assert bytes(row.previous_key) == signing_key(wire.answer.secret)
    assert row.next_key is None


def test_a_till_may_ask_for_it(wire: WireTill) -> None:
    answer = wire.send("POST", "/v1/devices/rotate")
    assert answer.status_code == 200
    given = msgspec.json.decode(answer.content, type=NextSecret)
    assert signs_with(wire, given).hello().status_code == 200


def show(wire: WireTill, ticket: str = "") -> Any:
    shown = ReadmitRequest(ticket=ticket or wire.answer.ticket, app_version="1")
    return wire.send("POST", "/v1/readmit", msgspec.json.encode(shown))


def forgotten(office: Office, wire: WireTill) -> None:
    """As after a restore to before the enrolment."""
    with begin(office.engine) as tx:
        own = Installation.installation_id == wire.answer.installation
        tx.execute(delete(Installation).where(own))
        tx.execute(
            update(Terminal)
            .where(Terminal.installation_id == wire.answer.installation)
            .values(installation_id=None)
        )


def state_of(office: Office, wire: WireTill) -> tuple[str, datetime | None, bool]:
    with begin(office.engine) as tx:
        own = Installation.installation_id == wire.answer.installation
        query = select(Installation.state, Installation.revoked_at, Installation.drain_ok)
        state, revoked_at, drain_ok = tx.execute(query.where(own)).one()
    return state, revoked_at, drain_ok


def test_a_ticket_lets_a_till_in_again_with_what_it_has(office: Office, wire: WireTill) -> None:
    forgotten(office, wire)
    journal = WireJournal().sell_many(2)
    assert problem_of(wire.push(journal)) == (401, "signature")
    assert show(wire).status_code == 200
    assert wire.hello(incarnation_seen=0).status_code == 200
    assert wire.push(journal).status_code == 200
    with begin(office.engine) as tx:
        place = (Terminal.store_id == "S1") & (Terminal.till == 1)
        terminal = tx.execute(select(Terminal.installation_id).where(place)).scalar_one()
    assert terminal == wire.answer.installation


def test_a_ticket_brings_the_newest_secret_back(office: Office, wire: WireTill) -> None:
    with begin(office.engine) as tx:
        own = Installation.installation_id == wire.answer.installation
        before = tx.execute(select(Installation.signing_key, Installation.key_since).where(own))
        values = dict(before.mappings().one())
    new = signs_with(wire, offered(office, wire))
    assert new.hello().status_code == 200
    with begin(office.engine) as tx:
        old = {"previous_key": None, "previous_until": None, **values}
        tx.execute(update(Installation).where(own).values(**old))
    assert problem_of(new.hello()) == (401, "signature")
    assert show(new).status_code == 200
    assert new.hello(incarnation_seen=0).status_code == 200
    # The older ticket does not bring the older secret back.
    assert problem_of(show(wire)) == (401, "signature")


def test_a_ticket_is_worth_nothing_without_its_secret(office: Office, wire: WireTill) -> None:
    forgotten(office, wire)
    thief = WireTill(wire.client, msgspec.structs.replace(wire.answer, secret=b"another"))
    assert problem_of(show(thief)) == (401, "signature")
    with begin(office.engine) as tx:
        own = Installation.installation_id == wire.answer.installation
        assert tx.execute(select(Installation.state).where(own)).first() is None


@pytest.mark.parametrize("change", ["", "x", "a.b", "{}.", "⚠.⚠", "A" * 300])
def test_what_is_no_ticket_lets_nobody_in(office: Office, wire: WireTill, change: str) -> None:
    forgotten(office, wire)
    clear, sealed = wire.answer.ticket.split(".")
    other = change or f"{sealed}.{clear}"
    assert problem_of(show(wire, other)) == (401, "signature")


def test_a_replayed_ticket_changes_nothing(office: Office, wire: WireTill) -> None:
    forgotten(office, wire)
    assert show(wire).status_code == 200
    headers = wire.requests[-1]
    body = msgspec.json.encode(ReadmitRequest(ticket=wire.answer.ticket, app_version="1"))
    again = office.client.post("/v1/readmit", content=body, headers=headers)
    assert problem_of(again) == (409, "replayed")


def test_a_till_that_was_replaced_since_may_only_drain(
    office: Office, wire: WireTill, code: Code
) -> None:
    office.clock.forward(hours=1)
    new = WireTill.enrolled(office.client, code())
    with begin(office.engine) as tx:
        own = Installation.installation_id == wire.answer.installation
        tx.execute(delete(Installation).where(own))
    assert show(wire).status_code == 200
    assert state_of(office, wire) == ("replaced", NOW + timedelta(hours=1), True)
    assert wire.push(WireJournal().sell_many(1)).status_code == 200
    assert new.hello().status_code == 200


@pytest.mark.parametrize("drain_ok", [True, False])
def test_a_shut_out_till_does_not_come_back_by_its_ticket(
    office: Office, wire: WireTill, drain_ok: bool
) -> None:
    forgotten(office, wire)
    known: IdentityKeeper = office.client.app.state.keeper  # type: ignore[attr-defined]
    known.shut_out(wire.answer.installation, ShutOut(to_us(NOW), drain_ok))
    assert show(wire).status_code == 200
    assert state_of(office, wire) == ("revoked", NOW, drain_ok)
    answer = wire.push(WireJournal().sell_many(1))
    assert answer.status_code == (200 if drain_ok else 403)


def test_a_ticket_says_what_it_says_and_shows_no_key() -> None:
    office = keeper(None, UUID(int=7), 1).now
    ticket = Ticket(UUID(int=7), key(), "S1", 2, NOW, b"k" * 32)
    text = issue(office, ticket)
    assert read(office, text) == ticket
    assert len(text) <= 400
    assert b"k" * 32 not in text.encode()
    assert "kkk" not in repr(ticket)
    other = keeper(None, UUID(int=7), 1).now
    with pytest.raises(RetailError, match="enrol it again"):
        read(other, text)
    assert issue(office, replace(ticket, till=3)) != text


def test_a_head_office_knows_its_own_tickets_only(office: Office, wire: WireTill) -> None:
    known: IdentityKeeper = office.client.app.state.keeper  # type: ignore[attr-defined]
    with begin(office.engine) as tx:
        hq_id, _ = head_office(tx)
    assert read(known.now, wire.answer.ticket).hq_id == hq_id
    strange = Ticket(UUID(int=9), wire.answer.installation, "S1", 1, NOW, b"k" * 32)
    assert problem_of(show(wire, issue(known.now, strange))) == (401, "signature")
