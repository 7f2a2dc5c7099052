"""Baskets that wait at other tills of the store: listed, taken up here, and given up to them.

A till tells the store of each basket that it puts aside and when that ends. Its own it takes up at
any time; another till's it must claim at head office first. What is taken up goes on under a new
id and remembers the old one, so that head office sees when both tills sell it.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

import msgspec
from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.sqlite import insert

from db.base import from_us
from db.store.sales import EndedHold, HeldBasket, SharedBasket
from pos_app.checkout import coupon_holds, drafts
from pos_app.checkout.held import Held
from pos_app.customers.queries import known
from pos_app.journal import append as journal
from pos_app.payments import service as payments
from pos_app.till.queries import store_setting
from pos_app.till.service import TillSession
from retail.basket.model import Basket
from retail.business_day import business_date
from retail.contract.baskets import BasketHeld, BasketReleased, HeldLabel
from retail.contract.codec import Side, canonical, side_hash
from retail.errors import RetailError
from retail.store_settings import KEEP_DAYS, is_stale

_SALT_BYTES = 16
_LARGEST_BODY = 400_000
"""Characters; a basket of more stays at its till, which is no basket that anybody carries."""
_REMEMBERED_FOR = timedelta(days=40)


@dataclass(frozen=True, slots=True)
class GoneBasket:
    """A basket that waits here no longer; ``till`` took it, 0 for one that grew stale."""

    label: str
    minor: int
    till: int


def share(tx: Connection, session: TillSession, held: Held, basket: Basket) -> UUID | None:
    """Journal a basket for the store's tills; None for one that stays at this till.

    Goods that come back stay: their receipts are claimed by this till.
    """
    nameless = basket.customer and replace(basket.customer, name="")
    body = drafts.encode(replace(basket, customer=nameless)).decode()
    back = any(line.returned is not None for line in basket.lines)
    if back or len(body) > _LARGEST_BODY:
        return None
    hold_id = session.desk.new_id()
    side = None
    if held.label:
        side = Side(secrets.token_bytes(_SALT_BYTES), canonical(HeldLabel(held.label)))
    fact = BasketHeld(
        basket=basket.basket_id,
        staff=session.staff.staff_id,
        pieces=held.count,
        total=held.minor,
        body=body,
        party=basket.customer.party if basket.customer else None,
        side=side_hash(side).hex() if side else "",
    )
    entry = journal.Draft(hold_id, session.place(), fact, side=side)
    journal.append(tx, session.desk, journal.head(tx), entry)
    return hold_id


def end(
    tx: Connection, session: TillSession, hold_id: UUID, how: str, basket_id: UUID | None = None
) -> None:
    """Journal that a hold has ended here, and list it no longer; ``basket_id`` goes on.

    What another till took is listed again when head office gives it to nobody after all.
    """
    values = {"hold": hold_id.hex, "at": session.desk.now(), "basket_id": basket_id}
    if how != "taken":
        tx.execute(insert(EndedHold).values(values).on_conflict_do_nothing())
    into = basket_id if how == "claimed" else None
    fact = BasketReleased(hold=hold_id, staff=session.staff.staff_id, how=how, into=into)
    entry = journal.Draft(session.desk.new_id(), session.place(), fact)
    journal.append(tx, session.desk, journal.head(tx), entry)


def elsewhere(tx: Connection, session: TillSession) -> tuple[Held, ...]:
    """The baskets that wait at other tills, and those that this till claimed but never got."""
    shared = SharedBasket
    here = select(HeldBasket.hold_id).where(HeldBasket.hold_id.is_not(None))
    own = {hold.hex for hold in tx.execute(here).scalars() if hold is not None}
    rows = tx.execute(
        select(shared.__table__)
        .where(
            shared.store_id == session.store.store_id,
            shared.taken.in_((0, session.till)),
            shared.hold.not_in(select(EndedHold.hold)),
        )
        .order_by(shared.at_us.desc())
    )
    return tuple(
        Held(
            basket_id=UUID(hex=row.hold),
            label=row.label,
            customer=_name(tx, row.party),
            staff_id=UUID(hex=row.staff),
            at=from_us(row.at_us),
            count=row.pieces,
            minor=row.total,
            till=row.till,
        )
        for row in rows
        if row.hold not in own
    )


def takers(tx: Connection, session: TillSession) -> dict[str, int]:
    """Which of this store's holds another till took, as far as this one has heard."""
    rows = tx.execute(
        select(SharedBasket.hold, SharedBasket.taken).where(
            SharedBasket.store_id == session.store.store_id,
            SharedBasket.taken.not_in((0, session.till)),
        )
    )
    return {row.hold: row.taken for row in rows}


def also_at(tx: Connection, session: TillSession) -> int:
    """The till that took up the very basket that is open here, 0 for none.

    It happens when this till took it up while it could not hear of the claim.
    """
    draft = drafts.current(tx)
    if draft is None or not draft.basket.lines:
        return 0
    own = select(EndedHold.hold).where(EndedHold.basket_id == draft.basket.basket_id)
    taken = takers(tx, session)
    return next((taken[hold] for hold in tx.execute(own).scalars() if hold in taken), 0)


def let_go(tx: Connection, session: TillSession) -> tuple[GoneBasket, ...]:
    """Give up the baskets that other tills took, and those that nobody came for."""
    taken, today = takers(tx, session), _today(session)
    keep = store_setting(tx, session.store.store_id, KEEP_DAYS)
    gone = []
    for row in tx.execute(select(HeldBasket.__table__)).all():
        till = taken.get(row.hold_id.hex, 0) if row.hold_id else 0
        if not till and (row.held_on is None or not is_stale(row.held_on, today, keep)):
            continue
        tx.execute(delete(HeldBasket).where(HeldBasket.basket_id == row.basket_id))
        payments.let_go(tx, session.desk, row.basket_id)
        if row.hold_id is not None:
            end(tx, session, row.hold_id, "taken" if till else "stale")
        gone.append(GoneBasket(row.label, row.minor, till))
    _forget_ended(tx, session)
    return tuple(gone)


def has_ended(tx: Connection, hold_id: UUID) -> bool:
    """Whether this till has done with a hold."""
    ended = select(EndedHold.hold).where(EndedHold.hold == hold_id.hex)
    return tx.execute(ended).first() is not None


def is_due(tx: Connection, session: TillSession) -> bool:
    """True when :func:`let_go` has something to do."""
    taken, today = takers(tx, session), _today(session)
    keep = store_setting(tx, session.store.store_id, KEEP_DAYS)
    rows = tx.execute(select(HeldBasket.hold_id, HeldBasket.held_on))
    return any(
        (row.hold_id is not None and row.hold_id.hex in taken)
        or (row.held_on is not None and is_stale(row.held_on, today, keep))
        for row in rows
    )


def received(tx: Connection, session: TillSession, hold_id: UUID, body: str) -> Basket:
    """The basket that head office gave to this till, under a new id.

    Raises:
        RetailError: ``basket.unreadable``; head office keeps it.
    """
    try:
        held = drafts.decode(body.encode())
    except (msgspec.MsgspecError, UnicodeEncodeError) as problem:
        raise RetailError(
            "basket.unreadable",
            "This till cannot read that basket; take it up where it was put aside.",
        ) from problem
    customer = held.customer
    if customer is not None:
        customer = replace(customer, name=_name(tx, customer.party.hex))
    fresh = session.desk.new_id()
    end(tx, session, hold_id, "claimed", fresh)
    origin = held.origin or held.basket_id
    held = coupon_holds.without_leases(held)
    return replace(held, basket_id=fresh, customer=customer, origin=origin)


def _forget_ended(tx: Connection, session: TillSession) -> None:
    """What head office tells of no more need not be hidden."""
    listed = select(SharedBasket.hold)
    tx.execute(
        delete(EndedHold).where(
            EndedHold.at < session.desk.now() - _REMEMBERED_FOR, EndedHold.hold.not_in(listed)
        )
    )


def _today(session: TillSession) -> date:
    return business_date(session.desk.now(), session.store.zone, session.store.cut_over)


def _name(tx: Connection, party: str) -> str:
    found = known(tx, UUID(hex=party)) if party else None
    return found.personal.name if found else ""
