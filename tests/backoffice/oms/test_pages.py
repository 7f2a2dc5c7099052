from __future__ import annotations

import re
from datetime import timedelta

import pytest

from backoffice.erp.service import post_sales
from backoffice.oms.service import record_sales
from backoffice.platform.events import SaleAccepted
from backoffice.stock.service import apply_sales
from db.transaction import begin
from tests.backoffice.conftest import PAGE, Office
from tests.support.head_data import NOW, TillJournal, sold

_NUMBERS = re.compile(r">(S\d-\d-AA-\d{8})<")


@pytest.fixture
def day(office: Office) -> list[SaleAccepted]:
    """120 sales of store S1, one of S2 and a return, a minute apart; somebody is signed in."""
    first, second = TillJournal(), TillJournal(store="S2", till=2)
    with begin(office.engine) as tx:
        first.enrol(tx)
        second.enrol(tx)
        sales = [
            first.sell(tx, sold("P2", 1000 * (n % 5 + 1)), at=NOW - timedelta(minutes=n))
            for n in range(120)
        ]
        sales.append(second.sell(tx, sold("P1", price=605), kind="card", at=NOW))
        sales.append(first.sell(tx, sold("P1", -1000), at=NOW - timedelta(days=3)))
        record_sales(tx, sales)
        apply_sales(tx, sales)
        post_sales(tx, sales)
    office.sign_in()
    return sales


def test_the_list_is_paged_by_key_without_a_gap(office: Office, day: list[SaleAccepted]) -> None:
    seen: list[str] = []
    path = "/sales"
    while path:
        html = office.page(path)
        seen += _NUMBERS.findall(html)
        found = re.search(r'rel="next" href="([^"]+)"', html)
        path = found[1].replace("&amp;", "&") if found else ""

    assert len(seen) == len(set(seen)) == 122
    assert seen[0].startswith("S")
    back = re.search(r'rel="prev" href="([^"]+)"', html)
    assert back is not None
    assert len(_NUMBERS.findall(office.page(back[1].replace("&amp;", "&")))) == 50


NARROWED = {
    "store=S2": 1,
    "store=S1&till=2": 0,
    "number=s2-2": 1,
    "number=S1-1-AA-00000007": 1,
    "kind=return": 1,
    "kind=sale&least=6,05": 25,
    "least=6.00&most=6.10": 25,
    "since=2026-11-17&until=2026-11-17": 1,
    "staff=00000000-0000-0000-0000-000000000007&store=S2": 1,
    "staff=00000000-0000-0000-0000-000000000008": 0,
    "number=100%25": 0,
}


def test_filters_narrow_the_list(office: Office, day: list[SaleAccepted]) -> None:
    for query, count in NARROWED.items():
        html = office.page(f"/sales?{query}")
        assert len(_NUMBERS.findall(html)) == count, query
        assert ("No receipts match" in html) == (count == 0), query


def test_a_filter_that_cannot_be_read_is_told_beside_the_form(
    office: Office, day: list[SaleAccepted]
) -> None:
    html = office.page("/sales?since=soon&least=much", 422)

    assert "From: Type a date" in html
    assert "Total from: Type an amount" in html
    assert 'value="much"' in html


def test_days_in_the_wrong_order_are_told(office: Office, day: list[SaleAccepted]) -> None:
    assert "last day lies before" in office.page("/sales?since=2026-11-20&until=2026-11-01", 422)


def test_htmx_gets_the_rows_alone_and_a_clean_address(
    office: Office, day: list[SaleAccepted]
) -> None:
    answer = office.client.get(
        "/sales?store=S2&till=&number=", headers={**PAGE, "hx-request": "true"}
    )

    assert "<html" not in answer.text
    assert len(_NUMBERS.findall(answer.text)) == 1
    assert answer.headers["hx-push-url"] == "/sales?store=S2"
    assert answer.headers["vary"] == "hx-request"
    restored = {**PAGE, "hx-request": "true", "hx-history-restore-request": "true"}
    assert "<html" in office.client.get("/sales", headers=restored).text


def test_a_made_up_page_position_is_refused(office: Office, day: list[SaleAccepted]) -> None:
    assert "start at the first page" in office.page("/sales?after=AAAA", 400)
    assert "start at the first page" in office.page("/sales?after=eB95", 400)


def test_a_receipt_shows_what_was_booked(office: Office, day: list[SaleAccepted]) -> None:
    sale = day[-2]
    html = office.page(f"/sales/S2/{sale.rid}")

    assert "S2-2-AA-00000001" in html
    assert "Article P1" in html
    assert "Balanced" in html
    assert "€7.30" not in html
    for amount in ("€6.05", "€1.05", "€5.00", "€2.50"):
        assert amount in html
    assert "The chain holds" in html
    assert "S2 · on hand" in html
    assert str(sale.jid) in html
    assert "20 Nov 2026, 13:00" in html


def test_an_unknown_receipt_is_a_page_that_says_so(office: Office) -> None:
    office.sign_in()
    for path in ("S1/none", "S1/00000000-0000-0000-0000-000000000001", "%00/1"):
        assert "There is no receipt at this address" in office.page(f"/sales/{path}", 404)


def test_the_search_on_top_knows_receipts_from_articles(office: Office) -> None:
    office.sign_in()
    for text, target in (
        ("S1-1-AA-00000001", "/sales?number=S1-1-AA-00000001"),
        ("s1-2", "/sales?number=s1-2"),
        ("oat cookies", "/products?search=oat+cookies"),
        ("4006381333931", "/products?search=4006381333931"),
    ):
        answer = office.client.get("/search", params={"q": text}, follow_redirects=False)
        assert answer.headers["location"] == target


def test_an_empty_list_says_what_to_do(office: Office) -> None:
    office.sign_in()

    assert "No sales yet" in office.page("/sales")
