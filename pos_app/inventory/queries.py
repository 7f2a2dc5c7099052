"""What the whole store has on hand: head office's level and this till's own newer movements.

Head office tells with its levels which journals are in them, and how far. Own movements beyond
that are counted on top, so each counts once however late it was sent.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, and_, case, func, or_, select

from db.store.journal import Journal, JournalEntry
from db.store.stock import ShopStockLevel, ShopStockVector, StockMove
from pos_app.till.queries import identity
from retail.errors import RetailError
from retail.stock import State


def on_hand(tx: Connection, sku: str) -> int:
    """Thousandths of an article in this store; below zero when more was sold than booked in.

    Raises:
        RetailError: ``journal.none`` before the till is enrolled.
    """
    return on_hand_of(tx, (sku,))[sku]


def on_hand_of(tx: Connection, skus: Iterable[str]) -> dict[str, int]:
    """As :func:`on_hand` for several articles.

    Raises:
        RetailError: ``journal.none`` before the till is enrolled.
    """
    wanted, store_id = list(skus), own_store(tx)
    levels = _levels(tx, store_id, wanted)
    return _standing(tx, store_id, {sku: levels.get(sku, (0, "[]")) for sku in wanted})


def told_on_hand(tx: Connection, skus: Iterable[str]) -> dict[str, int]:
    """As :func:`on_hand_of`, of those that head office has told a level of.

    Raises:
        RetailError: ``journal.none`` before the till is enrolled.
    """
    store_id = own_store(tx)
    return _standing(tx, store_id, _levels(tx, store_id, skus))


def _levels(tx: Connection, store_id: str, skus: Iterable[str]) -> dict[str, tuple[int, str]]:
    """What was told by article: thousandths, and which journals are in it, as JSON."""
    rows = tx.execute(
        select(ShopStockLevel.sku, ShopStockLevel.thousandths, ShopStockLevel.applied).where(
            ShopStockLevel.store_id == store_id, ShopStockLevel.sku.in_(tuple(skus))
        )
    )
    return {row.sku: (row.thousandths, row.applied) for row in rows}


def _standing(
    tx: Connection, store_id: str, levels: Mapping[str, tuple[int, str]]
) -> dict[str, int]:
    if not levels:
        return {}
    common, alike = vector(tx, store_id), defaultdict[str, list[str]](list)
    for sku, (_thousandths, applied) in levels.items():
        alike[applied].append(sku)
    found = {sku: thousandths for sku, (thousandths, _applied) in levels.items()}
    for applied, skus in alike.items():
        known = dict(common)
        for jid, seq in _positions(applied).items():
            known[jid] = max(seq, known.get(jid, 0))
        for sku, change in _own_beyond(tx, store_id, skus, known).items():
            found[sku] += change
    return found


def vector(tx: Connection, store_id: str) -> dict[UUID, int]:
    """How far each journal of a store is in the levels that head office told."""
    text = tx.execute(
        select(ShopStockVector.applied).where(ShopStockVector.store_id == store_id)
    ).scalar_one_or_none()
    return _positions(text or "[]")


def own_store(tx: Connection) -> str:
    """The store that this till stands in.

    Raises:
        RetailError: ``journal.none`` before the till is enrolled.
    """
    known = identity(tx)
    if known is None:
        raise RetailError(
            "journal.none", "This till is not enrolled yet; enrol it at the head office first."
        )
    return known.store_id


def _positions(text: str) -> dict[UUID, int]:
    return {UUID(hex=jid): seq for jid, seq in json.loads(text)}


def _own_beyond(
    tx: Connection, store_id: str, skus: Sequence[str], known: Mapping[UUID, int]
) -> dict[str, int]:
    """What own records that are in none of the journals as far as ``known`` did to the shelf."""
    entry, again = JournalEntry, JournalEntry.__table__.alias("again")
    jids = tx.execute(select(Journal.jid)).scalars().all()
    beyond = [and_(entry.jid == jid, entry.seq > known.get(jid, 0)) for jid in jids]
    within: list[ColumnElement[bool]] = [
        and_(again.c.jid == jid, again.c.seq <= known[jid]) for jid in jids if jid in known
    ]
    records = select(entry.rid).where(or_(*beyond)).distinct()
    if within:
        included = select(again.c.rid).where(again.c.rid == entry.rid, or_(*within)).exists()
        records = records.where(~included)
    own = records.subquery()
    arrived = and_(StockMove.to_site == store_id, StockMove.to_state == State.ON_HAND.value)
    left = and_(StockMove.from_site == store_id, StockMove.from_state == State.ON_HAND.value)
    change = case((arrived, StockMove.thousandths), else_=0) - case(
        (left, StockMove.thousandths), else_=0
    )
    total = (
        select(StockMove.sku, func.sum(change).label("change"))
        .select_from(own)
        .join(StockMove, StockMove.rid == own.c.rid)
        .where(StockMove.sku.in_(skus))
        .group_by(StockMove.sku)
    )
    return {row.sku: int(row.change) for row in tx.execute(total)}
