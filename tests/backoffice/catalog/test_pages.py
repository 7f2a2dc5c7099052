from __future__ import annotations

from sqlalchemy import insert

from backoffice.catalog import queries
from backoffice.catalog.queries import ProductFilter
from backoffice.platform.filters import Position, position
from db.base import to_us
from db.head.catalog import Product
from db.head.pricing import Price
from db.transaction import begin
from tests.backoffice.conftest import Office
from tests.support.head_data import NOW

NAMES = {"Bananas", "Oat cookies", "Żółta herbata"}
SEARCHES = {
    "": NAMES,
    "search=zolta": {"Żółta herbata"},
    "search=ŻÓŁTA+HERB": {"Żółta herbata"},
    "search=cookies+oat": {"Oat cookies"},
    "search=p3": {"Bananas"},
    "search=00000002": {"Oat cookies"},
    "category=fruit": {"Bananas"},
    "category=fruit&search=oat": set(),
    "search=%25": set(),
}


def test_search_and_category(office: Office) -> None:
    office.sign_in()
    for query, names in SEARCHES.items():
        html = office.page(f"/products?{query}")
        assert {name for name in NAMES if name in html} == names, query
        assert ("No articles match" in html) == (not names), query


def test_an_article_shows_prices_barcodes_and_stock(office: Office) -> None:
    with begin(office.engine) as tx:
        for since, minor in ((0, 999), (to_us(NOW) - 1, 650), (to_us(NOW) + 1, 700)):
            price = insert(Price).values(
                zone="NL", sku="P1", pack=6000, valid_from_us=since, minor=minor
            )
            tx.execute(price)
    office.sign_in()
    html = office.page("/products/P1")

    for text in ("Żółta herbata", "€6.05", "€6.50", "00000000000001", "Store S2", "2.500000"):
        assert text in html
    assert "€9.99" not in html
    assert "€7.00" not in html


def test_an_unknown_article_is_a_page_that_says_so(office: Office) -> None:
    office.sign_in()

    assert "no article with this number" in office.page("/products/NONE", 404)
    assert "no article with this number" in office.page("/products/%00", 404)


def test_paging_by_name_shows_every_article_once(office: Office) -> None:
    with begin(office.engine) as tx:
        rows = [
            {
                "sku": f"X{n:03d}",
                "name": f"Same name {n % 3}",
                "folded": f"same name {n % 3}",
                "category": "tea",
                "tax_code": "A",
                "unit": "piece",
                "min_age": 0,
                "icon": "",
                "tile_rank": 0,
                "active": True,
                "components": "[]",
                "cost_micro": 0,
            }
            for n in range(130)
        ]
        tx.execute(insert(Product), rows)
        seen: list[str] = []
        at: Position | None = None
        while True:
            page = queries.products(tx, ProductFilter(search="same"), at=at, now=NOW)
            seen += [row.sku for row in page.rows]
            if not page.following:
                break
            at = position(page.following, "", parts=2)

    assert len(seen) == len(set(seen)) == 130
