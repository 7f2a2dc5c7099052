"""The open basket as an immutable value: every change gives a new basket."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from uuid import UUID

from retail.catalog import ItemSnapshot
from retail.errors import RetailError
from retail.quantity import MAX_THOUSANDTHS, ONE


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a basket.

    Attributes:
        line: number that stays with the line, never reused within the basket.
        item: the article, or None for a code that the catalogue does not know.
        code: what was scanned or typed.
        quantity: thousandths; 0 for a weighed article that still waits for its weight.
    """

    line: int
    item: ItemSnapshot | None
    code: str
    quantity: int


class Block(StrEnum):
    """Why a line keeps the basket from being paid."""

    UNKNOWN_CODE = "unknown_code"
    WEIGHT_MISSING = "weight_missing"
    AGE_CHECK = "age_check"


@dataclass(frozen=True, slots=True)
class LineBlock:
    """A line and what it waits for."""

    line: int
    block: Block


@dataclass(frozen=True, slots=True)
class Basket:
    """What the customer means to buy.

    Attributes:
        basket_id: UUIDv7 made at the basket's start; it becomes the sale's record id, so
            finishing the same basket twice cannot make two sales.
        next_line: number for the next line.
        age_confirmed: the age in years that the cashier has checked, 0 for none.
        offers: hash of the set of promotions that held at the first line and holds for the whole
            basket; empty before.
    """

    basket_id: UUID
    currency: str
    lines: tuple[Line, ...] = ()
    next_line: int = 1
    age_confirmed: int = 0
    offers: str = ""

    def line(self, number: int) -> Line:
        """The line of that number.

        Raises:
            RetailError: ``basket.line`` when there is none.
        """
        for line in self.lines:
            if line.line == number:
                return line
        raise RetailError("basket.line", "There is no line %(line)s in the basket.", line=number)


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
        if line.item == item:
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
            an article, or ``basket.pieces`` for parts of a piece.
    """
    old = basket.line(number)
    _checked(quantity)
    if old.item is None:
        raise RetailError("basket.unknown", "The code is unknown; remove the line instead.")
    if not old.item.weighed and quantity % ONE:
        raise RetailError(
            "basket.pieces", "%(name)s is sold by the piece; nothing changed.", name=old.item.name
        )
    new = replace(old, quantity=quantity)
    return replace(basket, lines=tuple(new if ln is old else ln for ln in basket.lines))


def remove(basket: Basket, number: int) -> Basket:
    """Take a line out.

    Raises:
        RetailError: ``basket.line`` when there is none.
    """
    gone = basket.line(number)
    return replace(basket, lines=tuple(line for line in basket.lines if line is not gone))


def confirm_age(basket: Basket, years: int) -> Basket:
    """Note that the cashier has checked the buyer's age; the date of birth is not kept."""
    return replace(basket, age_confirmed=max(years, basket.age_confirmed))


def blocks(basket: Basket) -> tuple[LineBlock, ...]:
    """Everything that keeps the basket from being paid, line by line."""
    found: list[LineBlock] = []
    for line in basket.lines:
        if line.item is None:
            found.append(LineBlock(line.line, Block.UNKNOWN_CODE))
            continue
        if line.quantity == 0:
            found.append(LineBlock(line.line, Block.WEIGHT_MISSING))
        if line.item.min_age > basket.age_confirmed:
            found.append(LineBlock(line.line, Block.AGE_CHECK))
    return tuple(found)
