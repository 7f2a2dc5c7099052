"""Master data of articles."""

from __future__ import annotations

from sqlalchemy import Index
from sqlalchemy.orm import Mapped

from db.base import HeadBase, distributed
from db.shared.catalog import BarcodeColumns, CategoryColumns, ProductColumns


class Category(CategoryColumns, HeadBase):
    """Categories."""

    __tablename__ = "category"
    __table_args__ = distributed("reference")


class Product(ProductColumns, HeadBase):
    """Articles; ``cost_micro`` is the unit cost in 1/1,000,000 of the major unit."""

    __tablename__ = "product"
    __table_args__ = distributed("reference", Index("ix_product_folded", "folded"))
    cost_micro: Mapped[int]


class Barcode(BarcodeColumns, HeadBase):
    """Barcodes."""

    __tablename__ = "barcode"
    __table_args__ = distributed("reference")
