from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

from backoffice.oms.service import record_sales
from db.transaction import begin
from tests.backoffice.conftest import Office
from tests.support.head_data import NOW, TillJournal, sold


def _chart(html: str) -> dict[str, Any]:
    found = re.search(r'id="hours-data">(.*?)</script>', html, re.DOTALL)
    assert found is not None
    chart: dict[str, Any] = json.loads(found[1])
    return chart


def test_today_by_store_and_local_hour(office: Office) -> None:
    journal = TillJournal()
    with begin(office.engine) as tx:
        journal.enrol(tx)
        week = timedelta(days=7)
        sales = [
            journal.sell(tx, sold("P2"), at=NOW - timedelta(hours=2)),
            journal.sell(tx, sold("P2", 3000), kind="card", at=NOW),
            journal.sell(tx, sold("P2", -1000), at=NOW),
            journal.sell(tx, sold("P2", 2000), at=NOW - week - timedelta(hours=1)),
            journal.sell(tx, sold("P2", 9000), at=NOW - week + timedelta(hours=1)),
        ]
        record_sales(tx, sales)
    office.sign_in()

    html = office.page("/")

    chart = _chart(html)
    hours = list(range(8, 21))
    assert chart["hours"] == hours
    stores = {store["name"]: store["minor"] for store in chart["stores"]}
    # 10:00 and 12:00 UTC are 11:00 and 13:00 in Amsterdam; the return is taken off.
    assert stores["Store S1"] == [121 if h == 11 else 242 if h == 13 else 0 for h in hours]
    assert stores["Store S2"] == [0] * len(hours)
    # Compared with the same weekday up to the same time: 363 of 242.
    assert "€3.63" in html
    assert "+50.0\u00a0%" in html
    assert "S1-1-AA-00000002" in html


def test_hours_after_midnight_end_the_trading_day(office: Office) -> None:
    journal = TillJournal()
    late = NOW.replace(hour=23, minute=30)
    with begin(office.engine) as tx:
        journal.enrol(tx)
        record_sales(tx, [journal.sell(tx, at=late)])
    office.clock.now = late
    office.sign_in()

    # 23:30 UTC is 00:30 in Amsterdam; its trading day lasts until 04:00.
    assert _chart(office.page("/"))["hours"] == [*range(8, 24), 0]


def test_another_day_may_be_looked_at(office: Office) -> None:
    journal = TillJournal()
    with begin(office.engine) as tx:
        journal.enrol(tx)
        record_sales(tx, [journal.sell(tx, at=NOW - timedelta(days=1))])
    office.sign_in()

    assert "Nothing has been sold today yet" in office.page("/")
    html = office.page("/?day=2026-11-19")
    assert "Thu 19 Nov 2026" in html
    assert "€1.21" in html
    assert '"/?day=2026-11-18"' in html


def test_a_day_that_cannot_be_is_today(office: Office) -> None:
    office.sign_in()
    for day in ("0001-01-01", "9999-12-31", "soon", ""):
        assert "<h1>Today</h1>" in office.page(f"/?day={day}")
