"""What people set by hand: prices, reductions, notes, sellers, exemptions, customers."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from retail.basket.lines import changed
from retail.basket.model import (
    MAX_NOTE,
    MAX_PRICE_MINOR,
    Attached,
    Basket,
    Exemption,
    GivenBy,
    Line,
    PriceOverride,
    Reduction,
)
from retail.catalog import ItemSnapshot
from retail.errors import RetailError
from retail.tax import MILLION

_MAX_CERTIFICATE = 40


def override_price(basket: Basket, number: int, override: PriceOverride | None) -> Basket:
    """Give a line another price, or the one of the catalogue again.

    Raises:
        RetailError: ``basket.line``, ``basket.unknown``, ``basket.returned``, or ``basket.price``
            for a price below 0 or of a million and more; ``basket.fixed`` for what is put on a
            card.
    """
    line, item = _article(basket, number)
    if override is not None and line.loads is not None:
        raise RetailError(
            "basket.fixed",
            "%(name)s stores what is paid for it; remove the line to change the amount.",
            name=item.name,
        )
    if override is not None and not 0 <= override.minor <= MAX_PRICE_MINOR:
        raise RetailError(
            "basket.price", "The price must be between 0 and 1,000,000.00; nothing changed."
        )
    return changed(basket, replace(line, override=override))


def reprice(basket: Basket, number: int, minor: int) -> Basket:
    """Give a line the price of its article at the shelf, in minor units of one unit.

    Raises:
        RetailError: ``basket.line``, ``basket.unknown``, ``basket.returned``, or ``basket.fixed``
            where a label or a person has set the price.
    """
    line, item = _article(basket, number)
    if line.label_minor is not None or line.override is not None or line.loads is not None:
        raise RetailError(
            "basket.fixed",
            "The price of %(name)s was set by its label or by hand; nothing changed.",
            name=item.name,
        )
    return changed(
        basket, replace(line, item=replace(item, unit_price_minor=minor, unpriced=False))
    )


def reduce_line(basket: Basket, number: int, reduction: Reduction | None) -> Basket:
    """Take something off a line, in place of what was taken off it before.

    Raises:
        RetailError: ``basket.line``, ``basket.unknown``, ``basket.returned``,
            ``basket.reduction`` for a share outside 0–100 % or an amount below 1,
            ``basket.no_discount`` for an article whose price is fixed.
    """
    line, item = _article(basket, number)
    if reduction is not None:
        _check(reduction)
        if item.no_discount:
            raise RetailError(
                "basket.no_discount",
                "%(name)s has a fixed price; nothing can be taken off it.",
                name=item.name,
            )
    return changed(basket, replace(line, reduction=reduction))


def reduce_basket(basket: Basket, reduction: Reduction | None) -> Basket:
    """Take something off the whole basket, in place of what was taken off it before.

    Raises:
        RetailError: ``basket.reduction``.
    """
    if reduction is not None:
        _check(reduction)
    return replace(basket, reduction=reduction)


def _check(reduction: Reduction) -> None:
    share, amount = reduction.ppm, reduction.minor
    if not (
        0 <= share <= MILLION and 0 <= amount <= MAX_PRICE_MINOR and bool(share) ^ bool(amount)
    ):
        raise RetailError(
            "basket.reduction",
            "Take off a share of up to all of it, or an amount above zero; nothing changed.",
        )


def leave_out(basket: Basket, promotion: str, given: GivenBy) -> Basket:
    """Take a promotion out of the basket; what is left is priced without it."""
    if any(promotion == known for known, _given in basket.without):
        return basket
    return replace(basket, without=(*basket.without, (promotion, given)))


def let_in(basket: Basket, promotion: str) -> Basket:
    """Let a promotion hold again that was taken out."""
    return replace(basket, without=tuple(one for one in basket.without if one[0] != promotion))


def note_line(basket: Basket, number: int, note: str) -> Basket:
    """Put a note on a line; an empty one takes it away.

    Raises:
        RetailError: ``basket.line``, or ``basket.note`` for a note that is too long.
    """
    return changed(basket, replace(basket.line(number), note=_note(note)))


def note_basket(basket: Basket, note: str) -> Basket:
    """Put a note on the basket; an empty one takes it away.

    Raises:
        RetailError: ``basket.note``.
    """
    return replace(basket, note=_note(note))


def _note(text: str) -> str:
    plain = " ".join(text.split())
    if len(plain) > MAX_NOTE:
        raise RetailError(
            "basket.note", "A note has at most %(most)s characters; shorten it.", most=MAX_NOTE
        )
    return plain


def sold_by(basket: Basket, number: int, seller: UUID | None) -> Basket:
    """Name who sold a line, None for the cashier.

    Raises:
        RetailError: ``basket.line``.
    """
    return changed(basket, replace(basket.line(number), seller=seller))


def exempt(basket: Basket, exemption: Exemption | None) -> Basket:
    """Note the certificate of a customer who pays no tax.

    Raises:
        RetailError: ``basket.certificate`` without a number, or with one that is too long.
    """
    if exemption is not None and not 0 < len(exemption.certificate.strip()) <= _MAX_CERTIFICATE:
        raise RetailError(
            "basket.certificate", "Type the number of the certificate; nothing changed."
        )
    return replace(basket, exemption=exemption)


def attach(basket: Basket, customer: Attached | None) -> Basket:
    """Attach a customer, or take them off again; prices that were set by hand stay.

    A certificate of tax exemption goes with the customer who showed it.
    """
    before = basket.customer
    stays = before is None or (customer is not None and customer.party == before.party)
    exemption = basket.exemption if stays else None
    return replace(basket, customer=customer, exemption=exemption)


def _article(basket: Basket, number: int) -> tuple[Line, ItemSnapshot]:
    line = basket.line(number)
    if line.item is None:
        raise RetailError("basket.unknown", "The code is unknown; remove the line instead.")
    if line.returned is not None:
        raise RetailError(
            "basket.returned", "Goods that come back are worth what was paid; nothing changed."
        )
    return line, line.item
