"""What the till knows of an article at the moment it is scanned."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from retail.quantity import ONE


class Unit(StrEnum):
    """The unit that a quantity counts thousandths of."""

    PIECE = "piece"
    KILOGRAM = "kg"
    METRE = "m"
    LITRE = "l"


@dataclass(frozen=True, slots=True)
class Component:
    """A part that leaves the stock when one of the article is sold (packs, kits)."""

    sku: str
    thousandths: int


@dataclass(frozen=True, slots=True)
class ItemSnapshot:
    """An article with its price as of the scan; a price change later never alters a line.

    Attributes:
        gtin: the scanned barcode as 14 digits, empty when the article was picked by hand.
        unit_price_minor: price of one unit, or of one pack when ``pack_thousandths`` says so.
        tax_codes: the tax categories that apply, usually one.
        pack_thousandths: stock quantity that one scanned unit stands for; 6000 for a six-pack.
        min_age: lowest age of the buyer in years, 0 for none.
        components: what leaves the stock instead of the article itself; empty for plain articles.
        tags: words that promotions may choose the article by.
        no_discount: no promotion lowers its price or counts it towards one.
        no_points: points and draws leave it out.
        requires: what must be noted when it is sold, ``serial`` or ``lot``.
        stopped: why it must not be sold now, ``recalled`` or ``blocked``; empty for nothing.
        linked: SKU and thousandths that is rung up with one unit of it.
        tare: thousandths of a kilogram that its packing weighs.
        stores: the kind of instrument that selling it puts value on, ``gift_card``; empty for
            goods. Its price is what is stored; 0 leaves the amount open.
        unpriced: it has no price here now; somebody must enter one before it is paid.
    """

    sku: str
    name: str
    category: str
    unit: Unit
    unit_price_minor: int
    tax_codes: tuple[str, ...]
    gtin: str = ""
    pack_thousandths: int = ONE
    min_age: int = 0
    components: tuple[Component, ...] = ()
    tags: tuple[str, ...] = ()
    no_discount: bool = False
    no_points: bool = False
    requires: tuple[str, ...] = ()
    stopped: str = ""
    linked: tuple[tuple[str, int], ...] = ()
    tare: int = 0
    stores: str = ""
    unpriced: bool = False

    @property
    def weighed(self) -> bool:
        """True when a quantity must be measured: a scan alone does not tell how much."""
        return self.unit is not Unit.PIECE

    @property
    def article(self) -> str:
        """What promotions know it by: the SKU, or ``SKU/6000`` for a pack with its own price.

        An offer on the single article must not be given on a pack of six by mistake.
        """
        return self.sku if self.pack_thousandths == ONE else f"{self.sku}/{self.pack_thousandths}"
