"""The open basket between two verbs: read, kept, priced and shown."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy import Connection

from pos_app.checkout import drafts, promotions
from pos_app.checkout.drafts import Draft
from pos_app.till.service import TillSession
from retail.barcode.scanned import ScannedCode
from retail.basket.linked import follow
from retail.basket.model import Basket
from retail.catalog import ItemSnapshot
from retail.errors import RetailError
from retail.pricing import PricedBasket


@dataclass(frozen=True, slots=True)
class Notice:
    """Something worth saying; ``tone`` is ok, warn or error."""

    tone: str
    problem: RetailError

    @property
    def text(self) -> str:
        """In English, for logs and tests; screens say it in their language."""
        return str(self.problem)


@dataclass(frozen=True, slots=True)
class CheckoutView:
    """The open basket after a verb.

    Attributes:
        changed_line: the line it touched, if one.
        other: what the code is for, when it is for something else than an article.
        family: the code is of articles of which one must be chosen; ``family_thousandths`` how
            many were asked for, 0 for one.
        storing: an article whose amount goes on a card: which card must be told first.
        saved_more: minor units that the basket costs less, below zero more, by its customer.
    """

    priced: PricedBasket
    changed_line: int | None = None
    notice: Notice | None = None
    other: ScannedCode | None = None
    saved_more: int = 0
    family: str = ""
    family_thousandths: int = 0
    storing: ItemSnapshot | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """A basket before and after a verb; ``line`` when the verb names the line it touched."""

    before: Basket
    after: Basket
    line: int | None = None


def draft_of(tx: Connection, session: TillSession) -> Draft:
    """The open basket, an empty one where there is none."""
    found = drafts.current(tx)
    if found is not None:
        return found
    fresh = drafts.fresh(session.desk, session.store.currency)
    return Draft(fresh, session.desk.now_us())


def basket_of(tx: Connection, session: TillSession) -> Basket:
    """The open basket, an empty one where there is none."""
    return draft_of(tx, session).basket


def view(
    tx: Connection,
    session: TillSession,
    draft: Draft,
    *,
    line: int | None = None,
    notice: Notice | None = None,
    other: ScannedCode | None = None,
) -> CheckoutView:
    """The basket with its prices."""
    return CheckoutView(promotions.priced(tx, session, draft), line, notice, other)


def keep(
    tx: Connection, session: TillSession, change: Change, notice: Notice | None = None
) -> CheckoutView:
    """Save what a verb made of the basket, and price it."""
    after = follow(change.after)
    draft = _kept_to_its_offers(tx, session, Draft(after, session.desk.now_us()))
    drafts.save(tx, draft)
    line = change.line or _touched(change.before, after)
    if promotions.is_news(tx, session.store, draft):
        notice = notice or Notice("warn", _set_aside())
    return view(tx, session, draft, line=line, notice=notice)


def _set_aside() -> RetailError:
    return RetailError(
        "promotions.set_aside",
        "Some offers cannot be read at this till and are left out; selling goes on. "
        "Tell the store's manager.",
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
