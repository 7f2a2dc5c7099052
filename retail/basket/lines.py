"""Lines come, change and go."""

from __future__ import annotations

from dataclasses import replace

from retail.basket.model import Basket, Line, Returned
from retail.catalog import ItemSnapshot
from retail.errors import RetailError
from retail.quantity import MAX_THOUSANDTHS, ONE


def _checked(quantity: int) -> int:
    if not 0 < quantity <= MAX_THOUSANDTHS:
        raise RetailError(
            "basket.quantity", "The quantity must be above 0 and below 1,000,000; nothing changed."
        )
    return quantity


def add(basket: Basket, item: ItemSnapshot, *, code: str, quantity: int = 0) -> Basket:
    """Add an article; equal pieces join the line that is already there.

    Args:
        quantity: thousandths; 0 means one piece, or "not weighed yet" for a weighed article.

    Raises:
        RetailError: ``basket.quantity`` for a quantity below 0 or of a million and more,
            ``basket.pieces`` for parts of a piece.
    """
    if item.weighed:
        number = _checked(quantity) if quantity else 0
        return _append(basket, item, code, number)
    number = _checked(quantity or ONE)
    if number % ONE:
        raise RetailError(
            "basket.pieces", "%(name)s is sold by the piece; nothing changed.", name=item.name
        )
    for line in basket.lines:
        if line.item == item and line.plain:
            return set_quantity(basket, line.line, line.quantity + number)
    return _append(basket, item, code, number)


def add_unknown(basket: Basket, code: str) -> Basket:
    """Add a line for a code that the catalogue does not know; it blocks payment until removed."""
    return _append(basket, None, code, ONE)


def _append(basket: Basket, item: ItemSnapshot | None, code: str, quantity: int) -> Basket:
    line = Line(basket.next_line, item, code, quantity)
    return replace(basket, lines=(*basket.lines, line), next_line=basket.next_line + 1)


def set_quantity(basket: Basket, number: int, quantity: int) -> Basket:
    """Give a line another quantity in thousandths.

    Raises:
        RetailError: ``basket.line``, ``basket.quantity``, ``basket.unknown`` for a line without
            an article, ``basket.returned`` for goods that come back, or ``basket.pieces`` for
            parts of a piece.
    """
    old = basket.line(number)
    _checked(quantity)
    if old.item is None:
        raise RetailError("basket.unknown", "The code is unknown; remove the line instead.")
    if old.returned is not None:
        raise RetailError(
            "basket.returned", "The goods come back by their receipt; remove the line instead."
        )
    if not old.item.weighed and quantity % ONE:
        raise RetailError(
            "basket.pieces", "%(name)s is sold by the piece; nothing changed.", name=old.item.name
        )
    return changed(basket, replace(old, quantity=quantity))


def take_back(
    basket: Basket, item: ItemSnapshot, returned: Returned, *, code: str, quantity: int
) -> Basket:
    """Add goods that come back; a line of a receipt takes the place of itself.

    Args:
        quantity: thousandths that come back, above 0.

    Raises:
        RetailError: ``basket.quantity``.
    """
    _checked(quantity)
    for line in basket.lines:
        old = line.returned
        if (
            old is not None
            and old.sale is not None
            and (old.sale, old.n)
            == (
                returned.sale,
                returned.n,
            )
        ):
            return changed(basket, replace(line, quantity=quantity, returned=returned))
    after = _append(basket, item, code, quantity)
    return changed(after, replace(after.lines[-1], returned=returned))


def changed(basket: Basket, new: Line) -> Basket:
    """A basket with a line in the place of the one of its number."""
    lines = tuple(new if line.line == new.line else line for line in basket.lines)
    return replace(basket, lines=lines)


def remove(basket: Basket, number: int) -> Basket:
    """Take a line out.

    Raises:
        RetailError: ``basket.line`` when there is none.
    """
    gone = basket.line(number)
    return replace(basket, lines=tuple(line for line in basket.lines if line is not gone))
