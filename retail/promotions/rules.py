"""Promotions as values. Source of every rule: ``tests/data/pricing/README.md`` (the vectors).

Money is in minor units, percentages are basis points (2500 is 25 %). Times are the store's local
wall clock without a zone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

EXACT = 10_000
"""Exact discounts are integers of 1/10,000 minor unit, so that basis points never round."""


@dataclass(frozen=True, slots=True)
class Selector:
    """A line is selected when any listed value matches; lists that are all empty select nothing.

    Where everything is meant there is no selector (None).

    Attributes:
        articles: article numbers, GTINs in vectors and SKUs in the product.
    """

    articles: frozenset[str] = frozenset()
    categories: frozenset[str] = frozenset()
    tags: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class PricingLine:
    """A basket line as promotions see it.

    Attributes:
        line_id: unique in the basket.
        article: what selectors name, and the first key of the canonical order.
        unit_price: minor units of one piece, or of 1,000 g when weighed.
        quantity: pieces, or grams when weighed.
        taxes: tax codes; their order means nothing.
    """

    line_id: str
    article: str
    unit_price: int
    quantity: int
    weighed: bool = False
    category: str = ""
    tags: frozenset[str] = frozenset()
    taxes: tuple[str, ...] = ()
    no_discount: bool = False
    no_points: bool = False

    @property
    def units(self) -> int:
        """How many units promotions can take; a weighed line is one."""
        return 1 if self.weighed else self.quantity

    @property
    def price(self) -> int:
        """The price of one unit in minor units; weighed goods are rounded half away from zero."""
        if not self.weighed:
            return self.unit_price
        return (2 * self.unit_price * self.quantity + 1000) // 2000

    @property
    def gross(self) -> int:
        """Units times price, in minor units."""
        return self.units * self.price

    @property
    def canonical_key(self) -> tuple[str, int, int, str]:
        """Where the line stands in the canonical order, whatever the order of scanning."""
        return (self.article, self.unit_price, self.quantity, self.line_id)


@dataclass(frozen=True, slots=True)
class Customer:
    """Who buys; ``used`` counts earlier applications by promotion id."""

    customer_id: str
    tier: str | None = None
    segments: frozenset[str] = frozenset()
    points: int = 0
    used: Mapping[str, int] = field(default_factory=dict)
    tax_exempt: bool = False


@dataclass(frozen=True, slots=True)
class SaleContext:
    """Where, when and for whom a basket is priced. ``at`` is naive store-local time.

    Attributes:
        without: promotions that somebody took out of this basket.
    """

    at: datetime
    store: str = ""
    channel: str = "pos"
    tender: str | None = None
    coupons: frozenset[str] = frozenset()
    customer: Customer | None = None
    without: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Window:
    """A daily window in minutes of the day; ``start >= end`` runs over midnight.

    Attributes:
        days: ISO weekdays (1 is Monday) on which the window starts; empty means every day.
    """

    start: int = 0
    end: int = 24 * 60
    days: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Coupon:
    """A code that must be presented.

    Attributes:
        uses_left: None when unlimited.
        per_application: each application uses the code once.
    """

    code: str
    uses_left: int | None = None
    per_application: bool = False


@dataclass(frozen=True, slots=True)
class Conditions:
    """When a promotion holds; empty sets and None restrict nothing."""

    valid_from: datetime | None = None
    valid_to: datetime | None = None
    stores: frozenset[str] = frozenset()
    channels: frozenset[str] = frozenset()
    window: Window | None = None
    tiers: frozenset[str] = frozenset()
    segments: frozenset[str] = frozenset()
    customer_limit: int | None = None
    tenders: frozenset[str] = frozenset()
    coupon: Coupon | None = None
    stock_left: int | None = None


@dataclass(frozen=True, slots=True)
class Percent:
    """``bp`` off each unit."""

    bp: int


@dataclass(frozen=True, slots=True)
class AmountOff:
    """``amount`` off each unit, at most its price."""

    amount: int


@dataclass(frozen=True, slots=True)
class FixedPrice:
    """Each unit costs ``price``; dearer it never gets."""

    price: int


@dataclass(frozen=True, slots=True)
class NFor:
    """Any ``n`` units for ``price``."""

    n: int
    price: int


@dataclass(frozen=True, slots=True)
class CheapestFree:
    """Of any ``n`` units the ``free`` cheapest get ``bp`` off."""

    n: int
    free: int
    bp: int = 10_000


@dataclass(frozen=True, slots=True)
class BuyGet:
    """``buy_qty`` units earn a reward on 1 to ``get_qty`` others.

    The reward is exactly one of ``bp`` off, ``amount`` off or the unit ``price``.

    Attributes:
        buy: what must be bought, None for everything.
        get: what is rewarded, None for everything.
        equal_or_lesser: within one application no rewarded unit is dearer than a bought one.
    """

    buy: Selector | None
    buy_qty: int
    get: Selector | None
    get_qty: int
    equal_or_lesser: bool
    bp: int | None = None
    amount: int | None = None
    price: int | None = None


@dataclass(frozen=True, slots=True)
class Slot:
    """A place of a bundle that takes ``qty`` units; scope None takes everything."""

    scope: Selector | None
    qty: int


@dataclass(frozen=True, slots=True)
class Bundle:
    """Units that fill every slot, for a ``price``, ``amount`` off or ``bp`` off."""

    slots: tuple[Slot, ...]
    price: int | None = None
    amount: int | None = None
    bp: int | None = None


@dataclass(frozen=True, slots=True)
class QuantityTier:
    """From ``minimum`` units on, ``bp`` off each unit or the unit ``price``."""

    minimum: int
    bp: int | None = None
    price: int | None = None


@dataclass(frozen=True, slots=True)
class TierQuantity:
    """The highest tier that is reached holds for all units it takes; ``tiers`` rise."""

    tiers: tuple[QuantityTier, ...]


@dataclass(frozen=True, slots=True)
class Gift:
    """From ``min_spend`` on, one unit of ``gift`` free, or one per ``min_spend`` if repeated."""

    min_spend: int
    gift: Selector | None
    repeat: bool = False


class ThresholdBase(StrEnum):
    """Which amounts a basket promotion's threshold counts."""

    GROSS = "gross"
    NET = "net"
    RUNNING = "running"


@dataclass(frozen=True, slots=True)
class BasketTier:
    """From ``minimum`` spent on, this rate (``bp``) or ``amount``."""

    minimum: int
    value: int


@dataclass(frozen=True, slots=True)
class BasketTerms:
    """What basket promotions share: their turn and their threshold."""

    priority: int = 100
    min_spend: int = 0
    base: ThresholdBase = ThresholdBase.GROSS


@dataclass(frozen=True, slots=True)
class BasketPercent:
    """``bp`` off the lines in scope, or the rate of the highest tier reached."""

    terms: BasketTerms
    bp: int | None = None
    tiers: tuple[BasketTier, ...] = ()


@dataclass(frozen=True, slots=True)
class BasketAmount:
    """``amount`` off the lines in scope, per ``step`` spent, or the highest tier's amount."""

    terms: BasketTerms
    amount: int | None = None
    step: int | None = None
    tiers: tuple[BasketTier, ...] = ()


@dataclass(frozen=True, slots=True)
class PointsMultiplier:
    """Lines in scope earn ``factor_pct`` per cent of the points."""

    factor_pct: int


@dataclass(frozen=True, slots=True)
class PointsBonus:
    """``points`` more when at least ``min_spend`` was spent in scope."""

    points: int
    min_spend: int = 0


@dataclass(frozen=True, slots=True)
class Draw:
    """``tickets`` for every ``step`` spent, at most ``max_tickets``."""

    step: int
    tickets: int = 1
    max_tickets: int | None = None


ItemMechanic = (
    Percent | AmountOff | FixedPrice | NFor | CheapestFree | BuyGet | Bundle | TierQuantity | Gift
)
BasketMechanic = BasketPercent | BasketAmount
RewardMechanic = PointsMultiplier | PointsBonus | Draw
Mechanic = ItemMechanic | BasketMechanic | RewardMechanic


@dataclass(frozen=True, slots=True)
class Promotion:
    """One version of a promotion.

    Attributes:
        scope: None for everything; not used by slots, buy, get and gift units.
        exclude: None excludes nothing.
        max_discount: cap of the discount in the basket, in minor units.
        max_units: cap of the units consumed, qualifying units included.
        reward_alloc: the discount of a set stays on the rewarded units (``alloc: reward``).
        manufacturer_funded: the manufacturer pays; tax may be due on the full amount.
    """

    promo_id: str
    mechanic: Mechanic
    scope: Selector | None = None
    exclude: Selector | None = None
    conditions: Conditions = Conditions()
    exclusive_group: str | None = None
    exclusive: bool = False
    max_discount: int | None = None
    max_applications: int | None = None
    max_units: int | None = None
    reward_alloc: bool = False
    manufacturer_funded: bool = False
    name: str = ""

    @property
    def is_item(self) -> bool:
        """True in the item lane: the promotion takes units."""
        return isinstance(self.mechanic, ItemMechanic)

    @property
    def is_basket(self) -> bool:
        """True in the basket lane: the promotion comes off what the item lane left."""
        return isinstance(self.mechanic, BasketMechanic)

    @property
    def is_reward(self) -> bool:
        """True for points and draws: they never change what is paid."""
        return isinstance(self.mechanic, RewardMechanic)
