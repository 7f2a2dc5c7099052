"""What is said of a customer's points and account; no Qt."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from pos_app.runtime.i18n import _, money
from pos_app.screens.checkout.views import points_text
from retail.business_day import zone_of
from retail.value import ValueKind

if TYPE_CHECKING:
    from pos_app.checkout.member_tenders import MemberOffer
    from pos_app.value.queries import Standing
    from pos_app.value.service import Allowed


@dataclass(frozen=True, slots=True)
class MemberView:
    """What the sheet shows.

    Attributes:
        take: what its button says.
    """

    icon: str
    title: str
    detail: str
    take: str


def member_view(offer: MemberOffer, currency: str, zone: str) -> MemberView:
    """Points or account of a customer, as far as the till knows, and what would be taken."""
    pays = money(offer.minor, currency)
    if offer.asked.kind is ValueKind.POINTS:
        return MemberView(
            "star",
            offer.who.name,
            points_known(offer.standing, zone, money(offer.worth, currency)),
            _("Up to %(amount)s in points") % {"amount": pays},
        )
    return MemberView(
        "id-card",
        offer.who.name,
        account_known(offer.standing, currency, zone),
        _("Charge %(amount)s to the account") % {"amount": pays},
    )


def points_known(standing: Standing | None, zone: str, worth: str) -> str:
    """``1240 points, worth €12.00 (as of …)``, or that nobody told this till."""
    if standing is None:
        return _("How many points there are is only known at head office.")
    points = points_text(standing.balance)
    if worth:
        points = _("%(points)s, worth %(amount)s") % {"points": points, "amount": worth}
    return f"{points} ({as_of(standing.as_of, zone)})"


def account_known(standing: Standing | None, currency: str, zone: str) -> str:
    """What is left of the credit line, or that nobody told this till."""
    if standing is None:
        return _("What is left of an account is only known at head office.")
    left = _("%(amount)s left") % {"amount": money(standing.balance, currency)}
    return f"{left} ({as_of(standing.as_of, zone)})"


def as_of(instant: datetime, zone: str) -> str:
    """``as of 27.11. 10:03``-like, on the store's clock."""
    local = instant.astimezone(zone_of(zone))
    return _("as of %(time)s") % {"time": f"{local:%Y-%m-%d %H:%M}"}


def taken_label(offer: MemberOffer, allowed: Allowed) -> str:
    """What the chip of the payment is called."""
    if allowed.kind is ValueKind.POINTS:
        return points_text(allowed.amount)
    return _("On account, %(name)s") % {"name": offer.who.name}
