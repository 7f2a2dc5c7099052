"""The verbs of returns as acts that somebody else may have to allow."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from pos_app.checkout import returning
from pos_app.checkout.returning import Back
from pos_app.staff.approvals import Why
from retail.basket.model import Disposition

if TYPE_CHECKING:
    from pos_app.checkout.receipt_search import Receipt
    from pos_app.screens.task_runner import Done, Failed
    from pos_app.staff.service import StaffMember
    from pos_app.till.service import TillSession

Verb = Callable[[Any, "StaffMember | None"], object]


@dataclass(frozen=True, slots=True)
class BackAct:
    """Goods that come back: what is asked of whoever must allow it, and the verb."""

    name: str
    subject: str
    extent: str
    verb: Verb


class RunAct(Protocol):
    """Runs an act, by whoever allows it."""

    def __call__(self, act: BackAct, *, done: Done, failed: Failed) -> None:
        """Run it; ``done`` gets the verb's answer."""


@dataclass(frozen=True, slots=True)
class Given:
    """Who takes goods back, why, and where they go."""

    session: TillSession
    reason: str
    place: Disposition

    def back(self, thousandths: int, who: StaffMember | None) -> Back:
        """So much comes back."""
        return Back(thousandths, Why(self.reason, who), self.place)


def of_line(given: Given, receipt: Receipt, n: int, thousandths: int) -> Verb:
    """A line of a receipt comes back."""
    return lambda tx, who: returning.take_back(
        tx, given.session, receipt, n, given.back(thousandths, who)
    )


def of_all(given: Given, receipt: Receipt) -> Verb:
    """All that is left of a receipt comes back."""
    return lambda tx, who: returning.take_back_all(tx, given.session, receipt, given.back(0, who))


def without_receipt(given: Given, code: str, thousandths: int) -> Verb:
    """An article comes back that nobody proves was bought."""
    return lambda tx, who: returning.take_back_blind(
        tx, given.session, code, given.back(thousandths, who)
    )
