"""The cash drawer opened without a sale."""

from __future__ import annotations

from sqlalchemy import Connection

from pos_app.journal import append as journal
from pos_app.staff.approvals import Why, allowed
from pos_app.till.service import TillSession
from retail.contract.facts import DrawerOpened
from retail.reasons import Occasion
from retail.rights import Right


def open_without_sale(tx: Connection, session: TillSession, why: Why) -> None:
    """Journal who opens the drawer and why; it is opened once this is committed.

    Raises:
        RetailError: ``reason.unknown``.
        ApprovalNeededError: the right is missing.
    """
    given = allowed(session.staff, Right.OPEN_DRAWER, 0, Occasion.NO_SALE, why)
    fact = DrawerOpened(staff=given.staff, reason=given.reason, approved=given.approved)
    entry = journal.Draft(session.desk.new_id(), session.place(), fact)
    journal.append(tx, session.desk, journal.head(tx), entry)
