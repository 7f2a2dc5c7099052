"""Articles that are rung up with another one, such as a bottle's deposit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from retail.basket.model import Basket, Line
from retail.catalog import ItemSnapshot
from retail.money import divide_half_away
from retail.quantity import ONE


def link(basket: Basket, parent: int, linked: Sequence[ItemSnapshot]) -> Basket:
    """Give a line the lines of what comes with it, unless it has them.

    Raises:
        RetailError: ``basket.line``.
    """
    owner = basket.line(parent)
    have = {line.item.sku for line in basket.lines if line.item and line.belongs == parent}
    for item in linked:
        if item.sku not in have:
            number = basket.next_line
            child = Line(number, item, item.sku, _quantity(owner, item), belongs=parent)
            basket = replace(basket, lines=(*basket.lines, child), next_line=number + 1)
    return basket


def follow(basket: Basket) -> Basket:
    """Lines that belong to another have its quantity, and go when it goes."""
    if not any(line.belongs for line in basket.lines):
        return basket
    owners = {line.line: line for line in basket.lines}
    lines = (
        replace(line, quantity=_quantity(owners[line.belongs], line.item)) if line.belongs else line
        for line in basket.lines
        if not line.belongs or line.belongs in owners
    )
    return replace(basket, lines=tuple(lines))


def _quantity(owner: Line, item: ItemSnapshot | None) -> int:
    """So many for each unit of the owner, in thousandths."""
    linked = owner.item.linked if owner.item else ()
    each = sum(count for sku, count in linked if item and sku == item.sku)
    return divide_half_away(owner.quantity * each, ONE)
