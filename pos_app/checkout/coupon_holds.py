"""Uses of limited coupons that this till's baskets hold, the open one and those that wait."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from uuid import UUID

import msgspec
from sqlalchemy import Connection, select

from db.store.sales import HeldBasket
from pos_app.checkout import drafts
from retail.basket.model import Basket, Coupon, UsesHeld
from retail.contract.sales import ValueMove
from retail.value import ValueKind


def held_moves(tx: Connection) -> tuple[ValueMove, ...]:
    """Everything that is held, as the sales would book it."""
    return tuple(
        as_move(coupon, held)
        for basket in _baskets(tx)
        for coupon in basket.coupons
        for held in coupon.held
    )


def held_leases(tx: Connection) -> frozenset[UUID]:
    """Leases that some basket still counts on."""
    return frozenset(one.lease for one in held_moves(tx) if one.lease is not None)


def without_leases(basket: Basket) -> Basket:
    """The basket at another till: what the first one's leases held stays with that till."""
    coupons = tuple(
        replace(one, held=tuple(held for held in one.held if held.lease is None))
        for one in basket.coupons
    )
    return replace(basket, coupons=coupons)


def as_move(coupon: Coupon, held: UsesHeld) -> ValueMove:
    """What a sale books of uses that are held, without its number."""
    return ValueMove(
        n=0,
        act="redeem",
        kind=ValueKind.CAMPAIGN.value,
        lookup=coupon.lookup,
        amount=held.amount,
        last_four=coupon.code[-4:],
        authority=held.authority,
        reservation=held.reservation,
        lease=held.lease,
    )


def _baskets(tx: Connection) -> Iterator[Basket]:
    draft = drafts.current(tx)
    if draft is not None:
        yield draft.basket
    for body in tx.execute(select(HeldBasket.body)).scalars():
        try:
            yield drafts.decode(body)
        except msgspec.MsgspecError:
            continue  # of a later version; it is told of where it is taken up
