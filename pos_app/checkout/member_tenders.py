"""What the attached customer may pay with: points and the account."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from pos_app.checkout import drafts
from pos_app.checkout.points_rules import rules_in_force
from pos_app.till.service import TillSession
from pos_app.value.queries import Standing, standing
from pos_app.value.service import Asked
from retail.basket.model import Attached
from retail.errors import RetailError
from retail.loyalty import MOST, PointsRules, Wish, redeemable
from retail.tender.settlement import TenderKind
from retail.value import ValueKind


@dataclass(frozen=True, slots=True)
class MemberOffer:
    """What can be asked for in a customer's name.

    Attributes:
        minor: what it would pay at most, in minor units.
        standing: what is known here; None where head office never told.
    """

    who: Attached
    asked: Asked
    minor: int
    standing: Standing | None

    @property
    def worth(self) -> int:
        """What is known here would pay in all, in minor units and whole steps."""
        balance = max(self.standing.balance, 0) if self.standing else 0
        return balance // self.asked.step * self.asked.worth


def offer(tx: Connection, session: TillSession, kind: TenderKind, due_minor: int) -> MemberOffer:
    """What the customer of the open basket may pay of so much.

    Raises:
        RetailError: ``member.none`` without a customer, ``points.none`` where the store takes no
            points, ``points.block`` where less is due than a block of points is worth.
    """
    draft = drafts.current(tx)
    who = draft.basket.customer if draft else None
    if who is None:
        raise RetailError(
            "member.none",
            "Points and accounts belong to a customer: attach one (F3). Nothing was charged.",
        )
    asked = Asked(ValueKind(kind.value), who.party, due_minor)
    if kind is TenderKind.POINTS:
        asked = _blocks(rules_in_force(tx, session.store), asked, due_minor)
    minor = asked.amount // asked.step * asked.worth if asked.worth else asked.amount
    return MemberOffer(who, asked, minor, standing(tx, asked.kind, who.party))


def _blocks(rules: PointsRules | None, asked: Asked, due_minor: int) -> Asked:
    if rules is None or not rules.redeem_value:
        raise RetailError("points.none", "This store takes no points; nothing was charged.")
    most = MOST * rules.redeem_points
    points, _worth = redeemable(Wish(most), most, due_minor, rules)
    if not points:
        raise RetailError(
            "points.block",
            "Points pay in whole blocks, and less is due than one is worth; nothing was charged.",
        )
    return Asked(asked.kind, asked.code, points, step=rules.redeem_points, worth=rules.redeem_value)
