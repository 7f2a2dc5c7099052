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
from backoffice.stores.queries import fleet, stores, trading_day
from backoffice.web.layout import page
from retail.money import exponent_of

router = APIRouter(include_in_schema=False, dependencies=[Depends(allow(*EVERYBODY))])

_RECENT = 8
_FIRST_DAY = date(2000, 1, 1)
_USUAL_HOURS = (8, 20)


@router.get("/")
def dashboard(request: Request, tx: ReadTx, now: Now) -> Response:
    """A trading day by store and hour; the day may be chosen in the address."""
    today = trading_day(stores(tx), now)
    wanted = FieldReader(request.query_params).day("day")
    on = wanted if wanted is not None and _FIRST_DAY <= wanted <= today else today
    found = queries.day(tx, on, now)
    tills = fleet(tx)
    values = {
        "day": found,
        "today": today,
        "earlier": _url(on - timedelta(days=1)) if on > _FIRST_DAY else "",
        "later": _url(on + timedelta(days=1)) if on < today else "",
        "newest": queries.newest_day(tx),
        "compared": found.before_so_far if on == today else found.before,
        "chart": _chart(found),
        "recent": queries.recent_sales(tx, count=_RECENT),
        "tills": tills,
        "states": Counter(till.state(now).value for till in tills),
    }
    return page(request, "dashboard.html", values, area="dashboard")


def _url(on: date) -> str:
    return f"/?day={on.isoformat()}"


def _chart(day: Day) -> dict[str, Any]:
    """Gross sums by hour for the chart: amounts in minor units, hours that matter only."""
    used = [hour for store in day.stores for hour, minor in enumerate(store.hours) if minor]
    first, last = min([*used, _USUAL_HOURS[0]]), max([*used, _USUAL_HOURS[1]])
    return {
        "currency": day.currency,
        "digits": exponent_of(day.currency),
        "hours": list(range(first, last + 1)),
        "stores": [
            {"name": store.name, "minor": list(store.hours[first : last + 1])}
            for store in day.stores
        ],
    }
