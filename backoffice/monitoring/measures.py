"""The state of the sync as figures, read from the database."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, func, select

from backoffice.monitoring.safety import safety
from backoffice.platform.exposition import Family, Labels, gauge
from db.head.cases import ExceptionCase
from db.head.journals import JournalHead, Quarantined
from db.head.stores import Installation, Terminal
from db.head.streams import StreamHead


def measures(tx: Connection, now: datetime) -> list[Family]:
    """All figures as of an instant."""
    return [*_journals(tx), *_tills(tx, now), _streams(tx), _cases(tx), *_safety(tx, now)]


def _journals(tx: Connection) -> list[Family]:
    row = tx.execute(
        select(
            func.count(),
            func.coalesce(func.sum(JournalHead.head_seq), 0),
            func.coalesce(func.sum(JournalHead.applied_seq), 0),
        ).select_from(JournalHead)
    ).one()
    journals, entries, applied = (int(value) for value in row)
    aside = tx.execute(
        select(Quarantined.state, func.count()).group_by(Quarantined.state).order_by("state")
    )
    return [
        gauge("tillwright_journals", "Journals of tills.", [({}, journals)]),
        gauge("tillwright_journal_entries", "Entries of all journals.", [({}, entries)]),
        gauge("tillwright_journal_entries_passed", "Entries booked or set aside.", [({}, applied)]),
        gauge(
            "tillwright_entries_set_aside",
            "Entries that could not be booked yet, by state.",
            [({"state": state}, count) for state, count in aside],
        ),
    ]


def _tills(tx: Connection, now: datetime) -> list[Family]:
    """What each till's present installation said last."""
    rows = tx.execute(
        select(
            Terminal.store_id,
            Terminal.till,
            Installation.queued,
            Installation.oldest_queued_at,
            Installation.last_seen_at,
            Installation.clock_skew_ms,
        )
        .join(
            Installation,
            (Installation.store_id == Terminal.store_id)
            & (Installation.installation_id == Terminal.installation_id),
        )
        .order_by(Terminal.store_id, Terminal.till)
    ).all()
    tills: list[Labels] = [{"store": row.store_id, "till": str(row.till)} for row in rows]
    named = list(zip(tills, rows, strict=True))
    return [
        gauge(
            "tillwright_till_unacked_entries",
            "Entries that a till said are waiting.",
            [(till, row.queued) for till, row in named],
        ),
        gauge(
            "tillwright_till_oldest_unacked_seconds",
            "Age of the oldest entry that a till said is waiting; 0 when none is.",
            [(till, _age(row.oldest_queued_at, now)) for till, row in named],
        ),
        gauge(
            "tillwright_till_last_hello_seconds",
            "Time since a till was heard of.",
            [(till, _age(row.last_seen_at, now)) for till, row in named if row.last_seen_at],
        ),
        gauge(
            "tillwright_till_clock_skew_seconds",
            "A till's clock less ours.",
            [(till, row.clock_skew_ms / 1000) for till, row in named],
        ),
    ]


def _age(at: datetime | None, now: datetime) -> float:
    return max((now - at).total_seconds(), 0) if at else 0


def _streams(tx: Connection) -> Family:
    rows = tx.execute(select(StreamHead.stream, StreamHead.head).order_by(StreamHead.stream))
    return gauge(
        "tillwright_stream_head",
        "Position of the newest change of a down-stream.",
        [({"stream": stream}, head) for stream, head in rows],
    )


def _cases(tx: Connection) -> Family:
    rows = tx.execute(
        select(ExceptionCase.kind, func.count())
        .where(ExceptionCase.state == "open")
        .group_by(ExceptionCase.kind)
        .order_by(ExceptionCase.kind)
    )
    return gauge(
        "tillwright_open_cases",
        "Exception cases that nobody has settled, by kind.",
        [({"kind": kind}, count) for kind, count in rows],
    )


def _safety(tx: Connection, now: datetime) -> list[Family]:
    """Backups and recovery; without a proved backup there is no age."""
    found = safety(tx, now)
    age: list[tuple[Labels, float]] = [] if found.age is None else [({}, found.age.total_seconds())]
    held: list[tuple[Labels, float]] = [] if found.backup is None else [({}, found.backup.entries)]
    recovery = found.recovery
    return [
        gauge("tillwright_backup_age_seconds", "Since the newest proved backup was taken.", age),
        gauge("tillwright_backup_entries", "Entries that it holds.", held),
        gauge(
            "tillwright_entries_not_backed_up",
            "Entries that are in no proved backup.",
            [({}, found.unsafe)],
        ),
        gauge(
            "tillwright_recovery", "1 while a recovery is under way.", [({}, int(bool(recovery)))]
        ),
        gauge(
            "tillwright_recovery_journals",
            "Journals that a recovery waits for, and those of them that are back.",
            [({"state": "awaited"}, recovery.journals), ({"state": "back"}, recovery.back)]
            if recovery
            else [],
        ),
    ]
