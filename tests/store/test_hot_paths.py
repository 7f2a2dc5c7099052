"""What a scan and a search ask of the database is found by an index, however many articles."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from pos_app.checkout import queries
from retail.barcode.gtin import parse_gtin
from tests.support.till import SHELF, Books

CODE = SHELF.code(SHELF.piece)
_SMALL = frozenset(
    {"tax_rate", "store", "store_setting", "staff_member", "device", "journal", "basket_step"}
)
"""Tables of a few rows, which SQLite may as well read as a whole."""


def asked(selling: Books, act: Callable[[], object]) -> list[tuple[str, list[str]]]:
    """The queries that an act runs, each with the steps by which SQLite answers it."""
    driver = selling.connection.connection.driver_connection
    assert driver is not None
    found: list[str] = []
    driver.set_trace_callback(found.append)
    try:
        act()
    finally:
        driver.set_trace_callback(None)
    queries = [text for text in found if text.lstrip().upper().startswith("SELECT")]
    return [
        (text, [str(row[3]) for row in driver.execute(f"EXPLAIN QUERY PLAN {text}")])
        for text in queries
    ]


@pytest.mark.parametrize("what", ["scan", "unknown", "sku"])
def test_what_a_scan_asks_for_is_found_by_an_index(selling: Books, what: str) -> None:
    """Complaint 11: slow with many articles."""
    acts = {
        "scan": lambda: selling.enter(CODE),
        "unknown": lambda: selling.enter("9520009999991"),
        "sku": lambda: selling.run(
            queries.find, selling.session.store, parse_gtin(CODE), selling.desk.now_us()
        ),
    }
    steps = asked(selling, acts[what])
    assert steps
    for text, plan in steps:
        scans = [re.match(r"SCAN (\w+)(.*)", step) for step in plan]
        whole = {one[1] for one in scans if one and "INDEX" not in one[2]}
        assert whole <= _SMALL, (text, plan)
