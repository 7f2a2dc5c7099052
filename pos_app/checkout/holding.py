"""Baskets that wait: put aside with a label, listed, and taken up again at a till of the store."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection, delete, insert, select

from db.store.sales import HeldBasket
from pos_app.checkout import drafts, promotions, shared_baskets
from pos_app.checkout.drafts import Draft
from pos_app.checkout.held import Held
from pos_app.checkout.open_basket import Change, CheckoutView, draft_of, keep, view
from pos_app.checkout.shared_baskets import GoneBasket
from pos_app.till.service import TillSession
from retail.basket.model import Basket
from retail.errors import RetailError
from retail.quantity import ONE

_MAX_LABEL = 60


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits at this till and at the others of the store, each the newest first.

    Attributes:
        due: :func:`tidy` has something to give up.
        also_at: the till that took up the basket that is open here, 0 for none.
    """

    here: tuple[Held, ...]
    elsewhere: tuple[Held, ...]
    due: bool
    also_at: int = 0


def held(tx: Connection) -> tuple[Held, ...]:
    """The baskets that wait at this till, the newest first."""
    rows = tx.execute(
        select(
            HeldBasket.basket_id,
            HeldBasket.label,
            HeldBasket.customer,
            HeldBasket.staff_id,
            HeldBasket.at,
            HeldBasket.count,
            HeldBasket.minor,
        ).order_by(HeldBasket.at.desc())
    )
    return tuple(Held(*row) for row in rows)


def waiting(tx: Connection, session: TillSession) -> Waiting:
    """The baskets that wait in the store."""
    return Waiting(
        held(tx),
        shared_baskets.elsewhere(tx, session),
        shared_baskets.is_due(tx, session),
        shared_baskets.also_at(tx, session),
    )


def tidy(tx: Connection, session: TillSession) -> tuple[GoneBasket, ...]:
    """Give up what other tills took and what nobody came for, and tell of it."""
    return shared_baskets.let_go(tx, session)


def hold(tx: Connection, session: TillSession, label: str = "") -> CheckoutView:
    """Put the open basket aside; the next one is empty.

    Raises:
        RetailError: ``basket.empty``.
    """
    draft = draft_of(tx, session)
    if not draft.basket.lines:
        raise RetailError("basket.empty", "The basket is empty; there is nothing to put aside.")
    _put_aside(tx, session, draft, label)
    return view(tx, session, draft_of(tx, session))


def recall(tx: Connection, session: TillSession, basket_id: UUID) -> CheckoutView:
    """Take a basket of this till up again; one that is open is put aside in its place.

    Raises:
        RetailError: ``basket.not_held`` for one that waits no longer, ``basket.taken`` for one
            that another till is known to have.
    """
    row = tx.execute(
        select(HeldBasket.body, HeldBasket.hold_id).where(HeldBasket.basket_id == basket_id)
    ).first()
    if row is None:
        raise RetailError("basket.not_held", "This basket no longer waits; nothing was changed.")
    if row.hold_id is not None:
        taker = shared_baskets.takers(tx, session).get(row.hold_id.hex)
        if taker is not None:
            raise taken_by(taker)
        shared_baskets.end(tx, session, row.hold_id, "recalled", basket_id)
    _make_room(tx, session)
    tx.execute(delete(HeldBasket).where(HeldBasket.basket_id == basket_id))
    return _go_on(tx, session, drafts.decode(row.body))


def take_up(tx: Connection, session: TillSession, hold_id: UUID, body: str) -> CheckoutView:
    """Go on with a basket that head office gave to this till; an open one is put aside.

    Raises:
        RetailError: ``basket.not_held`` for one that this till took up already,
            ``basket.unreadable``.
    """
    if shared_baskets.has_ended(tx, hold_id):
        raise RetailError("basket.not_held", "This basket no longer waits; nothing was changed.")
    basket = shared_baskets.received(tx, session, hold_id, body)
    _make_room(tx, session)
    return _go_on(tx, session, basket)


def taken_by(till: int) -> RetailError:
    """The refusal of a basket that another till has; 0 for one that nobody holds any more."""
    if not till:
        return RetailError("basket.not_held", "This basket no longer waits; nothing was changed.")
    return RetailError(
        "basket.taken",
        "Till %(till)s has taken this basket up; go on there. Nothing was changed here.",
        till=till,
    )


def _make_room(tx: Connection, session: TillSession) -> None:
    draft = draft_of(tx, session)
    if draft.basket.lines:
        _put_aside(tx, session, draft, "")


def _go_on(tx: Connection, session: TillSession, basket: Basket) -> CheckoutView:
    drafts.close(tx, session.desk, basket.basket_id)
    return keep(tx, session, Change(basket, basket))


def _put_aside(tx: Connection, session: TillSession, draft: Draft, label: str) -> None:
    basket = draft.basket
    one = Held(
        basket_id=basket.basket_id,
        label=" ".join(label.split())[:_MAX_LABEL],
        customer=basket.customer.name if basket.customer else "",
        staff_id=session.staff.staff_id,
        at=session.desk.now(),
        count=_pieces(basket),
        minor=promotions.priced(tx, session, draft).total_minor,
    )
    tx.execute(
        insert(HeldBasket).values(
            basket_id=one.basket_id,
            label=one.label,
            customer=one.customer,
            staff_id=one.staff_id,
            at=one.at,
            count=one.count,
            minor=one.minor,
            body=drafts.encode(basket),
            hold_id=shared_baskets.share(tx, session, one, basket),
            held_on=session.place().business_date,
        )
    )
    drafts.close(tx, session.desk, basket.basket_id)


def _pieces(basket: Basket) -> int:
    """Pieces, each weighed article counting as one."""
    return sum(
        1 if line.item is None or line.item.weighed else line.quantity // ONE
        for line in basket.lines
    )
