"""Which promotions meet which lines: an index of a snapshot, and what it found before."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from retail.promotions.basket_lane import BasketOffer
from retail.promotions.item_lane.offers import Offer, make_offer, selectors_of, units_needed
from retail.promotions.rules import ItemMechanic, PricingLine, Promotion, SaleContext, Selector
from retail.promotions.scope import in_scope

Signature = tuple[str, str, frozenset[str], bool]
"""What decides whether selectors take a line: article, category, tags, no discount."""
Meeting = tuple[int, int]
"""An item promotion's place and the roles that take the line, one bit each; -1 for the only."""


def signature_of(line: PricingLine) -> Signature:
    """What selectors see of a line."""
    return (line.article, line.category, line.tags, line.no_discount)


class Index:
    """Promotions by what their selectors name; lines seen before are remembered."""

    def __init__(self, promotions: Sequence[Promotion]) -> None:
        """``promotions`` ascend by id; reward promotions are passed over."""
        self.items = tuple(p for p in promotions if p.is_item)
        self.baskets = tuple(p for p in promotions if p.is_basket)
        self._roles = tuple(selectors_of(p) for p in self.items)
        self._needed = tuple(
            units_needed(p.mechanic) for p in self.items if isinstance(p.mechanic, ItemMechanic)
        )
        self._everywhere: list[int] = []
        self._named: dict[tuple[str, str], list[int]] = {}
        for place, roles in enumerate(self._roles):
            self._enter(place, roles)
        self._seen: dict[Signature, tuple[Meeting, ...]] = {}

    def _enter(self, place: int, roles: Iterable[Selector | None]) -> None:
        if any(role is None for role in roles):
            self._everywhere.append(place)
            return
        names = {name for role in roles if role is not None for name in _names(role)}
        for name in sorted(names):
            self._named.setdefault(name, []).append(place)

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
        places = set(self._everywhere)
        for name in (("article", line.article), ("category", line.category)):
            places.update(self._named.get(name, ()))
        for tag in line.tags:
            places.update(self._named.get(("tag", tag), ()))
        for place in sorted(places):
            bits = 0
            for bit, role in enumerate(self._roles[place]):
                bits |= in_scope(self.items[place], role, line) << bit
            if bits:
                yield place, -1 if len(self._roles[place]) == 1 else bits

    def offers(
        self, lines: Sequence[PricingLine], context: SaleContext, active: frozenset[str]
    ) -> list[Offer]:
        """The active item promotions that could be applied to lines in canonical order."""
        simple: dict[int, list[int]] = {}
        others: dict[int, list[list[int]]] = {}
        for at, line in enumerate(lines):
            for place, bits in self.meetings(line):
                if bits < 0:
                    simple.setdefault(place, []).append(at)
                    continue
                found = others.get(place)
                if found is None:
                    found = others[place] = [[] for _ in self._needed[place]]
                for bit, role in enumerate(found):
                    if bits >> bit & 1:
                        role.append(at)
        units = [line.units for line in lines]
        offers = []
        for place in sorted((*simple, *others)):
            roles = (simple[place],) if place in simple else others[place]
            promotion = self.items[place]
            if promotion.promo_id in active and self._fills(place, roles, units):
                offer = make_offer(promotion, tuple(map(tuple, roles)), lines, context)
                if offer is not None and offer.units >= sum(self._needed[place]):
                    offers.append(offer)
        return offers

    def _fills(self, place: int, roles: Sequence[Sequence[int]], units: Sequence[int]) -> bool:
        """True when every role, and all together, have units enough for one application."""
        needed = self._needed[place]
        if len(needed) == 1:
            return needed[0] == 1 or sum([units[at] for at in roles[0]]) >= needed[0]
        if any(sum([units[at] for at in role]) < n for role, n in zip(roles, needed, strict=True)):
            return False
        return sum([units[at] for at in {at for role in roles for at in role}]) >= sum(needed)

    def basket_offers(
        self, lines: Sequence[PricingLine], active: frozenset[str]
    ) -> list[BasketOffer]:
        """The active basket promotions with the lines in their scope."""
        found = []
        for promotion in self.baskets:
            if promotion.promo_id in active:
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


def _names(selector: Selector) -> Iterable[tuple[str, str]]:
    yield from (("article", article) for article in selector.articles)
    yield from (("category", category) for category in selector.categories)
    yield from (("tag", tag) for tag in selector.tags)
