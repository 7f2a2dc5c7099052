"""The customer of the open basket: member prices come with them and go with them."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import Connection

from pos_app.checkout import promotions
from pos_app.checkout.open_basket import Change, CheckoutView, Notice, draft_of, keep
from pos_app.customers.queries import FoundCustomer
from pos_app.till.service import TillSession
from retail.basket.manual import attach as attached
from retail.basket.model import Attached
from retail.errors import RetailError


def attach(tx: Connection, session: TillSession, customer: FoundCustomer) -> CheckoutView:
    """Attach a customer; the view tells what they save by it."""
    who = Attached(
        customer.customer, customer.name, customer.tier, customer.groups, customer.language
    )
    return _with(tx, session, who)


def detach(tx: Connection, session: TillSession) -> CheckoutView:
    """Take the customer off again; prices that were set by hand stay."""
    return _with(tx, session, None)


def _with(tx: Connection, session: TillSession, who: Attached | None) -> CheckoutView:
    draft = draft_of(tx, session)
    before = promotions.priced(tx, session, draft).total_minor
    after = attached(draft.basket, who)
    view = keep(tx, session, Change(draft.basket, after))
    view = replace(view, saved_more=before - view.priced.total_minor)
    if draft.basket.exemption is None or after.exemption is not None:
        return view
    taxed = RetailError(
        "basket.exemption_gone",
        "The certificate went with its customer: tax is charged again. If another customer has "
        "one, note it.",
    )
    return replace(view, notice=Notice("warn", taxed))
