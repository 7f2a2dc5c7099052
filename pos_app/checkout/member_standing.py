"""What a till knows of the attached customer: points, account, consents, last purchases here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, select

from db.store.sales import Sale
from pos_app.checkout.points_rules import rules_in_force
from pos_app.customers.queries import known
from pos_app.till.service import TillSession
from pos_app.value.queries import Standing, standing
from retail.value import ValueKind

_NEWEST = 5


@dataclass(frozen=True, slots=True)
class Purchase:
    """A sale of this till to the customer; ``total_minor`` below zero for a return."""

    at: datetime
    number: str
    total_minor: int
    currency: str


@dataclass(frozen=True, slots=True)
class MemberStanding:
    """A customer as the sheet tells of one.

    Attributes:
        worth_minor: what whole blocks of the points pay now; 0 where the store takes none.
        account: what is left of a credit line; None where none is known here.
        consents: as far as they are known here.
        purchases: the newest first.
    """

    tier: str
    points: Standing | None = None
    worth_minor: int = 0
    account: Standing | None = None
    consents: tuple[str, ...] = ()
    purchases: tuple[Purchase, ...] = ()


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


def _purchases(tx: Connection, party: UUID) -> tuple[Purchase, ...]:
    rows = tx.execute(
        select(Sale.at, Sale.number, Sale.total_minor, Sale.currency)
        .where(Sale.party_id == party)
        .order_by(Sale.at.desc())
        .limit(_NEWEST)
    )
    return tuple(Purchase(*row) for row in rows)
