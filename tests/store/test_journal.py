from __future__ import annotations

from datetime import date

import msgspec
import pytest
from sqlalchemy import Connection, insert
from sqlalchemy.exc import DBAPIError

from db.store.journal import EntrySide
from pos_app.checkout import records
from pos_app.journal.append import Appended, Draft, append, head
from pos_app.journal.numbers import next_number, open_journal
from retail.contract.codec import GENESIS, Side, chain_hash, merkle_leaf, read_entry, side_hash
from retail.contract.facts import SignedOn, decode
from retail.contract.sales import SaleClosed
from retail.errors import RetailError
from retail.identity import series_of
from tests.support.till import SHELF, Books

PIECE = SHELF.code(SHELF.piece)
SIDE = Side(salt=b"sixteen bytes...", data=b'{"name":"Maria Keller"}')


def _append(books: Books, **changes: object) -> Appended:
    member = books.staff()[0].staff_id
    draft = Draft(books.desk.new_id(), books.session.place(), SignedOn(staff=member))
    if changes:
        draft = Draft(draft.rid, draft.place, draft.fact, **changes)  # type: ignore[arg-type]
    return books.run(lambda tx: append(tx, books.desk, head(tx), draft))


def test_an_entry_follows_from_the_one_before(selling: Books) -> None:
    before = selling.run(head)
    added = _append(selling)
    data = bytes(selling.value("SELECT entry FROM journal_entry ORDER BY seq DESC LIMIT 1"))
    assert added.hash == chain_hash(before.hash, data)
    assert selling.run(head) == type(before)(
        before.jid, before.seq + 1, added.hash, before.series, before.last_receipt
    )
    entry = read_entry(data)
    assert added.leaf == merkle_leaf(entry.rid, entry.body)
    assert entry.business_date == date(2026, 11, 20)
    assert (entry.zone, entry.tz_minutes, entry.boot_id) == (
        "Europe/Amsterdam", 60, selling.desk.boot_id,
    )  # fmt: skip


def test_entries_are_numbered_without_a_gap_from_one(selling: Books) -> None:
    for _ in range(5):
        selling.sell(PIECE)
    seqs = [seq for (seq,) in selling.query("SELECT seq FROM journal_entry ORDER BY seq")]
    assert seqs == list(range(1, len(seqs) + 1))


def test_a_journal_that_was_rolled_back_into_goes_on_as_if_nothing_had_been(
    selling: Books,
) -> None:
    """Complaint 23: gaps in the receipt numbers."""
    before = selling.run(head)
    with pytest.raises(RetailError, match="No"):
        selling.run(_append_and_refuse, selling)
    assert selling.run(head) == before
    _append(selling)
    assert selling.verify().broken == ""


def _append_and_refuse(tx: Connection, books: Books) -> None:
    fact = SignedOn(staff=books.session.staff.staff_id)
    append(tx, books.desk, head(tx), Draft(books.desk.new_id(), books.session.place(), fact))
    raise RetailError("test.refused", "No.")


def test_a_record_is_journalled_once(selling: Books) -> None:
    rid = selling.sell(PIECE).rid
    fact = SignedOn(staff=selling.session.staff.staff_id)
    draft = Draft(rid, selling.session.place(), fact)
    with pytest.raises(Exception, match="UNIQUE"):
        selling.run(lambda tx: append(tx, selling.desk, head(tx), draft))


@pytest.mark.parametrize("statement", [
    "UPDATE journal_entry SET type = 'x'", "DELETE FROM journal_entry",
    "UPDATE journal_entry SET entry = zeroblob(4) WHERE seq = 1",
    "DELETE FROM journal_entry WHERE seq = (SELECT max(seq) FROM journal_entry)",
])  # fmt: skip
def test_entries_are_append_only(selling: Books, statement: str) -> None:
    before = selling.dump()
    with pytest.raises(DBAPIError, match="append-only"):
        selling.execute(statement)
    assert selling.dump() == before


def test_the_series_follows_from_the_journal(selling: Books) -> None:
    end = selling.run(head)
    assert end.series == series_of(end.jid)
    number = next_number(end, "S1", 1)
    assert str(number) == f"S1-1-{end.series}-00000001"


def test_a_new_journal_begins_at_nothing(books: Books) -> None:
    books.execute("UPDATE journal SET state = 'closed'")
    with pytest.raises(RetailError) as caught:
        books.run(head)
    assert caught.value.code == "journal.none"
    jid = books.desk.new_id()
    end = books.run(open_journal, jid, books.desk.now())
    assert (end.seq, end.hash, end.last_receipt) == (0, GENESIS, 0)
    assert books.run(head) == end
    assert books.verify().broken == ""


def test_both_journals_of_an_installation_verify(selling: Books) -> None:
    selling.sell(PIECE)
    selling.execute("UPDATE journal SET state = 'closed'")
    selling.clock.step(hours=1)
    selling.run(open_journal, selling.desk.new_id(), selling.desk.now())
    sold = selling.sell(PIECE)
    assert sold.receipt_number.endswith("-00000001")
    found = selling.verify()
    assert (found.sales, found.broken) == (2, "")


def _sell_to_somebody(books: Books, side: Side | None) -> None:
    """A sale whose body names personal fields, as members and invoices need them."""
    books.sell(PIECE)
    sold = read_entry(bytes(books.value("SELECT entry FROM journal_entry ORDER BY seq DESC")))
    fact = decode(sold.type, sold.sv, sold.body)
    assert isinstance(fact, SaleClosed)
    rid, place = books.desk.new_id(), books.session.place()

    def write(tx: Connection) -> None:
        end = head(tx)
        number = next_number(end, "S1", 1)
        own = msgspec.structs.replace(fact, number=str(number), side=side_hash(SIDE).hex())
        draft = Draft(rid, place, own, receipt=number.n, side=side)
        entry = append(tx, books.desk, end, draft)
        records.write_sale(tx, place, entry, rid=rid, sale=own)

    books.run(write)


def test_personal_fields_stand_beside_the_chain(selling: Books) -> None:
    _sell_to_somebody(selling, SIDE)
    found = selling.verify()
    assert (found.broken, found.erased) == ("", 0)
    entry = bytes(selling.value("SELECT entry FROM journal_entry ORDER BY seq DESC LIMIT 1"))
    assert b"Maria" not in entry


def test_erased_personal_fields_are_told_and_the_chain_holds(selling: Books) -> None:
    _sell_to_somebody(selling, SIDE)
    selling.execute("DELETE FROM entry_side")
    found = selling.verify()
    assert (found.broken, found.erased) == ("", 1)


@pytest.mark.parametrize("column", ["salt", "data"])
def test_altered_personal_fields_are_named(selling: Books, column: str) -> None:
    _sell_to_somebody(selling, SIDE)
    selling.execute(f"UPDATE entry_side SET {column} = {column} || x'00'")  # noqa: S608
    assert "personal fields were altered" in selling.verify().broken


def test_foreign_personal_fields_are_no_proof(selling: Books) -> None:
    _sell_to_somebody(selling, None)
    assert selling.verify().erased == 1
    rid = selling.journalled()[-1][1]
    selling.run(lambda tx: tx.execute(insert(EntrySide).values(rid=rid, salt=b"x", data=b"y")))
    assert "altered" in selling.verify().broken
