"""After a restore: what is waited for, what has come back, and when it is over."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from sqlalchemy import Connection, select

from backoffice.fleet.queries import RecoveryStatus, recovery_status
from backoffice.fleet.recovery import awaited, begin_recovery, end_recovery, note_offer, recovering
from backoffice.fleet.service import head_office
from backoffice.identity import Identity, ShutOut, keeper
from db.base import to_us
from db.head.stores import Installation
from retail.contract.envelope import JournalHead
from tests.support.head_data import NOW, TillJournal, key, sold

LATER = NOW + timedelta(minutes=5)


def restored(tx: Connection, **other: object) -> Identity:
    """Begin the recovery of a restore."""
    hq_id, incarnation = head_office(tx)
    identity = keeper(None, hq_id, incarnation).next_incarnation()
    identity = msgspec.structs.replace(identity, **other)
    begin_recovery(tx, identity, NOW)
    return identity


def at_work(tx: Connection, till: int, *, last_at: datetime = NOW) -> TillJournal:
    journal = TillJournal(till=till)
    journal.enrol(tx, last_at)
    return journal


def tells(tx: Connection, journal: TillJournal, *ends: tuple[UUID, int]) -> None:
    heads = [JournalHead(jid=jid, seq=seq, hash="") for jid, seq in ends]
    note_offer(tx, (journal.store, journal.till, journal.installation), heads, LATER)


def figures(status: RecoveryStatus) -> tuple[int, int, datetime | None]:
    return status.back, status.journals, status.oldest_missing_at


def test_it_waits_for_each_journal_of_the_tills_at_work(chain: Connection) -> None:
    first = at_work(chain, 1, last_at=NOW - timedelta(hours=2))
    second = at_work(chain, 2)
    restored(chain)
    assert figures(recovery_status(chain)) == (0, 2, NOW - timedelta(hours=2))
    tells(chain, first, (first.jid, 0))
    assert figures(recovery_status(chain)) == (1, 2, NOW)
    assert recovering(chain) == 2
    tells(chain, second, (second.jid, 7))
    # It was heard of, and what the backup lacks is not here yet.
    assert figures(recovery_status(chain)) == (1, 2, NOW)
    assert not awaited(chain, second.installation)


def test_it_ends_when_nothing_is_missing(chain: Connection) -> None:
    journal = at_work(chain, 1)
    restored(chain)
    assert awaited(chain, journal.installation)
    tells(chain, journal, (journal.jid, 0))
    status = recovery_status(chain)
    assert (status.under_way, status.ended_at, status.back) == (False, LATER, 1)
    assert recovering(chain) is None
    assert not awaited(chain, journal.installation)


def test_a_journal_that_the_backup_does_not_know_is_waited_for(chain: Connection) -> None:
    journal = at_work(chain, 1)
    restored(chain)
    newer = key(LATER)
    tells(chain, journal, (journal.jid, 0), (newer, 3))
    status = recovery_status(chain)
    assert (status.under_way, status.back, status.journals) == (True, 1, 2)
    assert status.oldest_missing_at == LATER
    tells(chain, journal, (journal.jid, 0), (newer, 0))
    assert recovery_status(chain).under_way


def test_a_journal_that_its_till_has_not_any_more_is_not_waited_for(chain: Connection) -> None:
    journal = at_work(chain, 1)
    journal.sell(chain, sold("P1"))
    restored(chain)
    tells(chain, journal)
    assert not recovery_status(chain).under_way


def test_a_shut_out_till_is_not_waited_for(chain: Connection) -> None:
    journal = at_work(chain, 1)
    at_work(chain, 2)
    out = {journal.installation.hex: ShutOut(to_us(NOW), drain_ok=False)}
    restored(chain, shut_out=out)
    row = chain.execute(
        select(Installation.state, Installation.drain_ok).where(
            Installation.installation_id == journal.installation
        )
    ).one()
    assert tuple(row) == ("revoked", False)
    assert recovery_status(chain).journals == 1


def test_somebody_may_end_it(chain: Connection) -> None:
    at_work(chain, 1)
    restored(chain)
    end_recovery(chain, LATER)
    assert not recovery_status(chain).under_way
    assert figures(recovery_status(chain)) == (0, 1, NOW)


def test_another_restore_begins_anew(chain: Connection) -> None:
    journal = at_work(chain, 1)
    restored(chain)
    assert restored(chain).incarnation == 3
    assert recovering(chain) == 3
    tells(chain, journal, (journal.jid, 0))
    assert recovering(chain) is None


def test_without_a_restore_there_is_nothing_to_tell(chain: Connection) -> None:
    assert recovery_status(chain) == RecoveryStatus()


def test_nothing_is_noted_while_none_is_under_way(chain: Connection) -> None:
    journal = at_work(chain, 1)
    tells(chain, journal, (journal.jid, 5))
    assert recovery_status(chain).journals == 0
