"""However a journal's parts arrive, head office ends with the same bytes."""

from __future__ import annotations

import random
import threading
from collections.abc import Sequence
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select

from backoffice.intake.applier import catch_up
from backoffice.intake.errors import Refused
from backoffice.intake.turns import Accepted
from db.head.journals import Applied, JournalEntry, JournalHead
from db.transaction import begin
from retail.contract.codec import entry_bytes
from tests.backoffice.conftest import Office
from tests.support.head_books import caller, send
from tests.support.wire_till import WireJournal

LENGTH = 24
Part = tuple[int, int]
parts = st.tuples(st.integers(1, LENGTH), st.integers(1, LENGTH)).map(
    lambda pair: (min(pair), max(pair))
)


def stored(engine: Engine, jid: UUID) -> list[tuple[int, bytes, bytes]]:
    with begin(engine) as tx:
        rows = tx.execute(
            select(JournalEntry.seq, JournalEntry.entry, JournalEntry.hash)
            .where(JournalEntry.jid == jid)
            .order_by(JournalEntry.seq)
        )
        return [(row.seq, bytes(row.entry), bytes(row.hash)) for row in rows]


def check(engine: Engine, journal: WireJournal, last: int) -> None:
    wanted = [(e.seq, entry_bytes(e), journal.hashes[e.seq]) for e in journal.entries[:last]]
    assert stored(engine, journal.jid) == wanted
    with begin(engine) as tx:
        head = tx.execute(select(JournalHead).where(JournalHead.jid == journal.jid)).one()
    assert (head.head_seq, bytes(head.head_hash)) == (last, journal.hashes[last])


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.lists(parts, min_size=1, max_size=12))
def test_any_order_of_parts_ends_in_the_same_bytes(office: Office, order: Sequence[Part]) -> None:
    journal, till, head = WireJournal().sell_many(LENGTH), caller(), 0
    for first, last in order:
        answer = send(office.engine, till, journal, (first, last))
        if first - 1 > head:
            assert isinstance(answer, Refused)
            assert (answer.code, answer.head) == ("behind", head)
            assert answer.head_hash == journal.hashes[head]
            continue
        head = max(head, last)
        assert answer == Accepted(head, journal.hashes[head])
    if head < LENGTH:
        send(office.engine, till, journal, (head + 1, LENGTH))
    check(office.engine, journal, LENGTH)


@pytest.mark.parametrize("seed", range(4))
def test_parts_that_arrive_at_once_end_in_the_same_bytes(office: Office, seed: int) -> None:
    journal, till = WireJournal().sell_many(LENGTH), caller()
    unexpected: list[Accepted | Refused] = []

    def worker(number: int) -> None:
        rng = random.Random(f"{seed}/{number}")
        for _ in range(10):
            first = rng.randrange(1, LENGTH + 1)
            answer = send(office.engine, till, journal, (first, rng.randrange(first, LENGTH + 1)))
            known = isinstance(answer, Accepted) or answer.code in {"behind", "busy"}
            if not known:
                unexpected.append(answer)

    threads = [threading.Thread(target=worker, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert unexpected == []
    answer = send(office.engine, till, journal, (1, LENGTH))
    assert answer == Accepted(LENGTH, journal.hashes[LENGTH])
    check(office.engine, journal, LENGTH)
    assert catch_up(office.engine, seconds=20)
    with begin(office.engine) as tx:
        applied = tx.execute(select(Applied.seq).where(Applied.jid == journal.jid)).scalars()
        assert sorted(applied) == list(range(1, LENGTH + 1))


def test_two_tills_of_one_store_do_not_disturb_each_other(office: Office) -> None:
    pairs = [(caller(), WireJournal().sell_many(LENGTH)) for _ in range(2)]
    answers: list[Accepted | Refused] = []

    def worker(number: int) -> None:
        till, journal = pairs[number]
        answers.extend(
            send(office.engine, till, journal, (first, first + 3))
            for first in range(1, LENGTH + 1, 4)
        )

    threads = [threading.Thread(target=worker, args=(n,)) for n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    refused = [answer for answer in answers if isinstance(answer, Refused)]
    assert refused == []
    for _, journal in pairs:
        check(office.engine, journal, LENGTH)
