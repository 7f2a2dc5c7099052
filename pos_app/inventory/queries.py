"""What the whole store has on hand: head office's level and this till's own newer movements.

Head office tells with its levels which journals are in them, and how far. Own movements beyond
that are counted on top, so each counts once however late it was sent.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
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
    store_id = own_store(tx)
    row = tx.execute(
        select(ShopStockLevel.thousandths, ShopStockLevel.applied).where(
            ShopStockLevel.store_id == store_id, ShopStockLevel.sku == sku
        )
    ).first()
    booked, recent = (row.thousandths, _positions(row.applied)) if row else (0, {})
    known = vector(tx, store_id)
    for jid, seq in recent.items():
        known[jid] = max(seq, known.get(jid, 0))
    return booked + _own_beyond(tx, store_id, sku, known)


def on_hand_of(tx: Connection, skus: Iterable[str]) -> dict[str, int]:
    """As :func:`on_hand` for several articles.

    Raises:
        RetailError: ``journal.none`` before the till is enrolled.
    """
    return {sku: on_hand(tx, sku) for sku in skus}


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


def _own_beyond(tx: Connection, store_id: str, sku: str, known: dict[UUID, int]) -> int:
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
        select(func.coalesce(func.sum(change), 0))
        .select_from(own)
        .join(StockMove, StockMove.rid == own.c.rid)
        .where(StockMove.sku == sku)
    )
    return int(tx.execute(total).scalar_one())
