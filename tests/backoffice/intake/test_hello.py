from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest
from sqlalchemy import Row, select

from db.base import from_us, to_us
from db.head.stores import HeadOffice, Installation
from db.head.streams import InstallationStream, StreamHead
from db.streams import CATALOGUE, publish, store_stream
from db.transaction import begin
from retail.contract.envelope import DeadReport, StreamVector
from retail.contract.reference import CategoryRow
from tests.backoffice.conftest import Office
from tests.backoffice.intake.conftest import Code
from tests.support.head_data import NOW, key
from tests.support.wire_till import WireJournal, WireTill, heads_of, hello_of, problem_of


def kept(office: Office, wire: WireTill) -> Row[Any]:
    with begin(office.engine) as tx:
        return tx.execute(
            select(Installation).where(Installation.installation_id == wire.answer.installation)
        ).one()


def test_the_nonce_rotates_with_each_hello(wire: WireTill) -> None:
    given = [wire.nonce]
    for _ in range(3):
        assert wire.hello().status_code == 200
        given.append(wire.nonce)
    assert len(set(given)) == 4


def test_the_previous_nonce_gets_the_current_one_again(wire: WireTill) -> None:
    first = wire.nonce
    current = hello_of(wire.hello()).nonce
    for _ in range(3):
        # The answer was lost: the till still holds the first one.
        assert hello_of(wire.hello(nonce=first)).nonce == current
    assert hello_of(wire.hello(nonce=current)).nonce != current


@pytest.mark.parametrize("back", [2, 3])
def test_an_older_nonce_is_a_clone(office: Office, wire: WireTill, back: int) -> None:
    old = wire.nonce
    for _ in range(back):
        wire.hello()
    before = kept(office, wire)
    assert problem_of(wire.hello(nonce=old)) == (409, "clone_suspected")
    after = kept(office, wire)
    assert (after.nonce, after.nonce_previous) == (before.nonce, before.nonce_previous)
    assert wire.hello().status_code == 200


@pytest.mark.parametrize("nonce", ["", "made up", "x" * 1000])
def test_a_made_up_nonce_is_a_clone(wire: WireTill, nonce: str) -> None:
    wire.hello()
    wire.hello()
    assert problem_of(wire.hello(nonce=nonce)) == (409, "clone_suspected")


def test_the_empty_nonce_is_no_previous_one(wire: WireTill) -> None:
    assert problem_of(wire.hello(nonce="")) == (409, "clone_suspected")


def test_after_a_restore_a_nonce_from_before_is_good_once(office: Office, wire: WireTill) -> None:
    wire.hello()
    old = kept(office, wire)
    wire.hello()
    wire.hello()
    with begin(office.engine) as tx:
        own = Installation.installation_id == wire.answer.installation
        values = {"nonce": old.nonce, "nonce_previous": old.nonce_previous}
        tx.execute(Installation.__table__.update().where(own).values(**values))  # type: ignore[attr-defined]
    try:
        assert problem_of(wire.hello()) == (409, "clone_suspected")
        incarnation(office, +1)
        lost = wire.nonce
        answer = hello_of(wire.hello(incarnation_seen=1))
        assert answer.incarnation == 2
        # That answer may be lost as well.
        assert wire.hello(nonce=lost, incarnation_seen=1).status_code == 200
        assert wire.hello(incarnation_seen=2).status_code == 200
        wire.hello(incarnation_seen=2)
        assert problem_of(wire.hello(nonce=lost, incarnation_seen=2))[1] == "clone_suspected"
    finally:
        incarnation(office, -1)


def test_late_hellos_from_before_a_restore_make_no_till_look_like_a_clone(
    office: Office, wire: WireTill
) -> None:
    wire.hello()
    before = wire.nonce
    wire.hello()
    wire.hello()
    incarnation(office, +1)
    try:
        assert wire.hello(incarnation_seen=1).status_code == 200
        greeted = wire.nonce
        for _ in range(3):
            wire.hello(nonce=before, incarnation_seen=1)
        assert wire.hello(nonce=greeted, incarnation_seen=2).status_code == 200
    finally:
        incarnation(office, -1)


def incarnation(office: Office, by: int) -> None:
    with begin(office.engine) as tx:
        tx.execute(
            HeadOffice.__table__.update().values(incarnation=HeadOffice.incarnation + by)  # type: ignore[attr-defined]
        )


def test_skew_queue_and_positions_are_noted(office: Office, wire: WireTill) -> None:
    oldest = NOW - timedelta(hours=3)
    answer = wire.hello(
        clock_us=to_us(NOW - timedelta(seconds=90)),
        queued=7,
        oldest_queued_us=to_us(oldest),
        streams=(StreamVector(stream=CATALOGUE, generation=1, seq=42),),
        app_version="9.9.9-a-very-long-version-text",
    )
    assert from_us(hello_of(answer).clock_us) == office.clock.now
    row = kept(office, wire)
    assert (row.clock_skew_ms, row.queued, row.oldest_queued_at) == (-90_000, 7, oldest)
    assert positions(office, wire) == {CATALOGUE: 42}
    assert row.last_seen_at == NOW
    wire.hello(queued=0)
    row = kept(office, wire)
    assert (row.clock_skew_ms, row.queued, row.oldest_queued_at) == (0, 0, None)


def positions(office: Office, wire: WireTill) -> dict[str, int]:
    own = InstallationStream.installation_id == wire.answer.installation
    with begin(office.engine) as tx:
        return {row.stream: row.seq for row in tx.execute(select(InstallationStream).where(own))}


def test_streams_that_a_till_no_longer_has_are_forgotten(office: Office, wire: WireTill) -> None:
    both = tuple(StreamVector(stream=name, generation=1, seq=7) for name in ("price/A", "tax"))
    wire.hello(streams=both)
    wire.hello(streams=both[1:])
    assert positions(office, wire) == {"tax": 7}


def test_rows_that_a_till_cannot_read_are_noted_with_their_stream(
    office: Office, wire: WireTill
) -> None:
    dead = DeadReport(stream="tax", seq=3, entity="hologram", key="h", error="unknown")
    wire.hello(streams=(StreamVector(stream="tax", generation=1, seq=7),), dead=(dead,))
    own = InstallationStream.installation_id == wire.answer.installation
    with begin(office.engine) as tx:
        told = tx.execute(select(InstallationStream.dead).where(own)).scalar_one()
    assert msgspec.json.decode(told, type=list[DeadReport]) == [dead]


@pytest.mark.parametrize(
    "told",
    [
        {"clock_us": 1 << 80},
        {"oldest_queued_us": 1 << 62},
        {"oldest_queued_us": 1 << 80},
        {"queued": 1 << 70},
        {"app_version": "\0"},
        {"streams": (StreamVector(stream=CATALOGUE, generation=1, seq=1 << 70),)},
    ],
    ids=str,
)
def test_figures_out_of_bounds_are_refused(
    office: Office, wire: WireTill, told: dict[str, Any]
) -> None:
    assert problem_of(wire.hello(**told)) == (400, "bad_request")
    assert wire.hello().status_code == 200


def test_garbage_is_refused(wire: WireTill) -> None:
    for body in (b"", b"{}", b"[]", b"\xff"):
        assert problem_of(wire.send("POST", "/v1/hello", body)) == (400, "bad_request")


def test_an_age_without_common_protocol_closes_the_way_down_only(
    wire: WireTill,
) -> None:
    answer = hello_of(wire.hello(oldest_protocol=5, protocol=6))
    assert answer.refusal is not None
    assert (answer.protocol, answer.refusal.code) == (0, "too_old")
    assert wire.push(WireJournal().sell_many(2)).status_code == 200
    tail = f"/v1/streams/{CATALOGUE}/tail?after=0"
    assert problem_of(wire.send("GET", tail)) == (426, "too_old")
    assert hello_of(wire.hello()).refusal is None
    assert wire.send("GET", tail).status_code == 200


def test_it_learns_where_its_own_journals_end(office: Office, wire: WireTill, code: Code) -> None:
    journals = [WireJournal().sell_many(2), WireJournal().sell_many(3)]
    for journal in journals:
        wire.push(journal)
    other = WireTill.enrolled(office.client, code("S1", 2))
    strange = WireJournal().sell_many(1)
    other.push(strange)
    told = heads_of(wire.hello())
    expected: dict[UUID, tuple[int, str]] = {j.jid: (j.head, j.hashes[-1].hex()) for j in journals}
    assert {jid: (head.seq, head.hash) for jid, head in told.items()} == expected


def test_a_replayed_hello_rotates_nothing(office: Office, wire: WireTill) -> None:
    wire.hello()
    before = kept(office, wire)
    body = b"{}"
    sent = wire.signed("POST", "/v1/hello", body)
    assert problem_of(office.client.post("/v1/hello", content=body, headers=sent))[0] == 400
    good = wire.requests[-1]
    assert good["x-tillwright-nonce"] != sent["x-tillwright-nonce"]
    assert kept(office, wire).nonce == before.nonce


def test_a_stream_that_a_till_has_more_of_than_a_restored_head_office_begins_anew(
    office: Office, wire: WireTill
) -> None:
    rows = [CategoryRow(category=key().hex[-12:], name="C", icon="", tint="", rank=1)]
    with begin(office.engine) as tx:
        publish(tx, CATALOGUE, rows)
    with begin(office.engine) as tx:
        query = select(StreamHead.generation, StreamHead.head)
        before = tx.execute(query.where(StreamHead.stream == CATALOGUE)).one()
    told = (
        StreamVector(stream=CATALOGUE, generation=before.generation, seq=before.head + 1),
        StreamVector(stream=store_stream("S2"), generation=9, seq=9),
    )
    assert wire.hello(streams=told).status_code == 200
    assert generation(office, CATALOGUE) == before.generation
    assert wire.hello(streams=told, incarnation_seen=0).status_code == 200
    assert generation(office, CATALOGUE) == before.generation + 1
    # What the till knows then is no more than head office does.
    assert wire.hello(streams=told, incarnation_seen=0).status_code == 200
    assert generation(office, CATALOGUE) == before.generation + 1


def generation(office: Office, stream: str) -> int:
    with begin(office.engine) as tx:
        query = select(StreamHead.generation).where(StreamHead.stream == stream)
        return int(tx.execute(query).scalar_one())
