"""What the articles of an open basket cost at the shelf now; a line keeps the price of its scan."""

from __future__ import annotations

import json
from collections.abc import Collection

from sqlalchemy import Connection, Integer, bindparam, column, func, select

from db.prepared import Prepared
from db.store.catalog import Price
from pos_app.checkout.open_basket import Change, CheckoutView, basket_of, keep
from pos_app.till.queries import StoreProfile
from pos_app.till.service import TillSession
from retail.basket import manual
from retail.errors import RetailError

Priced = tuple[str, int]
"""An SKU and the thousandths of a pack that the price is of."""

_ASKED = func.json_each(bindparam("asked")).table_valued(column("value"), name="asked")
_SKU = func.json_extract(_ASKED.c.value, "$[0]")
_PACK = func.json_extract(_ASKED.c.value, "$[1]", type_=Integer)
_NOW = Prepared(
    select(
        _SKU,
        _PACK,
        select(Price.minor)
        .where(
            Price.zone == bindparam("zone"),
            Price.sku == _SKU,
            Price.pack == _PACK,
            Price.valid_from_us <= bindparam("now"),
        )
        .order_by(Price.valid_from_us.desc())
        .limit(1)
        .scalar_subquery(),
    ).select_from(_ASKED)
)


def shelf_prices(
    tx: Connection, store: StoreProfile, articles: Collection[Priced], now_us: int
) -> dict[Priced, int]:
    """What articles cost now, in minor units of one unit; those without a price are left out."""
    values = {"asked": json.dumps(sorted(articles)), "zone": store.price_zone, "now": now_us}
    return {(sku, pack): minor for sku, pack, minor in _NOW.all(tx, values) if minor is not None}


def take_price(tx: Connection, session: TillSession, line: int) -> CheckoutView:
    """Give a line the price that its article has at the shelf now.

    Raises:
        RetailError: ``price.gone`` where it has none any more; as
            :func:`retail.basket.manual.reprice`.
    """
    basket = basket_of(tx, session)
    item = basket.line(line).item
    asked = {(item.sku, item.pack_thousandths)} if item else set()
    found = list(shelf_prices(tx, session.store, asked, session.desk.now_us()).values())
    if item is not None and not found:
        raise RetailError(
            "price.gone",
            "%(name)s has no price at the shelf any more; its line keeps the old one.",
            name=item.name,
        )
    after = manual.reprice(basket, line, found[0] if found else 0)
    return keep(tx, session, Change(basket, after, line))
