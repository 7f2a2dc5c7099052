"""A receipt that is worth nothing says so."""

from __future__ import annotations

from retail.receipt import TRAINING, Cut, ReceiptDocument, Text, marked


def test_what_is_printed_says_so_above_and_below() -> None:
    document = ReceiptDocument("t", "en", (Text("one"), Cut()))
    words = [block.text for block in marked(document).blocks if isinstance(block, Text)]
    assert words == [TRAINING, "one", TRAINING]
    assert isinstance(marked(document).blocks[-1], Cut)
    assert marked(ReceiptDocument("t", "en", ())).blocks == marked(document).blocks[:2] * 2
