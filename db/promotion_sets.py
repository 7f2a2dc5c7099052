"""Which promotions hold together, from when on, and how tills are told.

A version replaces the one before of the same promotion from its own ``valid_from`` on; all else
changes at once. So what is live now makes a plan: a few sets, each from a wall-clock time on.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select, text
from sqlalchemy.dialects.postgresql import insert as upsert

from db.head.promotions import PromoPlan, PromoSnapshot, Promotion, PromotionVersion
from db.streams import PROMOTIONS, publish, withdraw
from retail.contract.promotions import (
    PromotionPlanRow,
    PromotionSnapshotRow,
    VersionRef,
    snapshot_hash,
)

_LOCK = 0x5469_5072
_BEHIND = timedelta(hours=12)
"""No store's clock is further behind UTC."""


@dataclass(frozen=True, slots=True)
class LiveVersion:
    """A live version and the wall-clock time that it begins at, empty for at once."""

    ref: VersionRef
    valid_from: str


@dataclass(frozen=True, slots=True)
class PlannedSet:
    """A set, in force from a wall-clock time on."""

    valid_from: str
    versions: tuple[VersionRef, ...]

    @property
    def snapshot(self) -> str:
        """The set's hash."""
        return snapshot_hash(ref.content_hash for ref in self.versions)


def lock(tx: Connection) -> None:
    """Wait for everybody else who changes what is live: a plan made beside theirs would lose it."""
    tx.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})


def plan(live: Iterable[LiveVersion], at: datetime) -> tuple[PlannedSet, ...]:
    """The sets that follow from what is live, the first one at once.

    Args:
        at: now; beginnings that have passed in every zone are at once.
    """
    passed = (at - _BEHIND).replace(tzinfo=None).isoformat()
    starts: dict[str, dict[str, VersionRef]] = {}
    for one in sorted(live, key=lambda v: (v.ref.promotion, v.ref.version)):
        own = starts.setdefault(one.ref.promotion, {})
        begin = one.valid_from if own and one.valid_from > passed else ""
        # What begins after a newer version does is never in force.
        for later in [start for start in own if start > begin]:
            del own[later]
        own[begin] = one.ref
    points = sorted({start for own in starts.values() for start in own} | {""})
    return tuple(PlannedSet(point, tuple(_at(starts, point))) for point in points)


def _at(starts: dict[str, dict[str, VersionRef]], point: str) -> Iterable[VersionRef]:
    for _, own in sorted(starts.items()):
        yield own[max(start for start in own if start <= point)]


def publish_plan(tx: Connection, *, by: str, at: datetime) -> tuple[PlannedSet, ...]:
    """Tell tills what follows from what is live now; call :func:`lock` before changing that."""
    wanted = plan(_live(tx), at)
    known = {row.valid_from: row.snapshot for row in tx.execute(select(PromoPlan))}
    news = [one for one in wanted if known.get(one.valid_from) != one.snapshot]
    gone = sorted(set(known) - {one.valid_from for one in wanted})
    rows: list[PromotionSnapshotRow | PromotionPlanRow] = []
    for one in news:
        if _keep(tx, one, by=by, at=at):
            rows.append(PromotionSnapshotRow(snapshot=one.snapshot, versions=one.versions))
        rows.append(PromotionPlanRow(valid_from=one.valid_from, snapshot=one.snapshot))
    tx.execute(delete(PromoPlan))
    tx.execute(
        insert(PromoPlan),
        [{"valid_from": one.valid_from, "snapshot": one.snapshot} for one in wanted],
    )
    publish(tx, PROMOTIONS, rows)
    withdraw(tx, PROMOTIONS, "promo_plan", gone)
    return wanted


def _live(tx: Connection) -> Sequence[LiveVersion]:
    rows = tx.execute(
        select(
            PromotionVersion.promotion,
            PromotionVersion.version,
            PromotionVersion.content_hash,
            PromotionVersion.valid_from,
        )
        .join(Promotion, Promotion.promotion == PromotionVersion.promotion)
        .where(Promotion.status == "live", PromotionVersion.live_at.is_not(None))
    )
    return [
        LiveVersion(VersionRef(row.promotion, row.version, row.content_hash), row.valid_from)
        for row in rows
    ]


def _keep(tx: Connection, one: PlannedSet, *, by: str, at: datetime) -> bool:
    """Keep a set; False when it was sent before."""
    listed = json.dumps([[ref.promotion, ref.version, ref.content_hash] for ref in one.versions])
    added = tx.execute(
        upsert(PromoSnapshot)
        .values(snapshot=one.snapshot, versions=listed, made_by=by, made_at=at)
        .on_conflict_do_nothing()
        .returning(PromoSnapshot.snapshot)
    )
    return added.first() is not None
