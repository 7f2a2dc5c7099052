"""Baskets that wait: told to all tills of their store, given to one, and watched at their sale.

The till that holds a basket may take it up at any time, with the cable out too. So a claim
promises the others only that no second of them gets it; two sales of one basket become a case.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, Connection, Row, delete, select, update
from sqlalchemy.dialects.postgresql import insert

from backoffice.cases.service import CaseKind, CaseRef, NewCase, open_case
from backoffice.platform.events import BasketPutAside, HoldEnded, SaleAccepted
from db.base import to_us
from db.head.baskets import BasketSale, HeldBasket
from db.head.journals import EntrySide, JournalHead
from db.head.oms import Sale
from db.head.stores import Store, StoreSetting
from db.streams import publish, store_stream, withdraw
from retail.business_day import business_date
from retail.contract.baskets import HeldBasketRow, HeldLabel
from retail.store_settings import KEEP_DAYS, is_stale

UNHEARD_FOR = timedelta(minutes=10)
"""How long a claimed basket is kept for a till that has not said that it received it."""
_label = msgspec.json.Decoder(HeldLabel)


@dataclass(frozen=True, slots=True)
class Claimant:
    """The till that wants a basket."""

    store_id: str
    till: int
    installation_id: UUID


@dataclass(frozen=True, slots=True)
class Claimed:
    """What came of a claim; ``taken`` is the till that has the basket, 0 when none waits."""

    granted: bool
    taken: int = 0
    body: str = ""


def put_aside(tx: Connection, event: BasketPutAside) -> None:
    """Tell all tills of the store of a basket that waits."""
    fact = event.fact
    tx.execute(
        insert(HeldBasket)
        .values(
            store_id=event.store_id,
            hold_id=event.rid,
            basket_id=fact.basket,
            installation_id=event.installation_id,
            till=_till_of(tx, event),
            staff_id=fact.staff,
            party_id=fact.party,
            label=_label_of(tx, event),
            pieces=fact.pieces,
            total_minor=fact.total,
            held_at=event.at,
            held_on=event.business_date,
            body=fact.body,
            taken_till=0,
            taken_by=None,
            taken_at=None,
            received=False,
        )
        .on_conflict_do_nothing()
    )
    _publish(tx, event.store_id, event.rid)


def end_hold(tx: Connection, event: HoldEnded) -> None:
    """A till took up its own basket, gave it up, or received the one that it claimed."""
    fact, own = event.fact, _one(event.store_id, event.fact.hold)
    if fact.how == "claimed":
        _received(tx, event)
        return
    if fact.how == "taken":
        return  # it belongs to the till that claimed it, or to all again
    gone = delete(HeldBasket).where(
        *own,
        HeldBasket.installation_id == event.installation_id,
        HeldBasket.taken_by.is_(None),
    )
    if tx.execute(gone).rowcount:
        _withdraw(tx, event.store_id, [fact.hold])


def _received(tx: Connection, event: HoldEnded) -> None:
    """A restored head office may have lost the claim; that the basket arrived tells as much."""
    by = HeldBasket.taken_by
    arrived = (
        update(HeldBasket)
        .where(
            *_one(event.store_id, event.fact.hold),
            by.is_(None) | (by == event.installation_id),
        )
        .values(
            taken_till=_till_of(tx, event),
            taken_by=event.installation_id,
            taken_at=event.at,
            received=True,
        )
    )
    if tx.execute(arrived).rowcount:
        _publish(tx, event.store_id, event.fact.hold)


def claim(tx: Connection, by: Claimant, hold: UUID, now: datetime) -> Claimed:
    """Give a basket to one till; asked again, it gets the same answer.

    One that was claimed but never arrived is given to another after ten minutes.
    """
    row = tx.execute(
        select(HeldBasket.__table__).where(*_one(by.store_id, hold)).with_for_update()
    ).first()
    if row is None:
        return Claimed(granted=False)
    if row.taken_by == by.installation_id:
        return Claimed(granted=True, taken=by.till, body=row.body)
    if row.taken_by is not None and (row.received or now - row.taken_at < UNHEARD_FOR):
        return Claimed(granted=False, taken=row.taken_till)
    tx.execute(
        update(HeldBasket)
        .where(*_one(by.store_id, hold))
        .values(taken_till=by.till, taken_by=by.installation_id, taken_at=now)
    )
    _publish(tx, by.store_id, hold)
    return Claimed(granted=True, taken=by.till, body=row.body)


def forget_stale(tx: Connection, now: datetime) -> int:
    """Let baskets go that nobody came for, and those that were claimed; returns how many."""
    rows = tx.execute(
        select(HeldBasket.store_id, HeldBasket.hold_id, HeldBasket.held_on,
               Store.zone, Store.cut_over_minutes, StoreSetting.value)
        .join(Store, Store.store_id == HeldBasket.store_id)
        .outerjoin(StoreSetting, (StoreSetting.store_id == HeldBasket.store_id)
                   & (StoreSetting.name == KEEP_DAYS))
        .order_by(HeldBasket.store_id, HeldBasket.hold_id)
    )  # fmt: skip
    stale: dict[str, list[UUID]] = {}
    for row in rows:
        cut_over = time(row.cut_over_minutes // 60, row.cut_over_minutes % 60)
        today = business_date(now, row.zone, cut_over)
        if is_stale(row.held_on, today, row.value or ""):
            stale.setdefault(row.store_id, []).append(row.hold_id)
    for store_id, holds in stale.items():
        mine = HeldBasket.store_id == store_id
        tx.execute(delete(HeldBasket).where(mine, HeldBasket.hold_id.in_(holds)))
        _withdraw(tx, store_id, holds)
    return sum(len(holds) for holds in stale.values())


def free_unheard(tx: Connection, now: datetime) -> int:
    """Let every till claim again what was claimed and never arrived; returns how many."""
    freed = tx.execute(
        update(HeldBasket)
        .where(
            HeldBasket.taken_by.is_not(None),
            HeldBasket.received.is_(False),
            HeldBasket.taken_at <= now - UNHEARD_FOR,
        )
        .values(taken_till=0, taken_by=None, taken_at=None)
        .returning(HeldBasket.store_id, HeldBasket.hold_id)
    ).all()
    for store_id, hold in sorted(freed):
        _publish(tx, store_id, hold)
    return len(freed)


def sold_twice(tx: Connection, sales: Sequence[SaleAccepted], now: datetime) -> list[CaseRef]:
    """Open a case for each basket that two tills sold, however far apart their sales arrive."""
    for sale in sales:
        if sale.fact.origin is not None:
            values = {"store_id": sale.store_id, "origin": sale.fact.origin, "rid": sale.rid}
            tx.execute(insert(BasketSale).values(**values).on_conflict_do_nothing())
    touched = {sale.fact.origin or sale.rid for sale in sales}
    rows = tx.execute(
        select(BasketSale.store_id, BasketSale.origin, BasketSale.rid)
        .where(
            BasketSale.store_id.in_({sale.store_id for sale in sales}),
            BasketSale.origin.in_(touched),
        )
        .order_by(BasketSale.origin, BasketSale.rid)
    )
    of: dict[tuple[str, UUID], set[UUID]] = {}
    for row in rows:
        of.setdefault((row.store_id, row.origin), {row.origin}).add(row.rid)
    found = [_twice(tx, *key, rids) for key, rids in of.items()]
    return [open_case(tx, case, now) for case in found if case is not None]


def _twice(tx: Connection, store_id: str, origin: UUID, rids: set[UUID]) -> NewCase | None:
    sold = tx.execute(
        select(Sale.rid, Sale.number, Sale.total_minor)
        .where(Sale.store_id == store_id, Sale.rid.in_(rids))
        .order_by(Sale.at, Sale.rid)
    ).all()
    if len(sold) < 2:
        return None
    numbers = ", ".join(row.number for row in sold)
    return NewCase(
        store_id=store_id,
        kind=CaseKind.BASKET_SOLD_TWICE,
        subject=f"basket/{origin}",
        sentence=f"A basket that waited was sold {len(sold)} times, with {numbers}: one till took "
        "it up while another could not hear of it. All is booked. Find out who paid twice.",
        records=[(store_id, row.rid) for row in sold],
        amount_minor=min(abs(row.total_minor) for row in sold),
    )


def _till_of(tx: Connection, event: BasketPutAside | HoldEnded) -> int:
    of_journal = select(JournalHead.till).where(
        JournalHead.store_id == event.store_id, JournalHead.jid == event.jid
    )
    return tx.execute(of_journal).scalar_one()


def _label_of(tx: Connection, event: BasketPutAside) -> str:
    if not event.fact.side:
        return ""
    data = tx.execute(
        select(EntrySide.data).where(
            EntrySide.store_id == event.store_id, EntrySide.rid == event.rid
        )
    ).scalar()
    return "" if data is None else _label.decode(data).label[:60]


def _one(store_id: str, hold: UUID) -> tuple[ColumnElement[bool], ...]:
    return (HeldBasket.store_id == store_id, HeldBasket.hold_id == hold)


def _publish(tx: Connection, store_id: str, hold: UUID) -> None:
    row = tx.execute(select(HeldBasket.__table__).where(*_one(store_id, hold))).one()
    publish(tx, store_stream(store_id), [_row(row)])


def _row(row: Row[Any]) -> HeldBasketRow:
    return HeldBasketRow(
        store=row.store_id,
        hold=row.hold_id,
        till=row.till,
        staff=row.staff_id,
        pieces=row.pieces,
        total=row.total_minor,
        at_us=to_us(row.held_at),
        label=row.label,
        party=row.party_id,
        taken=row.taken_till,
    )


def _withdraw(tx: Connection, store_id: str, holds: Sequence[UUID]) -> None:
    keys = [f"{store_id}/{hold.hex}" for hold in holds]
    withdraw(tx, store_stream(store_id), "held_basket", keys)
