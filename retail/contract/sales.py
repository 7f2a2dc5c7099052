"""A finished sale as it travels up.

Amounts in minor units, quantities in thousandths, rates in parts per million; people appear as
party ids only.
"""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import msgspec

from retail.errors import RetailError
from retail.stock import SoldComponent, State


class SoldPart(msgspec.Struct, frozen=True, array_like=True):
    """What leaves the stock for a line: SKU and thousandths for the whole line."""

    sku: str
    thousandths: int


class LineDiscount(msgspec.Struct, frozen=True, array_like=True):
    """What a promotion took off a line; ``units`` it consumed of the line, 0 in the basket lane."""

    promotion: str
    minor: int
    units: int


class SalePromotion(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A promotion as it was applied; ``minor`` adds up over its lines.

    Attributes:
        name: what the receipt called it.
        funding: who pays for it, ``store`` or ``manufacturer``.
    """

    promotion: str
    version: int
    name: str
    minor: int
    applications: int = 1
    units: int = 0
    funding: str = "store"


class LeftOut(msgspec.Struct, frozen=True, array_like=True):
    """A promotion that somebody took out of a basket."""

    promotion: str
    reason: str
    staff: UUID
    approved: UUID | None = None


class PromotionChoice(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How a sale's promotions were chosen, for whoever computes it again.

    Attributes:
        snapshot: hash of the set of promotions.
        engine: version of the solver.
        minimised, bound: the least sum found and what no choice can be below, in 1/10,000 minor
            unit.
        priced_us: the instant that the promotions were judged by, UTC microseconds since 1970.
        proved: no better choice exists.
        set_aside: promotions of the set that the till could not read.
    """

    snapshot: str
    engine: int
    priced_us: int
    minimised: int
    bound: int
    proved: bool = True
    applied: tuple[SalePromotion, ...] = ()
    set_aside: tuple[str, ...] = ()
    left_out: tuple[LeftOut, ...] = ()


NO_CHOICE = PromotionChoice(snapshot="", engine=0, priced_us=0, minimised=0, bound=0)
"""Of a sale without promotions."""


class ManualCut(msgspec.Struct, frozen=True, array_like=True):
    """What somebody took off a line by hand.

    Attributes:
        scope: ``line``; ``basket`` for the line's share of what was taken off all of it; ``price``
            for another price of the unit, whose ``minor`` is off the list price, not off ``gross``.
        ppm: the share it was given as, 0 for an amount.
        approved: who allowed it in place of somebody without the right.
    """

    scope: str
    minor: int
    ppm: int
    reason: str
    staff: UUID
    approved: UUID | None = None


class GoodsBack(msgspec.Struct, frozen=True, array_like=True):
    """Goods that come back with a line.

    Attributes:
        disposition: of ``retail.basket.model.Disposition``.
        sale, n: the line that they were sold with; None and 0 without a receipt.
    """

    disposition: str
    reason: str
    staff: UUID
    approved: UUID | None = None
    sale: UUID | None = None
    n: int = 0


class TypedWeight(msgspec.Struct, frozen=True, array_like=True):
    """Who typed a weight that a scale could have told, and who allowed it in their place."""

    staff: UUID
    approved: UUID | None = None


class SoldLine(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A line as sold; ``net = gross - discount``.

    What promotions and people took off, ``discounts`` and ``cuts`` off the gross, adds up to the
    discount. Goods that come back have every figure below zero and neither of them.

    Attributes:
        price: of one unit, as it was paid; ``was`` is the list price where that was another.
        seller: who sold it, where that is not the cashier.
        serial, lot, expires: of the piece that was sold, the last as ISO date.
        tare: thousandths of a kilogram of packing that ``qty`` is without.
        typed: set where the weight was typed at a till that has a scale.
    """

    n: int
    sku: str
    name: str
    qty: int
    price: int
    gross: int
    net: int
    parts: tuple[SoldPart, ...]
    unit: str = "piece"
    discount: int = 0
    tax: dict[str, int] = {}
    gtin: str = ""
    discounts: tuple[LineDiscount, ...] = ()
    was: int | None = None
    cuts: tuple[ManualCut, ...] = ()
    note: str = ""
    seller: UUID | None = None
    back: GoodsBack | None = None
    serial: str = ""
    lot: str = ""
    expires: str = ""
    tare: int = 0
    typed: TypedWeight | None = None


class ForeignCash(msgspec.Struct, frozen=True, array_like=True):
    """What was handed over: minor units of its currency, and its rate in millionths."""

    currency: str
    minor: int
    ppm: int


class PaidTender(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A tender as booked; ``amount = given - change``, in the sale's currency.

    Attributes:
        foreign: what was given, when that was other money.
        last_four, auth: what a terminal told of the card, as it is printed on the receipt.
    """

    kind: str
    amount: int
    given: int
    change: int = 0
    ref: str = ""
    foreign: ForeignCash | None = None
    last_four: str = ""
    auth: str = ""


class TaxRow(msgspec.Struct, frozen=True, array_like=True):
    """A row of the receipt's tax table."""

    code: str
    ppm: int
    net: int
    tax: int


class ValueMove(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Stored value that a sale issued, loaded, took or earned; ``amount`` is positive.

    Attributes:
        n: number within the sale; with its id the source of the posting.
        act: ``issue``, ``load``, ``earn``, ``redeem``, ``refund`` of what a sale redeemed, or
            ``reverse`` of what one earned.
        kind: of ``retail.value.ValueKind``.
        lookup: hex of the keyed hash that the instrument is found by; never the code.
        amount: minor units, points or uses.
        authority: who allowed a redemption, of ``retail.value.Authority``.
        reservation, lease: what it was taken from.
        line: the line of the sale that paid for what is stored; 0 where no line did.
        minor: what it paid, where that is not ``amount``: minor units that points are worth.
        party: whose it is, of kinds that are found by a party.
    """

    n: int
    act: str
    kind: str
    lookup: str
    amount: int
    last_four: str = ""
    authority: str = "online"
    reservation: UUID | None = None
    lease: UUID | None = None
    line: int = 0
    minor: int = 0
    party: UUID | None = None

    @property
    def tendered(self) -> bool:
        """Whether it belongs to a tender: also store credit that money went out as."""
        credit = self.act == "issue" and self.kind == "store_credit" and not self.line
        return credit or self.act in {"redeem", "refund"}

    @property
    def stored(self) -> bool:
        """Whether it was put on the instrument for money that a line took."""
        return self.act in {"issue", "load"} and not self.tendered

    @property
    def paid(self) -> int:
        """What it paid or gave back, in minor units."""
        return self.minor or self.amount


class EarningLine(msgspec.Struct, frozen=True, array_like=True):
    """A line that earns otherwise than its net amount: on so much, ``factor`` per cent."""

    n: int
    minor: int
    factor: int


class WonBonus(msgspec.Struct, frozen=True, array_like=True):
    """Points for at least so many minor units on these lines together."""

    points: int
    at_least: int
    lines: tuple[int, ...]


class PointsEarned(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The points that a sale earned, and how they were counted, for whoever takes goods back.

    ``each`` for every ``per`` minor units of what the lines earn on, and the bonuses.

    Attributes:
        lines: those that earn otherwise than their net amount.
    """

    earned: int
    per: int
    each: int = 1
    lines: tuple[EarningLine, ...] = ()
    bonuses: tuple[WonBonus, ...] = ()


_BACK_TO = {"shelf": State.ON_HAND, "quarantine": State.QUARANTINE, "scrap": State.SCRAPPED}
"""Where goods go that come back; what a newer till may call otherwise goes to the shelf."""


class TaxExemption(msgspec.Struct, frozen=True, array_like=True):
    """The certificate by which a sale bears no tax."""

    certificate: str
    reason: str
    staff: UUID
    approved: UUID | None = None


class SaleClosed(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A finished sale; ``rid`` of the entry is the sale's id.

    Attributes:
        total: what was owed, tax included; negative for a return.
        rounding: cash rounding, ``Σ tenders = total + rounding``.
        price_version: the position of the zone's price list that the prices came from.
        promotions: None where there were none.
        value: what it did to gift cards, points and the like.
        origin: the basket that another till held and this one took up; None for one of its own.
        points: None where it earned none.
        coupons: codes of the coupons that its promotions used.
    """

    number: str
    till: int
    currency: str
    staff: UUID
    total: int
    lines: tuple[SoldLine, ...]
    tenders: tuple[PaidTender, ...]
    tax: tuple[TaxRow, ...]
    started_us: int
    tax_included: bool = True
    rounding: int = 0
    savings: int = 0
    age_checked: int = 0
    price_version: int = 0
    party: UUID | None = None
    side: str = ""
    note: str = ""
    exempt: TaxExemption | None = None
    promotions: PromotionChoice | None = None
    value: tuple[ValueMove, ...] = ()
    origin: UUID | None = None
    points: PointsEarned | None = None
    coupons: tuple[str, ...] = ()

    @property
    def choice(self) -> PromotionChoice:
        """How its promotions were chosen, also where there were none."""
        return NO_CHOICE if self.promotions is None else self.promotions

    def components(self) -> Iterator[SoldComponent]:
        """What leaves the stock and what comes back to it, for the movements of the sale."""
        for line in self.lines:
            state = (
                _BACK_TO.get(line.back.disposition, State.ON_HAND) if line.back else State.ON_HAND
            )
            for number, part in enumerate(line.parts):
                yield SoldComponent(line.n, number, part.sku, part.thousandths, state)

    def discounts(self) -> Iterator[tuple[int, LineDiscount, SalePromotion]]:
        """Number of the line, what was taken off, and by which of the sale's promotions.

        Raises:
            RetailError: ``fact.promotion`` for a discount of a promotion that was not applied.
        """
        applied = {one.promotion: one for one in self.choice.applied}
        for line in self.lines:
            for off in line.discounts:
                if off.promotion not in applied:
                    raise RetailError(
                        "fact.promotion",
                        "Line %(line)s has a discount of %(promotion)s, which was not applied.",
                        line=line.n,
                        promotion=off.promotion,
                    )
                yield line.n, off, applied[off.promotion]
