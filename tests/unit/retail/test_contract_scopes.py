"""Each row knows the down-stream that it belongs to."""

from __future__ import annotations

from uuid import UUID

import pytest

from retail.contract.promotions import PromotionPlanRow
from retail.contract.reference import (
    BarcodeRow,
    CategoryRow,
    CustomerRow,
    PriceRow,
    ProductRow,
    StoreRow,
    TaxRateRow,
)
from retail.contract.scopes import ScopedRow, stream_of, till_stream

STORE = StoreRow(
    store="S1", name="N", street="", city="", vat_id="", phone="", currency="EUR", zone="UTC",
    cut_over_minutes=0, cash_increment=1, tax_zone="NL", price_zone="A", tax_included=True,
    tax_rounding="per_rate", language="en",
)  # fmt: skip


@pytest.mark.parametrize(
    ("row", "stream"),
    [
        (CategoryRow(category="c", name="C", icon="", tint="", rank=1), "catalogue"),
        (ProductRow(sku="P", name="P", category="c", tax_code="A"), "catalogue"),
        (BarcodeRow(gtin="0" * 14, sku="P"), "catalogue"),
        (TaxRateRow(zone="NL", code="A", ppm=1), "tax"),
        (PriceRow(zone="BE", sku="P", minor=1), "price/BE"),
        (PromotionPlanRow(valid_from="", snapshot="s"), "promotions"),
        (STORE, "store/S1"),
        (CustomerRow(customer=UUID(int=1), segment="S1", name="A"), "customers/S1"),
    ],
)
def test_a_row_goes_into_the_stream_of_its_scope(row: ScopedRow, stream: str) -> None:
    assert stream_of(row) == stream


def test_a_till_has_a_stream_of_its_own() -> None:
    assert till_stream("S1", 2) == "till/S1-2"
