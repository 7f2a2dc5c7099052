from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backoffice.erp.service import post_sales
from backoffice.oms.service import record_sales
from backoffice.platform.events import SaleAccepted
from backoffice.stock.service import apply_sales
from db.transaction import begin
from tests.backoffice.conftest import Office
from tests.support.head_data import NOW, TillJournal, sold


@pytest.fixture
def sales(office: Office) -> list[SaleAccepted]:
    """Two sales, and somebody who is signed in."""
    journal = TillJournal()
    with begin(office.engine) as tx:
        journal.enrol(tx)
        found = [
            journal.sell(tx, sold("P1", price=605), at=NOW - timedelta(minutes=1)),
            journal.sell(tx, sold("P2"), kind="card"),
        ]
        record_sales(tx, found)
        apply_sales(tx, found)
        post_sales(tx, found)
    office.sign_in("viewer")
    return found


def _get(office: Office, path: str) -> Any:
    answer = office.client.get(path)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_totals(office: Office, sales: list[SaleAccepted]) -> None:
    (row,) = _get(office, "/api/totals")

    assert row["head_hash"] != ""
    assert {key: row[key] for key in row if key != "head_hash"} == {
        "store": "S1",
        "till": 1,
        "sales": 2,
        "gross_minor": 726,
        "cash_minor": 605,
        "last_seq": 2,
    }


def test_a_sale_with_its_bookings(office: Office, sales: list[SaleAccepted]) -> None:
    page = _get(office, "/api/sales?store=S1&kind=sale&least_minor=500")
    assert [row["total_minor"] for row in page["rows"]] == [605]

    sale = _get(office, f"/api/sales/S1/{page['rows'][0]['rid']}")

    assert sale["entry"]["balanced"]
    assert sale["proof"]["holds"]
    assert sum(line["minor"] for line in sale["entry"]["lines"]) == 0
    assert sale["moves"][0]["to_state"] == "sold"
    assert sale["tenders"][0]["kind"] == "cash"
    missing = office.client.get("/api/sales/S1/00000000-0000-0000-0000-000000000001")
    assert (missing.status_code, missing.json()["code"]) == (404, "sale.unknown")


def test_products_stores_and_tills(office: Office, sales: list[SaleAccepted]) -> None:
    rows = _get(office, "/api/products?search=oat")["rows"]
    assert [(row["sku"], row["prices"][0]["minor"]) for row in rows] == [("P2", 121)]
    assert _get(office, "/api/products/P2")["barcodes"] == [
        {"gtin": "00000000000002", "pack": 1000}
    ]
    assert office.client.get("/api/products/none").status_code == 404
    assert [store["store_id"] for store in _get(office, "/api/stores")] == ["S1", "S2"]
    tills = _get(office, "/api/tills")
    assert [(t["store_id"], t["till"], t["head_seq"]) for t in tills[:2]] == [
        ("S1", 1, 2),
        ("S1", 2, 0),
    ]


def _get_operations(office: Office) -> dict[str, list[dict[str, Any]]]:
    paths = _get(office, "/api/openapi.json")["paths"]
    return {
        path: operations["get"].get("parameters", [])
        for path, operations in paths.items()
        if path.startswith("/api/") and "get" in operations
    }


_VALUES = st.one_of(
    st.text(max_size=40),
    st.integers().map(str),
    st.dates().map(str),
    st.uuids().map(str),
    st.sampled_from(("", "S1", "P1", "sale", "return", "\0", "%", "_w", "eB95", "ÿ" * 90)),
)


@settings(
    max_examples=150,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_no_input_breaks_the_interface(
    office: Office, sales: list[SaleAccepted], data: st.DataObject
) -> None:
    operations = _get_operations(office)
    path = data.draw(st.sampled_from(sorted(operations)))
    query: dict[str, str] = {}
    url = path
    for parameter in operations[path]:
        if parameter["in"] == "path":
            value = data.draw(_VALUES.filter(lambda text: text not in {"", ".", ".."}))
            url = url.replace("{" + parameter["name"] + "}", _quoted(value))
        elif data.draw(st.booleans()):
            query[parameter["name"]] = data.draw(_VALUES)
    answer = office.client.get(url, params=query)

    assert answer.status_code in {200, 400, 404, 422}, answer.text
    if answer.status_code != 200:
        assert set(answer.json()) == {"code", "message"}


def _quoted(text: str) -> str:
    return quote(text.encode("utf-8", "replace"), safe="")


def test_the_description_names_every_path(office: Office) -> None:
    described = office.client.get("/api/openapi.json").json()

    assert {path for path in described["paths"] if path.startswith("/api/")} == {
        "/api/cases",
        "/api/cases/{store}/{case_id}",
        "/api/cases/{store}/{case_id}/resolve",
        "/api/customers/{party_id}/account",
        "/api/customers/{party_id}/account/payments",
        "/api/customers/{party_id}/account/{act}",
        "/api/value/find",
        "/api/value/instruments/{instrument_id}",
        "/api/value/instruments/{instrument_id}/block",
        "/api/value/instruments/{instrument_id}/unblock",
        "/api/value/instruments/{instrument_id}/{act}",
        "/api/value/totals",
        "/api/value/{act}",
        "/api/backups/last",
        "/api/recovery",
        "/api/recovery/end",
        "/api/stores",
        "/api/stores/{store_id}/settings",
        "/api/stores/{store_id}/settings/{name}",
        "/api/tills",
        "/api/tills/{store}/{till}/accept",
        "/api/tills/{store}/{till}/let-in",
        "/api/tills/{store}/{till}/move",
        "/api/tills/{store}/{till}/shut-out",
        "/api/tills/{store}/{till}/take-out",
        "/api/totals",
        "/api/sales",
        "/api/sales/{store}/{rid}",
        "/api/products",
        "/api/products/{sku}",
        "/api/promotions",
        "/api/promotions/{promotion}",
    }
    assert "/sales" not in described["paths"]
