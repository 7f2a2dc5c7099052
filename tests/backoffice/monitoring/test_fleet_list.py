"""The list of tills: its order, its pages, what it says of backups, recovery and versions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event, insert, update

from backoffice.fleet.service import JournalEnd, VerifiedBackup, note_backup
from backoffice.monitoring import fleet_list
from backoffice.monitoring.fleet_list import FleetFilter, fleet_sums, tills_page
from backoffice.monitoring.queries import watched_till
from backoffice.platform.filters import position
from backoffice.stores.service import issue_code
from db.head.journals import JournalHead
from db.head.recovery import RecoveredJournal, Recovery
from db.head.stores import Installation, Terminal
from db.transaction import begin
from retail.contract import version
from tests.backoffice.conftest import Office
from tests.support.head_data import NOW, TillJournal
from tests.support.wire_till import WireTill, problem_of


def enrolled(tx: Connection, store: str, till: int, **told: object) -> TillJournal:
    journal = TillJournal(store=store, till=till)
    journal.enrol(tx)
    if told:
        own = Installation.installation_id == journal.installation
        tx.execute(update(Installation).where(own).values(**told))
    return journal


def backed_up(tx: Connection, journal: TillJournal, at: datetime, seq: int) -> None:
    end = JournalEnd(journal.store, journal.jid, seq)
    note_backup(tx, VerifiedBackup(Path("b"), "aa", 1, at, [end]), at + timedelta(minutes=1))


def places(tx: Connection, narrow: FleetFilter = FleetFilter(), after: str = "") -> list[str]:  # noqa: B008
    at = position(after, "", parts=fleet_list.KEY_PARTS)
    found = tills_page(tx, narrow, NOW, at=at)
    return [f"{one.till.store_id}/{one.till.till}" for one in found.rows]


def test_who_is_in_most_trouble_comes_first(chain: Connection) -> None:
    enrolled(chain, "S1", 1)
    enrolled(chain, "S1", 2, queued=2, oldest_queued_at=NOW - timedelta(hours=1))
    enrolled(chain, "S2", 1, queued=1, oldest_queued_at=NOW - timedelta(hours=9))
    enrolled(chain, "S2", 2, protocol=0)
    for till in (3, 4, 5):
        chain.execute(insert(Terminal).values(store_id="S1", till=till, name=""))
    enrolled(chain, "S1", 3, last_seen_at=None)
    enrolled(chain, "S1", 4, last_seen_at=NOW - timedelta(hours=2))
    assert places(chain) == ["S2/2", "S1/3", "S2/1", "S1/2", "S1/4", "S1/1", "S1/5"]


def test_pages_hold_each_till_once_forwards_and_backwards(
    chain: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fleet_list, "PAGE_SIZE", 2)
    enrolled(chain, "S2", 2, queued=1, oldest_queued_at=NOW - timedelta(hours=9))
    enrolled(chain, "S2", 1)
    first = tills_page(chain, FleetFilter(), NOW, at=None)
    assert places(chain) == ["S2/2", "S2/1"]
    assert places(chain, after=first.following) == ["S1/1", "S1/2"]
    second = tills_page(
        chain, FleetFilter(), NOW, at=position(first.following, "", parts=fleet_list.KEY_PARTS)
    )
    assert (first.previous, second.following) == ("", "")
    back = position("", second.previous, parts=fleet_list.KEY_PARTS)
    again = tills_page(chain, FleetFilter(), NOW, at=back)
    assert [one.till for one in again.rows] == [one.till for one in first.rows]


def test_a_made_up_position_is_refused(office: Office) -> None:
    office.sign_in()
    assert "position is not valid" in office.page("/tills?after=eHgfeHgfeHgfeHg", status=400)


@contextmanager
def parameters(engine: Engine) -> Iterator[list[Any]]:
    """What statements were given."""
    found: list[Any] = []

    def note(_c: object, _k: object, _s: object, given: object, *_: object) -> None:
        found.append(given)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(engine, "before_cursor_execute", note)


def test_one_till_is_asked_for_by_its_place_in_every_statement(chain_engine: Engine) -> None:
    with begin(chain_engine) as tx:
        journal = enrolled(tx, "S1", 1)
        enrolled(tx, "S1", 2)
        with parameters(chain_engine) as given:
            found = watched_till(tx, "S1", 1, NOW)
    assert found is not None
    assert len(given) == 5
    assert all("S1" in str(one) or str(journal.installation) in str(one) for one in given)


def test_how_far_a_till_is_in_a_proved_backup(office: Office) -> None:
    with begin(office.engine) as tx:
        journal = enrolled(tx, "S1", 1)
        for _ in range(3):
            journal.sell(tx)
        backed_up(tx, journal, NOW - timedelta(hours=3), 2)
    office.sign_in()
    html = office.page("/tills")
    assert "1 not backed up" in html
    assert "3 h ago" in html
    assert "2 entries in it" in html
    assert "shield-alert" not in html
    assert "is-late" not in html
    assert "2 of 3 entries" in office.page("/tills/S1/1")
    assert 'href="/tills/S1/1"' in office.page("/tills?trouble=unsafe")
    with begin(office.engine) as tx:
        tx.execute(update(JournalHead).values(durable_seq=3))
    assert "all backed up" in office.page("/tills")
    assert "No tills match" in office.page("/tills?trouble=unsafe")


def test_no_backup_and_an_old_one_warn(office: Office) -> None:
    office.sign_in()
    assert "No backup has been proved yet." in office.page("/tills")
    with begin(office.engine) as tx:
        backed_up(tx, enrolled(tx, "S1", 1), NOW - timedelta(hours=26), 0)
    assert "The last proved backup" not in office.page("/tills")
    office.clock.forward(minutes=1)
    html = office.page("/tills")
    assert "The last proved backup is of 19 Nov 2026, 11:00, 1 d ago." in html
    assert "kpi-value is-late" in html


def test_a_recovery_has_a_banner_until_it_ends(office: Office) -> None:
    with begin(office.engine) as tx:
        journals = [enrolled(tx, "S1", 1), enrolled(tx, "S1", 2)]
        tx.execute(insert(Recovery).values(incarnation=2, began_at=NOW, ended_at=None))
        for minutes, journal in enumerate(journals):
            tx.execute(
                insert(RecoveredJournal).values(
                    store_id="S1", jid=journal.jid, incarnation=2,
                    installation_id=journal.installation, till=journal.till,
                    known_until=NOW - timedelta(minutes=minutes * 57),
                    end_seq=0 if minutes == 0 else 5, back_at=None,
                )
            )  # fmt: skip
    office.sign_in()
    assert "Recovery: 1 of 2 journals back, oldest missing since 12:03." in office.page("/tills")
    html = office.page("/tills?trouble=missing")
    assert re.findall(r'href="/tills/(S\d/\d)"', html) == ["S1/2"]
    with begin(office.engine) as tx:
        tx.execute(update(Recovery).values(ended_at=NOW))
    assert "Recovery:" not in office.page("/tills")


@pytest.mark.parametrize(
    ("told", "version_now", "outdated"),
    [
        ("0.1.0", "0.1.0", False),
        ("0.1.0", "0.10.0", True),
        ("0.9", "0.10.0rc1", True),
        ("0.11.0", "0.10.0", False),
        ("99999999999999", "0.1.0", False),
        ("1.x'", "2.0", False),
    ],
)
def test_older_versions_are_marked(
    chain: Connection, monkeypatch: pytest.MonkeyPatch, told: str, version_now: str, outdated: bool
) -> None:
    monkeypatch.setattr("backoffice.stores.tills.VERSION", version_now)
    enrolled(chain, "S1", 1, app_version=told)
    assert fleet_sums(chain, NOW).outdated == int(outdated)
    narrow = FleetFilter(trouble=fleet_list.Trouble.OUTDATED)
    assert places(chain, narrow) == (["S1/1"] if outdated else [])


def test_an_older_protocol_is_marked_and_none_needs_somebody(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("backoffice.stores.tills", "backoffice.monitoring.pages"):
        monkeypatch.setattr(f"{module}.PROTOCOL", version.PROTOCOL + 1)
    with begin(office.engine) as tx:
        enrolled(tx, "S1", 1, protocol=version.PROTOCOL)
        enrolled(tx, "S1", 2, protocol=0)
    office.sign_in()
    html = office.page("/tills")
    assert f"older, protocol {version.PROTOCOL} of {version.PROTOCOL + 1}" in html
    assert "no protocol in common" in html
    html = office.page("/tills/S1/2")
    assert "None in common" in html
    assert "Update the older of the two." in html


def test_a_copy_at_work_is_counted_and_found(office: Office) -> None:
    with begin(office.engine) as tx:
        code = issue_code(tx, "S1", 2, office.clock)
    wire = WireTill.enrolled(office.client, code)
    old = wire.nonce
    wire.hello()
    wire.hello()
    for _ in range(2):
        assert problem_of(wire.hello(nonce=old)) == (409, "clone_suspected")
    office.sign_in()
    html = office.page("/tills?trouble=copied")
    assert "1 copy</a>" in html
    assert re.findall(r'href="/tills/(S\d/\d)"', html) == ["S1/2"]
    (case,) = office.client.get("/api/cases?state=open").json()["rows"]
    assert case["kind"] == "copied_till"
    assert "till 2 of store S1" in case["sentence"]


def test_a_part_of_the_page_is_the_list_alone(office: Office) -> None:
    office.sign_in()
    answer = office.client.get("/tills?store=S2", headers={"hx-request": "true"})
    assert "<html" not in answer.text
    assert re.findall(r'href="/tills/(S\d/\d)"', answer.text) == ["S2/1", "S2/2"]
    assert answer.headers["hx-push-url"] == "/tills?store=S2"
