"""The attached customer in words; no Qt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pos_app.runtime.i18n import N_, _, money
from pos_app.screens.value.member_words import account_known, points_known
from retail.business_day import zone_of
from retail.customers import Consent

if TYPE_CHECKING:
    from pos_app.checkout.member_standing import MemberStanding, Purchase

CONSENTS = {
    Consent.EMAIL_RECEIPT: N_("Receipts by e-mail"),
    Consent.EMAIL_OFFERS: N_("Offers by e-mail"),
    Consent.PHONE_OFFERS: N_("Offers by phone"),
    Consent.PROFILE: N_("Personal offers"),
}


@dataclass(frozen=True, slots=True)
class StandingView:
    """What the sheet says of a customer.

    Attributes:
        facts: name of each, and what it is.
        bought: what the purchases are, such as the last ones at this till.
        purchases: date and number of each, and its total.
    """

    facts: tuple[tuple[str, str], ...]
    bought: str
    purchases: tuple[tuple[str, str], ...]


def standing_view(found: MemberStanding, currency: str, zone: str) -> StandingView:
    """Level, points, account, consents and last purchases, as far as they are known."""
    facts = [(_("Level"), found.tier.capitalize() or _("No level"))]
    worth = money(found.worth_minor, currency) if found.worth_minor else ""
    facts.append((_("Points"), points_known(found.points, zone, worth)))
    if found.account is not None:
        facts.append((_("On account"), account_known(found.account, currency, zone)))
    agreed = [_(CONSENTS[one]) for one in Consent if one.value in found.consents]
    if agreed:
        facts.append((_("The customer agrees to"), ", ".join(agreed)))
    purchases = tuple(_purchase(one, zone) for one in found.purchases)
    bought = _("Last purchases") if found.everywhere else _("Last purchases at this till")
    return StandingView(tuple(facts), bought, purchases)


def _purchase(one: Purchase, zone: str) -> tuple[str, str]:
    local = one.at.astimezone(zone_of(zone))
    said = f"{local:%Y-%m-%d %H:%M} · {one.number}"
    if one.place is not None:
        store, till = one.place
        said += f" · {store}, {_('Till %s') % till}"
    return said, money(one.total_minor, one.currency)
