"""From baskets that wait to what is shown; no Qt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from pos_app.checkout.holding import Held
from pos_app.runtime.i18n import _, clock_time, money, ngettext

_MINUTE, _HOUR, _DAY = 60, 3600, 86_400


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """A basket that waits."""

    basket_id: UUID
    title: str
    detail: str
    amount: str

    @property
    def spoken(self) -> str:
        """The row as one sentence for screen readers."""
        return f"{self.title}, {self.detail}, {self.amount}"


def waiting_rows(
    held: Sequence[Held], names: Mapping[UUID, str], now: datetime, currency: str, zone: str
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
                    names.get(one.staff_id, ""),
                    age(one.at, now),
                    ngettext("%(n)d item", "%(n)d items", one.count),
                )
                if text
            ),
            amount=money(one.minor, currency),
        )
        for one in held
    )


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
