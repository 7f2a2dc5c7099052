"""Reference data that travels down, row by row. Unknown fields are ignored by older tills."""

from __future__ import annotations

from uuid import UUID

import msgspec

from retail.contract.baskets import HeldBasketRow
from retail.contract.promotions import PromotionPlanRow, PromotionRow, PromotionSnapshotRow
from retail.errors import RetailError


class CategoryRow(msgspec.Struct, frozen=True, kw_only=True):
    """A category and how its tiles look."""

    category: str
    name: str
    icon: str
    tint: str
    rank: int


class TaxRateRow(msgspec.Struct, frozen=True, kw_only=True):
    """The rate of a tax code in a tax zone from an instant on (UTC microseconds)."""

    zone: str
    code: str
    ppm: int
    valid_from_us: int = 0

    @property
    def key(self) -> str:
        """The row's key within its stream."""
        return f"{self.zone}/{self.code}/{self.valid_from_us}"


class ProductRow(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An article.

    Attributes:
        components: ``(sku, thousandths)`` that leave the stock for one sold unit.
        tile_rank: place among the favourites, 0 for none.
        tags: words that promotions may choose articles by.
        no_discount: no promotion lowers its price or counts it towards one.
        no_points: points and draws leave it out.
        requires: what must be noted when it is sold, ``serial`` or ``lot``.
        stopped: why it must not be sold now, ``recalled`` or ``blocked``; empty for nothing.
        linked: ``(sku, thousandths)`` that is rung up with one unit of it, such as a deposit.
        family: articles of the same one are variants of each other; ``variant`` tells which.
        tare: thousandths of a kilogram that its packing weighs.
        stores: the kind of instrument that selling it puts value on, ``gift_card``; such an
            article bears no tax, and a price of 0 leaves its amount open. Empty for goods.
    """

    sku: str
    name: str
    category: str
    tax_code: str
    unit: str = "piece"
    min_age: int = 0
    icon: str = ""
    tile_rank: int = 0
    active: bool = True
    components: tuple[tuple[str, int], ...] = ()
    tags: tuple[str, ...] = ()
    no_discount: bool = False
    no_points: bool = False
    brand: str = ""
    requires: tuple[str, ...] = ()
    stopped: str = ""
    linked: tuple[tuple[str, int], ...] = ()
    family: str = ""
    variant: tuple[str, ...] = ()
    tare: int = 0
    stores: str = ""


class BarcodeRow(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A barcode (14 digits) of an article; ``pack`` is the stock quantity it stands for."""

    gtin: str
    sku: str
    pack: int = 1000


class PriceRow(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The price of an article, or of a pack of it, from an instant on (UTC microseconds)."""

    zone: str
    sku: str
    minor: int
    pack: int = 1000
    valid_from_us: int = 0

    @property
    def key(self) -> str:
        """The row's key within its stream."""
        return f"{self.zone}/{self.sku}/{self.pack}/{self.valid_from_us}"


class StoreRow(msgspec.Struct, frozen=True, kw_only=True):
    """A store as its tills need it: what stands on receipts and how it counts and taxes."""

    store: str
    name: str
    street: str
    city: str
    vat_id: str
    phone: str
    currency: str
    zone: str
    cut_over_minutes: int
    cash_increment: int
    tax_zone: str
    price_zone: str
    tax_included: bool
    tax_rounding: str
    language: str


class StaffRow(msgspec.Struct, frozen=True, kw_only=True):
    """A member of staff who may sign on; the PIN as an argon2 hash."""

    staff: UUID
    name: str
    initials: str
    role: str
    pin_hash: str
    active: bool = True


class ResultRow(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What became of a record of this till that was not simply booked.

    Attributes:
        state: ``applied``, ``waiting``, ``quarantined``, ``parked``, ``review`` or ``exception``.
        detail: one sentence for a store manager.
        case_id: the case that somebody decides on, if there is one.
    """

    rid: UUID
    state: str
    code: str = ""
    detail: str = ""
    case_id: UUID | None = None

    @property
    def key(self) -> str:
        """The row's key within its stream."""
        return self.rid.hex


class StockLevelRow(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a store has of an article on hand, by all movements that head office has booked.

    Attributes:
        applied: ``(journal, entry)`` up to which those journals are in it that were booked last.
    """

    store: str
    sku: str
    thousandths: int
    applied: tuple[tuple[UUID, int], ...] = ()

    @property
    def key(self) -> str:
        """The row's key within its stream."""
        return f"{self.store}/{self.sku}"


class StockVectorRow(msgspec.Struct, frozen=True, kw_only=True):
    """Up to which entry each journal of a store is in its levels; comes after those levels."""

    store: str
    applied: tuple[tuple[UUID, int], ...]

    @property
    def key(self) -> str:
        """The row's key within its stream."""
        return self.store


class CustomerRow(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A customer as a till knows one: nothing that could be read but the name.

    Attributes:
        segment: whose tills have the customer at hand, such as those of the home store.
        card, phone, email: what :func:`retail.customers.customer_lookup` makes of them.
        points: None for somebody who never had any.
        account: what is left of a credit line, in minor units; None without one.
        as_of_us: when these two were so.
        applied: ``(journal, entry)`` up to which the store's records are in them.
    """

    customer: UUID
    segment: str
    name: str
    tier: str = ""
    card: str = ""
    phone: str = ""
    email: str = ""
    points: int | None = None
    account: int | None = None
    as_of_us: int = 0
    applied: tuple[tuple[UUID, int], ...] = ()

    @property
    def key(self) -> str:
        """The row's key within its stream."""
        return self.customer.hex


class SettingRow(msgspec.Struct, frozen=True, kw_only=True):
    """A setting of a store, see :mod:`retail.store_settings`."""

    store: str
    name: str
    value: str

    @property
    def key(self) -> str:
        """The row's key within its stream."""
        return f"{self.store}/{self.name}"


Row = (
    CategoryRow
    | TaxRateRow
    | ProductRow
    | BarcodeRow
    | PriceRow
    | PromotionRow
    | PromotionSnapshotRow
    | PromotionPlanRow
    | StoreRow
    | StaffRow
    | ResultRow
    | StockLevelRow
    | StockVectorRow
    | CustomerRow
    | SettingRow
    | HeldBasketRow
)

ENTITIES: dict[str, type[Row]] = {
    "category": CategoryRow,
    "tax_rate": TaxRateRow,
    "product": ProductRow,
    "barcode": BarcodeRow,
    "price": PriceRow,
    "promotion": PromotionRow,
    "promo_snapshot": PromotionSnapshotRow,
    "promo_plan": PromotionPlanRow,
    "store": StoreRow,
    "staff": StaffRow,
    "result": ResultRow,
    "stock_level": StockLevelRow,
    "stock_vector": StockVectorRow,
    "customer": CustomerRow,
    "setting": SettingRow,
    "held_basket": HeldBasketRow,
}
_NAMES = {row: name for name, row in ENTITIES.items()}
_DECODERS = {name: msgspec.json.Decoder(row) for name, row in ENTITIES.items()}


def entity_of(row: Row) -> str:
    """The wire name of a row's entity."""
    return _NAMES[type(row)]


def key_of(row: Row) -> str:
    """The row's key within its entity."""
    match row:
        case CategoryRow():
            return row.category
        case ProductRow():
            return row.sku
        case BarcodeRow():
            return row.gtin
        case StoreRow():
            return row.store
        case StaffRow():
            return row.staff.hex
        case _:
            return row.key


def decode(entity: str, body: bytes) -> Row:
    """Read a row.

    Raises:
        RetailError: ``row.unknown`` for an entity that this side does not know,
            ``row.invalid`` for a body that does not fit.
    """
    decoder = _DECODERS.get(entity)
    if decoder is None:
        raise RetailError("row.unknown", "%(entity)s is not known here.", entity=entity)
    try:
        return decoder.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as problem:
        raise RetailError(
            "row.invalid", "The %(entity)s cannot be read: %(why)s.", entity=entity, why=problem
        ) from problem
