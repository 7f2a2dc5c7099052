"""The list of tills, those in trouble first, and what the whole fleet amounts to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    ScalarSelect,
    String,
    Subquery,
    case,
    cast,
    exists,
    func,
    literal,
    or_,
    select,
    tuple_,
)

from backoffice.cases.service import CaseKind
from backoffice.fleet.queries import IS_BACK, OWN_HEAD
from backoffice.monitoring.queries import WatchedTill, watched
from backoffice.platform.errors import BadFilter
from backoffice.platform.filters import Page, Position, cursor, page_of
from backoffice.stores.tills import TillState, till_record, tills
from db.base import from_us, to_us
from db.head.cases import ExceptionCase
from db.head.journals import JournalHead, Quarantined
from db.head.recovery import RecoveredJournal, Recovery
from db.head.streams import InstallationStream, StreamHead

PAGE_SIZE = 50
SKEW_MS = 120_000
KEY_PARTS = 4
_NOTHING_WAITS = datetime(9999, 1, 1, tzinfo=UTC)
_CALM = 6


class Trouble(StrEnum):
    """What a list of tills may be narrowed to."""

    QUEUED = "queued"
    BEHIND = "behind"
    ASIDE = "aside"
    FORKED = "forked"
    SKEWED = "skewed"
    UNSAFE = "unsafe"
    OUTDATED = "outdated"
    CASES = "cases"
    COPIED = "copied"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class FleetFilter:
    """What the page is narrowed to; empty and None do not narrow."""

    store: str = ""
    state: TillState | None = None
    trouble: Trouble | None = None


@dataclass(frozen=True, slots=True)
class FleetSums:
    """What the whole fleet amounts to.

    Attributes:
        states: tills by state, those in most trouble first.
        behind: tills without the newest changes.
        aside: entries that are not booked.
        forks: journals that went on in a new one; ``copies`` tills with a copy at work.
    """

    tills: int
    states: Mapping[str, int]
    queued: int
    oldest_at: datetime | None
    outdated: int
    behind: int
    aside: int
    forks: int
    cases: int
    copies: int


def tills_page(
    tx: Connection, narrow: FleetFilter, now: datetime, *, at: Position | None
) -> Page[WatchedTill]:
    """A page of tills.

    First who needs somebody, then who was never heard of, then who holds the oldest entries
    back, then who is silent; tills that are not enrolled come last.
    """
    found = tills(now).subquery()
    order = _order(found)
    statement = select(found, *order[:2]).where(*_lets_through(found, narrow))
    backwards = at is not None and at.before
    if at is not None:
        here = tuple_(*(literal(v, c.type) for v, c in zip(_place(at), order, strict=True)))
        edge = tuple_(*order)
        statement = statement.where(edge < here if backwards else edge > here)
    statement = statement.order_by(*(c.desc() if backwards else c.asc() for c in order))
    rows = tx.execute(statement.limit(PAGE_SIZE + 1)).all()
    keys = {(row.store_id, row.till): _key(row) for row in rows}
    page = page_of(
        [till_record(row) for row in rows],
        lambda one: keys[one.store_id, one.till],
        size=PAGE_SIZE,
        at=at,
    )
    return Page(watched(tx, page.rows), page.previous, page.following)


def fleet_sums(tx: Connection, now: datetime) -> FleetSums:
    """What the whole fleet amounts to, whatever the list is narrowed to."""
    found = tills(now).subquery()
    counted = tx.execute(select(found.c.state, func.count()).group_by(found.c.state)).all()
    states = {str(state): int(count) for state, count in counted}
    row = tx.execute(
        select(
            func.coalesce(func.sum(found.c.queued), 0).label("queued"),
            func.min(found.c.oldest_queued_at).label("oldest_at"),
            func.count().filter(found.c.outdated).label("outdated"),
            func.count().filter(_behind(found)).label("behind"),
            func.coalesce(func.sum(_journals(found) - 1).filter(_journals(found) > 1), 0).label(
                "forks"
            ),
        )
    ).one()
    is_open = select(func.count()).where(ExceptionCase.state == "open")
    copies = is_open.where(ExceptionCase.kind == CaseKind.COPY.value)
    return FleetSums(
        tills=sum(states.values()),
        states={s.value: states[s.value] for s in reversed(TillState) if s.value in states},
        queued=int(row.queued),
        oldest_at=row.oldest_at,
        outdated=row.outdated,
        behind=row.behind,
        aside=tx.execute(select(func.count()).select_from(Quarantined)).scalar_one(),
        forks=int(row.forks),
        cases=tx.execute(is_open).scalar_one(),
        copies=tx.execute(copies).scalar_one(),
    )


def _order(found: Subquery) -> tuple[ColumnElement[Any], ...]:
    """How much trouble a till is in, since when, and its place."""
    rank = case(
        (found.c.state == TillState.ALARM.value, 0),
        (found.c.state == TillState.NOT_ENROLLED.value, _CALM),
        (found.c.last_seen_at.is_(None), 1),
        (found.c.oldest_queued_at.is_not(None), 2),
        (found.c.state == TillState.OFFLINE.value, 3),
        (found.c.state == TillState.LATE.value, 4),
        else_=_CALM - 1,
    ).label("rank")
    since = func.coalesce(found.c.oldest_queued_at, _NOTHING_WAITS).label("since")
    return rank, since, found.c.store_id, found.c.till


def _key(row: Any) -> str:
    return cursor(str(row.rank), str(to_us(row.since)), row.store_id, str(row.till))


def _place(at: Position) -> tuple[int, datetime, str, int]:
    rank, since, store, till = at.key
    try:
        return int(rank), from_us(int(since)), store, int(till)
    except (ValueError, OverflowError) as problem:
        raise BadFilter("The page's position is not valid; start at the first page.") from problem


def _lets_through(found: Subquery, narrow: FleetFilter) -> list[ColumnElement[bool]]:
    tests: list[ColumnElement[bool]] = []
    if narrow.store:
        tests.append(found.c.store_id == narrow.store)
    if narrow.state is not None:
        tests.append(found.c.state == narrow.state.value)
    if narrow.trouble is not None:
        tests.append(_has(found, narrow.trouble))
    return tests


def _has(found: Subquery, trouble: Trouble) -> ColumnElement[bool]:
    """True for tills in this kind of trouble."""
    copy = ExceptionCase.kind == CaseKind.COPY.value
    tests: dict[Trouble, ColumnElement[bool]] = {
        Trouble.QUEUED: found.c.queued > 0,
        Trouble.BEHIND: _behind(found),
        Trouble.ASIDE: found.c.quarantined > 0,
        Trouble.FORKED: _journals(found) > 1,
        Trouble.SKEWED: func.abs(found.c.clock_skew_ms) > SKEW_MS,
        Trouble.UNSAFE: _of_journals(found, JournalHead.durable_seq < JournalHead.head_seq),
        Trouble.OUTDATED: found.c.outdated,
        Trouble.CASES: _open_case(found),
        Trouble.COPIED: _open_case(found, copy, ExceptionCase.subject == _id_of(found)),
        Trouble.MISSING: _missing(found),
    }
    return tests[trouble]


def _id_of(found: Subquery) -> ColumnElement[str]:
    """As cases are named after it."""
    return cast(found.c.installation_id, String)


def _behind(found: Subquery) -> ColumnElement[bool]:
    """It lacks changes of a stream, or cannot read some."""
    lacks = or_(
        StreamHead.head > InstallationStream.seq,
        StreamHead.generation != InstallationStream.generation,
        InstallationStream.dead.not_in(["", "[]"]),
    )
    return exists().where(
        InstallationStream.store_id == found.c.store_id,
        InstallationStream.installation_id == found.c.installation_id,
        StreamHead.stream == InstallationStream.stream,
        lacks,
    )


def _journals(found: Subquery) -> ScalarSelect[int]:
    """How many journals its present installation has opened."""
    return (
        select(func.count())
        .where(
            JournalHead.store_id == found.c.store_id,
            JournalHead.installation_id == found.c.installation_id,
        )
        .correlate(found)
        .scalar_subquery()
    )


def _of_journals(found: Subquery, test: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(
        JournalHead.store_id == found.c.store_id,
        JournalHead.installation_id == found.c.installation_id,
        test,
    )


def _open_case(found: Subquery, *tests: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(
        ExceptionCase.store_id == found.c.store_id, ExceptionCase.state == "open", *tests
    )


def _missing(found: Subquery) -> ColumnElement[bool]:
    """A journal of it is waited for since a restore."""
    waited = (
        select(RecoveredJournal.jid)
        .join(Recovery, Recovery.incarnation == RecoveredJournal.incarnation)
        .outerjoin(JournalHead, OWN_HEAD)
        .where(
            RecoveredJournal.store_id == found.c.store_id,
            RecoveredJournal.till == found.c.till,
            Recovery.ended_at.is_(None),
            ~IS_BACK,
        )
        .correlate(found)
    )
    return waited.exists()
