"""Tills with what the sync knows of them, and what there is of one till."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, Connection, func, select

from backoffice.stores.tills import TillRecord, till_record, tills
from db.head.cases import ExceptionCase
from db.head.journals import JournalEntry, JournalHead, Quarantined
from db.head.stores import Installation, Terminal
from db.head.streams import InstallationStream, StreamHead

_MOST_ASIDE = 100
_Place = tuple[str, int]


@dataclass(frozen=True, slots=True)
class StreamLag:
    """How far a till has a stream; ``unreadable`` rows are not in force there."""

    stream: str
    seq: int
    head: int
    unreadable: int
    told_at: datetime

    @property
    def behind(self) -> int:
        """Changes that it has not got."""
        return max(self.head - self.seq, 0)


@dataclass(frozen=True, slots=True)
class JournalState:
    """A journal of a till, of whatever installation; ``durable_seq`` is in a proved backup."""

    jid: UUID
    present: bool
    opened_at: datetime
    last_at: datetime
    head_seq: int
    applied_seq: int
    durable_seq: int
    head_hash: str


@dataclass(frozen=True, slots=True)
class AsideEntry:
    """An entry that is not booked."""

    rid: UUID
    seq: int
    type: str
    state: str
    code: str
    reason: str
    tries: int
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Journals:
    """The journals of an installation together.

    Attributes:
        entries: of all of them, here; ``durable`` how many are in a proved backup.
    """

    count: int = 0
    entries: int = 0
    durable: int = 0


@dataclass(frozen=True, slots=True)
class WatchedTill:
    """A till with what the sync knows of it.

    Attributes:
        lags: of each of its streams.
        journals: of its present installation; each beyond the first was opened because head
            office had another past of the one before, or because the disk was an old copy.
        aside: entries that are not booked, by state.
        cases: open exception cases of its store.
    """

    till: TillRecord
    lags: tuple[StreamLag, ...] = ()
    journals: Journals = field(default_factory=Journals)
    aside: Mapping[str, int] = field(default_factory=dict)
    cases: int = 0

    @property
    def behind(self) -> int:
        """Changes of all streams that it has not got."""
        return sum(lag.behind for lag in self.lags)

    @property
    def unreadable(self) -> int:
        """Rows that it cannot read."""
        return sum(lag.unreadable for lag in self.lags)

    @property
    def forks(self) -> int:
        """How often it went on in a new journal."""
        return max(self.journals.count - 1, 0)

    @property
    def unsafe(self) -> int:
        """Entries that are here and in no proved backup."""
        return self.journals.entries - self.journals.durable


def watched(tx: Connection, records: Iterable[TillRecord]) -> tuple[WatchedTill, ...]:
    """Those tills with what the sync knows of them; nothing of others is read."""
    found = tuple(records)
    installations = [UUID(one.installation) for one in found if one.installation]
    stores = sorted({one.store_id for one in found})
    lags, journals = _lags(tx, installations), _journals(tx, installations)
    aside, cases = _aside(tx, stores), _cases(tx, stores)
    return tuple(
        WatchedTill(
            till,
            tuple(lags.get(till.installation, ())),
            journals.get(till.installation, Journals()),
            aside.get((till.store_id, till.till), {}),
            cases.get(till.store_id, 0),
        )
        for till in found
    )


def watched_till(tx: Connection, store_id: str, till: int, now: datetime) -> WatchedTill | None:
    """One till, or None."""
    place = (Terminal.store_id == store_id, Terminal.till == till)
    row = tx.execute(tills(now).where(*place)).first()
    return None if row is None else watched(tx, [till_record(row)])[0]


def journals_of(tx: Connection, store_id: str, till: int) -> tuple[JournalState, ...]:
    """The journals of a till, the newest first."""
    rows = tx.execute(
        select(JournalHead, Installation.state)
        .outerjoin(
            Installation,
            (Installation.store_id == JournalHead.store_id)
            & (Installation.installation_id == JournalHead.installation_id),
        )
        .where(JournalHead.store_id == store_id, JournalHead.till == till)
        .order_by(JournalHead.opened_at.desc(), JournalHead.jid.desc())
    )
    return tuple(
        JournalState(
            row.jid,
            row.state == "active",
            row.opened_at,
            row.last_at,
            row.head_seq,
            row.applied_seq,
            min(row.durable_seq, row.head_seq),
            bytes(row.head_hash).hex(),
        )
        for row in rows
    )


def aside_of(tx: Connection, store_id: str, till: int) -> tuple[AsideEntry, ...]:
    """The first hundred entries of a till that are not booked, the oldest first."""
    rows = tx.execute(
        select(
            Quarantined.rid,
            Quarantined.seq,
            JournalEntry.type,
            Quarantined.state,
            Quarantined.code,
            Quarantined.reason,
            Quarantined.tries,
            Quarantined.first_at,
            Quarantined.last_at,
        )
        .join(JournalHead, _of_journal())
        .join(
            JournalEntry,
            (JournalEntry.store_id == Quarantined.store_id)
            & (JournalEntry.rid == Quarantined.rid)
            & (JournalEntry.jid == Quarantined.jid),
        )
        .where(Quarantined.store_id == store_id, JournalHead.till == till)
        .order_by(Quarantined.rid)
        .limit(_MOST_ASIDE)
    )
    return tuple(AsideEntry(*row) for row in rows)


def _of_journal() -> ColumnElement[bool]:
    return (JournalHead.store_id == Quarantined.store_id) & (JournalHead.jid == Quarantined.jid)


def _lags(tx: Connection, installations: list[UUID]) -> dict[str, list[StreamLag]]:
    """By installation."""
    rows = tx.execute(
        select(InstallationStream, StreamHead.head, StreamHead.generation.label("newest"))
        .join(StreamHead, StreamHead.stream == InstallationStream.stream)
        .where(InstallationStream.installation_id.in_(installations))
        .order_by(InstallationStream.stream)
    )
    found: defaultdict[str, list[StreamLag]] = defaultdict(list)
    for row in rows:
        seq = row.seq if row.generation == row.newest else 0
        dead = msgspec.json.decode(row.dead, type=list[object]) if row.dead else []
        lag = StreamLag(row.stream, seq, row.head, len(dead), row.told_at)
        found[str(row.installation_id)].append(lag)
    return found


def _journals(tx: Connection, installations: list[UUID]) -> dict[str, Journals]:
    """What each installation has opened and sent."""
    rows = tx.execute(
        select(
            JournalHead.installation_id,
            func.count(),
            func.sum(JournalHead.head_seq),
            func.sum(func.least(JournalHead.durable_seq, JournalHead.head_seq)),
        )
        .where(JournalHead.installation_id.in_(installations))
        .group_by(JournalHead.installation_id)
    )
    return {str(row[0]): Journals(row[1], int(row[2]), int(row[3])) for row in rows}


def _aside(tx: Connection, stores: list[str]) -> dict[_Place, Counter[str]]:
    rows = tx.execute(
        select(JournalHead.store_id, JournalHead.till, Quarantined.state, func.count())
        .join(JournalHead, _of_journal())
        .where(Quarantined.store_id.in_(stores))
        .group_by(JournalHead.store_id, JournalHead.till, Quarantined.state)
    )
    found: defaultdict[_Place, Counter[str]] = defaultdict(Counter)
    for store_id, till, state, count in rows:
        found[store_id, till][state] = count
    return found


def _cases(tx: Connection, stores: list[str]) -> dict[str, int]:
    """Open ones by store."""
    rows = tx.execute(
        select(ExceptionCase.store_id, func.count())
        .where(ExceptionCase.state == "open", ExceptionCase.store_id.in_(stores))
        .group_by(ExceptionCase.store_id)
    )
    return {str(row[0]): int(row[1]) for row in rows}
