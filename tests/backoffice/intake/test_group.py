"""Pushes of several tills in one transaction: each with an outcome of its own."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from hashlib import sha256
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event, select, text

from backoffice.intake.auth import SignedRequest
from backoffice.intake.errors import Refused
from backoffice.intake.group import PushGroups
from backoffice.stores.service import issue_code
from db.head.journals import EntrySide
from db.head.stores import Installation
from db.transaction import begin
from retail.contract.codec import Side
from retail.contract.envelope import PushAnswer
from tests.backoffice.conftest import Office
from tests.support.head_books import expected, stored
from tests.support.head_data import NOW, closed_sale
from tests.support.wire_till import WireJournal, WireTill, packed

SECONDS = 20.0


@pytest.fixture
def tills(office: Office) -> list[WireTill]:
    """Three tills of two stores."""
    places = (("S1", 1), ("S1", 2), ("S2", 1))
    with begin(office.engine) as tx:
        codes = [issue_code(tx, store, till, lambda: NOW) for store, till in places]
    return [WireTill.enrolled(office.client, code) for code in codes]


@pytest.fixture
def groups(office: Office) -> Iterator[PushGroups]:
    found = PushGroups(office.engine, lambda: NOW)
    found.start()
    yield found
    found.stop()


@contextmanager
def gathering(groups: PushGroups, engine: Engine, first: WireTill) -> Iterator[None]:
    """Until the block ends the thread is held by a push that waits for a lock of the test's."""
    held = WireJournal().sell_many(1)
    with begin(engine) as tx:
        tx.execute(text("LOCK TABLE journal_entry IN SHARE MODE"))
        waiting = submit(groups, first, held)
        yield
        assert not waiting.done()
    assert isinstance(waiting.result(SECONDS), PushAnswer)


def submit(
    groups: PushGroups, till: WireTill, journal: WireJournal, **claims: Any
) -> Future[PushAnswer]:
    """A push as the endpoint hands it on."""
    body = packed(journal.lines, "zstd")
    told = {
        "base-seq": 0,
        "base-hash": bytes(32).hex(),
        "count": journal.head,
        "last-hash": journal.hashes[-1].hex(),
        "body-sha256": sha256(body).hexdigest(),
    } | claims
    path = f"/v1/journals/{journal.jid}/entries"
    signed = till.signed("POST", path, body)
    headers = {f"x-tillwright-{name}": str(value) for name, value in told.items()}
    request = SignedRequest(
        method="POST",
        path=path,
        installation=signed["x-tillwright-installation"],
        stamp="",
        nonce=signed["x-tillwright-nonce"],
        signature=signed["x-tillwright-signature"],
        encoding="zstd",
        body_sha256=sha256(body).hexdigest(),
        body=body,
        headers=headers,
    )
    return groups.submit(journal.jid, request)


def outcome(answer: Future[PushAnswer]) -> int | str:
    """The journal's end, or why the push was refused."""
    problem = answer.exception(SECONDS)
    if problem is None:
        return answer.result().head
    assert isinstance(problem, Refused), problem
    return problem.code


@contextmanager
def counted_commits(engine: Engine) -> Iterator[list[int]]:
    """How many transactions were committed meanwhile."""
    commits = [0]

    def count(_connection: Connection) -> None:
        commits[0] += 1

    event.listen(engine, "commit", count)
    try:
        yield commits
    finally:
        event.remove(engine, "commit", count)


def journals(*lengths: int) -> list[WireJournal]:
    return [WireJournal().sell_many(length) for length in lengths]


def all_stored(office: Office, found: Sequence[WireJournal]) -> bool:
    return all(stored(office.engine, journal) == expected(journal) for journal in found)


def test_what_waits_at_the_same_time_is_one_commit(
    office: Office, groups: PushGroups, tills: list[WireTill]
) -> None:
    found = journals(3, 1, 2, 5, 1)
    senders = [tills[0], tills[1], tills[2], tills[0], tills[1]]
    with counted_commits(office.engine) as commits:
        with gathering(groups, office.engine, tills[0]):
            answers = [submit(groups, t, j) for t, j in zip(senders, found, strict=True)]
        assert [outcome(answer) for answer in answers] == [3, 1, 2, 5, 1]
    # The test's own, the one that was held unless the group took it along, the group.
    assert commits[0] in {2, 3}
    assert all_stored(office, found)


def test_what_one_of_them_got_wrong_stops_no_other(
    office: Office, groups: PushGroups, tills: list[WireTill]
) -> None:
    good = journals(2, 3)
    damaged, broken, early, foreign, stranger = journals(2, 2, 2, 2, 2)
    assert outcome(submit(groups, tills[0], foreign)) == 2
    other = WireJournal(jid=good[0].jid)
    with gathering(groups, office.engine, tills[0]):
        answers = [
            submit(groups, tills[0], good[0]),
            submit(groups, tills[0], other.sell_many(1)),
            submit(groups, tills[1], damaged, **{"body-sha256": "0" * 64}),
            submit(groups, tills[1], broken, **{"last-hash": "0" * 64}),
            submit(groups, tills[1], early, **{"base-seq": "7", "last-hash": "0" * 64}),
            submit(groups, tills[1], foreign),
            submit(groups, tills[2], stranger, count="many"),
            submit(groups, tills[2], good[1]),
        ]
    assert [outcome(answer) for answer in answers] == [
        2,
        "busy",
        "signature",
        "bad_chain",
        "bad_chain",
        "wrong_journal",
        "bad_batch",
        3,
    ]
    assert all_stored(office, good)
    assert stored(office.engine, broken) == stored(office.engine, stranger) == []


def test_a_record_that_a_journal_has_already_makes_the_group_go_one_by_one(
    office: Office, groups: PushGroups, tills: list[WireTill]
) -> None:
    twice, good = WireJournal(), WireJournal().sell_many(2)
    first = twice.sell()
    twice.add_raw(first.body, rid=first.rid)
    with gathering(groups, office.engine, tills[0]):
        answers = [submit(groups, tills[0], twice), submit(groups, tills[1], good)]
    assert [outcome(answer) for answer in answers] == ["fork", 2]
    assert stored(office.engine, twice) == []
    assert all_stored(office, [good])


def test_a_value_that_no_column_holds_is_its_senders_fault_alone(
    office: Office, groups: PushGroups, tills: list[WireTill]
) -> None:
    wild, good = WireJournal(), WireJournal().sell_many(2)
    wild.sell()
    wild.add_raw(wild.entries[0].body, at_us=(1 << 62))
    with gathering(groups, office.engine, tills[0]):
        answers = [submit(groups, tills[0], wild), submit(groups, tills[1], good)]
    assert [outcome(answer) for answer in answers] == ["bad_batch", 2]
    assert all_stored(office, [good])


def test_personal_fields_come_along(
    office: Office, groups: PushGroups, tills: list[WireTill]
) -> None:
    journal = WireJournal()
    side = Side(b"salt", b'{"name":"Ada"}')
    journal.add(closed_sale("S1-1-AA-00000001", ()), side=side)
    assert outcome(submit(groups, tills[0], journal)) == 1
    with begin(office.engine) as tx:
        kept = tx.execute(select(EntrySide.salt, EntrySide.data)).one()
    assert (bytes(kept.salt), bytes(kept.data)) == (side.salt, side.data)


def test_the_fleets_queues_shrink_by_what_came(
    office: Office, groups: PushGroups, tills: list[WireTill]
) -> None:
    for till in tills[:2]:
        assert till.hello(queued=5).status_code == 200
    with gathering(groups, office.engine, tills[2]):
        answers = [
            submit(groups, tills[0], WireJournal().sell_many(2)),
            submit(groups, tills[0], WireJournal().sell_many(1)),
            submit(groups, tills[1], WireJournal().sell_many(1)),
        ]
    assert [outcome(answer) for answer in answers] == [2, 1, 1]
    with begin(office.engine) as tx:
        rows = tx.execute(select(Installation.installation_id, Installation.queued))
        queued = {row.installation_id: row.queued for row in rows}
    assert [queued[till.answer.installation] for till in tills[:2]] == [2, 4]


def test_stopping_answers_what_waits_and_takes_no_more(
    office: Office, tills: list[WireTill]
) -> None:
    groups = PushGroups(office.engine, lambda: NOW)
    groups.start()
    last, late = journals(2, 1)
    with gathering(groups, office.engine, tills[0]):
        answer = submit(groups, tills[1], last)
        stopping = threading.Thread(target=groups.stop, name="stopping")
        stopping.start()
    stopping.join(SECONDS)
    assert outcome(answer) == 2
    assert outcome(submit(groups, tills[1], late)) == "stopping"


def test_who_has_an_answer_may_send_the_next_push(
    office: Office, groups: PushGroups, tills: list[WireTill]
) -> None:
    journal = WireJournal().sell_many(1)
    again: Future[Future[PushAnswer]] = Future()
    with gathering(groups, office.engine, tills[0]):
        answer = submit(groups, tills[1], journal)
        answer.add_done_callback(lambda _: again.set_result(submit(groups, tills[1], journal)))
    assert outcome(answer) == 1
    assert outcome(again.result(SECONDS)) == 1


def test_a_sender_that_has_gone_is_passed_over(
    office: Office, groups: PushGroups, tills: list[WireTill]
) -> None:
    gone, again = WireJournal().sell_many(1), WireJournal().sell_many(1)
    with gathering(groups, office.engine, tills[0]):
        assert submit(groups, tills[1], gone).cancel()
        kept = submit(groups, tills[1], again)
    assert outcome(kept) == 1
    assert stored(office.engine, gone) == []
    assert outcome(submit(groups, tills[1], gone)) == 1


def test_a_database_that_is_gone_is_told_to_each_and_the_next_are_served(
    office: Office, groups: PushGroups, tills: list[WireTill]
) -> None:
    journal = WireJournal().sell_many(1)
    with begin(office.engine) as tx:
        tx.execute(text("ALTER TABLE request_nonce RENAME TO elsewhere"))
    problem = submit(groups, tills[0], journal).exception(SECONDS)
    assert problem is not None
    assert not isinstance(problem, Refused)
    with begin(office.engine) as tx:
        tx.execute(text("ALTER TABLE elsewhere RENAME TO request_nonce"))
    assert outcome(submit(groups, tills[0], journal)) == 1
    assert all_stored(office, [journal])
