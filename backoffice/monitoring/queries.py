"""The fleet as somebody reads it who looks after the sync."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, Connection, func, select

from backoffice.stores.queries import TillRecord, TillState, fleet
from db.head.cases import ExceptionCase
from db.head.journals import JournalEntry, JournalHead, Quarantined
from db.head.stores import Installation
from db.head.streams import InstallationStream, StreamHead

SKEW_MS = 120_000
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
    """A journal of a till, of whatever installation."""

    jid: UUID
    present: bool
    opened_at: datetime
    last_at: datetime
    head_seq: int
    applied_seq: int
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


class Trouble(StrEnum):
    """What a list of tills may be narrowed to."""

    QUEUED = "queued"
    BEHIND = "behind"
    ASIDE = "aside"
    FORKED = "forked"
    SKEWED = "skewed"


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
    journals: int = 0
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
        return max(self.journals - 1, 0)

    def has(self, trouble: Trouble) -> bool:
        """True when it is in this kind of trouble."""
        found = {
            Trouble.QUEUED: self.till.queued,
            Trouble.BEHIND: self.behind or self.unreadable,
            Trouble.ASIDE: sum(self.aside.values()),
            Trouble.FORKED: self.forks,
            Trouble.SKEWED: abs(self.till.clock_skew_ms) > SKEW_MS,
        }
        return bool(found[trouble])


@dataclass(frozen=True, slots=True)
class FleetFilter:
    """What the page is narrowed to; empty and None do not narrow."""

    store: str = ""
    state: TillState | None = None
    trouble: Trouble | None = None


def watched(tx: Connection) -> tuple[WatchedTill, ...]:
    """All tills, by store and number."""
    lags, journals, aside, cases = _lags(tx), _journals(tx), _aside(tx), _cases(tx)
    return tuple(
        WatchedTill(
            till,
            tuple(lags.get(till.installation, ())),
            journals.get(till.installation, 0),
            aside.get((till.store_id, till.till), {}),
            cases.get(till.store_id, 0),
        )
        for till in fleet(tx)
    )


def narrowed(
    tills: tuple[WatchedTill, ...], narrow: FleetFilter, now: datetime
) -> tuple[WatchedTill, ...]:
    """The tills that the filter lets through."""
    return tuple(
        one
        for one in tills
        if narrow.store in {"", one.till.store_id}
        and narrow.state in {None, one.till.state(now)}
        and (narrow.trouble is None or one.has(narrow.trouble))
    )


def watched_till(tx: Connection, store_id: str, till: int) -> WatchedTill | None:
    """One till, or None."""
    wanted = (store_id, till)
    return next((w for w in watched(tx) if (w.till.store_id, w.till.till) == wanted), None)


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


def _lags(tx: Connection) -> dict[str, list[StreamLag]]:
    """By installation."""
    rows = tx.execute(
        select(InstallationStream, StreamHead.head, StreamHead.generation.label("newest"))
        .join(StreamHead, StreamHead.stream == InstallationStream.stream)
        .order_by(InstallationStream.stream)
    )
    found: defaultdict[str, list[StreamLag]] = defaultdict(list)
    for row in rows:
        seq = row.seq if row.generation == row.newest else 0
        dead = msgspec.json.decode(row.dead, type=list[object]) if row.dead else []
        lag = StreamLag(row.stream, seq, row.head, len(dead), row.told_at)
        found[str(row.installation_id)].append(lag)
    return found


def _journals(tx: Connection) -> dict[str, int]:
    """How many each installation has opened."""
    rows = tx.execute(
        select(JournalHead.installation_id, func.count()).group_by(JournalHead.installation_id)
    )
    return {str(installation): count for installation, count in rows}


def _aside(tx: Connection) -> dict[_Place, Counter[str]]:
    rows = tx.execute(
        select(JournalHead.store_id, JournalHead.till, Quarantined.state, func.count())
        .join(JournalHead, _of_journal())
        .group_by(JournalHead.store_id, JournalHead.till, Quarantined.state)
    )
    found: defaultdict[_Place, Counter[str]] = defaultdict(Counter)
    for store_id, till, state, count in rows:
        found[store_id, till][state] = count
    return found


def _cases(tx: Connection) -> dict[str, int]:
    """Open ones by store."""
    rows = tx.execute(
        select(ExceptionCase.store_id, func.count())
        .where(ExceptionCase.state == "open")
        .group_by(ExceptionCase.store_id)
    )
    return {str(row[0]): int(row[1]) for row in rows}
