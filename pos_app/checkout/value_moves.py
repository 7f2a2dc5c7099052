"""All that a sale does to stored value: what pays it, goes out and comes back, loads and points."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from msgspec import structs
from sqlalchemy import Connection

from pos_app.checkout import coupons, earning, refunding, store_credit, stored_value
from pos_app.checkout.drafts import Draft
from pos_app.till.service import TillSession
from retail.contract.sales import PointsEarned, ValueMove
from retail.pricing import PricedBasket
from retail.tender.settlement import Tender


@dataclass(frozen=True, slots=True)
class SaleValue:
    """What a sale does to stored value.

    Attributes:
        moves: numbered from 1, in the order in which they are booked.
        credits: store credit that goes out, with its codes.
        earned: how the points were counted; None where it earns none.
    """

    moves: tuple[ValueMove, ...]
    credits: tuple[store_credit.Credit, ...]
    earned: PointsEarned | None


def value_of(
    tx: Connection,
    session: TillSession,
    draft: Draft,
    settled: tuple[PricedBasket, Sequence[Tender]],
    taken: Sequence[ValueMove],
) -> SaleValue:
    """What the sale of an open basket does to stored value.

    Args:
        settled: the basket priced, and the tenders that settle it.
        taken: what was taken of instruments to pay it, as was allowed.

    Raises:
        RetailError: ``refund.instrument``, ``return.pruned``, ``value.no_key``.
    """
    priced, tenders = settled
    credits_ = store_credit.owed(tx, tenders)
    points = earning.points_of(tx, priced, tenders)
    found = (
        *taken,
        *(one.move for one in credits_),
        *refunding.value_back(tx, priced, tenders),
        *stored_value.moves_of_lines(tx, priced, tenders),
        *points.moves,
        *coupons.uses_of(tx, session.store, draft, priced),
    )
    moves = tuple(structs.replace(move, n=n) for n, move in enumerate(found, 1))
    return SaleValue(moves, credits_, points.earned)
