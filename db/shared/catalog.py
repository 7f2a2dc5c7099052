"""Columns of the catalogue on both sides."""

from __future__ import annotations

from sqlalchemy import String, false, text
from sqlalchemy.orm import Mapped, mapped_column


class CategoryColumns:
    """A category and how its tiles look."""

    category: Mapped[str] = mapped_column(String(32), primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    icon: Mapped[str] = mapped_column(String(40))
    tint: Mapped[str] = mapped_column(String(16))
    rank: Mapped[int]


class ProductColumns:
    """An article. ``components``, ``linked`` and lists of words are JSON, empty text for none.

    A component, and what is linked, is ``[sku, thousandths]``.
    """

    sku: Mapped[str] = mapped_column(String(32), primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    folded: Mapped[str] = mapped_column(String(160))
    category: Mapped[str] = mapped_column(String(32))
    tax_code: Mapped[str] = mapped_column(String(8))
    unit: Mapped[str] = mapped_column(String(8))
    min_age: Mapped[int]
    icon: Mapped[str] = mapped_column(String(40))
    tile_rank: Mapped[int]
    active: Mapped[bool]
    components: Mapped[str]
    tags: Mapped[str] = mapped_column(String, server_default="")
    no_discount: Mapped[bool] = mapped_column(server_default=false())
    no_points: Mapped[bool] = mapped_column(server_default=false())
    brand: Mapped[str] = mapped_column(String(60), server_default="")
    requires: Mapped[str] = mapped_column(String, server_default="")
    stopped: Mapped[str] = mapped_column(String(16), server_default="")
    linked: Mapped[str] = mapped_column(String, server_default="")
    family: Mapped[str] = mapped_column(String(32), server_default="")
    variant: Mapped[str] = mapped_column(String, server_default="")
    tare: Mapped[int] = mapped_column(server_default=text("0"))
    stores: Mapped[str] = mapped_column(String(16), server_default="")


class BarcodeColumns:
    """A barcode in 14 digits; ``pack`` in thousandths of the article's unit."""

    gtin: Mapped[str] = mapped_column(String(14), primary_key=True)
    sku: Mapped[str] = mapped_column(String(32), index=True)
    pack: Mapped[int]


class PriceColumns:
    """The price of an article or pack from an instant on, in minor units."""

    zone: Mapped[str] = mapped_column(String(16), primary_key=True)
    sku: Mapped[str] = mapped_column(String(32), primary_key=True)
    pack: Mapped[int] = mapped_column(primary_key=True)
    valid_from_us: Mapped[int] = mapped_column(primary_key=True)
    minor: Mapped[int]


class TaxRateColumns:
    """The rate of a tax code from an instant on, in parts per million."""

    zone: Mapped[str] = mapped_column(String(16), primary_key=True)
    code: Mapped[str] = mapped_column(String(8), primary_key=True)
    valid_from_us: Mapped[int] = mapped_column(primary_key=True)
    ppm: Mapped[int]
