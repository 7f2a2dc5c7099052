"""Which promotions meet which lines: an index of a snapshot, and what it found before."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from typing import NamedTuple

from retail.promotions.basket_lane import BasketOffer
from retail.promotions.item_lane.offers import (
    PER_UNIT,
    UNLIMITED,
    Offer,
    limits_of,
    make_offer,
    selectors_of,
    unit_gain,
    units_needed,
)
from retail.promotions.rules import (
    EXACT,
    ItemMechanic,
    PricingLine,
    Promotion,
    SaleContext,
    Selector,
)
from retail.promotions.scope import in_scope, selects

Signature = tuple[str, str, frozenset[str], bool]
"""What decides whether selectors take a line: article, category, tags, no discount."""
Meeting = tuple[int, int]
"""An item promotion's place and the roles that take the line, one bit each; -1 for the only."""


def signature_of(line: PricingLine) -> Signature:
    """What selectors see of a line."""
    return (line.article, line.category, line.tags, line.no_discount)


class _Entry(NamedTuple):
    """What is known of an item promotion before any basket.

    Attributes:
        needed: units per role.
        limits: most applications and units; None where they depend on the customer.
        free: nothing but the unit and its price decides whether, and for how much, it is taken.
    """

    promotion: Promotion
    mechanic: ItemMechanic
    needed: tuple[int, ...]
    limits: tuple[int, int] | None
    free: bool

    @classmethod
    def of(cls, promotion: Promotion) -> _Entry:
        mechanic = promotion.mechanic
        assert isinstance(mechanic, ItemMechanic)  # noqa: S101 (narrows the type)
        conditions = promotion.conditions
        limits = limits_of(promotion, None) if conditions.customer_limit is None else None
        free = (
            isinstance(mechanic, PER_UNIT)
            and limits == (UNLIMITED, UNLIMITED)
            and promotion.max_discount is None
            and promotion.exclusive_group is None
            and not promotion.exclusive
            and not (conditions.coupon is not None and conditions.coupon.per_application)
        )
        return cls(promotion, mechanic, units_needed(mechanic), limits, free)


class Index:
    """Promotions by what their selectors name; lines seen before are remembered."""

    def __init__(self, promotions: Sequence[Promotion]) -> None:
        """``promotions`` ascend by id; reward promotions are passed over."""
        self.items = tuple(_Entry.of(p) for p in promotions if p.is_item)
        self.baskets = tuple(p for p in promotions if p.is_basket)
        self._everywhere: dict[int, int] = {}
        self._named: dict[tuple[str, str], dict[int, int]] = {}
        for place, entry in enumerate(self.items):
            self._enter(place, selectors_of(entry.promotion))
        self._seen: dict[Signature, tuple[Meeting, ...]] = {}

    def _enter(self, place: int, roles: Sequence[Selector | None]) -> None:
        for bit, role in enumerate(roles):
            bits = -1 if len(roles) == 1 else 1 << bit
            for found in [self._everywhere] if role is None else self._under(role):
                found[place] = found.get(place, 0) | bits

    def _under(self, selector: Selector) -> list[dict[int, int]]:
        return [self._named.setdefault(name, {}) for name in _names(selector)]

    def meetings(self, line: PricingLine) -> tuple[Meeting, ...]:
        """The item promotions that take a line in some role."""
        key = signature_of(line)
        found = self._seen.get(key)
        if found is None:
            found = self._seen[key] = tuple(self._meet(line))
        return found

    def _meet(self, line: PricingLine) -> Iterable[Meeting]:
        if line.no_discount:
            return
        found = dict(self._everywhere)
        names = [("article", line.article), ("category", line.category)]
        for name in names + [("tag", tag) for tag in line.tags]:
            for place, bits in self._named.get(name, {}).items():
                found[place] = found.get(place, 0) | bits
        for place in sorted(found):
            barred = self.items[place].promotion.exclude
            if barred is None or not selects(barred, line):
                yield place, found[place]

    def offers(
        self,
        lines: Sequence[PricingLine],
        context: SaleContext,
        inactive: Container[str],
        *,
        every: bool = True,
    ) -> list[Offer]:
        """The active item promotions that could be applied to lines in canonical order.

        Args:
            every: False leaves a line to the best of the promotions that need nothing but a unit.
                Only where no promotion on the basket, and nobody who asks why, needs the others.
        """
        simple: dict[int, list[int]] = {}
        others: dict[int, list[list[int]]] = {}
        for at, line in enumerate(lines):
            met = self.meetings(line)
            for place, bits in met if every else self._best(met, line.price, inactive):
                if bits < 0:
                    simple.setdefault(place, []).append(at)
                    continue
                found = others.get(place)
                if found is None:
                    found = others[place] = [[] for _ in self.items[place].needed]
                for bit, role in enumerate(found):
                    if bits >> bit & 1:
                        role.append(at)
        units = [line.units for line in lines]
        offers = []
        for place in sorted((*simple, *others)):
            roles = (simple[place],) if place in simple else others[place]
            promotion, _, needed, limits, _ = self.items[place]
            if promotion.promo_id not in inactive and _fill(needed, roles, units):
                limits = limits or limits_of(promotion, context.customer)
                offer = make_offer(promotion, tuple(map(tuple, roles)), lines, limits)
                if offer is not None and offer.units >= sum(needed):
                    offers.append(offer)
        return offers

    def _best(
        self, met: Sequence[Meeting], price: int, inactive: Container[str]
    ) -> Iterable[Meeting]:
        """The meetings without the free promotions that another one beats at that price.

        Only a gain that rounds up even alone beats another: it is sure to be admissible.
        """
        most = 0
        best: list[Meeting] = []
        beaten: list[Meeting] = []
        for meeting in met:
            entry = self.items[meeting[0]]
            if not entry.free or entry.promotion.promo_id in inactive:
                yield meeting
                continue
            gain = unit_gain(entry.mechanic, price)
            if gain > most:
                most, best, beaten = gain, [meeting], beaten + best
            else:
                (best if gain == most else beaten).append(meeting)
        yield from best if 2 * most >= EXACT else best + beaten

    def basket_offers(
        self, lines: Sequence[PricingLine], inactive: Container[str]
    ) -> list[BasketOffer]:
        """The active basket promotions with the lines in their scope."""
        found = []
        for promotion in self.baskets:
            if promotion.promo_id not in inactive:
                scope = [
                    at
                    for at, line in enumerate(lines)
                    if in_scope(promotion, promotion.scope, line)
                ]
                gross = sum(lines[at].gross for at in scope)
                if gross > 0:
                    found.append(BasketOffer(promotion, tuple(scope), gross))
        return found

    def forget(self) -> None:
        """Forget the lines seen before."""
        self._seen.clear()


def _fill(needed: Sequence[int], roles: Sequence[Sequence[int]], units: Sequence[int]) -> bool:
    """True when every role, and all together, have units enough for one application."""
    if len(needed) == 1:
        return needed[0] == 1 or sum([units[at] for at in roles[0]]) >= needed[0]
    for role, n in zip(roles, needed, strict=True):
        if sum([units[at] for at in role]) < n:
            return False
    return sum([units[at] for at in set().union(*roles)]) >= sum(needed)


def _names(selector: Selector) -> Iterable[tuple[str, str]]:
    yield from (("article", article) for article in selector.articles)
    yield from (("category", category) for category in selector.categories)
    yield from (("tag", tag) for tag in selector.tags)
