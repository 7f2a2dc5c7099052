"""Names of the down-streams. A stream is a scope: who reads it gets all of it."""

from __future__ import annotations

from retail.contract.promotions import PromotionPlanRow, PromotionRow, PromotionSnapshotRow
from retail.contract.reference import (
    BarcodeRow,
    CategoryRow,
    CustomerRow,
    PriceRow,
    ProductRow,
    StoreRow,
    TaxRateRow,
)

CATALOGUE = "catalogue"
"""Categories, articles, barcodes."""
TAX = "tax"
PROMOTIONS = "promotions"

ScopedRow = (
    CategoryRow
    | ProductRow
    | BarcodeRow
    | TaxRateRow
    | PriceRow
    | PromotionRow
    | PromotionSnapshotRow
    | PromotionPlanRow
    | StoreRow
    | CustomerRow
)
"""Rows that tell themselves whom they are for."""


def price_stream(zone: str) -> str:
    """The prices of one price zone."""
    return f"price/{zone}"


def store_stream(store_id: str) -> str:
    """One store: its own data, its staff and its settings."""
    return f"store/{store_id}"


def till_stream(store_id: str, till: int) -> str:
    """One till: what became of its records, its quotas, commands to it."""
    return f"till/{store_id}-{till}"


def customer_stream(segment: str) -> str:
    """The customers that a segment's tills have at hand."""
    return f"customers/{segment}"


def stream_of(row: ScopedRow) -> str:
    """The stream that a row belongs to."""
    match row:
        case CategoryRow() | ProductRow() | BarcodeRow():
            return CATALOGUE
        case TaxRateRow():
            return TAX
        case PriceRow():
            return price_stream(row.zone)
        case StoreRow():
            return store_stream(row.store)
        case CustomerRow():
            return customer_stream(row.segment)
        case _:
            return PROMOTIONS
