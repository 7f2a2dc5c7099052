"""Which down-streams a till may read. Whatever is not listed here stays unseen."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, select

from backoffice.intake.auth import Caller
from backoffice.intake.errors import Refused
from db.head.stores import Store
from db.streams import (
    CATALOGUE,
    PROMOTIONS,
    TAX,
    customer_stream,
    price_stream,
    store_stream,
    till_stream,
)

PUBLIC = frozenset({CATALOGUE, TAX, PROMOTIONS})
_ZONE = select(Store.price_zone).where(Store.store_id == bindparam("store"))


def visible_streams(tx: Connection, caller: Caller) -> tuple[str, ...]:
    """The streams of a till: the chain's, its zone's, its store's with the customers, its own."""
    zones = tx.execute(_ZONE, {"store": caller.store_id}).scalars()
    return (
        CATALOGUE,
        TAX,
        PROMOTIONS,
        *(price_stream(zone) for zone in zones),
        store_stream(caller.store_id),
        customer_stream(caller.store_id),
        till_stream(caller.store_id, caller.till),
    )


def is_public(stream: str) -> bool:
    """True for what every till of the chain may know: shared caches may keep it."""
    return stream in PUBLIC or stream.startswith(price_stream(""))


def check_visible(tx: Connection, caller: Caller, stream: str) -> None:
    """Keep a till to its own streams.

    Raises:
        Refused: 403 ``stream``.
    """
    if stream not in visible_streams(tx, caller):
        raise Refused(403, "stream", "This till may not read that stream.")
