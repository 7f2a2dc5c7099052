"""From baskets that wait to what is shown; no Qt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from pos_app.checkout.held import Held
from pos_app.checkout.shared_baskets import GoneBasket
from pos_app.runtime.i18n import _, clock_time, money, ngettext

_MINUTE, _HOUR, _DAY = 60, 3600, 86_400
SOME_TILL = -1
"""A till that is not known."""


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """A basket that waits.

    Attributes:
        till: where it waits; 0 for this till.
        reachable: it can be taken up now; another till's needs head office.
    """

    basket_id: UUID
    title: str
    detail: str
    amount: str
    till: int = 0
    reachable: bool = True

    @property
    def spoken(self) -> str:
        """The row as one sentence for screen readers."""
        return f"{self.title}, {self.detail}, {self.amount}"


def waiting_rows(
    held: Sequence[Held],
    names: Mapping[UUID, str],
    now: datetime,
    currency: str,
    zone: str,
    *,
    online: bool = True,
) -> tuple[WaitingRow, ...]:
    """The baskets that wait, in the order given."""
    return tuple(
        WaitingRow(
            one.basket_id,
            title=" · ".join(text for text in (one.label, one.customer) if text)
            or _("Basket of %(time)s") % {"time": clock_time(one.at, zone)},
            detail=" · ".join(
                text
                for text in (
                    _place(one.till, online=online),
                    names.get(one.staff_id, ""),
                    age(one.at, now),
                    ngettext("%(n)d item", "%(n)d items", one.count),
                )
                if text
            ),
            amount=money(one.minor, currency),
            till=one.till,
            reachable=online or not one.till,
        )
        for one in held
    )


def _place(till: int, *, online: bool) -> str:
    if not till:
        return ""
    place = _("Till %s") % till
    return place if online else place + " · " + _("needs the network")


def unreachable(till: int) -> str:
    """Why a basket of another till cannot be taken up now, and what to do."""
    return _(
        "This basket waits at till %(till)s, and head office cannot be asked for it now. Take it "
        "up there, or here once the network is back."
    ) % {"till": till}


def gone_text(gone: GoneBasket) -> str:
    """That a basket waits here no longer, and where it is."""
    label = f"“{gone.label}”" if gone.label else _("without a name")
    if gone.till:
        return _("Till %(till)s has taken up the waiting basket %(label)s.") % {
            "till": gone.till,
            "label": label,
        }
    return _("Nobody came for the waiting basket %(label)s; it is given up.") % {"label": label}


def age(since: datetime, now: datetime) -> str:
    """How long a basket has waited."""
    seconds = max(round((now - since).total_seconds()), 0)
    if seconds < _MINUTE:
        return _("just now")
    if seconds < _HOUR:
        return ngettext("%(n)d minute ago", "%(n)d minutes ago", seconds // _MINUTE)
    if seconds < _DAY:
        return ngettext("%(n)d hour ago", "%(n)d hours ago", seconds // _HOUR)
    return ngettext("%(n)d day ago", "%(n)d days ago", seconds // _DAY)


def waiting_text(count: int) -> str:
    """How many baskets wait."""
    return ngettext("%(n)d waiting", "%(n)d waiting", count)
