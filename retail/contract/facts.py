"""Facts that travel up, by type and schema version.

Amounts in minor units, quantities in thousandths, rates in parts per million; people appear as
party ids only.
"""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import msgspec

from retail.errors import RetailError


class JournalOpened(msgspec.Struct, frozen=True, kw_only=True):
    """A till begins a journal; its first entry."""

    installation: UUID
    till: int
    series: str
    reason: str
    prev_jid: UUID | None = None
    prev_seq: int = 0


class ShiftOpened(msgspec.Struct, frozen=True, kw_only=True):
    """A cashier opens the till with a float in the drawer."""

    number: int
    till: int
    staff: UUID
    float_minor: int
    currency: str


class SignedOn(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody signed on at the till."""

    staff: UUID


class BasketVoided(msgspec.Struct, frozen=True, kw_only=True):
    """A basket, or a line of it, was given up before it was paid (loss prevention)."""

    basket: UUID
    staff: UUID
    lines: tuple[tuple[str, int, int], ...]
    """``(code, thousandths, amount)`` of what was given up."""


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


NO_CHOICE = PromotionChoice(snapshot="", engine=0, priced_us=0, minimised=0, bound=0)
"""Of a sale without promotions."""


class SoldLine(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A line as sold; ``net = gross - discount``, ``discounts`` add up to the discount."""

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


class PaidTender(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A tender as booked; ``amount = given - change``."""

    kind: str
    amount: int
    given: int
    change: int = 0
    ref: str = ""


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
        act: ``issue``, ``load``, ``earn`` or ``redeem``.
        kind: of ``retail.value.ValueKind``.
        lookup: hex of the keyed hash that the instrument is found by; never the code.
        amount: minor units, points or uses.
        authority: who allowed a redemption, of ``retail.value.Authority``.
        reservation, lease: what it was taken from.
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


class SaleClosed(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A finished sale; ``rid`` of the entry is the sale's id.

    Attributes:
        total: what was owed, tax included; negative for a return.
        rounding: cash rounding, ``Σ tenders = total + rounding``.
        price_version: the position of the zone's price list that the prices came from.
        promotions: None where there were none.
        value: what it did to gift cards, points and the like.
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
    promotions: PromotionChoice | None = None
    value: tuple[ValueMove, ...] = ()

    @property
    def choice(self) -> PromotionChoice:
        """How its promotions were chosen, also where there were none."""
        return NO_CHOICE if self.promotions is None else self.promotions

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


class CountedLine(msgspec.Struct, frozen=True, array_like=True):
    """What was counted of an article, and what the till's ledger had; thousandths."""

    sku: str
    counted: int
    expected: int


class JournalPosition(msgspec.Struct, frozen=True, array_like=True):
    """A journal, and an entry up to which something is included."""

    jid: UUID
    seq: int


class StockCounted(msgspec.Struct, frozen=True, kw_only=True):
    """Articles were counted; head office compares with its ledger as of ``base``.

    What was sold after that position is not lost, however late the count arrives.
    """

    staff: UUID
    lines: tuple[CountedLine, ...]
    base: tuple[JournalPosition, ...]


Fact = JournalOpened | ShiftOpened | SignedOn | BasketVoided | SaleClosed | StockCounted

_TYPES: dict[tuple[str, int], type[Fact]] = {
    ("journal.opened", 1): JournalOpened,
    ("shift.opened", 1): ShiftOpened,
    ("staff.signed_on", 1): SignedOn,
    ("basket.voided", 1): BasketVoided,
    ("sale.closed", 1): SaleClosed,
    ("stock.counted", 1): StockCounted,
}
_NAMES = {fact: name for name, fact in _TYPES.items()}
_DECODERS = {name: msgspec.json.Decoder(fact) for name, fact in _TYPES.items()}


def type_of(fact: Fact) -> tuple[str, int]:
    """The wire name and schema version of a fact."""
    return _NAMES[type(fact)]


def decode(type_name: str, version: int, body: bytes) -> Fact:
    """Read a fact's body; unknown fields are ignored.

    Raises:
        RetailError: ``fact.unknown`` for a type or version that this side does not know yet,
            ``fact.invalid`` for a body that does not fit.
    """
    decoder = _DECODERS.get((type_name, version))
    if decoder is None:
        raise RetailError(
            "fact.unknown",
            "%(type)s version %(version)s is not known here.",
            type=type_name,
            version=version,
        )
    try:
        return decoder.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as problem:
        raise RetailError(
            "fact.invalid", "The %(type)s cannot be read: %(why)s.", type=type_name, why=problem
        ) from problem
