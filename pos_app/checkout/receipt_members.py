"""What a receipt tells its customer: points, coupons, and what is charged to the account."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy import Connection

from pos_app.value.queries import Standing, standing
from retail.basket.model import Attached
from retail.contract.sales import SaleClosed
from retail.receipt import Block, Feed, Pair, Rule, Text
from retail.tender.settlement import TenderKind
from retail.value import ValueKind
from retail.words import N_

_SIGNATURE = "_" * 28
_POINTS = (
    ("earn", N_("Points earned"), 1),
    ("redeem", N_("Points spent"), -1),
    ("refund", N_("Points given back"), 1),
    ("reverse", N_("Points taken back"), -1),
)


class Words(Protocol):
    """The words of the receipt's language."""

    def translate(self, message: str) -> str:
        """A message in the language."""

    def money(self, minor: int) -> str:
        """An amount of the sale's currency."""


@dataclass(frozen=True, slots=True)
class Member:
    """The customer of a receipt.

    Attributes:
        points: what they have by now; None where that is not known here.
    """

    name: str = ""
    points: Standing | None = None


NOBODY = Member()


def for_whom(tx: Connection, who: Attached | None, sale: SaleClosed) -> tuple[str, Member]:
    """Language and customer of a sale that is written; what they have only where points moved."""
    if who is None:
        return "", NOBODY
    moved = any(move.kind == ValueKind.POINTS for move in sale.value)
    points = standing(tx, ValueKind.POINTS, who.party) if moved else None
    return who.language, Member(who.name, points)


def member_blocks(
    sale: SaleClosed, member: Member, words: Words, local: datetime
) -> tuple[Block, ...]:
    """The blocks below the tax table; none for most sales."""
    told = [*_coupons(sale, words), *_points(sale, member, words, local)]
    blocks: list[Block] = [Rule(), *told] if told else []
    charged = sum(one.amount for one in sale.tenders if one.kind == TenderKind.HOUSE_ACCOUNT)
    if charged > 0:
        blocks += [
            Rule(),
            Pair(words.translate("Charged to account"), words.money(charged), bold=True),
            Text(member.name),
            Feed(2),
            Pair(words.translate("Signature"), _SIGNATURE),
        ]
    return tuple(blocks)


def _coupons(sale: SaleClosed, words: Words) -> list[Block]:
    return [Pair(words.translate("Coupon"), code) for code in sale.coupons]


def _points(sale: SaleClosed, member: Member, words: Words, local: datetime) -> list[Block]:
    blocks: list[Block] = []
    for act, label, sign in _POINTS:
        points = sum(
            move.amount
            for move in sale.value
            if (move.kind, move.act) == (ValueKind.POINTS.value, act)
        )
        if points:
            blocks.append(Pair(words.translate(label), f"{sign * points:+d}"))
    if blocks and member.points is not None:
        at = member.points.as_of.astimezone(local.tzinfo)
        label = words.translate("Points, as of %s") % f"{at:%Y-%m-%d %H:%M}"
        blocks.append(Pair(label, str(member.points.balance), bold=True))
    return blocks
