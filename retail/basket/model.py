"""What a basket is made of."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from retail.catalog import ItemSnapshot
from retail.errors import RetailError
from retail.tax import MILLION

MAX_PRICE_MINOR = 100_000_000
MAX_NOTE = 200
"""Characters of a note."""


@dataclass(frozen=True, slots=True)
class GivenBy:
    """Who changed a price or a condition by hand, and why.

    Attributes:
        reason: code of the reason.
        approved: who allowed it in place of somebody without the right.
    """

    staff: UUID
    reason: str
    approved: UUID | None = None


@dataclass(frozen=True, slots=True)
class Reduction:
    """What is taken off by hand: a share of what promotions left, or an amount.

    Attributes:
        ppm: parts per million; 0 for an amount.
        minor: minor units; 0 for a share.
        most_ppm: how much it may take at most, by the right of whoever gave or allowed it.
    """

    given: GivenBy
    ppm: int = 0
    minor: int = 0
    most_ppm: int = MILLION


@dataclass(frozen=True, slots=True)
class PriceOverride:
    """Another price for one unit, in minor units; no promotion lowers it."""

    given: GivenBy
    minor: int


@dataclass(frozen=True, slots=True)
class Weight:
    """How the weight of a line was found.

    Attributes:
        tare: thousandths of a kilogram of its packing, which the line's quantity is without.
        typed_by: who typed it although the till has a scale; None for what a scale told.
        approved: who allowed that in place of somebody without the right.
    """

    tare: int = 0
    typed_by: UUID | None = None
    approved: UUID | None = None


@dataclass(frozen=True, slots=True)
class Exemption:
    """The customer's certificate that the sale bears no tax."""

    given: GivenBy
    certificate: str


@dataclass(frozen=True, slots=True)
class Attached:
    """A customer as of the moment they were attached.

    Attributes:
        tier: level of the loyalty programme, empty for none.
        segments: words that promotions may ask for.
    """

    party: UUID
    name: str
    tier: str = ""
    segments: tuple[str, ...] = ()
    language: str = ""


@dataclass(frozen=True, slots=True)
class UsesHeld:
    """Uses of a limited coupon that are kept for a basket: a reservation's, or a lease's."""

    amount: int
    authority: str
    reservation: UUID | None = None
    lease: UUID | None = None


@dataclass(frozen=True, slots=True)
class Coupon:
    """A coupon that was handed over.

    Attributes:
        lookup: hex of the keyed hash of its campaign; empty where its uses are not counted.
        held: the uses that are kept for the basket.
    """

    code: str
    lookup: str = ""
    held: tuple[UsesHeld, ...] = ()


class Disposition(StrEnum):
    """Where goods go that come back."""

    SHELF = "shelf"
    QUARANTINE = "quarantine"
    SCRAP = "scrap"


@dataclass(frozen=True, slots=True)
class Returned:
    """Goods that come back: what is given for all of the line's quantity, in minor units.

    Attributes:
        gross_minor, net_minor: the full price, and what was paid; above zero, as ``taxes`` are.
        taxes: code, rate in parts per million and amount.
        sale, number, n: the receipt and its line; None, empty and 0 without a receipt.
    """

    given: GivenBy
    gross_minor: int
    net_minor: int
    taxes: tuple[tuple[str, int, int], ...] = ()
    disposition: Disposition = Disposition.SHELF
    sale: UUID | None = None
    number: str = ""
    n: int = 0


@dataclass(frozen=True, slots=True)
class Loads:
    """The instrument that a line puts its amount on; its code itself is kept nowhere.

    Attributes:
        kind: of ``retail.value.ValueKind``.
        lookup: hex of the keyed hash that it is found by.
    """

    kind: str
    lookup: str
    last_four: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a basket.

    Attributes:
        line: number that stays with the line, never reused within the basket.
        item: the article, or None for a code that the catalogue does not know.
        code: what was scanned or typed.
        quantity: thousandths; 0 for a weighed article that still waits for its weight.
        seller: who sold it, where that is not the cashier.
        returned: the goods come back; the quantity tells how much of them.
        serial, lot, expires: of the piece in hand, the last as ISO date; empty where not noted.
        label_minor: the price that its label bears for all of it, which is what is paid.
        belongs: number of the line that it is rung up with, such as a bottle's; 0 for none.
        weight: how its weight was found; None where there is no scale, or its label told it.
        loads: what its amount is put on, for an article that stores value.
    """

    line: int
    item: ItemSnapshot | None
    code: str
    quantity: int
    override: PriceOverride | None = None
    reduction: Reduction | None = None
    note: str = ""
    seller: UUID | None = None
    returned: Returned | None = None
    serial: str = ""
    lot: str = ""
    expires: str = ""
    label_minor: int | None = None
    belongs: int = 0
    weight: Weight | None = None
    loads: Loads | None = None

    @property
    def plain(self) -> bool:
        """True while nothing sets it apart: another piece of the same lot may join it."""
        marks = (self.override, self.reduction, self.note, self.seller, self.returned, self.loads)
        return not any(marks) and not self.serial and not self.belongs and self.label_minor is None

    @property
    def unit_price_minor(self) -> int:
        """The price of one unit in minor units, as it was set by hand or as of the scan."""
        if self.override is not None:
            return self.override.minor
        return self.item.unit_price_minor if self.item else 0


@dataclass(frozen=True, slots=True)
class Basket:
    """What the customer means to buy.

    Attributes:
        basket_id: UUIDv7 made at the basket's start; it becomes the sale's record id, so
            finishing the same basket twice cannot make two sales.
        next_line: number for the next line.
        age_confirmed: the age in years that the cashier has checked, 0 for none.
        offers: hash of the set of promotions that held at the first line and holds for the whole
            basket; empty before.
        reduction: taken off the whole basket by hand.
        without: promotions that were taken out by hand, by who did it.
        origin: the basket of another till that this one goes on from.
    """

    basket_id: UUID
    currency: str
    lines: tuple[Line, ...] = ()
    next_line: int = 1
    age_confirmed: int = 0
    offers: str = ""
    reduction: Reduction | None = None
    without: tuple[tuple[str, GivenBy], ...] = ()
    exemption: Exemption | None = None
    customer: Attached | None = None
    note: str = ""
    origin: UUID | None = None
    coupons: tuple[Coupon, ...] = ()

    def line(self, number: int) -> Line:
        """The line of that number.

        Raises:
            RetailError: ``basket.line`` when there is none.
        """
        for line in self.lines:
            if line.line == number:
                return line
        raise RetailError("basket.line", "There is no line %(line)s in the basket.", line=number)
