"""Coupons of the open basket: taken in, told of, taken out, and what they use of their campaign.

A code belongs to the promotions that ask for it. Where its uses are limited, head office counts
them down: a till holds a use before it takes the coupon, online by a reservation, offline from a
lease, and the sale books what was used.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import Connection

from pos_app.checkout import coupon_holds, explanations, promotions
from pos_app.checkout.drafts import Draft
from pos_app.checkout.explanations import Told
from pos_app.checkout.open_basket import Change, CheckoutView, basket_of, draft_of, keep
from pos_app.till.queries import StoreProfile
from pos_app.till.service import TillSession
from pos_app.value.service import Asked
from retail.basket.coupons import add_coupon, coupon_code, remove_coupon
from retail.basket.model import Coupon, UsesHeld
from retail.contract.sales import ValueMove
from retail.errors import RetailError
from retail.pricing import PricedBasket
from retail.promotions import rules
from retail.value import Authority, ValueKind

MOST_AT_ONCE = 10
"""Uses that are held for a coupon that counts each application."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A coupon of the basket.

    Attributes:
        saves_minor: what its promotions take off.
        told: what became of those promotions; empty while the basket is.
    """

    code: str
    saves_minor: int = 0
    told: tuple[Told, ...] = ()


@dataclass(frozen=True, slots=True)
class CouponsShown:
    """The coupons of the basket, in the order in which they came.

    Attributes:
        names: of the articles and categories that their promotions mention.
    """

    currency: str
    coupons: tuple[Shown, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Added:
    """The basket with one more coupon."""

    view: CheckoutView
    coupon: Shown
    shown: CouponsShown


@dataclass(frozen=True, slots=True)
class Wanted:
    """A coupon before it is taken; ``asked`` is what must be held for it, None for nothing."""

    code: str
    asked: Asked | None = None


def wanted(tx: Connection, session: TillSession, text: str) -> Wanted:
    """What taking a coupon needs.

    Raises:
        RetailError: ``coupon.unknown``, ``coupon.twice``, ``coupon.many``.
    """
    draft, code = draft_of(tx, session), coupon_code(text)
    found = _asking_for(tx, session.store, draft, code)
    if not found:
        raise RetailError(
            "coupon.unknown", "Coupon %(code)s is not known here; nothing was added.", code=code
        )
    code = next(one.conditions.coupon.code for one in found if one.conditions.coupon)
    add_coupon(draft.basket, Coupon(code))
    uses = _uses(found)
    if not uses:
        return Wanted(code)
    return Wanted(code, Asked(ValueKind.CAMPAIGN, code, uses, held=coupon_holds.held_moves(tx)))


def is_known(tx: Connection, session: TillSession, text: str) -> bool:
    """Whether a text is the code of a coupon."""
    draft = draft_of(tx, session)
    return bool(_asking_for(tx, session.store, draft, text))


def add(tx: Connection, session: TillSession, code: str, held: Sequence[ValueMove] = ()) -> Added:
    """Take a coupon into the basket.

    Args:
        held: the uses that are kept for it, as they were allowed.

    Raises:
        RetailError: ``coupon.twice``, ``coupon.many``.
    """
    basket = basket_of(tx, session)
    uses = tuple(UsesHeld(one.amount, one.authority, one.reservation, one.lease) for one in held)
    coupon = Coupon(code, held[0].lookup if held else "", uses)
    view = keep(tx, session, Change(basket, add_coupon(basket, coupon)))
    shown = coupons_shown(tx, session)
    return Added(view, next(one for one in shown.coupons if one.code == code), shown)


def remove(tx: Connection, session: TillSession, code: str) -> CheckoutView:
    """Take a coupon out of the basket.

    Raises:
        RetailError: ``coupon.gone``.
    """
    basket = basket_of(tx, session)
    return keep(tx, session, Change(basket, remove_coupon(basket, code)))


def coupons_shown(tx: Connection, session: TillSession) -> CouponsShown:
    """The coupons of the open basket, each with what it gives or why it gives nothing yet.

    Runs on the writer thread, as :mod:`pos_app.checkout.explanations` does.
    """
    draft = draft_of(tx, session)
    why = explanations.why(tx, session)
    by_id = {one.explanation.promo_id: one for one in why.told} if why else {}
    shown = []
    for coupon in draft.basket.coupons:
        found = _asking_for(tx, session.store, draft, coupon.code)
        told = tuple(by_id[one.promo_id] for one in found if one.promo_id in by_id)
        saves = sum(sum(one.savings.values()) for one in told)
        shown.append(Shown(coupon.code, saves, told))
    return CouponsShown(draft.basket.currency, tuple(shown), why.names if why else {})


def uses_of(
    tx: Connection, store: StoreProfile, draft: Draft, priced: PricedBasket
) -> list[ValueMove]:
    """What a sale uses of its campaigns, without the numbers that the sale gives its moves.

    More than was held is booked all the same: the promotions were shown and hold.
    """
    times = {one.promo_id: one.applications for one in priced.solution.applied}
    moves: list[ValueMove] = []
    for coupon in draft.basket.coupons:
        if not coupon.lookup or coupon.code not in priced.coupons:
            continue
        found = _asking_for(tx, store, draft, coupon.code)
        counted = [times.get(one.promo_id, 0) for one in found if _counts_each(one)]
        moves += _taken(coupon, max(1, sum(counted)))
    return moves


def _asking_for(
    tx: Connection, store: StoreProfile, draft: Draft, code: str
) -> list[rules.Promotion]:
    """The promotions of the basket's set that ask for a code."""
    terms = promotions.terms_of(tx, store, draft)
    if terms is None or not code:
        return []
    known = (live.promotion for live in terms.promotions.known.values())
    return [
        one
        for one in known
        if one.conditions.coupon is not None
        and coupon_code(one.conditions.coupon.code) == coupon_code(code)
    ]


def _uses(found: Sequence[rules.Promotion]) -> int:
    """How many uses must be held; 0 where nobody counts them."""
    coupons = [one.conditions.coupon for one in found if one.conditions.coupon is not None]
    limited = [one.uses_left for one in coupons if one.uses_left is not None]
    if not limited:
        return 0
    each = any(one.per_application for one in coupons)
    return max(1, min(MOST_AT_ONCE, *limited)) if each else 1


def _counts_each(promotion: rules.Promotion) -> bool:
    coupon = promotion.conditions.coupon
    return coupon is not None and coupon.per_application


def _taken(coupon: Coupon, uses: int) -> list[ValueMove]:
    parts: list[tuple[int, UsesHeld]] = []
    for held in coupon.held:
        part = min(uses, held.amount)
        uses -= part
        if part:
            parts.append((part, held))
    if uses:
        parts.append((uses, UsesHeld(uses, Authority.FLOOR.value)))
    return [coupon_holds.as_move(coupon, replace(held, amount=part)) for part, held in parts]
