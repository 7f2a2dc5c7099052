"""The open basket, one verb a function; each runs in one transaction on the writer thread."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from pos_app.checkout import drafts, promotions, queries
from pos_app.checkout.drafts import Draft
from pos_app.journal import append as journal
from pos_app.till.service import TillSession
from retail import basket as baskets
from retail import quantity as quantities
from retail.barcode import parse
from retail.basket import Basket
from retail.contract.facts import BasketVoided
from retail.errors import RetailError
from retail.pricing import PricedBasket, PricedLine

_TIMES = re.compile(r"\s*([0-9.,]{1,10})\s*[*x×]\s*(.+)")


@dataclass(frozen=True, slots=True)
class Notice:
    """Something worth saying; ``tone`` is ok, warn or error."""

    tone: str
    text: str


@dataclass(frozen=True, slots=True)
class CheckoutView:
    """The open basket after a verb; ``changed_line`` is the line it touched, if one."""

    priced: PricedBasket
    changed_line: int | None = None
    notice: Notice | None = None


@dataclass(frozen=True, slots=True)
class _Change:
    """A basket before and after a verb; ``line`` when the verb names the line it touched."""

    before: Basket
    after: Basket
    line: int | None = None


def current(tx: Connection, session: TillSession) -> CheckoutView:
    """The open basket, as it was before a crash or restart."""
    return _view(tx, session, _draft(tx, session))


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
    basket = _basket(tx, session)
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
    return _keep(tx, session, _Change(basket, after))


def add_sku(tx: Connection, session: TillSession, sku: str, quantity: int = 0) -> CheckoutView:
    """Add an article picked from a tile or the search; quantity in thousandths, 0 for one.

    Raises:
        RetailError: ``item.gone`` when the article is no longer sold.
    """
    item = queries.find_sku(tx, session.store, sku, session.desk.now_us())
    if item is None:
        raise RetailError("item.gone", "%(sku)s is no longer sold; nothing was added.", sku=sku)
    basket = _basket(tx, session)
    after = baskets.add(basket, item, code=sku, quantity=quantity)
    return _keep(tx, session, _Change(basket, after))


def set_quantity(tx: Connection, session: TillSession, line: int, thousandths: int) -> CheckoutView:
    """Give a line another quantity.

    Raises:
        RetailError: ``basket.line``, ``basket.quantity``, ``basket.pieces``, ``basket.unknown``.
    """
    basket = _basket(tx, session)
    after = baskets.set_quantity(basket, line, thousandths)
    return _keep(tx, session, _Change(basket, after, line))


def change_by(tx: Connection, session: TillSession, line: int, thousandths: int) -> CheckoutView:
    """Raise or lower a line's quantity; a line that falls to nothing is removed.

    Raises:
        RetailError: as :func:`set_quantity`.
    """
    basket = _basket(tx, session)
    quantity = basket.line(line).quantity + thousandths
    if quantity <= 0:
        return remove_line(tx, session, line)
    return _keep(tx, session, _Change(basket, baskets.set_quantity(basket, line, quantity), line))


def remove_line(tx: Connection, session: TillSession, line: int) -> CheckoutView:
    """Take a line out and journal that it was given up.

    Raises:
        RetailError: ``basket.line``.
    """
    draft = _draft(tx, session)
    gone = draft.basket.line(line)
    if gone.item is not None and gone.quantity:
        lines = promotions.priced(tx, session, draft).lines
        _journal_void(tx, session, draft.basket, [x for x in lines if x.line.line == line])
    return _keep(tx, session, _Change(draft.basket, baskets.remove(draft.basket, line)))


def confirm_age(tx: Connection, session: TillSession, years: int) -> CheckoutView:
    """Note that the cashier has checked the buyer's age, once for the whole basket."""
    basket = _basket(tx, session)
    return _keep(tx, session, _Change(basket, baskets.confirm_age(basket, years)))


def clear(tx: Connection, session: TillSession) -> CheckoutView:
    """Give the whole basket up; it is journalled and can be undone."""
    draft = _draft(tx, session)
    if draft.basket.lines:
        _journal_void(tx, session, draft.basket, promotions.priced(tx, session, draft).lines)
    fresh = drafts.fresh(session.desk, session.store.currency)
    return _keep(tx, session, _Change(draft.basket, fresh))


def undo(tx: Connection, session: TillSession) -> CheckoutView:
    """Go one step back; at the first step the basket is empty."""
    drafts.step_back(tx)
    return _view(tx, session, _draft(tx, session))


def _draft(tx: Connection, session: TillSession) -> Draft:
    found = drafts.current(tx)
    if found is not None:
        return found
    fresh = drafts.fresh(session.desk, session.store.currency)
    return Draft(fresh, session.desk.now_us())


def _basket(tx: Connection, session: TillSession) -> Basket:
    return _draft(tx, session).basket


def _view(
    tx: Connection,
    session: TillSession,
    draft: Draft,
    *,
    line: int | None = None,
    notice: Notice | None = None,
) -> CheckoutView:
    return CheckoutView(promotions.priced(tx, session, draft), line, notice)


def _keep(
    tx: Connection, session: TillSession, change: _Change, notice: Notice | None = None
) -> CheckoutView:
    draft = _kept_to_its_offers(tx, session, Draft(change.after, session.desk.now_us()))
    drafts.save(tx, draft)
    line = change.line or _touched(change.before, change.after)
    if promotions.is_news(tx, session.store, draft):
        notice = notice or Notice("warn", _SET_ASIDE)
    return _view(tx, session, draft, line=line, notice=notice)


_SET_ASIDE = (
    "Some offers cannot be read at this till and are left out; selling goes on. "
    "Tell the store's manager."
)


def _kept_to_its_offers(tx: Connection, session: TillSession, draft: Draft) -> Draft:
    """At its first line a basket gets the promotions that it keeps until it is closed."""
    if draft.basket.offers or not draft.basket.lines:
        return draft
    offers = promotions.snapshot_in_force(tx, session.store, draft.at_us)
    return replace(draft, basket=replace(draft.basket, offers=offers))


def _touched(before: Basket, after: Basket) -> int | None:
    """The line that is new or different, the last one if there are several."""
    known = set(before.lines)
    changed = [line.line for line in after.lines if line not in known]
    return changed[-1] if changed else None


def _unknown(
    tx: Connection, session: TillSession, basket: Basket, code: str, why: str
) -> CheckoutView:
    notice = Notice("error", why)
    return _keep(tx, session, _Change(basket, baskets.add_unknown(basket, code)), notice)


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
