"""The open basket, one verb a function; each runs in one transaction on the writer thread."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sqlalchemy import Connection

from pos_app.checkout import drafts, promotions, queries
from pos_app.checkout.open_basket import (
    Change,
    CheckoutView,
    Notice,
    basket_of,
    draft_of,
    keep,
    view,
)
from pos_app.journal import append as journal
from pos_app.till.service import TillSession
from retail import quantity as quantities
from retail.barcode.gtin import parse
from retail.basket import blocks as clearing
from retail.basket import lines as baskets
from retail.basket.model import Basket
from retail.contract.facts import BasketVoided
from retail.errors import RetailError
from retail.pricing import PricedLine

_TIMES = re.compile(r"\s*([0-9.,]{1,10})\s*[*x×]\s*(.+)")


def current(tx: Connection, session: TillSession) -> CheckoutView:
    """The open basket, as it was before a crash or restart."""
    return view(tx, session, draft_of(tx, session))


def enter(tx: Connection, session: TillSession, text: str) -> CheckoutView:
    """Read the input line: a code or SKU, or ``3*code`` for a quantity of it.

    A code that is unknown or misread becomes a line of its own that blocks payment, so that
    nobody leaves with goods that a beep alone seemed to accept.

    Raises:
        RetailError: ``code.empty``, ``quantity.format``, ``basket.quantity``, ``basket.pieces``.
    """
    found = _TIMES.fullmatch(text)
    quantity = quantities.parse(found[1]) if found else 0
    code = found[2].strip() if found else text.strip()
    basket = basket_of(tx, session)
    try:
        parsed = parse(code)
    except RetailError as problem:
        if problem.code == "code.empty":
            raise
        return _unknown(tx, session, basket, code, str(problem))
    item = queries.find(tx, session.store, parsed, session.desk.now_us())
    if item is None:
        return _unknown(tx, session, basket, code, f"{code} is not in the catalogue.")
    after = baskets.add(basket, item, code=code, quantity=quantity)
    return keep(tx, session, Change(basket, after))


def add_sku(tx: Connection, session: TillSession, sku: str, quantity: int = 0) -> CheckoutView:
    """Add an article picked from a tile or the search; quantity in thousandths, 0 for one.

    Raises:
        RetailError: ``item.gone`` when the article is no longer sold.
    """
    item = queries.find_sku(tx, session.store, sku, session.desk.now_us())
    if item is None:
        raise RetailError("item.gone", "%(sku)s is no longer sold; nothing was added.", sku=sku)
    basket = basket_of(tx, session)
    after = baskets.add(basket, item, code=sku, quantity=quantity)
    return keep(tx, session, Change(basket, after))


def set_quantity(tx: Connection, session: TillSession, line: int, thousandths: int) -> CheckoutView:
    """Give a line another quantity.

    Raises:
        RetailError: ``basket.line``, ``basket.quantity``, ``basket.pieces``, ``basket.unknown``.
    """
    basket = basket_of(tx, session)
    after = baskets.set_quantity(basket, line, thousandths)
    return keep(tx, session, Change(basket, after, line))


def change_by(tx: Connection, session: TillSession, line: int, thousandths: int) -> CheckoutView:
    """Raise or lower a line's quantity; a line that falls to nothing is removed.

    Raises:
        RetailError: as :func:`set_quantity`.
    """
    basket = basket_of(tx, session)
    quantity = basket.line(line).quantity + thousandths
    if quantity <= 0:
        return remove_line(tx, session, line)
    return keep(tx, session, Change(basket, baskets.set_quantity(basket, line, quantity), line))


def remove_line(tx: Connection, session: TillSession, line: int) -> CheckoutView:
    """Take a line out and journal that it was given up.

    Raises:
        RetailError: ``basket.line``.
    """
    draft = draft_of(tx, session)
    gone = draft.basket.line(line)
    if gone.item is not None and gone.quantity:
        lines = promotions.priced(tx, session, draft).lines
        _journal_void(tx, session, draft.basket, [x for x in lines if x.line.line == line])
    return keep(tx, session, Change(draft.basket, baskets.remove(draft.basket, line)))


def confirm_age(tx: Connection, session: TillSession, years: int) -> CheckoutView:
    """Note that the cashier has checked the buyer's age, once for the whole basket."""
    basket = basket_of(tx, session)
    return keep(tx, session, Change(basket, clearing.confirm_age(basket, years)))


def clear(tx: Connection, session: TillSession) -> CheckoutView:
    """Give the whole basket up; it is journalled and can be undone."""
    draft = draft_of(tx, session)
    if draft.basket.lines:
        _journal_void(tx, session, draft.basket, promotions.priced(tx, session, draft).lines)
    fresh = drafts.fresh(session.desk, session.store.currency)
    return keep(tx, session, Change(draft.basket, fresh))


def undo(tx: Connection, session: TillSession) -> CheckoutView:
    """Go one step back; at the first step the basket is empty."""
    drafts.step_back(tx)
    return view(tx, session, draft_of(tx, session))


def redo(tx: Connection, session: TillSession) -> CheckoutView:
    """Do again what was undone last, unless a change followed."""
    drafts.step_forward(tx)
    return view(tx, session, draft_of(tx, session))


def _unknown(
    tx: Connection, session: TillSession, basket: Basket, code: str, why: str
) -> CheckoutView:
    notice = Notice("error", why)
    return keep(tx, session, Change(basket, baskets.add_unknown(basket, code)), notice)


def _journal_void(
    tx: Connection, session: TillSession, basket: Basket, lines: Sequence[PricedLine]
) -> None:
    fact = BasketVoided(
        basket=basket.basket_id,
        staff=session.staff.staff_id,
        lines=tuple(
            (
                line.line.item.sku if line.line.item else line.line.code,
                line.line.quantity,
                line.net_minor,
            )
            for line in lines
        ),
    )
    entry = journal.Draft(session.desk.new_id(), session.place(), fact)
    journal.append(tx, session.desk, journal.head(tx), entry)
