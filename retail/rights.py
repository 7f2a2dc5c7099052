"""What each role may do at the till, and how far. Until head office grants rights, these hold."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from retail.tax import MILLION


class Right(StrEnum):
    """Acts that not everybody may do."""

    PRICE = "price"
    REDUCE_LINE = "reduce.line"
    REDUCE_BASKET = "reduce.basket"
    LEAVE_OUT = "promotion.leave_out"
    EXEMPT = "tax.exempt"
    RETURN = "return"
    RETURN_BLIND = "return.blind"
    REFUND_OTHERWISE = "refund.otherwise"
    GIVE_UP = "basket.give_up"
    OPEN_DRAWER = "drawer.open"
    TYPE_WEIGHT = "weight.type"
    DESIGN_KEYS = "keys.design"


_CASHIER: Mapping[Right, int] = {
    Right.PRICE: 200_000,
    Right.REDUCE_LINE: 200_000,
    Right.REDUCE_BASKET: 100_000,
    Right.RETURN: 50_000,
    Right.GIVE_UP: 0,
}
_MANAGER: Mapping[Right, int] = dict.fromkeys(Right, 10000000) | {
    Right.PRICE: MILLION,
    Right.REDUCE_LINE: MILLION,
    Right.REDUCE_BASKET: MILLION,
}
LIMITS: Mapping[str, Mapping[Right, int]] = {"cashier": _CASHIER, "manager": _MANAGER}
"""By role: a right that is missing is not had. The figure is the most that may be done with it:
parts per million off a price, minor units of a refund; of other rights it means nothing."""


def limit_of(role: str, right: Right) -> int | None:
    """How far a role may go; None for a right that it does not have."""
    return LIMITS.get(role, {}).get(right)


def may(role: str, right: Right, measure: int = 0) -> bool:
    """Whether a role has a right, so far."""
    limit = limit_of(role, right)
    return limit is not None and measure <= limit
