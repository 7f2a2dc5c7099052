from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Connection, update

from backoffice.oms.service import record_sales
from backoffice.promotions import queries, service
from backoffice.promotions.queries import PromotionFilter
from backoffice.promotions.service import Actor, Draft
from backoffice.wiring import apply
from db.head.catalog import Product
from db.transaction import begin
from tests.backoffice.conftest import Office
from tests.support.head_data import COMPANY, NOW, TillJournal, sold
from tests.support.offers import percent

ADMIN = Actor(COMPANY, "admin", NOW)


def _publish(tx: Connection, code: str, params: dict[str, Any], name: str = "") -> None:
    draft = Draft(code, name or f"Offer {code}", params, {"de": "Zehn Prozent"})
    version = service.write(tx, draft, ADMIN)
    service.approve(tx, code, version, ADMIN)
    service.publish(tx, code, version, ADMIN)


@pytest.fixture
def promoted(office: Office) -> Office:
    """A head office with a few promotions, and somebody who is signed in."""
    with begin(office.engine) as tx:
        _publish(tx, "TEN", percent(1000, scope={"categories": ["tea"]}), "Ten off tea")
        _publish(tx, "BASKET", {"type": "basket_percent", "bp": 300}, "Żółty koszyk")
        _publish(tx, "OAT", percent(2000, scope={"skus": ["P2"]}, funding="manufacturer"))
        service.write(tx, Draft("DRAFT", "Not yet", percent(1)), ADMIN)
        service.pause(tx, "OAT", ADMIN)
    office.sign_in("viewer")
    return office


SEARCHES = {
    "": {"TEN", "BASKET", "OAT", "DRAFT"},
    "search=zolty": {"BASKET"},
    "search=oat": {"OAT"},
    "search=ten": {"TEN"},
    "status=live": {"TEN", "BASKET"},
    "status=draft": {"DRAFT"},
    "status=paused&search=tea": set(),
}


def test_search_and_status(promoted: Office) -> None:
    for query, codes in SEARCHES.items():
        html = promoted.page(f"/promotions?{query}")
        shown = {code for code in SEARCHES[""] if f'href="/promotions/{code}"' in html}
        assert shown == codes, query
        assert ("No promotions match" in html) == (not codes), query


def test_an_empty_head_office_says_so(office: Office) -> None:
    office.sign_in()
    assert "No promotions yet" in office.page("/promotions")


def test_a_promotion_says_what_it_gives_and_who_decided_it(promoted: Office) -> None:
    html = promoted.page("/promotions/TEN")
    for text in ("Ten off tea", "10 % off each of Tea", "Zehn Prozent", "live since", "admin"):
        assert text in html
    assert "Not used yet" in html
    assert "Paid by the manufacturer" in promoted.page("/promotions/OAT")


def test_an_unknown_promotion_is_a_page_that_says_so(promoted: Office) -> None:
    assert "no promotion with this code" in promoted.page("/promotions/NONE", 404)
    assert "no promotion with this code" in promoted.page("/promotions/%00", 404)


def test_promotions_as_json(promoted: Office) -> None:
    rows = promoted.client.get("/api/promotions?type=basket_percent").json()["rows"]
    assert [(row["promotion"], row["status"], row["offer"]) for row in rows] == [
        ("BASKET", "live", "3 % off everything")
    ]
    found = promoted.client.get("/api/promotions/TEN").json()
    assert found["promotion"]["lane"] == "item"
    (version,) = found["versions"]
    assert version["params"] == percent(1000, scope={"categories": ["tea"]}) | {"id": "TEN"}
    assert (version["version"], version["texts"]) == (1, {"de": "Zehn Prozent"})
    assert promoted.client.get("/api/promotions/NONE").status_code == 404


def test_the_version_in_force_is_shown_while_a_newer_one_is_a_draft(promoted: Office) -> None:
    with begin(promoted.engine) as tx:
        service.write(tx, Draft("TEN", "Later", percent(9000)), ADMIN)
        found = queries.promotion(tx, "TEN")
    assert found is not None
    assert (found.promotion.version, found.promotion.offer) == (1, "10 % off each of Tea")
    assert [version.version for version in found.versions] == [2, 1]


def test_live_promotions_on_the_same_articles_are_named(promoted: Office) -> None:
    with begin(promoted.engine) as tx:
        _publish(tx, "OVER", percent(1, valid={"to": "2026-11-01"}))
        _publish(tx, "SOON", percent(1, valid={"from": "2026-12-01"}, scope={"skus": ["P1"]}))
        _publish(tx, "OLD", percent(1, valid={"from": "2026-10-01", "to": "2026-11-02"}))
        _publish(tx, "ONLY", percent(1, valid={"from": "2026-11-05"}, scope={"tags": ["new"]}))

        def named(code: str) -> list[tuple[str, int]]:
            found = queries.conflicts(tx, code, 1)
            return [(one.promotion, one.articles) for one in found]

        assert named("TEN") == [("BASKET", 1), ("OLD", 1), ("OVER", 1), ("SOON", 1)]
        assert named("OVER") == [("BASKET", 3), ("OLD", 3), ("TEN", 1)]
        assert named("ONLY") == []
        tx.execute(update(Product).where(Product.sku == "P3").values(tags='["old", "new"]'))
        assert named("ONLY") == [("BASKET", 1)]
        tx.execute(update(Product).where(Product.sku == "P3").values(no_discount=True))
        assert named("ONLY") == []


def test_what_sales_used_of_it_is_added_up(promoted: Office) -> None:
    journal = TillJournal()
    with begin(promoted.engine) as tx:
        journal.enrol(tx)
        sales = [journal.sell(tx, sold("P2", 3000, off=121)) for _ in range(2)]
        apply(tx, sales, NOW)
        found = queries.promotion(tx, "TEN")
    assert found is not None
    assert found.promotion.sales == 2
    (used,) = found.usage
    assert (used.currency, used.sales, used.applications, used.units, used.minor) == (
        "EUR", 2, 4, 6, 242,
    )  # fmt: skip
    assert "€2.42" in promoted.page("/promotions/TEN")
    html = promoted.page(f"/sales/S1/{sales[0].rid}")
    for text in ("Ten off", "−€1.21", "proved to be the least price"):
        assert text in html
    sale = promoted.client.get(f"/api/sales/S1/{sales[0].rid}").json()
    assert sale["discounts"] == [{"n": 1, "promotion": "TEN", "minor": 121, "units": 3}]
    assert sale["promotions"][0]["name"] == "Ten off"
    assert sale["choice"]["proved"]


def test_a_sale_without_promotions_shows_none(promoted: Office) -> None:
    journal = TillJournal()
    with begin(promoted.engine) as tx:
        journal.enrol(tx)
        sale = journal.sell(tx)
        record_sales(tx, [sale])
    html = promoted.page(f"/sales/S1/{sale.rid}")
    assert "Set of promotions" not in html


def test_paging_by_name_shows_every_promotion_once(office: Office) -> None:
    with begin(office.engine) as tx:
        for n in range(60):
            service.write(tx, Draft(f"P{n:02d}", f"Same name {n % 3}", percent(1)), ADMIN)
        first = queries.promotions(tx, PromotionFilter(search="same"), at=None)
        assert len(first.rows) == 50
    office.sign_in()
    after = office.client.get(f"/api/promotions?after={first.following}").json()
    assert len(after["rows"]) == 10
    before = office.client.get(f"/api/promotions?before={after['previous']}").json()
    assert [row["promotion"] for row in before["rows"]] == [row.promotion for row in first.rows]
