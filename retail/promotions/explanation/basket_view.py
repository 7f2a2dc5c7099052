"""A basket beside its optimum, by what selectors can name, and promotions by the same names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from retail.promotions.item_lane.offers import selectors_of
from retail.promotions.results import Optimum
from retail.promotions.rules import Gift, PricingLine, Promotion, Selector
from retail.promotions.scope import in_scope, rewards

_Name = tuple[str, str]


def selectors_asked(promotion: Promotion) -> tuple[Selector | None, ...]:
    """Every selector that decides whether a line concerns the promotion."""
    found = selectors_of(promotion)
    return (*found, promotion.scope) if isinstance(promotion.mechanic, Gift) else found


class BasketView:
    """Lines by their positions.

    Attributes:
        prices: minor units of one unit, per line.
        units: per line.
        free: units that no promotion consumes, per line.
        dearest: positions by price, the dearest first; equal prices in canonical order.
    """

    def __init__(self, lines: Sequence[PricingLine], optimum: Optimum) -> None:
        self.lines = lines
        self.prices = [line.price for line in lines]
        self.units = [line.units for line in lines]
        self.free = [n - taken for n, taken in zip(self.units, optimum.consumed, strict=True)]
        self.dearest = sorted(
            range(len(lines)), key=lambda i: (-self.prices[i], lines[i].canonical_key)
        )
        self._named: dict[_Name, list[int]] = {}
        for i, line in enumerate(lines):
            for name in _names_of(line):
                self._named.setdefault(name, []).append(i)
        self.names = set(self._named)
        self._articles = {value for key, value in self.names if key == "article"}

    def selected(self, selector: Selector | None) -> list[int]:
        """The lines that a selector matches, barred or not, ascending."""
        if selector is None:
            return list(range(len(self.lines)))
        # Lists of articles are long: they meet the basket's by the smaller of the two.
        found: set[int] = set()
        for article in selector.articles & self._articles:
            found.update(self._named["article", article])
        for category in selector.categories:
            found.update(self._named.get(("category", category), ()))
        for tag in selector.tags:
            found.update(self._named.get(("tag", tag), ()))
        return sorted(found)

    def role(self, promotion: Promotion, selector: Selector | None) -> list[int]:
        """The lines in scope of an item or basket promotion by one of its selectors."""
        return [i for i in self.selected(selector) if in_scope(promotion, selector, self.lines[i])]

    def counted(self, promotion: Promotion) -> list[int]:
        """The lines that a reward promotion counts."""
        return [i for i in self.selected(promotion.scope) if rewards(promotion, self.lines[i])]

    def spent(self, positions: Iterable[int], taken: Sequence[int] | None = None) -> int:
        """The gross amount of lines in minor units, less what was ``taken`` per line."""
        return sum(
            self.prices[i] * self.units[i] - (taken[i] if taken is not None else 0)
            for i in positions
        )

    def worth(self, positions: Iterable[int], count: int) -> list[int]:
        """The prices of the ``count`` dearest units of lines, or of all there are."""
        inside = set(positions)
        found: list[int] = []
        for i in self.dearest:
            if i in inside and len(found) < count:
                found += [self.prices[i]] * min(self.units[i], count - len(found))
        return found


class PromotionsByName:
    """The places of promotions by what their selectors name, so that a basket finds its own."""

    def __init__(self, promotions: Sequence[Promotion]) -> None:
        self._everywhere: list[int] = []
        self._named: dict[_Name, list[int]] = {}
        for place, promotion in enumerate(promotions):
            asked = selectors_asked(promotion)
            if any(selector is None for selector in asked):
                self._everywhere.append(place)
                continue
            named = {name for one in asked if one is not None for name in _names_in(one)}
            for name in named:
                self._named.setdefault(name, []).append(place)

    def concerned(self, view: BasketView) -> list[int]:
        """The places of promotions with a selector that matches some line, ascending."""
        places = {place for name in view.names for place in self._named.get(name, ())}
        return sorted(places.union(self._everywhere) if view.lines else ())


def _names_of(line: PricingLine) -> Iterable[_Name]:
    yield ("article", line.article)
    yield ("category", line.category)
    for tag in line.tags:
        yield ("tag", tag)


def _names_in(selector: Selector) -> Iterable[_Name]:
    yield from (("article", article) for article in selector.articles)
    yield from (("category", category) for category in selector.categories)
    yield from (("tag", tag) for tag in selector.tags)
