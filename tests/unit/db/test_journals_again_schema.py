"""The third revision keeps journals as they are and lets a record stand in two of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID

import pytest
from alembic import command
from sqlalchemy import Connection, Engine, insert, select, text
from sqlalchemy.exc import IntegrityError

from db import migrate, revisions
from db.embedded import EmbeddedPostgres
from db.engine import open_head, open_store
from db.head.journals import JournalEntry as HeadEntry
from db.partitions import ensure_months
from db.store.journal import Journal, JournalEntry, PushState
from db.transaction import begin
from retail.identity import uuid7
from tests.support.postgres import run_on

AT = datetime(2026, 11, 20, 12, tzinfo=UTC)
RID, FIRST, SECOND = (uuid7(int(AT.timestamp()) * 1000, n) for n in (1, 2, 3))
ENTRY = {"rid": RID, "type": "sale.closed", "at": AT, "business_date": date(2026, 11, 20)}


def _entry(jid: UUID, seq: int) -> dict[str, object]:
    return {**ENTRY, "jid": jid, "seq": seq, "hash": bytes(32), "entry": b"bytes"}


def _upgrade(tx: Connection, side: revisions.Side, revision: str) -> None:
    command.upgrade(migrate.config(side, tx), revision)


@pytest.fixture
def store(tmp_path: Path) -> Engine:
    """A till of the second revision whose sending had stopped."""
    engine = open_store(tmp_path / "till.sqlite")
    with begin(engine) as tx:
        _upgrade(tx, "store", "0002")
        blob = {"jid": FIRST.bytes, "hash": bytes(32)}
        tx.execute(text("INSERT INTO journal VALUES (:jid, 1, 'AA', 'open', 7, :hash, 3)"), blob)
        tx.execute(
            text("INSERT INTO push_state VALUES (:jid, 5, :hash, NULL, 2, 'another past')"), blob
        )
        tx.execute(insert(JournalEntry), [_entry(FIRST, 7)])
    return engine


def test_a_tills_journal_is_kept_and_sending_goes_on(store: Engine) -> None:
    with begin(store) as tx:
        _upgrade(tx, "store", "head")
    with begin(store) as tx:
        migrate.check(tx, "store")
        journal, state = tx.execute(select(Journal)).one(), tx.execute(select(PushState)).one()
        assert (journal.state, journal.head_seq, journal.moved_after) == ("open", 7, None)
        assert (state.acked_seq, state.durable_seq) == (5, 2)
        tx.execute(insert(JournalEntry), [_entry(SECOND, 1)])
    with pytest.raises(IntegrityError, match="UNIQUE"), begin(store) as tx:
        tx.execute(insert(JournalEntry), [_entry(FIRST, 8)])
    with pytest.raises(IntegrityError, match="append-only"), begin(store) as tx:
        tx.execute(text("DELETE FROM journal_entry"))


@pytest.fixture
def office(head_server: EmbeddedPostgres) -> Iterator[Engine]:
    """A head office of the second revision with the month of an entry."""
    run_on(head_server, "CREATE DATABASE second_revision")
    engine = open_head(head_server.url_of("second_revision"))
    with begin(engine) as tx:
        _upgrade(tx, "head", "0002")
        ensure_months(tx, AT.date(), AT.date())
        tx.execute(insert(HeadEntry), [{"store_id": "S1", "received_at": AT, **_entry(FIRST, 7)}])
    yield engine
    engine.dispose()
    run_on(head_server, "DROP DATABASE second_revision WITH (FORCE)")


def test_a_head_offices_entries_are_kept_and_a_record_may_come_again(office: Engine) -> None:
    with begin(office) as tx:
        _upgrade(tx, "head", "head")
    with begin(office) as tx:
        migrate.check(tx, "head")
        again = {"store_id": "S1", "received_at": AT, **_entry(SECOND, 1)}
        tx.execute(insert(HeadEntry), [again])
        found = tx.execute(select(HeadEntry.jid, HeadEntry.seq).order_by(HeadEntry.jid)).all()
        assert [tuple(row) for row in found] == [(FIRST, 7), (SECOND, 1)]
    with pytest.raises(IntegrityError, match="pk"), begin(office) as tx:
        tx.execute(insert(HeadEntry), [again])
