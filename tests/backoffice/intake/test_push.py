from __future__ import annotations

import gzip
from hashlib import sha256
from typing import Any

import pytest
import zstandard
from sqlalchemy import select

from backoffice.intake.applier import catch_up
from backoffice.intake.verify import verify
from db.head.journals import EntrySide, JournalHead
from db.head.oms import Sale
from db.transaction import begin
from retail.contract.codec import GENESIS, Side, entry_bytes, side_hash
from retail.contract.envelope import MAX_BYTES, MAX_ENTRIES, MAX_PAST
from retail.contract.packing import pack
from retail.contract.wire import batch_lines, to_wire
from tests.backoffice.conftest import Office
from tests.support.head_books import expected, stored
from tests.support.head_data import closed_sale, key, sold
from tests.support.wire_till import WireJournal, WireTill, packed, problem_of


@pytest.mark.parametrize("encoding", ["zstd", "gzip", ""])
def test_a_batch_is_journalled_byte_for_byte(office: Office, wire: WireTill, encoding: str) -> None:
    journal = WireJournal().sell_many(3)
    answer = wire.push(journal, encoding=encoding)
    assert answer.status_code == 200
    assert answer.json() == {"head": 3, "head_hash": journal.hashes[3].hex(), "incarnation": 1}
    assert stored(office.engine, journal) == expected(journal)


def test_the_same_batch_again_changes_nothing_and_is_answered_the_same(
    office: Office, wire: WireTill
) -> None:
    journal = WireJournal().sell_many(3)
    first, again = wire.push(journal), wire.push(journal)
    assert again.status_code == 200
    assert again.json() == first.json()
    assert stored(office.engine, journal) == expected(journal)


def test_an_overlap_adds_only_what_is_new(office: Office, wire: WireTill) -> None:
    journal = WireJournal().sell_many(5)
    assert wire.push(journal, 1, 3).json()["head"] == 3
    assert wire.push(journal, 2, 5).json()["head"] == 5
    assert stored(office.engine, journal) == expected(journal)


def test_an_old_part_is_answered_with_the_newest_head(wire: WireTill) -> None:
    journal = WireJournal().sell_many(5)
    wire.push(journal)
    answer = wire.push(journal, 2, 3).json()
    assert (answer["head"], answer["head_hash"]) == (5, journal.hashes[5].hex())


def test_a_part_that_is_ahead_is_told_where_the_journal_ends(
    office: Office, wire: WireTill
) -> None:
    journal = WireJournal().sell_many(5)
    wire.push(journal, 1, 2)
    answer = wire.push(journal, 4, 5)
    assert problem_of(answer) == (409, "behind")
    assert answer.json()["head"] == 2
    assert answer.json()["head_hash"] == journal.hashes[2].hex()
    assert stored(office.engine, journal) == expected(journal, 2)


def test_a_journal_that_never_came_is_behind_from_its_start(wire: WireTill) -> None:
    journal = WireJournal().sell_many(3)
    answer = wire.push(journal, 2, 3)
    assert problem_of(answer) == (409, "behind")
    assert answer.json().get("head", 0) == 0
    assert answer.json()["head_hash"] == GENESIS.hex()


def test_another_past_is_a_fork(office: Office, wire: WireTill) -> None:
    journal = WireJournal().sell_many(3)
    wire.push(journal)
    other = WireJournal(jid=journal.jid).sell_many(5)
    for first in (1, 4):
        answer = wire.push(other, first, 5)
        assert problem_of(answer) == (409, "fork")
        assert answer.json()["head"] == 3
    assert stored(office.engine, journal) == expected(journal)


def test_a_fork_in_the_middle_of_a_batch_is_found(office: Office, wire: WireTill) -> None:
    journal = WireJournal().sell_many(2)
    wire.push(journal)
    other = WireJournal(jid=journal.jid)
    other.add_raw(journal.entries[0].body, rid=journal.entries[0].rid)
    other.sell_many(3)
    assert other.hashes[1] == journal.hashes[1]
    assert problem_of(wire.push(other, 2, 4)) == (409, "fork")
    assert stored(office.engine, journal) == expected(journal)


def test_a_chain_that_does_not_hash_to_its_end_stores_nothing(
    office: Office, wire: WireTill
) -> None:
    journal = WireJournal().sell_many(3)
    answer = wire.push(journal, last_hash=journal.hashes[2].hex())
    assert problem_of(answer) == (400, "bad_chain")
    assert stored(office.engine, journal) == []


def test_a_missing_entry_in_the_batch_stores_nothing(office: Office, wire: WireTill) -> None:
    journal = WireJournal().sell_many(3)
    del journal.lines[1]
    answer = wire.push(journal, count=2)
    assert problem_of(answer) == (400, "bad_chain")
    assert stored(office.engine, journal) == []


@pytest.mark.parametrize("count", [0, 2, 4, MAX_ENTRIES + 1])
def test_a_wrong_count_stores_nothing(office: Office, wire: WireTill, count: int) -> None:
    journal = WireJournal().sell_many(3)
    assert problem_of(wire.push(journal, count=count)) == (400, "bad_batch")
    assert stored(office.engine, journal) == []


def test_more_entries_than_agreed_store_nothing(office: Office, wire: WireTill) -> None:
    journal = WireJournal().sell_many(MAX_ENTRIES + 1)
    assert problem_of(wire.push(journal)) == (400, "bad_batch")
    assert wire.push(journal, 1, MAX_ENTRIES).status_code == 200
    assert len(stored(office.engine, journal)) == MAX_ENTRIES


def test_a_damaged_body_stores_nothing(office: Office, wire: WireTill) -> None:
    journal = WireJournal().sell_many(3)
    body = packed(journal.lines, "zstd")
    claims = {
        "base_seq": 0,
        "base_hash": GENESIS.hex(),
        "count": 3,
        "last_hash": journal.hashes[3].hex(),
        "body_sha256": sha256(body).hexdigest(),
    }
    for damaged in (body[:-1], body[:10], b"", body + b"x", bytes([body[0] ^ 1]) + body[1:]):
        answer = wire.push_body(journal.jid, damaged, encoding="zstd", **claims)
        assert problem_of(answer) == (400, "bad_digest")
    assert stored(office.engine, journal) == []


@pytest.mark.parametrize("encoding", ["zstd", "gzip"])
def test_a_body_that_cannot_be_unpacked_stores_nothing(
    office: Office, wire: WireTill, encoding: str
) -> None:
    journal = WireJournal().sell_many(3)
    whole = packed(journal.lines, encoding)
    for body in (b"garbage", whole[:5], whole[:-5], whole + b"garbage behind"):
        answer = wire.push_body(
            journal.jid,
            body,
            encoding=encoding,
            base_seq=0,
            base_hash=GENESIS.hex(),
            count=3,
            last_hash=journal.hashes[3].hex(),
            body_sha256=sha256(body).hexdigest(),
        )
        assert problem_of(answer) == (400, "bad_digest")
    assert stored(office.engine, journal) == []


@pytest.mark.parametrize("encoding", ["zstd", "gzip"])
def test_a_small_body_that_swells_beyond_measure_is_refused(wire: WireTill, encoding: str) -> None:
    plain = bytes(64 << 20)
    pack = zstandard.ZstdCompressor().compress if encoding == "zstd" else gzip.compress
    body = pack(plain)
    answer = wire.push_body(
        key(),
        body,
        encoding=encoding,
        base_seq=0,
        base_hash=GENESIS.hex(),
        count=1,
        last_hash=GENESIS.hex(),
        body_sha256=sha256(body).hexdigest(),
    )
    assert problem_of(answer) == (413, "too_large")


def test_a_body_over_the_limit_is_refused(office: Office, wire: WireTill) -> None:
    journal = WireJournal().sell_many(1)
    body = bytes(MAX_BYTES + 65_537)
    answer = wire.push_body(journal.jid, body, body_sha256=sha256(body).hexdigest())
    assert problem_of(answer) == (413, "too_large")
    assert stored(office.engine, journal) == []


@pytest.mark.parametrize(
    "claim",
    [
        {"base_seq": "x"},
        {"base_seq": -1},
        {"base_seq": 10**30},
        {"base_hash": "zz"},
        {"count": "many"},
        {"last_hash": ""},
        {"last_hash": "00"},
    ],
    ids=str,
)
def test_claims_that_make_no_sense_store_nothing(
    office: Office, wire: WireTill, claim: dict[str, Any]
) -> None:
    journal = WireJournal().sell_many(1)
    answer = wire.push(journal, **claim)
    assert answer.status_code in {400, 409}, answer.text
    assert problem_of(answer)[1] in {"bad_batch", "bad_chain", "behind"}
    assert stored(office.engine, journal) == []


@pytest.mark.parametrize(
    "line",
    [
        b"{}",
        b"[]",
        b"null",
        b'{"s":1}',
        b"\xff\xfe",
        b"[" * 100_000,
    ],
    ids=lambda line: repr(line[:8]),
)
def test_lines_that_are_no_entries_store_nothing(
    office: Office, wire: WireTill, line: bytes
) -> None:
    body = line + b"\n"
    answer = wire.push_body(
        key(),
        body,
        base_seq=0,
        base_hash=GENESIS.hex(),
        count=1,
        last_hash=GENESIS.hex(),
        body_sha256=sha256(body).hexdigest(),
    )
    assert problem_of(answer) == (400, "bad_batch")


@pytest.mark.parametrize(
    "other",
    [{"at_us": (1 << 63) - 1}, {"at_us": -(1 << 63)}, {"type": "x" * 33}],
    ids=["late", "early", "long type"],
)
def test_values_that_no_column_holds_are_the_senders_fault(
    office: Office, wire: WireTill, other: dict[str, Any]
) -> None:
    journal = WireJournal()
    journal.add(closed_sale("S1-1-AA-00000001", (sold("P1"),)), **other)
    assert problem_of(wire.push(journal)) == (400, "bad_batch")
    assert stored(office.engine, journal) == []


@pytest.mark.expect_warnings
def test_facts_of_a_newer_till_are_journalled_all_the_same(office: Office, wire: WireTill) -> None:
    journal = WireJournal()
    journal.add_raw(b'{"new":true}', type="future.fact", sv=9)
    assert wire.push(journal).status_code == 200
    assert catch_up(office.engine, seconds=10)
    assert stored(office.engine, journal) == expected(journal)


@pytest.mark.expect_warnings
def test_personal_fields_are_kept_beside_the_chain(office: Office, wire: WireTill) -> None:
    journal = WireJournal()
    side = Side(b"salt", b'{"name":"N"}')
    fact = closed_sale("S1-1-AA-00000001", (sold("P1"),))
    entry = journal.add_raw(
        b'{"side":"' + side_hash(side).hex().encode() + b'"}', side=side, type="x"
    )
    assert fact.side == ""
    assert wire.push(journal).status_code == 200
    assert catch_up(office.engine, seconds=10)
    with begin(office.engine) as tx:
        row = tx.execute(select(EntrySide).where(EntrySide.rid == entry.rid)).one()
    assert (bytes(row.salt), bytes(row.data)) == (side.salt, side.data)


def test_a_journal_that_is_being_pushed_is_busy_at_once(office: Office, wire: WireTill) -> None:
    journal = WireJournal().sell_many(2)
    wire.push(journal, 1, 1)
    with begin(office.engine) as tx:
        tx.execute(select(JournalHead).where(JournalHead.jid == journal.jid).with_for_update())
        answer = wire.push(journal, 2, 2)
    assert problem_of(answer) == (423, "busy")
    assert answer.headers["retry-after"] == "1"
    assert stored(office.engine, journal) == expected(journal, 1)
    assert wire.push(journal, 2, 2).status_code == 200


def test_a_record_that_comes_through_another_journal_too_is_kept_there_and_booked_once(
    office: Office, wire: WireTill
) -> None:
    journal = WireJournal().sell_many(1)
    wire.push(journal)
    other = WireJournal()
    other.add_raw(journal.entries[0].body, rid=journal.entries[0].rid)
    assert wire.push(other).status_code == 200
    assert stored(office.engine, other) == expected(other, 1)
    assert catch_up(office.engine, seconds=20)
    with begin(office.engine) as tx:
        # Whichever of the two is booked first when both wait.
        booked = tx.execute(select(Sale.jid).where(Sale.rid == journal.entries[0].rid))
        assert booked.scalar_one() in {journal.jid, other.jid}
        assert verify(tx).broken == ""


def test_a_record_twice_in_one_journal_is_refused(office: Office, wire: WireTill) -> None:
    journal = WireJournal().sell_many(1)
    wire.push(journal)
    journal.add_raw(journal.entries[0].body, rid=journal.entries[0].rid)
    assert problem_of(wire.push(journal, 2, 2)) == (409, "fork")
    assert stored(office.engine, journal) == expected(journal, 1)


def test_hashes_tell_where_two_pasts_part(office: Office, wire: WireTill) -> None:
    journal = WireJournal().sell_many(5)
    wire.push(journal)

    def hashes(first: int, last: int, jid: object = journal.jid) -> Any:
        return wire.send("GET", f"/v1/journals/{jid}/hashes?from={first}&to={last}")

    assert hashes(2, 4).json() == {"first": 2, "hashes": [h.hex() for h in journal.hashes[2:5]]}
    assert hashes(5, 9).json()["hashes"] == [journal.hashes[5].hex()]
    assert hashes(6, 6).json()["hashes"] == []
    assert hashes(0, -3).json()["hashes"] == []
    assert problem_of(hashes(1, 1, key())) == (403, "wrong_journal")
    assert problem_of(hashes(1, 1 << 70)) == (400, "bad_request")


def push_with_past(
    wire: WireTill, journal: WireJournal, first: int, past: int, told: object = None
) -> Any:
    """The entries from ``first`` on, packed by so many before them."""
    before = [entry_bytes(entry) for entry in journal.entries[: first - 1]][-past:]
    lines = [to_wire(entry, short=True) for entry in journal.entries[first - 1 :]]
    body = pack(batch_lines(lines), before)
    claims: dict[str, object] = {
        "base_seq": first - 1,
        "base_hash": journal.hashes[first - 1].hex(),
        "count": len(lines),
        "last_hash": journal.hashes[-1].hex(),
        "body_sha256": sha256(body).hexdigest(),
        "past": past if told is None else told,
    }
    return wire.push_body(journal.jid, body, encoding="zstd", **claims)


def test_a_batch_that_is_packed_by_its_past_is_journalled_byte_for_byte(
    office: Office, wire: WireTill
) -> None:
    journal = WireJournal().sell_many(6)
    wire.push(journal, 1, 4)
    assert push_with_past(wire, journal, 5, 3).json()["head"] == 6
    assert push_with_past(wire, journal, 5, 4).json()["head"] == 6
    assert stored(office.engine, journal) == expected(journal)


def test_a_past_that_is_not_here_is_told_where_the_journal_ends(wire: WireTill) -> None:
    journal = WireJournal().sell_many(6)
    wire.push(journal, 1, 2)
    answer = push_with_past(wire, journal, 5, 3)
    assert problem_of(answer) == (409, "behind")
    assert answer.json()["head"] == 2


def test_a_batch_packed_by_another_past_is_a_fork(wire: WireTill) -> None:
    journal, other = WireJournal(), WireJournal()
    other.jid = journal.jid
    journal.sell_many(4)
    other.sell_many(6)
    wire.push(journal)
    assert problem_of(push_with_past(wire, other, 5, 3)) == (409, "fork")


@pytest.mark.parametrize("past", [-1, MAX_PAST + 1, "x"])
def test_a_past_out_of_bounds_is_refused(wire: WireTill, past: object) -> None:
    journal = WireJournal().sell_many(4)
    wire.push(journal, 1, 3)
    assert problem_of(push_with_past(wire, journal, 4, 3, told=past)) == (400, "bad_batch")
