"""What people change in the open basket by hand: prices, reductions, offers, tax, notes, sellers.

Each verb needs a right, as far as it goes; somebody who has it may allow it on the spot. What is
taken off by hand in several acts goes together no further than one act on a line may.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

from sqlalchemy import Connection

from pos_app.checkout import promotions
from pos_app.checkout.drafts import Draft
from pos_app.checkout.open_basket import Change, CheckoutView, basket_of, draft_of, keep
from pos_app.staff.approvals import Why, allowed, grant
from pos_app.till.service import TillSession
from retail.basket import manual
from retail.basket.model import Basket, Exemption, PriceOverride, Reduction
from retail.errors import RetailError
from retail.quantity import extend
from retail.reasons import Occasion
from retail.reductions import Cut, share_of
from retail.rights import Right, limit_of
from retail.tax import MILLION


def override_price(
    tx: Connection, session: TillSession, line: int, minor: int, why: Why
) -> CheckoutView:
    """Give a line another price for each unit, in minor units.

    The right counts by the share that the price falls or rises; the first price of an article
    that has none counts as all of it.

    Raises:
        RetailError: as :func:`retail.basket.manual.override_price`, ``reason.unknown``.
        ApprovalNeededError: the right, so far, is missing.
    """
    draft = draft_of(tx, session)
    basket = draft.basket
    item = basket.line(line).item
    listed = item.unit_price_minor if item else 0
    # A price where there is none is measured by nothing: whoever may all of it enters it.
    unpriced = item is not None and item.unpriced
    off = MILLION if unpriced else share_of(abs(listed - minor), listed)
    by = allowed(session.staff, Right.PRICE, off, Occasion.PRICE, why)
    after = manual.override_price(basket, line, PriceOverride(by, minor))
    _check_together(tx, session, replace(draft, basket=after), line, off, why)
    return keep(tx, session, Change(basket, after, line))


def reset_price(tx: Connection, session: TillSession, line: int) -> CheckoutView:
    """Give a line the price of the catalogue again, and what was taken off it back.

    Raises:
        RetailError: ``basket.line``, ``basket.unknown``, ``basket.returned``.
    """
    basket = basket_of(tx, session)
    after = manual.reduce_line(manual.override_price(basket, line, None), line, None)
    return keep(tx, session, Change(basket, after, line))


def reduce_line(
    tx: Connection, session: TillSession, line: int, off: Cut, why: Why
) -> CheckoutView:
    """Take a share or an amount off a line.

    Raises:
        RetailError: as :func:`retail.basket.manual.reduce_line`, ``reason.unknown``.
        ApprovalNeededError: the right, so far, is missing.
    """
    draft = draft_of(tx, session)
    amount = sum(
        priced.net_minor + priced.reduced_minor
        for priced in promotions.priced(tx, session, draft).lines
        if priced.line.line == line
    )
    reduction = _reduction(session, Right.REDUCE_LINE, off, amount, why)
    after = manual.reduce_line(draft.basket, line, reduction)
    own = off.share_of(amount)
    _check_together(tx, session, replace(draft, basket=after), line, own, why)
    return keep(tx, session, Change(draft.basket, after, line))


def reduce_basket(tx: Connection, session: TillSession, off: Cut, why: Why) -> CheckoutView:
    """Take a share or an amount off the whole basket.

    Raises:
        RetailError: ``basket.reduction``, ``reason.unknown``.
        ApprovalNeededError: the right, so far, is missing.
    """
    draft = draft_of(tx, session)
    lines = promotions.priced(tx, session, draft).lines
    amount = sum(one.net_minor + one.share_minor for one in lines if one.line.returned is None)
    reduction = _reduction(session, Right.REDUCE_BASKET, off, amount, why)
    after = manual.reduce_basket(draft.basket, reduction)
    own = off.share_of(amount)
    _check_together(tx, session, replace(draft, basket=after), None, own, why)
    return keep(tx, session, Change(draft.basket, after))


def reset_basket(tx: Connection, session: TillSession) -> CheckoutView:
    """Give back what was taken off the whole basket."""
    return _changed(tx, session, lambda basket: manual.reduce_basket(basket, None))


def leave_out(tx: Connection, session: TillSession, promotion: str, why: Why) -> CheckoutView:
    """Take a promotion out of the basket.

    Raises:
        RetailError: ``reason.unknown``.
        ApprovalNeededError: the right is missing.
    """
    by = allowed(session.staff, Right.LEAVE_OUT, 0, Occasion.LEFT_OUT, why)
    return _changed(tx, session, lambda basket: manual.leave_out(basket, promotion, by))


def let_in(tx: Connection, session: TillSession, promotion: str) -> CheckoutView:
    """Let a promotion hold again that was taken out."""
    return _changed(tx, session, lambda basket: manual.let_in(basket, promotion))


def exempt(tx: Connection, session: TillSession, certificate: str, why: Why) -> CheckoutView:
    """Sell without tax to somebody with a certificate.

    Raises:
        RetailError: ``basket.certificate``, ``reason.unknown``, ``basket.tax_included`` where
            prices contain the tax.
        ApprovalNeededError: the right is missing.
    """
    if session.store.tax_included:
        raise RetailError(
            "basket.tax_included",
            "Prices here contain the tax; write an invoice, and the tax comes back with it.",
        )
    by = allowed(session.staff, Right.EXEMPT, 0, Occasion.EXEMPTION, why)
    shown = Exemption(by, certificate.strip())
    return _changed(tx, session, lambda basket: manual.exempt(basket, shown))


def tax_again(tx: Connection, session: TillSession) -> CheckoutView:
    """Sell with tax after all."""
    return _changed(tx, session, lambda basket: manual.exempt(basket, None))


def note_line(tx: Connection, session: TillSession, line: int, note: str) -> CheckoutView:
    """Put a note on a line, or take it away.

    Raises:
        RetailError: ``basket.line``, ``basket.note``.
    """
    basket = basket_of(tx, session)
    return keep(tx, session, Change(basket, manual.note_line(basket, line, note), line))


def note_basket(tx: Connection, session: TillSession, note: str) -> CheckoutView:
    """Put a note on the basket, or take it away.

    Raises:
        RetailError: ``basket.note``.
    """
    return _changed(tx, session, lambda basket: manual.note_basket(basket, note))


def sold_by(tx: Connection, session: TillSession, line: int, seller: UUID | None) -> CheckoutView:
    """Name who sold a line, None for the cashier.

    Raises:
        RetailError: ``basket.line``.
    """
    basket = basket_of(tx, session)
    return keep(tx, session, Change(basket, manual.sold_by(basket, line, seller), line))


def _reduction(session: TillSession, right: Right, off: Cut, amount: int, why: Why) -> Reduction:
    """What is taken off an amount, as far as whoever allows it may go."""
    by = allowed(session.staff, right, off.share_of(amount), Occasion.REDUCTION, why)
    who = session.staff if by.approved is None or why.approver is None else why.approver
    most = limit_of(who.role, right)
    return Reduction(by, off.ppm, off.minor, MILLION if most is None else min(most, MILLION))


def _check_together(
    tx: Connection, session: TillSession, after: Draft, line: int | None, own: int, why: Why
) -> None:
    """All that people take off a line, or off the basket, counts as one reduction of a line.

    Args:
        own: the share that the act itself was measured by.

    Raises:
        ApprovalNeededError: together it goes further.
    """
    listed, off, several = 0, 0, False
    for one in promotions.priced(tx, session, after).lines:
        item, wanted = one.line.item, line in {None, one.line.line}
        if item is None or item.unpriced or one.line.returned is not None or not wanted:
            continue
        whole = extend(item.unit_price_minor, one.line.quantity)
        cheaper = 0 if one.line.override is None else max(0, whole - one.gross_minor)
        acts = [part for part in (cheaper, one.reduced_minor, one.share_minor) if part]
        listed, off = listed + whole, off + sum(acts)
        several = several or len(acts) > 1
    together = share_of(off, listed)
    if several and together > own:
        grant(session.staff, Right.REDUCE_LINE, together, approver=why.approver)


def _changed(
    tx: Connection, session: TillSession, change: Callable[[Basket], Basket]
) -> CheckoutView:
    basket = basket_of(tx, session)
    return keep(tx, session, Change(basket, change(basket)))
