"""The points that a sale earns, and those that goods take along when they come back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection

from pos_app.checkout import receipt_search
from pos_app.value.queries import company_key
from retail.contract.sales import PointsEarned, ValueMove
from retail.earning import points_reversed
from retail.pricing import PricedBasket
from retail.tender.settlement import Tender, TenderKind
from retail.value import ValueKind, lookup_of


@dataclass(frozen=True, slots=True)
class Points:
    """What a sale does to points, beside paying with them.

    Attributes:
        earned: how they were counted; None where it earns none.
        moves: without their numbers, which the sale gives them.
    """

    earned: PointsEarned | None = None
    moves: tuple[ValueMove, ...] = ()


def points_of(tx: Connection, priced: PricedBasket, tenders: Iterable[Tender]) -> Points:
    """What a basket earns once it is paid so, and what its goods that come back take along.

    The points of goods that come back are those of whoever bought them.

    Raises:
        RetailError: ``return.pruned`` as :func:`pos_app.checkout.receipt_search.receipt`.
    """
    reversed_ = _reversed(tx, priced)
    earned = _earned(priced, tenders)
    if not reversed_ and earned is None:
        return Points()
    key = company_key(tx)
    found = [("reverse", party, points) for party, points in reversed_.items()]
    buyer = priced.basket.customer
    if earned is not None and buyer is not None:
        found.append(("earn", buyer.party, earned.earned))
    moves = (
        ValueMove(
            n=0,
            act=act,
            kind=ValueKind.POINTS.value,
            lookup=lookup_of(key, ValueKind.POINTS, party).hex(),
            amount=points,
            party=party,
        )
        for act, party, points in found
    )
    return Points(earned, tuple(moves))


def _earned(priced: PricedBasket, tenders: Iterable[Tender]) -> PointsEarned | None:
    if priced.earning is None:
        return None
    paid = sum(one.amount_minor for one in tenders if one.kind is TenderKind.POINTS)
    return priced.earning.earned(max(paid, 0))


def _reversed(tx: Connection, priced: PricedBasket) -> dict[UUID, int]:
    """Points by the party that earned them."""
    here: dict[UUID, dict[int, int]] = {}
    for line in (one.line for one in priced.lines):
        if line.returned is not None and line.returned.sale is not None:
            own = here.setdefault(line.returned.sale, {})
            own[line.returned.n] = own.get(line.returned.n, 0) + line.quantity
    found: dict[UUID, int] = {}
    for rid, back in here.items():
        receipt = receipt_search.receipt(tx, rid)
        if receipt is None or receipt.fact.party is None or receipt.fact.points is None:
            continue
        before = dict(receipt.gone)
        after = before | {n: before.get(n, 0) + back[n] for n in back}
        points = points_reversed(receipt.fact, before, after)
        if points:
            found[receipt.fact.party] = found.get(receipt.fact.party, 0) + points
    return found
