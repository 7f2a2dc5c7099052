"""Lines come, change and go."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from retail.basket.model import MAX_PRICE_MINOR, Basket, Line, Loads, Returned, Weight
from retail.catalog import ItemSnapshot, Unit
from retail.errors import RetailError
from retail.quantity import MAX_THOUSANDTHS, ONE
from retail.weighing import MAX_TARE


def _checked(quantity: int) -> int:
    if not 0 < quantity <= MAX_THOUSANDTHS:
        raise RetailError(
            "basket.quantity", "The quantity must be above 0 and below 1,000,000; nothing changed."
        )
    return quantity


@dataclass(frozen=True, slots=True)
class Piece:
    """What a code tells of the piece in hand beyond which article it is; see :class:`Line`."""

    serial: str = ""
    lot: str = ""
    expires: str = ""
    label_minor: int | None = None


ANY_PIECE = Piece()


def add(
    basket: Basket,
    item: ItemSnapshot,
    *,
    code: str,
    quantity: int = 0,
    piece: Piece = ANY_PIECE,
) -> Basket:
    """Add an article; equal pieces join the line that is already there.

    Args:
        quantity: thousandths; 0 means one piece, or "not weighed yet" for a weighed article.

    Raises:
        RetailError: ``basket.quantity`` for a quantity below 0 or of a million and more,
            ``basket.pieces`` for parts of a piece, ``basket.serial`` for a serial number that is
            in the basket, or for several pieces of it.
    """
    apart = piece.serial or piece.label_minor is not None or "serial" in item.requires
    if item.weighed or apart:
        return _add_apart(basket, item, code, quantity, piece)
    number = _checked(quantity or ONE)
    if number % ONE:
        raise _no_parts(item)
    for line in basket.lines:
        same = (line.lot, line.expires) == (piece.lot, piece.expires)
        if line.plain and same and (both := _in_one(line.item, item)) is not None:
            joined = set_quantity(basket, line.line, line.quantity + number)
            return changed(joined, replace(joined.line(line.line), item=both))
    after = _append(basket, item, code, number)
    return changed(after, replace(after.lines[-1], lot=piece.lot, expires=piece.expires))


def _in_one(known: ItemSnapshot | None, item: ItemSnapshot) -> ItemSnapshot | None:
    """What a line of both holds; None for those that differ by more than one being without code.

    A line keeps one barcode at most, by which it is found again.
    """
    if known is None or known.sku != item.sku:
        return None
    first, second = (known, item) if known.gtin else (item, known)
    return first if second in {first, replace(first, gtin="")} else None


def _add_apart(
    basket: Basket, item: ItemSnapshot, code: str, quantity: int, piece: Piece
) -> Basket:
    """A line of its own: weighed, or a piece that is told from others."""
    number = _checked(quantity) if quantity else 0 if item.weighed else ONE
    if not item.weighed and number % ONE:
        raise _no_parts(item)
    if "serial" in item.requires and number != ONE:
        raise RetailError(
            "basket.serial", "%(name)s is sold piece by piece; nothing changed.", name=item.name
        )
    _check_new(piece.serial, item.sku, basket.lines)
    after = _append(basket, item, code, number)
    line = replace(
        after.lines[-1],
        serial=piece.serial,
        lot=piece.lot,
        expires=piece.expires,
        label_minor=piece.label_minor,
    )
    return changed(after, line)


def load(basket: Basket, item: ItemSnapshot, loads: Loads, minor: int, *, code: str) -> Basket:
    """Add an article whose amount is put on an instrument, as a line of its own.

    Args:
        minor: what is stored and paid, in minor units.

    Raises:
        RetailError: ``basket.amount`` for nothing or less, or a million and more;
            ``basket.loaded`` for an instrument that the basket loads already.
    """
    if not 0 < minor <= MAX_PRICE_MINOR:
        raise RetailError(
            "basket.amount", "Type an amount above zero and below a million; nothing was added."
        )
    if any(line.loads is not None and line.loads.lookup == loads.lookup for line in basket.lines):
        raise RetailError(
            "basket.loaded",
            "The card ending in %(last)s is in the basket already; remove its line to change "
            "the amount. Nothing was added.",
            last=loads.last_four,
        )
    after = _append(basket, replace(item, unit_price_minor=minor), code, ONE)
    return changed(after, replace(after.lines[-1], loads=loads))


def note_piece(basket: Basket, number: int, piece: Piece) -> Basket:
    """Note the serial number or lot of a line.

    Raises:
        RetailError: ``basket.line``, or ``basket.serial`` for one that is in the basket already.
    """
    old = basket.line(number)
    others = [line for line in basket.lines if line.line != number]
    _check_new(piece.serial, old.item.sku if old.item else "", others)
    return changed(basket, replace(old, serial=piece.serial, lot=piece.lot))


def _check_new(serial: str, sku: str, lines: Iterable[Line]) -> None:
    """A serial number is its article's: two articles may have the same."""
    known = (line.serial for line in lines if line.item is not None and line.item.sku == sku)
    if serial and serial in known:
        raise RetailError(
            "basket.serial",
            "The serial number %(serial)s is in the basket already; nothing changed.",
            serial=serial,
        )


def _no_parts(item: ItemSnapshot) -> RetailError:
    return RetailError(
        "basket.pieces", "%(name)s is sold by the piece; nothing changed.", name=item.name
    )


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
            an article, ``basket.returned`` for goods that come back, ``basket.pieces`` for
            parts of a piece, or ``basket.fixed`` where something else decides.
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
        raise _no_parts(old.item)
    fixed = old.label_minor is not None or old.belongs or old.loads
    if fixed or "serial" in old.item.requires:
        raise RetailError(
            "basket.fixed",
            "The quantity of %(name)s follows from its label, its number or another line; "
            "remove the line instead.",
            name=old.item.name,
        )
    return changed(basket, replace(old, quantity=quantity, weight=None))


def weigh(basket: Basket, number: int, net: int, weight: Weight) -> Basket:
    """Give a line the weight that was found, in thousandths of a kilogram without its packing.

    Raises:
        RetailError: as :func:`set_quantity`; ``basket.not_weighed`` for what is not sold by the
            kilogram, ``basket.tare`` for a packing that weighs less than nothing or ten kilograms.
    """
    item = basket.line(number).item
    if item is not None and item.unit is not Unit.KILOGRAM:
        raise RetailError(
            "basket.not_weighed", "%(name)s is not sold by weight; nothing changed.", name=item.name
        )
    if not 0 <= weight.tare <= MAX_TARE:
        raise RetailError("basket.tare", "The tare must be below 10 kg; nothing changed.")
    after = set_quantity(basket, number, net)
    return changed(after, replace(after.line(number), weight=weight))


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
        same = old is not None and (old.sale, old.n) == (returned.sale, returned.n)
        if same and returned.sale is not None:
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
