"""Prices by zone and tax rates by tax zone."""

from __future__ import annotations

from db.base import HeadBase, distributed
from db.shared.catalog import PriceColumns, TaxRateColumns


class Price(PriceColumns, HeadBase):
    """Prices."""

    __tablename__ = "price"
    __table_args__ = distributed("reference")


class TaxRate(TaxRateColumns, HeadBase):
    """Tax rates."""

    __tablename__ = "tax_rate"
    __table_args__ = distributed("reference")
