"""The variant of a line in the basket becomes another of its family."""

from __future__ import annotations

from sqlalchemy import Connection, select

from db.store.catalog import Product
from pos_app.checkout import queries
from pos_app.checkout.open_basket import Change, CheckoutView, basket_of, keep
from pos_app.checkout.scanning import check_sellable
from pos_app.checkout.service import with_linked
from pos_app.till.service import TillSession
from retail.basket.swapping import swap as swapped
from retail.errors import RetailError
from retail.variants import Variant


def variants_of(tx: Connection, session: TillSession, line: int) -> tuple[Variant, ...]:
    """The variants that a line's article may become, its own among them.

    Raises:
        RetailError: ``basket.line``, ``basket.no_variants`` for an article without any.
    """
    item = basket_of(tx, session).line(line).item
    family = None
    if item is not None:
        family = tx.execute(select(Product.family).where(Product.sku == item.sku)).scalar()
    found = queries.family(tx, session.store, family, session.desk.now_us()) if family else ()
    if not found:
        name = item.name if item else ""
        raise RetailError(
            "basket.no_variants",
            "“%(name)s” has no other variants; nothing was changed.",
            name=name,
        )
    return found


def swap(tx: Connection, session: TillSession, line: int, sku: str) -> CheckoutView:
    """Give a line another variant; with the one that it has nothing changes.

    Raises:
        RetailError: ``item.gone``, ``item.stopped``; as :func:`retail.basket.swapping.swap`.
    """
    basket = basket_of(tx, session)
    old = basket.line(line).item
    if old is not None and old.sku == sku:
        return keep(tx, session, Change(basket, basket, line))
    item = queries.find_sku(tx, session.store, sku, session.desk.now_us())
    if item is None:
        raise RetailError("item.gone", "%(sku)s is no longer sold; nothing was added.", sku=sku)
    check_sellable(item)
    after = swapped(basket, line, item)
    return keep(tx, session, Change(basket, with_linked(tx, session, after, item), line))
