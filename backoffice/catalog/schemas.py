"""Shapes of the JSON interface; amounts in minor units, packs in thousandths."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, ConfigDict


class PriceOut(BaseModel):
    """The price of an article in a zone."""

    model_config = ConfigDict(from_attributes=True)
    zone: str
    currency: str
    pack: int
    minor: int
    valid_from: datetime


class BarcodeOut(BaseModel):
    """A barcode and the stock quantity it stands for."""

    model_config = ConfigDict(from_attributes=True)
    gtin: str
    pack: int


class ProductOut(BaseModel):
    """An article with today's prices of one unit."""

    model_config = ConfigDict(from_attributes=True)
    sku: str
    name: str
    category: str
    category_name: str
    unit: str
    tax_code: str
    min_age: int
    active: bool
    gtin: str
    prices: list[PriceOut]


class ProductPage(BaseModel):
    """A piece of the list; ``previous`` and ``following`` go into ``before`` and ``after``."""

    model_config = ConfigDict(from_attributes=True)
    rows: list[ProductOut]
    previous: str
    following: str


class ProductDetailOut(BaseModel):
    """One article with its barcodes and all prices in force."""

    model_config = ConfigDict(from_attributes=True)
    product: ProductOut
    cost_micro: int
    barcodes: list[BarcodeOut]
    prices: list[PriceOut]
