"""The dashboard: how today is going."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from backoffice.performance import queries
from backoffice.performance.queries import Day
from backoffice.platform.deps import Now, ReadTx
from backoffice.platform.filters import FieldReader
from backoffice.platform.security import EVERYBODY, allow
from backoffice.stores.queries import stores, trading_day
from backoffice.stores.tills import fleet
from backoffice.web.layout import page
from retail.money import exponent_of

router = APIRouter(include_in_schema=False, dependencies=[Depends(allow(*EVERYBODY))])

_RECENT = 8
_FIRST_DAY = date(2000, 1, 1)
_USUAL_HOURS = (8, 20)


@router.get("/")
def dashboard(request: Request, tx: ReadTx, now: Now) -> Response:
    """A trading day by store and hour; the day may be chosen in the address."""
    places = stores(tx)
    today = trading_day(places, now)
    wanted = FieldReader(request.query_params).day("day")
    on = wanted if wanted is not None and _FIRST_DAY <= wanted <= today else today
    found = queries.day(tx, on, now)
    tills = fleet(tx, now)
    values = {
        "day": found,
        "today": today,
        "earlier": _url(on - timedelta(days=1)) if on > _FIRST_DAY else "",
        "later": _url(on + timedelta(days=1)) if on < today else "",
        "newest": queries.newest_day(tx),
        "compared": found.before_so_far if on == today else found.before,
        "chart": _chart(found, places[0].cut_over_minutes // 60 if places else 0),
        "recent": queries.recent_sales(tx, count=_RECENT),
        "tills": tills,
        "states": Counter(till.state.value for till in tills),
    }
    return page(request, "dashboard.html", values, area="dashboard")


def _url(on: date) -> str:
    return f"/?day={on.isoformat()}"


def _chart(day: Day, begins: int) -> dict[str, Any]:
    """Gross sums by hour in minor units, in the trading day's order, idle ends left out.

    Args:
        begins: local hour that the trading day begins with.
    """
    order = [(begins + n) % 24 for n in range(24)]
    used = [n for n, hour in enumerate(order) if any(store.hours[hour] for store in day.stores)]
    usual = [order.index(hour) for hour in _USUAL_HOURS]
    hours = order[min([*used, *usual]) : max([*used, *usual]) + 1]
    return {
        "currency": day.currency,
        "digits": exponent_of(day.currency),
        "hours": hours,
        "stores": [
            {"name": store.name, "minor": [store.hours[hour] for hour in hours]}
            for store in day.stores
        ],
    }
