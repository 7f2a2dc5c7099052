"""Who may do an act, or who allows it in their place."""

from __future__ import annotations

from dataclasses import dataclass

from pos_app.staff.service import StaffMember
from retail.basket.model import GivenBy
from retail.errors import RetailError
from retail.reasons import Occasion, known
from retail.rights import Right, may


class ApprovalNeededError(RetailError):
    """Somebody with a right must allow it; nothing was changed."""

    def __init__(self, right: Right, measure: int) -> None:
        super().__init__(
            "right.needed", "Somebody with the right must allow this; nothing was changed yet."
        )
        self.right = right
        self.measure = measure


@dataclass(frozen=True, slots=True)
class Why:
    """A reason's code, and who allows it where the one at work may not."""

    reason: str
    approver: StaffMember | None = None


def grant(
    staff: StaffMember, right: Right, measure: int = 0, *, approver: StaffMember | None = None
) -> StaffMember | None:
    """Who allows an act in place of the one at work; None where that needs nobody.

    Args:
        measure: how far it goes, as :data:`retail.rights.LIMITS` counts.

    Raises:
        ApprovalNeededError: neither of them may, or both are the same person.
    """
    if may(staff.role, right, measure):
        return None
    other = approver if approver and approver.staff_id != staff.staff_id else None
    if other is None or not may(other.role, right, measure):
        raise ApprovalNeededError(right, measure)
    return other


def allowed(
    staff: StaffMember, right: Right, measure: int, occasion: Occasion, why: Why
) -> GivenBy:
    """Who does an act that needs a right and a reason, and who allows it.

    Raises:
        RetailError: ``reason.unknown``.
        ApprovalNeededError: as :func:`grant`.
    """
    return given_by(
        staff, grant(staff, right, measure, approver=why.approver), occasion, why.reason
    )


def given_by(
    staff: StaffMember, approver: StaffMember | None, occasion: Occasion, reason: str
) -> GivenBy:
    """Who did it and why, for the record.

    Raises:
        RetailError: ``reason.unknown``.
    """
    if not known(occasion, reason):
        raise RetailError("reason.unknown", "Choose a reason from the list; nothing was changed.")
    return GivenBy(staff.staff_id, reason, approver.staff_id if approver else None)
