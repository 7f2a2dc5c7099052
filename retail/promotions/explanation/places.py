"""Where one application of an item promotion would cost the others least.

An estimate: a unit costs what its line is reduced by now, spread evenly over its units.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from retail.promotions.explanation.basket_view import BasketView
from retail.promotions.explanation.filling import fill
from retail.promotions.explanation.shortage import Roles
from retail.promotions.item_lane.offers import unit_gain, units_needed
from retail.promotions.rules import (
    EXACT,
    Bundle,
    BuyGet,
    CheapestFree,
    ItemMechanic,
    NFor,
    TierQuantity,
)

Units = Mapping[int, int]
"""Units by line."""
_MOST_LINES = 3


def places(
    mechanic: ItemMechanic, roles: Roles, view: BasketView, costs: Sequence[int]
) -> Iterator[Units]:
    """Units for one application, likely ones first; roles have units enough.

    Args:
        costs: per line, what a unit is reduced by, in 1/10,000 minor unit.
    """

    def worth(line: int) -> int:
        return _gain(mechanic, view.prices[line]) - costs[line]

    match mechanic:
        case BuyGet():
            for get in _best(roles[1], worth)[:_MOST_LINES]:
                yield from _beside(mechanic, get, roles[0], view, costs)
        case NFor() | CheapestFree() | TierQuantity() | Bundle():
            # What a unit adds to a set is known in the set only: the cheapest units, too.
            found = [
                _set(mechanic, roles, view, order)
                for order in (_best(view.dearest, worth), _best(view.dearest, _less(costs)))
            ]
            yield from found[: 1 + (found[0] != found[1])]
        case _:
            for line in _best(roles[0], worth)[:_MOST_LINES]:
                yield {line: 1}


def _less(costs: Sequence[int]) -> Callable[[int], int]:
    return lambda line: -costs[line]


def _set(
    mechanic: NFor | CheapestFree | TierQuantity | Bundle,
    roles: Roles,
    view: BasketView,
    order: Sequence[int],
) -> Units:
    if isinstance(mechanic, Bundle):
        return Counter(fill(mechanic.slots, roles, view, view.units, order).taken)
    (needed,) = units_needed(mechanic)
    inside = set(roles[0])
    return _taken((line for line in order if line in inside), needed, view.units)


def _gain(mechanic: ItemMechanic, price: int) -> int:
    """What a unit adds to the discount of an application, in 1/10,000 minor unit."""
    match mechanic:
        case NFor() | Bundle(price=int()):
            return price * EXACT
        case CheapestFree(n=n, free=free):
            return unit_gain(mechanic, price) * free // n
        case Bundle(bp=bp):
            return price * (bp or 0)
        case TierQuantity(tiers=tiers):
            return unit_gain(tiers[0], price)
        case _:
            return unit_gain(mechanic, price)


def _best(lines: Iterable[int], worth: Callable[[int], int]) -> list[int]:
    return sorted(lines, key=worth, reverse=True)


def _taken(lines: Iterable[int], count: int, units: Sequence[int]) -> Units:
    """So many units of lines, as they come."""
    found: dict[int, int] = {}
    for line in lines:
        if count:
            found[line] = min(count, units[line])
            count -= found[line]
    return found


def _beside(
    mechanic: BuyGet, get: int, buys: Sequence[int], view: BasketView, costs: Sequence[int]
) -> Iterator[Units]:
    """The cheapest way of buying for a rewarded unit, if there is one."""
    least = view.prices[get] if mechanic.equal_or_lesser else 0
    units = [n - (line == get) for line, n in enumerate(view.units)]
    lines = [line for line in buys if view.prices[line] >= least]
    found = Counter(_taken(_best(lines, _less(costs)), mechanic.buy_qty, units))
    if found.total() == mechanic.buy_qty:
        found[get] += 1
        yield found
