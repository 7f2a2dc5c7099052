"""What a till journals again after a fork: the same records, in a journal of their own."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from msgspec.structs import replace
from sqlalchemy import Connection, select

from db.store.journal import Journal, JournalEntry
from pos_app.checkout.closing import ClosedSale
from pos_app.journal.again import journal_again
from pos_app.journal.append import append_again, head
from pos_app.sync import push
from retail.contract.codec import GENESIS, Entry, read_entry
from retail.contract.facts import JournalOpened, decode
from retail.identity import parse_document_number
from tests.support.till import SHELF, Books


def entries(tx: Connection, jid: UUID) -> list[Entry]:
    rows = tx.execute(
        select(JournalEntry.entry).where(JournalEntry.jid == jid).order_by(JournalEntry.seq)
    ).scalars()
    return [read_entry(bytes(data)) for data in rows]


def unplaced(entry: Entry) -> Entry:
    """All of an entry but its place."""
    return replace(entry, jid=UUID(int=0), seq=0)


def sell(books: Books, count: int) -> list[ClosedSale]:
    return [books.sell(SHELF.code(SHELF.piece)) for _ in range(count)]


def fork(books: Books, jid: UUID, common: int) -> int | None:
    return books.run(journal_again, books.desk, jid, common, "fork")


def test_the_rest_goes_on_in_a_new_journal_under_the_same_ids(selling: Books) -> None:
    sell(selling, 3)
    old = selling.run(head)
    assert fork(selling, old.jid, old.seq - 2) == 2
    new = selling.run(head)
    assert new.jid != old.jid
    assert new.last_receipt == 0
    opened, *moved = selling.run(entries, new.jid)
    fact = decode(opened.type, opened.sv, opened.body)
    assert isinstance(fact, JournalOpened)
    assert (fact.reason, fact.prev_jid, fact.prev_seq) == ("fork", old.jid, old.seq - 2)
    assert [unplaced(e) for e in moved] == [
        unplaced(e) for e in selling.run(entries, old.jid)[old.seq - 2 :]
    ]
    assert selling.verify().broken == ""


def test_receipts_begin_a_series_of_their_own(selling: Books) -> None:
    first = sell(selling, 2)
    old = selling.run(head)
    fork(selling, old.jid, 0)
    after = sell(selling, 2)
    numbers = [parse_document_number(sale.receipt_number) for sale in (*first, *after)]
    assert [number.n for number in numbers] == [1, 2, 1, 2]
    assert numbers[1].series == old.series != numbers[2].series
    assert selling.verify().broken == ""


def test_nothing_is_moved_twice(selling: Books) -> None:
    sell(selling, 3)
    old = selling.run(head)
    assert fork(selling, old.jid, old.seq - 1) == 1
    assert fork(selling, old.jid, old.seq - 1) is None
    assert fork(selling, old.jid, old.seq) is None
    # A head office that lost more of the old journal gets that part in the new one.
    assert fork(selling, old.jid, old.seq - 3) == 2
    new = selling.run(head)
    records = [entry.rid for entry in selling.run(entries, new.jid)]
    assert len(set(records)) == len(records) == 4
    assert selling.verify().broken == ""


def test_a_fork_of_a_fork(selling: Books) -> None:
    sell(selling, 2)
    first = selling.run(head)
    fork(selling, first.jid, first.seq - 1)
    sell(selling, 1)
    second = selling.run(head)
    assert fork(selling, second.jid, 0) == second.seq
    sell(selling, 1)
    assert selling.verify().broken == ""
    states = selling.run(lambda tx: tx.execute(select(Journal.state).order_by(Journal.jid)).all())
    assert [row.state for row in states] == ["closed", "closed", "open"]


def test_an_old_image_with_nothing_to_send_still_leaves_its_journal(selling: Books) -> None:
    """Its next entry would take a place that head office has filled."""
    old = selling.run(head)
    assert fork(selling, old.jid, old.seq) == 0
    assert selling.run(head).jid != old.jid


def test_only_what_is_sent_from_a_journal_waits(selling: Books) -> None:
    sell(selling, 3)
    old = selling.run(head)
    first = selling.run(push.own_hash, old.jid, 1)
    assert first is not None
    selling.run(push.acknowledge, old.jid, 1, first.hex(), selling.desk.now())
    fork(selling, old.jid, 2)
    queue = selling.run(push.queue_state)
    new = selling.run(head)
    assert queue.entries == 1 + new.seq
    batch = selling.run(push.next_batch)
    assert batch is not None
    assert (batch.jid, batch.base_seq, len(batch.lines)) == (old.jid, 1, 1)
    selling.run(push.acknowledge, old.jid, 2, batch.last_hash.hex(), selling.desk.now())
    rest = selling.run(push.next_batch)
    assert rest is not None
    assert (rest.jid, rest.base_hash, len(rest.lines)) == (new.jid, GENESIS, new.seq)


def test_a_repeated_entry_that_says_something_else_is_found(selling: Books) -> None:
    (sale,) = sell(selling, 1)
    old = selling.run(head)
    fork(selling, old.jid, old.seq)
    (entry,) = [e for e in selling.run(entries, old.jid) if e.rid == sale.rid]
    other = replace(entry, business_date=date(2026, 11, 21))
    selling.run(lambda tx: append_again(tx, head(tx), other))
    assert "it differs from the entry that it repeats" in selling.verify().broken
