"""What a till knows of the attached customer: points, account, consents, last purchases."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, select

from db.base import from_us
from db.store.sales import Sale
from pos_app.checkout.points_rules import rules_in_force
from pos_app.customers.queries import known
from pos_app.till.service import TillSession
from pos_app.value.queries import Standing, standing
from retail.contract.receipts import FindReceiptsAnswer
from retail.value import ValueKind

_NEWEST = 5


@dataclass(frozen=True, slots=True)
class Purchase:
    """A sale to the customer.

    Attributes:
        total_minor: below zero for a return.
        place: the store's name and the till's number, where head office told it; None for here.
    """

    rid: UUID
    at: datetime
    number: str
    total_minor: int
    currency: str
    place: tuple[str, int] | None = None


@dataclass(frozen=True, slots=True)
class MemberStanding:
    """A customer as the sheet tells of one.

    Attributes:
        worth_minor: what whole blocks of the points pay now; 0 where the store takes none.
        account: what is left of a credit line; None where none is known here.
        consents: as far as they are known here.
        purchases: the newest first.
        everywhere: they are those of all tills, by what head office told.
    """

    tier: str
    points: Standing | None = None
    worth_minor: int = 0
    account: Standing | None = None
    consents: tuple[str, ...] = ()
    purchases: tuple[Purchase, ...] = ()
    everywhere: bool = False


def member_standing(tx: Connection, session: TillSession, party: UUID, tier: str) -> MemberStanding:
    """What is known of a customer here.

    Args:
        tier: the level that the basket has them at.
    """
    points = standing(tx, ValueKind.POINTS, party)
    rules = rules_in_force(tx, session.store)
    worth = 0
    if points is not None and rules is not None:
        worth = max(points.balance, 0) // rules.redeem_points * rules.redeem_value
    customer = known(tx, party)
    return MemberStanding(
        tier,
        points,
        worth,
        standing(tx, ValueKind.HOUSE_ACCOUNT, party),
        customer.consents if customer else (),
        _purchases(tx, party),
    )


def with_elsewhere(found: MemberStanding, told: FindReceiptsAnswer) -> MemberStanding:
    """The same with the newest of all tills among the purchases, as head office told them."""
    here = {one.rid for one in found.purchases}
    others = (
        Purchase(
            one.rid,
            from_us(one.at_us),
            one.number,
            one.total,
            one.currency,
            (one.store_name, one.till),
        )
        for one in told.found
        if one.rid not in here
    )
    newest = sorted((*found.purchases, *others), key=lambda one: one.at, reverse=True)
    return replace(found, purchases=tuple(newest[:_NEWEST]), everywhere=True)


def _purchases(tx: Connection, party: UUID) -> tuple[Purchase, ...]:
    rows = tx.execute(
        select(Sale.rid, Sale.at, Sale.number, Sale.total_minor, Sale.currency)
        .where(Sale.party_id == party)
        .order_by(Sale.at.desc())
        .limit(_NEWEST)
    )
    return tuple(Purchase(*row) for row in rows)
