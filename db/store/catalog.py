"""The till's copy of the catalogue. ``product_search`` (FTS5) is made by the migration."""

from __future__ import annotations

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import StoreBase
from db.shared.catalog import (
    BarcodeColumns,
    CategoryColumns,
    PriceColumns,
    ProductColumns,
    TaxRateColumns,
)


class Category(CategoryColumns, StoreBase):
    """Category tiles."""

    __tablename__ = "category"


class Product(ProductColumns, StoreBase):
    """Articles."""

    __tablename__ = "product"
    __table_args__ = (Index("ix_product_family", "family", sqlite_where=text("family <> ''")),)


class SearchProgress(StoreBase):
    """How far the articles are in ``product_search``, by their rowid; one row.

    It is whole when ``done_rowid`` has reached ``end_rowid``.
    """

    __tablename__ = "search_progress"
    id: Mapped[int] = mapped_column(primary_key=True)
    done_rowid: Mapped[int]
    end_rowid: Mapped[int]


class Barcode(BarcodeColumns, StoreBase):
    """Barcodes; several may name one article."""

    __tablename__ = "barcode"
    __table_args__ = ({"sqlite_with_rowid": False},)


class Price(PriceColumns, StoreBase):
    """Prices of the till's own zone."""

    __tablename__ = "price"
    __table_args__ = ({"sqlite_with_rowid": False},)


class TaxRate(TaxRateColumns, StoreBase):
    """Tax rates of the till's own zone."""

    __tablename__ = "tax_rate"
