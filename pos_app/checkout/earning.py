"""The points that a sale earns, and those that goods take along when they come back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection

from pos_app.checkout import receipt_search
from pos_app.value.queries import company_key
from retail.contract.sales import PointsEarned, SaleClosed, SoldLine, ValueMove
from retail.earning import points_reversed
from retail.money import divide_half_away
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
    back = _goods_back(tx, priced)
    reversed_ = _reversed(back)
    earned = _earned(priced, tuple(tenders), back)
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


@dataclass(frozen=True, slots=True)
class _GoodsBack:
    """Goods of a receipt that come back: thousandths that are gone by line, before and after."""

    fact: SaleClosed
    before: Mapping[int, int]
    after: Mapping[int, int]

    def part(self, line: SoldLine, amount: int) -> int:
        """Of an amount of a line, what comes back now."""
        gone = (self.after.get(line.n, 0), self.before.get(line.n, 0))
        after, before = (divide_half_away(amount * one, line.qty) for one in gone)
        return after - before


def _goods_back(tx: Connection, priced: PricedBasket) -> list[_GoodsBack]:
    here: dict[UUID, dict[int, int]] = {}
    for line in (one.line for one in priced.lines):
        if line.returned is not None and line.returned.sale is not None:
            own = here.setdefault(line.returned.sale, {})
            own[line.returned.n] = own.get(line.returned.n, 0) + line.quantity
    found = []
    for rid, back in here.items():
        receipt = receipt_search.receipt(tx, rid)
        if receipt is not None:
            before = dict(receipt.gone)
            after = before | {n: before.get(n, 0) + back[n] for n in back}
            found.append(_GoodsBack(receipt.fact, before, after))
    return found


def _earned(
    priced: PricedBasket, tenders: Sequence[Tender], back: Sequence[_GoodsBack]
) -> PointsEarned | None:
    """What points pay earns none, be it now or with goods that they had paid."""
    if priced.earning is None:
        return None
    paid = sum(one.amount_minor for one in tenders if one.kind is TenderKind.POINTS)
    out = -sum(min(one.amount_minor, 0) for one in tenders)
    # Points that go back with this ticket pay nothing of it: ``paid`` is below zero then.
    worth = sum(one.part(line, line.net) for one in back for line in _sold(one.fact))
    kept = min(sum(map(_paid_in_points, back)) + min(paid, 0), worth - out)
    return priced.earning.earned(max(paid, 0) + max(kept, 0))


def _paid_in_points(back: _GoodsBack) -> int:
    """What points had paid of goods that come back: what they cost above what earned for them."""
    fact = back.fact
    if fact.points is not None:
        earning = {one.n: one.minor for one in fact.points.lines}
        return sum(
            back.part(line, line.net - earning.get(line.n, line.net)) for line in _sold(fact)
        )
    points = sum(one.amount for one in fact.tenders if one.kind == TenderKind.POINTS)
    whole = sum(one.amount for one in fact.tenders)
    worth = sum(back.part(line, line.net) for line in _sold(fact))
    return divide_half_away(worth * points, whole) if whole > 0 else 0


def _sold(fact: SaleClosed) -> Iterator[SoldLine]:
    return (line for line in fact.lines if line.qty > 0)


def _reversed(back: Iterable[_GoodsBack]) -> dict[UUID, int]:
    """Points by the party that earned them."""
    found: dict[UUID, int] = {}
    for one in back:
        if one.fact.party is not None and one.fact.points is not None:
            points = points_reversed(one.fact, one.before, one.after)
            if points:
                found[one.fact.party] = found.get(one.fact.party, 0) + points
    return found
