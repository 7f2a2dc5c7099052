from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import insert, select, update

from backoffice.cases.service import CaseKind, NewCase, open_case
from backoffice.stores.service import issue_code
from db.head.audit import AuditEvent
from db.head.journals import Quarantined
from db.head.stores import Installation
from db.head.streams import InstallationStream, StreamHead
from db.transaction import begin
from retail.contract.codec import GENESIS
from tests.backoffice.conftest import PAGE, Office
from tests.support.head_data import NOW, TillJournal, key
from tests.support.waiting import wait_until
from tests.support.wire_till import WireJournal, WireTill


def enrolled(office: Office, **told: object) -> TillJournal:
    """Till 1 of S1 with one sale; ``told`` is what its last hello said."""
    journal = TillJournal()
    with begin(office.engine) as tx:
        journal.enrol(tx)
        journal.sell(tx)
        if told:
            tx.execute(update(Installation).values(**told))
    return journal


def names(office: Office, query: str) -> list[str]:
    """Which of the chain's tills a filter lets through."""
    html = office.page(f"/tills{query}")
    tills = ("S1/1", "S1/2", "S2/1")
    return [till for till in tills if f'href="/tills/{till}"' in html]


def test_the_page_tells_what_is_not_sent_and_since_when(office: Office) -> None:
    enrolled(
        office, queued=14, oldest_queued_at=NOW - timedelta(minutes=19), clock_skew_ms=-300_000
    )
    office.sign_in()
    html = office.page("/tills")
    assert "oldest 19 min ago" in html
    assert "-300.0 s" in html
    assert "is-bad" in html


def test_filters_work_as_plain_addresses(office: Office) -> None:
    enrolled(office, queued=3)
    office.sign_in()
    assert names(office, "") == ["S1/1", "S1/2", "S2/1"]
    assert names(office, "?store=S2") == ["S2/1"]
    assert names(office, "?state=online") == ["S1/1"]
    assert names(office, "?trouble=queued") == ["S1/1"]
    assert names(office, "?trouble=skewed") == []
    assert "No tills match" in office.page("/tills?trouble=skewed")
    assert names(office, "?state=made+up&trouble=none") == ["S1/1", "S1/2", "S2/1"]


def test_a_till_that_lacks_changes_is_behind_in_each_stream(office: Office) -> None:
    journal = enrolled(office)
    with begin(office.engine) as tx:
        head = {"stream": "catalogue", "generation": 1, "head": 10, "floor": 0, "chain": GENESIS}
        tx.execute(insert(StreamHead).values(**head))
        tx.execute(
            insert(InstallationStream).values(
                store_id="S1", installation_id=journal.installation, stream="catalogue",
                generation=1, seq=8,
                dead='[{"seq":1},{"seq":2},{"seq":3}]', told_at=NOW,
            )
        )  # fmt: skip
    office.sign_in()
    assert names(office, "?trouble=behind") == ["S1/1"]
    assert 'title="catalogue: 2 "' in office.page("/tills")
    html = office.page("/tills/S1/1")
    assert "3 unreadable" in html


def test_a_till_that_went_on_in_a_new_journal_is_told(office: Office) -> None:
    first = enrolled(office)
    again = TillJournal(installation=first.installation)
    with begin(office.engine) as tx:
        again.open(tx, NOW + timedelta(hours=1))
    office.sign_in()
    assert names(office, "?trouble=forked") == ["S1/1"]
    html = office.page("/tills/S1/1")
    assert "went on in a new one 1×" in html
    assert html.index(str(again.jid)) < html.index(str(first.jid))


def parked(office: Office) -> WireJournal:
    """A till that sent a record of a type that this version does not know."""
    with begin(office.engine) as tx:
        code = issue_code(tx, "S1", 1, office.clock)
    journal = WireJournal()
    journal.add_raw(b"{}", type="made.up", sv=9)
    assert WireTill.enrolled(office.client, code).push(journal).status_code == 200

    def aside() -> bool:
        with begin(office.engine) as tx:
            return tx.execute(select(Quarantined.rid)).first() is not None

    assert wait_until(aside)
    return journal


@pytest.mark.expect_warnings
def test_what_stands_aside_is_tried_again_from_the_page(office: Office) -> None:
    journal = parked(office)
    office.sign_in()
    assert names(office, "?trouble=aside") == ["S1/1"]
    html = office.page("/tills/S1/1")
    assert str(journal.entries[0].rid) in html
    assert "Parked" in html
    assert "/tills/S1/1/retry" in html
    answer = office.client.post(
        "/tills/S1/1/retry", data={"csrf": office.csrf}, headers=PAGE, follow_redirects=False
    )
    assert answer.status_code == 303
    assert answer.headers["location"] == "/tills/S1/1?booked=0&left=1"
    assert "0 booked now, 1 still stand aside." in office.page("/tills/S1/1?booked=0&left=1")
    with begin(office.engine) as tx:
        (tries,) = tx.execute(select(Quarantined.tries)).one()
        said = tx.execute(
            select(AuditEvent.actor, AuditEvent.detail).where(AuditEvent.act == "journal.retried")
        ).one()
    assert tries == 2
    assert tuple(said) == ("admin", "store S1: 0 booked, 1 left")


@pytest.mark.expect_warnings
def test_trying_again_needs_the_right_and_the_token_of_the_form(office: Office) -> None:
    parked(office)
    stranger = office.client.post("/tills/S1/1/retry", headers=PAGE, follow_redirects=False)
    assert stranger.headers["location"].startswith("/login")
    office.sign_in()
    assert office.client.post("/tills/S1/1/retry", data={}, headers=PAGE).status_code == 403
    office.sign_in("viewer")
    assert "/retry" not in office.page("/tills/S1/1")
    answer = office.client.post("/tills/S1/1/retry", data={"csrf": office.csrf}, headers=PAGE)
    assert answer.status_code == 403
    with begin(office.engine) as tx:
        assert tx.execute(select(Quarantined.tries)).scalar_one() == 1


def test_a_till_that_is_not_there(office: Office) -> None:
    office.sign_in()
    assert "Store S9 has no till 1." in office.page("/tills/S9/1", status=404)
    answer = office.client.post("/tills/S9/1/retry", data={"csrf": office.csrf}, headers=PAGE)
    assert answer.status_code == 404


def test_a_till_without_anything_has_all_its_empty_places(office: Office) -> None:
    office.sign_in()
    html = office.page("/tills/S2/1")
    for words in ("Everything is booked", "No journal yet", "Nothing told yet", "not enrolled"):
        assert words in html


def test_open_cases_of_a_store_stand_beside_its_tills(office: Office) -> None:
    enrolled(office)
    with begin(office.engine) as tx:
        subject = NewCase(
            "S1", CaseKind.NUMBER_CLASH, "S1-1", "Two receipts bear S1-1.", [("S1", key())]
        )
        open_case(tx, subject, NOW)
    office.sign_in()
    assert "1 open case in its store" in office.page("/tills")
