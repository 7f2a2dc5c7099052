"""Weights: told by the scale, or typed, which needs a right where there is a scale."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import Connection

from pos_app.checkout.open_basket import Change, CheckoutView, basket_of, keep
from pos_app.staff.approvals import grant
from pos_app.staff.service import StaffMember
from pos_app.till.service import TillSession
from retail.basket import lines as baskets
from retail.basket.model import Basket, Weight
from retail.catalog import ItemSnapshot, Unit
from retail.rights import Right


def take_weight(
    tx: Connection, session: TillSession, line: int, net: int, tare: int = 0
) -> CheckoutView:
    """Give a line what the scale told, in thousandths of a kilogram.

    Args:
        net: without packing.
        tare: of the packing that the till took off; 0 where the scale did.

    Raises:
        RetailError: as :func:`retail.basket.lines.weigh`.
    """
    basket = basket_of(tx, session)
    after = baskets.weigh(basket, line, net, Weight(tare))
    return keep(tx, session, Change(basket, after, line))


def type_weight(
    tx: Connection,
    session: TillSession,
    line: int,
    net: int,
    tare: int = 0,
    *,
    approver: StaffMember | None = None,
) -> CheckoutView:
    """Give a line a typed weight; see :func:`take_weight`.

    Raises:
        RetailError: as :func:`retail.basket.lines.weigh`.
        ApprovalNeededError: the right is missing.
    """
    basket = basket_of(tx, session)
    weight = typed(session, basket.line(line).item, approver) or Weight()
    after = baskets.weigh(basket, line, net, replace(weight, tare=tare))
    return keep(tx, session, Change(basket, after, line))


def with_quantity(
    session: TillSession,
    basket: Basket,
    line: int,
    thousandths: int,
    approver: StaffMember | None = None,
) -> Basket:
    """A basket whose line has a quantity that somebody typed.

    Raises:
        RetailError: as :func:`retail.basket.lines.set_quantity`.
        ApprovalNeededError: it is a weight, the till has a scale, and the right is missing.
    """
    after = baskets.set_quantity(basket, line, thousandths)
    weight = typed(session, after.line(line).item, approver)
    return after if weight is None else baskets.weigh(after, line, thousandths, weight)


def typed(
    session: TillSession, item: ItemSnapshot | None, approver: StaffMember | None
) -> Weight | None:
    """What is kept of a typed weight; None where no scale could have told it.

    Raises:
        ApprovalNeededError: the right is missing.
    """
    if not session.desk.weighs or item is None or item.unit is not Unit.KILOGRAM:
        return None
    other = grant(session.staff, Right.TYPE_WEIGHT, approver=approver)
    return Weight(typed_by=session.staff.staff_id, approved=other.staff_id if other else None)
