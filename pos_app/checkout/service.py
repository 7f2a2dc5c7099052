"""The open basket, one verb a function; each runs in one transaction on the writer thread."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import Connection

from pos_app.checkout import coupons, drafts, giving_up, promotions, queries, weighing
from pos_app.checkout.open_basket import (
    Change,
    CheckoutView,
    Notice,
    basket_of,
    draft_of,
    keep,
    view,
)
from pos_app.checkout.scanning import ScannedItem, check_sellable, look_up
from pos_app.payments import service as payments
from pos_app.staff.approvals import Why, given_by, grant
from pos_app.staff.service import StaffMember
from pos_app.till.service import TillSession
from retail.barcode.scanned import Coupon
from retail.basket import blocks as clearing
from retail.basket import lines as baskets
from retail.basket.lines import Piece
from retail.basket.linked import link
from retail.basket.model import Basket, GivenBy
from retail.catalog import ItemSnapshot
from retail.errors import RetailError
from retail.input_line import AddCode, Nothing, read_line
from retail.quantity import ONE
from retail.reasons import Occasion
from retail.rights import Right

_REFUSED = frozenset({"code.empty", "code.ambiguous", "item.expired", "item.stopped"})
"""What a code may be refused for without leaving a line that blocks the basket."""


def current(tx: Connection, session: TillSession) -> CheckoutView:
    """The open basket, as it was before a crash or restart."""
    return view(tx, session, draft_of(tx, session))


def enter(tx: Connection, session: TillSession, text: str) -> CheckoutView:
    """Add what was typed: a code or SKU, or ``3*code`` for a quantity of it.

    Raises:
        RetailError: as :func:`add_code` and :func:`retail.input_line.read_line`;
            ``line.no_article`` for a line that asks for something else.
    """
    reading = read_line(text)
    match reading:
        case AddCode():
            return add_code(tx, session, reading.code, reading.thousandths)
        case Nothing():
            raise RetailError("code.empty", "The code is empty; scan it again.")
        case _:
            raise RetailError(
                "line.no_article", "“%(text)s” names no article; nothing was added.", text=text
            )


def add_code(
    tx: Connection,
    session: TillSession,
    code: str,
    quantity: int = 0,
    *,
    approver: StaffMember | None = None,
) -> CheckoutView:
    """Add what a code stands for; thousandths, 0 for one or what its label tells.

    A code that is unknown or misread becomes a line of its own that blocks payment, so that
    nobody leaves with goods that a beep alone seemed to accept.

    A code that is for something else, for a family of articles, or for one that stores value,
    changes nothing; the view says what it is.

    Raises:
        RetailError: ``code.empty``, ``basket.quantity``, ``basket.pieces``,
            ``basket.serial``, ``basket.labelled``; ``item.expired`` and ``item.stopped`` for goods
            that must not be sold, ``code.ambiguous``.
            ``basket.one_card`` for several cards at once.
        ApprovalNeededError: as :func:`pos_app.checkout.weighing.with_quantity`.
    """
    basket = basket_of(tx, session)
    try:
        found = look_up(tx, session, code)
    except RetailError as problem:
        if problem.code in _REFUSED:
            raise
        return _unknown(tx, session, basket, code, problem)
    if found is None:
        return _no_article(tx, session, basket, code, quantity)
    if not isinstance(found, ScannedItem):
        return view(tx, session, draft_of(tx, session), other=found)
    if found.item.stores:
        return _storing(tx, session, found.item, quantity)
    told = _times(found, quantity) if quantity else found.quantity
    after = baskets.add(basket, found.item, code=code, quantity=told, piece=found.piece)
    if quantity and found.item.weighed:
        after = weighing.with_quantity(session, after, after.lines[-1].line, told, approver)
    return keep(tx, session, Change(basket, with_linked(tx, session, after, found.item)))


def _no_article(
    tx: Connection, session: TillSession, basket: Basket, code: str, quantity: int
) -> CheckoutView:
    """A family of articles, a coupon, or a code that nobody knows."""
    if queries.family(tx, session.store, code.strip(), session.desk.now_us()):
        unchanged = view(tx, session, draft_of(tx, session))
        return replace(unchanged, family=code.strip(), family_thousandths=quantity)
    if coupons.is_known(tx, session, code):
        return view(tx, session, draft_of(tx, session), other=Coupon(code, ""))
    why = RetailError("item.unknown", "%(code)s is not in the catalogue.", code=code)
    return _unknown(tx, session, basket, code, why)


def _storing(
    tx: Connection, session: TillSession, item: ItemSnapshot, quantity: int
) -> CheckoutView:
    """Ask for the card; see :mod:`pos_app.checkout.stored_value`."""
    if quantity not in {0, ONE}:
        raise RetailError(
            "basket.one_card",
            "%(name)s is rung up card by card; nothing was added.",
            name=item.name,
        )
    return replace(view(tx, session, draft_of(tx, session)), storing=item)


def _times(found: ScannedItem, quantity: int) -> int:
    """So many of what was scanned; what is labelled with its weight comes one at a time.

    Raises:
        RetailError: ``basket.labelled``.
    """
    if found.quantity and found.item.weighed:
        raise RetailError(
            "basket.labelled",
            "%(name)s is labelled with its weight; scan each label, nothing was added.",
            name=found.item.name,
        )
    return quantity * (found.quantity // ONE or 1)


def with_linked(tx: Connection, session: TillSession, basket: Basket, item: ItemSnapshot) -> Basket:
    """Ring up what comes with an article, such as its deposit; unknown articles are left out."""
    if not item.linked:
        return basket
    now = session.desk.now_us()
    skus = (sku for sku, _each in item.linked)
    found = [queries.find_sku(tx, session.store, sku, now) for sku in skus]
    linked = [one for one in found if one is not None]
    for line in basket.lines:
        if line.item == item and line.returned is None:
            basket = link(basket, line.line, linked)
    return basket


def add_sku(
    tx: Connection,
    session: TillSession,
    sku: str,
    quantity: int = 0,
    *,
    approver: StaffMember | None = None,
) -> CheckoutView:
    """Add an article picked from a tile or the search; quantity in thousandths, 0 for one.

    Raises:
        RetailError: ``item.gone`` when the article is no longer sold, ``item.stopped``.
        ApprovalNeededError: as :func:`pos_app.checkout.weighing.with_quantity`.
    """
    item = queries.find_sku(tx, session.store, sku, session.desk.now_us())
    if item is None:
        raise RetailError("item.gone", "%(sku)s is no longer sold; nothing was added.", sku=sku)
    check_sellable(item)
    if item.stores:
        return _storing(tx, session, item, quantity)
    basket = basket_of(tx, session)
    after = baskets.add(basket, item, code=sku, quantity=quantity)
    if quantity and item.weighed:
        after = weighing.with_quantity(session, after, after.lines[-1].line, quantity, approver)
    return keep(tx, session, Change(basket, with_linked(tx, session, after, item)))


def set_quantity(
    tx: Connection,
    session: TillSession,
    line: int,
    thousandths: int,
    *,
    approver: StaffMember | None = None,
) -> CheckoutView:
    """Give a line another quantity.

    Raises:
        RetailError: ``basket.line``, ``basket.quantity``, ``basket.pieces``, ``basket.unknown``.
        ApprovalNeededError: as :func:`pos_app.checkout.weighing.with_quantity`.
    """
    return _with_quantity(tx, session, line, thousandths, approver)


def change_by(
    tx: Connection,
    session: TillSession,
    line: int,
    thousandths: int,
    *,
    approver: StaffMember | None = None,
) -> CheckoutView:
    """Raise or lower a line's quantity; a line that falls to nothing is removed.

    Raises:
        RetailError, ApprovalNeededError: as :func:`set_quantity`.
    """
    basket = basket_of(tx, session)
    quantity = basket.line(line).quantity + thousandths
    if quantity <= 0:
        return remove_line(tx, session, line)
    return _with_quantity(tx, session, line, quantity, approver)


def _with_quantity(
    tx: Connection,
    session: TillSession,
    line: int,
    thousandths: int,
    approver: StaffMember | None,
) -> CheckoutView:
    """Another quantity; what it is less is on record."""
    draft = draft_of(tx, session)
    after = weighing.with_quantity(session, draft.basket, line, thousandths, approver)
    giving_up.journal_less(tx, session, draft, after)
    return keep(tx, session, Change(draft.basket, after, line))


def note_piece(tx: Connection, session: TillSession, line: int, piece: Piece) -> CheckoutView:
    """Note the serial number or lot of a line that asks for it.

    Raises:
        RetailError: ``basket.line``, ``basket.serial``.
    """
    basket = basket_of(tx, session)
    return keep(tx, session, Change(basket, baskets.note_piece(basket, line, piece), line))


def remove_line(tx: Connection, session: TillSession, line: int) -> CheckoutView:
    """Take a line out and journal that it was given up.

    Raises:
        RetailError: ``basket.line``.
    """
    draft = draft_of(tx, session)
    gone = draft.basket.line(line)
    if gone.item is not None and gone.quantity:
        lines = promotions.priced(tx, session, draft).lines
        own = [one for one in lines if one.line.line == line]
        giving_up.journal_lines(tx, session, draft.basket, own)
    return keep(tx, session, Change(draft.basket, baskets.remove(draft.basket, line)))


def confirm_age(tx: Connection, session: TillSession, years: int) -> CheckoutView:
    """Note that the cashier has checked the buyer's age, once for the whole basket."""
    basket = basket_of(tx, session)
    return keep(tx, session, Change(basket, clearing.confirm_age(basket, years)))


def clear(tx: Connection, session: TillSession, why: Why | None = None) -> CheckoutView:
    """Give the whole basket up; it is journalled with its reason and can be undone.

    Raises:
        RetailError: ``reason.unknown``.
        ApprovalNeededError: the right is missing.
    """
    draft = draft_of(tx, session)
    given = _given_up(session, why) if why else None
    if draft.basket.lines:
        lines = promotions.priced(tx, session, draft).lines
        giving_up.journal_lines(tx, session, draft.basket, lines, given)
    payments.let_go(tx, session.desk, draft.basket.basket_id)
    fresh = drafts.fresh(session.desk, session.store.currency)
    return keep(tx, session, Change(draft.basket, fresh))


def undo(tx: Connection, session: TillSession) -> CheckoutView:
    """Go one step back; at the first step the basket is empty. What it takes off is on record."""
    before = draft_of(tx, session)
    went, draft = drafts.step_back(tx), draft_of(tx, session)
    giving_up.journal_less(tx, session, before, draft.basket)
    notice = None if went or not draft.basket.lines else Notice("warn", _oldest())
    return view(tx, session, draft, notice=notice)


def _oldest() -> RetailError:
    return RetailError("basket.oldest", "This is as far as undo goes; the basket stays as it is.")


def redo(tx: Connection, session: TillSession) -> CheckoutView:
    """Do again what was undone last, unless a change followed."""
    drafts.step_forward(tx)
    return view(tx, session, draft_of(tx, session))


def _unknown(
    tx: Connection, session: TillSession, basket: Basket, code: str, why: RetailError
) -> CheckoutView:
    notice = Notice("error", why)
    return keep(tx, session, Change(basket, baskets.add_unknown(basket, code)), notice)


def _given_up(session: TillSession, why: Why) -> GivenBy:
    approver = grant(session.staff, Right.GIVE_UP, approver=why.approver)
    return given_by(session.staff, approver, Occasion.GIVEN_UP, why.reason)
