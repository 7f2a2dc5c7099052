"""Baskets that wait: put aside with a label, listed, and taken up again at this till."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, delete, insert, select

from db.store.sales import HeldBasket
from pos_app.checkout import drafts, promotions
from pos_app.checkout.drafts import Draft
from pos_app.checkout.open_basket import Change, CheckoutView, draft_of, keep, view
from pos_app.till.service import TillSession
from retail.basket.model import Basket
from retail.errors import RetailError
from retail.quantity import ONE

_MAX_LABEL = 60


@dataclass(frozen=True, slots=True)
class Held:
    """A basket that waits; ``count`` pieces that cost ``minor`` when it was put aside."""

    basket_id: UUID
    label: str
    customer: str
    staff_id: UUID
    at: datetime
    count: int
    minor: int


def held(tx: Connection) -> tuple[Held, ...]:
    """The baskets that wait, the newest first."""
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
    """Take a basket up again; one that is open is put aside in its place.

    Raises:
        RetailError: ``basket.not_held`` for one that waits no longer.
    """
    body = tx.execute(
        select(HeldBasket.body).where(HeldBasket.basket_id == basket_id)
    ).scalar_one_or_none()
    if body is None:
        raise RetailError("basket.not_held", "This basket no longer waits; nothing was changed.")
    draft = draft_of(tx, session)
    if draft.basket.lines:
        _put_aside(tx, session, draft, "")
    tx.execute(delete(HeldBasket).where(HeldBasket.basket_id == basket_id))
    found = drafts.decode(body)
    return keep(tx, session, Change(found, found))


def _put_aside(tx: Connection, session: TillSession, draft: Draft, label: str) -> None:
    basket = draft.basket
    tx.execute(
        insert(HeldBasket).values(
            basket_id=basket.basket_id,
            label=" ".join(label.split())[:_MAX_LABEL],
            customer=basket.customer.name if basket.customer else "",
            staff_id=session.staff.staff_id,
            at=session.desk.now(),
            count=_pieces(basket),
            minor=promotions.priced(tx, session, draft).total_minor,
            body=drafts.encode(basket),
        )
    )
    drafts.close(tx, session.desk, basket.basket_id)


def _pieces(basket: Basket) -> int:
    """Pieces, each weighed article counting as one."""
    return sum(
        1 if line.item is None or line.item.weighed else line.quantity // ONE
        for line in basket.lines
    )
