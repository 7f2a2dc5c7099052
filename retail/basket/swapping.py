"""Another variant of an article in the place of the one that was rung up."""

from __future__ import annotations

from dataclasses import replace

from retail.basket.lines import changed
from retail.basket.model import Basket, Line
from retail.catalog import ItemSnapshot
from retail.errors import RetailError
from retail.quantity import ONE


def swap(basket: Basket, number: int, item: ItemSnapshot) -> Basket:
    """Give a line another article in the same quantity; its note and its seller stay.

    What was set or taken off by hand was allowed for the other article, and a serial number or lot
    was its piece's: they go. What came with the other article, such as a deposit, goes too.

    Raises:
        RetailError: ``basket.line``; ``basket.swap`` for goods that come back, for what a label or
            another line decides, for what stores value, between pieces and weights, and for several
            of what is sold piece by piece.
    """
    old = basket.line(number)
    fixed = old.returned is not None or old.label_minor is not None or old.belongs
    fixed = fixed or old.loads is not None or bool(item.stores)
    piecewise = "serial" in item.requires and old.quantity != ONE
    if fixed or piecewise or old.item is None or old.item.unit is not item.unit:
        raise RetailError(
            "basket.swap", "This line cannot become another variant; remove it and scan the other."
        )
    new = Line(
        number,
        item,
        item.sku,
        old.quantity,
        note=old.note,
        seller=old.seller,
        weight=old.weight,
    )
    after = changed(basket, new)
    return replace(after, lines=tuple(line for line in after.lines if line.belongs != number))
