"""Promotions as head office sends them, without a head office."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from db.promotion_sets import LiveVersion, plan
from db.promotions import NewVersion, row_of
from retail.contract.promotions import (
    PromotionPlanRow,
    PromotionRow,
    PromotionSnapshotRow,
    VersionRef,
)
from retail.contract.reference import Row

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def version(
    promotion: str,
    params: Mapping[str, Any],
    *,
    number: int = 1,
    name: str = "",
    texts: dict[str, str] | None = None,
) -> PromotionRow:
    """A live version."""
    new = NewVersion(promotion, number, name or f"Offer {promotion}", params, texts or {})
    return row_of(new)[0]


def in_force(versions: Iterable[PromotionRow], *, resent: bool = True) -> tuple[Row, ...]:
    """The rows that make these versions the whole of what is live.

    Args:
        resent: send the versions, too, not only the sets of them.
    """
    known = tuple(versions)
    live = [
        LiveVersion(VersionRef(row.promotion, row.version, row.content_hash), row.valid_from)
        for row in known
    ]
    rows: list[Row] = [*known] if resent else []
    for one in plan(live, LONG_AGO):
        rows.append(PromotionSnapshotRow(snapshot=one.snapshot, versions=one.versions))
        rows.append(PromotionPlanRow(valid_from=one.valid_from, snapshot=one.snapshot))
    return tuple(rows)


def percent(bp: int, **params: Any) -> dict[str, Any]:
    """Parameters of so many basis points off each unit."""
    return {"type": "percent", "bp": bp, **params}
