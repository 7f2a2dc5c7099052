"""The stock ledger: movements of sales and counts, the balances that follow, what tills see."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, and_, case, func, insert, or_, select
from sqlalchemy.dialects import postgresql

from backoffice.platform.events import SaleAccepted, StockCountReported
from backoffice.platform.waiting import WaitsFor
from db.head.journals import JournalEntry, JournalHead
from db.head.stock import StockLevel, StockMove
from db.streams import publish, store_stream
from retail.contract.reference import StockLevelRow, StockVectorRow
from retail.stock import (
    CountDifference,
    Movement,
    State,
    movements_of_count,
    movements_of_sale,
)

_Balance = tuple[str, str, str, str]
"""Store, SKU, site, state: also the order in which balances are locked."""
_Source = SaleAccepted | StockCountReported
Touched = set[tuple[str, str]]
"""Store and SKU of balances that changed."""


def apply_sales(tx: Connection, sales: Sequence[SaleAccepted]) -> Touched:
    """Book what left and came back with these sales, and move the balances.

    Shelves may go below zero: what was sold was there.
    """
    return _book(tx, [(sale, move) for sale in sales for move in _movements(sale)])


def apply_count(tx: Connection, count: StockCountReported) -> Touched:
    """Book what a count found more or less than the ledger had as of the count's base.

    Raises:
        WaitsFor: entries that the counting till knew of are not booked here (again).
    """
    base = {position.jid: position.seq for position in count.fact.base}
    _check_base(tx, count, base)
    skus = [line.sku for line in count.fact.lines]
    had = _levels(tx, count.store_id, skus)
    later = _moved_after(tx, count.store_id, base, skus)
    differences = (
        CountDifference(n, one.sku, one.counted - had.get(one.sku, 0) + later.get(one.sku, 0))
        for n, one in enumerate(count.fact.lines, 1)
    )
    moves = movements_of_count(count.store_id, count.rid, differences)
    return _book(tx, [(count, move) for move in moves]) | {(count.store_id, sku) for sku in skus}


def publish_levels(
    tx: Connection, store_id: str, skus: Collection[str], journals: Collection[UUID]
) -> None:
    """Tell a store's tills what it has on hand, and which of their movements are in it.

    Args:
        journals: those that were booked in this transaction, bookmarks included.
    """
    if not skus and not journals:
        return
    rows = tx.execute(
        select(JournalHead.jid, JournalHead.applied_seq)
        .where(JournalHead.store_id == store_id, JournalHead.applied_seq > 0)
        .order_by(JournalHead.jid)
    )
    vector = tuple((row.jid, row.applied_seq) for row in rows)
    recent = tuple(position for position in vector if position[0] in journals)
    levels = _levels(tx, store_id, skus)
    told = [
        StockLevelRow(store=store_id, sku=sku, thousandths=levels.get(sku, 0), applied=recent)
        for sku in sorted(skus)
    ]
    # The vector comes last: whoever has it has all levels that it speaks of.
    publish(tx, store_stream(store_id), [*told, StockVectorRow(store=store_id, applied=vector)])


def publish_stock(tx: Connection) -> None:
    """Tell the tills of every store all that it has on hand, as when stock came by no record."""
    rows = tx.execute(
        select(StockLevel.store_id, StockLevel.sku)
        .where(StockLevel.site == StockLevel.store_id, StockLevel.state == State.ON_HAND.value)
        .order_by(StockLevel.store_id)
    )
    for store_id, there in groupby(rows, key=lambda row: str(row.store_id)):
        publish_levels(tx, store_id, [row.sku for row in there], ())


def _book(tx: Connection, moves: Sequence[tuple[_Source, Movement]]) -> Touched:
    """Write movements and move the balances, in the order of their keys.

    Two batches never wait for each other in a circle.
    """
    if not moves:
        return set()
    tx.execute(insert(StockMove), [_row(source, move) for source, move in moves])
    changes: dict[_Balance, int] = {}
    for source, move in moves:
        for site, state, delta in (
            (move.from_site, move.from_state, -move.thousandths),
            (move.to_site, move.to_state, move.thousandths),
        ):
            key = (source.store_id, move.sku, site, str(state))
            changes[key] = changes.get(key, 0) + delta
    upsert = postgresql.insert(StockLevel)
    upsert = upsert.on_conflict_do_update(
        index_elements=[c.name for c in StockLevel.__table__.primary_key],
        set_={"thousandths": StockLevel.thousandths + upsert.excluded.thousandths},
    )
    rows = [
        {"store_id": store, "sku": sku, "site": site, "state": state, "thousandths": delta}
        for (store, sku, site, state), delta in sorted(changes.items())
    ]
    tx.execute(upsert, rows)
    return {(source.store_id, move.sku) for source, move in moves}


def _movements(sale: SaleAccepted) -> tuple[Movement, ...]:
    return movements_of_sale(sale.store_id, sale.rid, sale.fact.components())


def _row(source: _Source, move: Movement) -> dict[str, Any]:
    return {
        "store_id": source.store_id,
        "rid": source.rid,
        "line": move.line,
        "component": move.component,
        "sku": move.sku,
        "thousandths": move.thousandths,
        "from_site": move.from_site,
        "from_state": move.from_state,
        "to_site": move.to_site,
        "to_state": move.to_state,
        "kind": move.kind,
        "at": source.at,
    }


def _levels(tx: Connection, store_id: str, skus: Collection[str]) -> dict[str, int]:
    rows = tx.execute(
        select(StockLevel.sku, StockLevel.thousandths).where(
            StockLevel.store_id == store_id,
            StockLevel.site == store_id,
            StockLevel.state == State.ON_HAND.value,
            StockLevel.sku.in_(skus),
        )
    )
    return {row.sku: row.thousandths for row in rows}


def _check_base(tx: Connection, count: StockCountReported, base: dict[UUID, int]) -> None:
    rows = tx.execute(
        select(JournalHead.jid, JournalHead.applied_seq).where(
            JournalHead.store_id == count.store_id, JournalHead.jid.in_(base)
        )
    )
    applied = {row.jid: row.applied_seq for row in rows}
    for jid, seq in base.items():
        # Its own journal is booked in order.
        if jid != count.jid and applied.get(jid, 0) < seq:
            raise WaitsFor(jid, "entries of another till that it counts on")


def _moved_after(
    tx: Connection, store_id: str, base: dict[UUID, int], skus: Collection[str]
) -> dict[str, int]:
    """What booked records that are in no journal within ``base`` did to the shelf, by SKU."""
    entry, again = JournalEntry, JournalEntry.__table__.alias("again")
    journals = tx.execute(select(JournalHead.jid).where(JournalHead.store_id == store_id)).scalars()
    beyond = [and_(entry.jid == jid, entry.seq > base.get(jid, 0)) for jid in journals]
    within: list[ColumnElement[bool]] = [
        and_(again.c.jid == jid, again.c.seq <= seq) for jid, seq in base.items()
    ]
    included = (
        select(again.c.rid)
        .where(again.c.store_id == entry.store_id, again.c.rid == entry.rid, or_(*within))
        .exists()
    )
    records = select(entry.rid).where(entry.store_id == store_id, or_(*beyond))
    if within:
        records = records.where(~included)
    arrived = and_(StockMove.to_site == store_id, StockMove.to_state == State.ON_HAND.value)
    left = and_(StockMove.from_site == store_id, StockMove.from_state == State.ON_HAND.value)
    change = case((arrived, StockMove.thousandths), else_=0) - case(
        (left, StockMove.thousandths), else_=0
    )
    rows = tx.execute(
        select(StockMove.sku, func.sum(change).label("change"))
        .where(StockMove.store_id == store_id, StockMove.sku.in_(skus), StockMove.rid.in_(records))
        .group_by(StockMove.sku)
    )
    return {row.sku: int(row.change) for row in rows}
