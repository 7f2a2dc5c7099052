"""What an item promotion lacks for a single application, and whether it could save anything.

Source: pricing vectors, Item lane.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from retail.promotions.explanation.basket_view import BasketView
from retail.promotions.explanation.filling import fill
from retail.promotions.explanation.messages import Message
from retail.promotions.explanation.values import Amount, Parts, Value
from retail.promotions.item_lane.offers import unit_gain
from retail.promotions.rules import (
    EXACT,
    Bundle,
    BuyGet,
    CheapestFree,
    Gift,
    ItemMechanic,
    NFor,
    Promotion,
    Selector,
    TierQuantity,
)

_MOST_WORDS = 3
Roles = Sequence[Sequence[int]]
"""The lines in scope by each selector of the mechanic."""


@dataclass(frozen=True, slots=True)
class Lack:
    """What is missing: units, minor units, or both for a gift that is not there either."""

    message: Message
    params: dict[str, Value] = field(default_factory=dict)
    qty: int = 0
    amount: int = 0
    slots: tuple[tuple[int, int], ...] = ()


def shortage(promotion: Promotion, roles: Roles, view: BasketView) -> Lack | None:
    """What is missing until the promotion can be applied; None when nothing is.

    Only what cannot be applied with all units is short; units that others took are missing, too,
    since what is added stays free.
    """
    if _lack(promotion, roles, view, view.units) is None:
        mechanic = promotion.mechanic
        if isinstance(mechanic, BuyGet) and not _rewarded(mechanic, roles, view):
            return Lack(Message.ADD_CHEAPER, qty=1)
        return None
    return _lack(promotion, roles, view, view.free)


def missing_to_set(mechanic: ItemMechanic, role: Sequence[int], view: BasketView) -> int:
    """The hint of the pricing vectors: units missing beside those that nobody consumes."""
    if not isinstance(mechanic, (NFor, CheapestFree)):
        return 0
    free = sum(view.free[i] for i in role)
    return mechanic.n - free if 1 <= free < mechanic.n else 0


def _lack(
    promotion: Promotion, roles: Roles, view: BasketView, units: Sequence[int]
) -> Lack | None:
    match promotion.mechanic:
        case NFor(n=needed) | CheapestFree(n=needed):
            return _add(needed - sum(units[i] for i in roles[0]))
        case TierQuantity(tiers=tiers):
            return _add(tiers[0].minimum - sum(units[i] for i in roles[0]))
        case BuyGet() as mechanic:
            return _of_buy_get(mechanic, roles, units)
        case Bundle(slots=slots) as mechanic:
            missing = fill(slots, roles, view, units).missing
            return _of_slots(mechanic, missing) if any(missing) else None
        case Gift() as mechanic:
            return _of_gift(promotion, mechanic, roles, view)
        case _:
            return None


def _add(missing: int) -> Lack | None:
    return Lack(Message.ADD, {"missing": missing}, missing) if missing > 0 else None


def _of_buy_get(mechanic: BuyGet, roles: Roles, units: Sequence[int]) -> Lack | None:
    buys = sum(units[i] for i in roles[0])
    gets = sum(units[i] for i in roles[1])
    both = sum(units[i] for i in {*roles[0], *roles[1]})
    bought = max(0, mechanic.buy_qty - buys)
    missing = max(bought + (gets == 0), mechanic.buy_qty + 1 - both)
    if missing <= 0 or mechanic.buy == mechanic.get:
        return _add(missing)
    if missing == bought:
        return Lack(Message.ADD_BOUGHT, {"missing": bought}, bought)
    if not bought:
        return Lack(Message.ADD_REWARD, {}, missing)
    return Lack(Message.ADD_BOTH, {"missing": bought}, missing)


def _of_slots(mechanic: Bundle, missing: Sequence[int]) -> Lack:
    slots = tuple((place, units) for place, units in enumerate(missing) if units)
    parts = Parts(tuple((units, _words(mechanic.slots[place].scope)) for place, units in slots))
    return Lack(Message.ADD_PARTS, {"parts": parts}, sum(missing), slots=slots)


def _words(selector: Selector | None) -> tuple[str, ...]:
    """What a slot takes in a few words: categories and tags first, then articles."""
    if selector is None:
        return ()
    words = [*sorted(selector.categories), *sorted(selector.tags), *sorted(selector.articles)]
    if len(words) > _MOST_WORDS:
        words[_MOST_WORDS:] = ["…"]
    # Lists that are all empty select nothing, which no word can name.
    return tuple(words) or ("—",)


def _of_gift(promotion: Promotion, mechanic: Gift, roles: Roles, view: BasketView) -> Lack | None:
    gifts = roles[0]
    base = set(view.role(promotion, promotion.scope)).difference(gifts)
    missing = mechanic.min_spend - view.spent(base)
    qty = 0 if gifts else 1
    if missing > 0:
        return Lack(Message.SPEND_FOR_GIFT, {"missing": Amount(missing)}, qty, missing)
    return Lack(Message.ADD_GIFT, {}, qty) if qty else None


def _rewarded(mechanic: BuyGet, roles: Roles, view: BasketView, least: int = 0) -> bool:
    """True when some unit that gains ``least`` can be rewarded beside enough bought ones."""
    buys, gets = set(roles[0]), sorted(roles[1], key=view.prices.__getitem__)
    for line in gets:
        if unit_gain(mechanic, view.prices[line]) >= least:
            dear = view.prices[line] if mechanic.equal_or_lesser else 0
            units = sum(view.units[i] for i in buys if view.prices[i] >= dear)
            if units - (line in buys) >= mechanic.buy_qty:
                return True
    return False


def could_gain(mechanic: ItemMechanic, roles: Roles, view: BasketView) -> bool:
    """True when an application would save something; nothing may be short."""
    match mechanic:
        case NFor(n=n, price=price):
            return sum(view.worth(roles[0], n)) > price
        case CheapestFree(n=n, free=free, bp=bp):
            return bp > 0 and view.worth(roles[0], n)[n - free] > 0
        case BuyGet():
            return _rewarded(mechanic, roles, view, 1)
        case Bundle():
            worth = fill(mechanic.slots, roles, view, view.units).worth
            return worth > (mechanic.price or 0) and (mechanic.amount, mechanic.bp) not in _NOTHING
        case TierQuantity(tiers=tiers):
            units = sum(view.units[i] for i in roles[0])
            dearest = view.worth(roles[0], 1)[0]
            return any(t.minimum <= units and unit_gain(t, dearest) for t in tiers)
        case _:
            # What rounds to nothing on every line is not given.
            gains = (view.units[i] * unit_gain(mechanic, view.prices[i]) for i in roles[0])
            return any(2 * gain >= EXACT for gain in gains)


_NOTHING = ((0, None), (None, 0))
