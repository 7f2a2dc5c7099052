from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retail.contract.documents import decode_document, encode_document
from retail.receipt import (
    KINDS,
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
)
from tests.unit.retail.strategies import Refusal

cells = st.lists(st.text(max_size=8), max_size=4).map(tuple)
BLOCKS = {
    Text: st.builds(Text, st.text(), st.sampled_from(Align), st.booleans(), st.integers(1, 2)),
    Pair: st.builds(Pair, st.text(), st.text(), st.booleans(), st.integers(1, 2)),
    Item: st.builds(Item, *[st.text(max_size=8)] * 5),
    Table: st.builds(Table, cells, st.lists(cells, max_size=3).map(tuple)),
    Rule: st.builds(Rule),
    Feed: st.builds(Feed, st.integers(1, 9)),
    Barcode: st.builds(Barcode, st.text("ABC123", max_size=12)),
    Qr: st.builds(Qr, st.text(max_size=30)),
    Cut: st.builds(Cut),
}
documents = st.builds(
    ReceiptDocument,
    st.text(),
    st.just("en"),
    st.lists(st.one_of(*BLOCKS.values()), max_size=6).map(tuple),
)


def test_a_receipt_as_it_is_stored() -> None:
    document = ReceiptDocument(
        "Receipt", "en", (Text("Thank you", Align.CENTER), Pair("Total", "12.50", bold=True), Cut())
    )
    assert json.loads(encode_document(document)) == {
        "title": "Receipt",
        "language": "en",
        "blocks": [
            ["text", {"text": "Thank you", "align": "center", "bold": False, "size": 1}],
            ["pair", {"left": "Total", "right": "12.50", "bold": True, "size": 1}],
            ["cut", {}],
        ],
    }


def test_every_kind_of_block_is_tried() -> None:
    assert set(KINDS.values()) == set(BLOCKS)


@given(documents)
def test_a_stored_receipt_reads_back_equal(document: ReceiptDocument) -> None:
    back = decode_document(encode_document(document))
    assert back == document
    assert hash(back) == hash(document)


@pytest.mark.parametrize(
    "stored",
    [
        {},
        {"title": "x", "language": "en"},
        {"title": "x", "language": "en", "blocks": 7},
        {"title": "x", "language": "en", "blocks": ["text"]},
        {"title": "x", "language": "en", "blocks": [["hologram", {}]]},
        {"title": "x", "language": "en", "blocks": [["text", {}]]},
        {"title": "x", "language": "en", "blocks": [["text", {"text": "", "align": "up"}]]},
        {"title": "x", "language": "en", "blocks": [["table", {"header": 1, "rows": []}]]},
        {"title": "x", "language": "en", "blocks": [["table", {"header": [], "rows": [1]}]]},
    ],
)
def test_what_is_no_receipt_is_refused(stored: dict[str, Any], refused: Refusal) -> None:
    with refused("receipt.block"):
        decode_document(json.dumps(stored).encode())


@pytest.mark.parametrize("stored", [b"", b"\xff", b'{"title": "\xff"}', b"[" * 5000])
def test_bytes_that_are_no_receipt_are_refused(stored: bytes, refused: Refusal) -> None:
    with refused("receipt.block"):
        decode_document(stored)
