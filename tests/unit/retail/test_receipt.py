from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retail.receipt import (
    Align,
    Barcode,
    Cut,
    Feed,
    Item,
    Pair,
    Qr,
    ReceiptDocument,
    Rule,
    Table,
    Text,
    from_dict,
    to_dict,
)
from tests.unit.retail.strategies import Refusal

cells = st.lists(st.text(max_size=8), max_size=4).map(tuple)
blocks = st.one_of(
    st.builds(Text, st.text(), st.sampled_from(Align), st.booleans(), st.integers(1, 2)),
    st.builds(Pair, st.text(), st.text(), st.booleans(), st.integers(1, 2)),
    st.builds(Item, *[st.text(max_size=8)] * 5),
    st.builds(Table, cells, st.lists(cells, max_size=3).map(tuple)),
    st.builds(Rule),
    st.builds(Feed, st.integers(1, 9)),
    st.builds(Barcode, st.text("ABC123", max_size=12)),
    st.builds(Qr, st.text(max_size=30)),
    st.builds(Cut),
)
documents = st.builds(
    ReceiptDocument, st.text(), st.just("en"), st.lists(blocks, max_size=6).map(tuple)
)


def test_a_receipt_as_it_is_stored() -> None:
    document = ReceiptDocument(
        "Receipt", "en", (Text("Thank you", Align.CENTER), Pair("Total", "12.50", bold=True), Cut())
    )
    assert to_dict(document) == {
        "title": "Receipt",
        "language": "en",
        "blocks": [
            {"kind": "text", "text": "Thank you", "align": "center", "bold": False, "size": 1},
            {"kind": "pair", "left": "Total", "right": "12.50", "bold": True, "size": 1},
            {"kind": "cut"},
        ],
    }


@given(documents)
def test_a_stored_receipt_reads_back_equal(document: ReceiptDocument) -> None:
    back = from_dict(json.loads(json.dumps(to_dict(document))))
    assert back == document
    assert hash(back) == hash(document)


def test_reading_leaves_the_stored_values_alone() -> None:
    stored = to_dict(ReceiptDocument("Receipt", "en", (Rule(),)))
    from_dict(stored)
    assert stored["blocks"] == [{"kind": "rule"}]


@pytest.mark.parametrize(
    "stored",
    [
        {},
        {"title": "x", "language": "en"},
        {"title": "x", "language": "en", "blocks": 7},
        {"title": "x", "language": "en", "blocks": ["text"]},
        {"title": "x", "language": "en", "blocks": [{}]},
        {"title": "x", "language": "en", "blocks": [{"kind": "hologram"}]},
        {"title": "x", "language": "en", "blocks": [{"kind": []}]},
        {"title": "x", "language": "en", "blocks": [{"kind": "text"}]},
        {"title": "x", "language": "en", "blocks": [{"kind": "qr", "data": "x", "ink": 1}]},
        {"title": "x", "language": "en", "blocks": [{"kind": "text", "text": "", "align": "up"}]},
        {"title": "x", "language": "en", "blocks": [{"kind": "table", "header": 1, "rows": []}]},
        {"title": "x", "language": "en", "blocks": [{"kind": "table", "header": [], "rows": [1]}]},
    ],
)
def test_what_is_no_receipt_is_refused(stored: dict[str, Any], refused: Refusal) -> None:
    with refused("receipt.block"):
        from_dict(stored)
