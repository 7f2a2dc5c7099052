"""The mechanic of each promotion type with the fields that are its own.

Source: pricing vectors, Item lane, Basket lane, and Points, draw, coupons, hints.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeVar, cast

from retail.promotions.reading.fields import WHOLE_BP, Fields
from retail.promotions.reading.selectors import selector
from retail.promotions.rules import (
    AmountOff,
    BasketAmount,
    BasketPercent,
    BasketTerms,
    BasketTier,
    Bundle,
    BuyGet,
    CheapestFree,
    Draw,
    FixedPrice,
    Gift,
    Mechanic,
    NFor,
    Percent,
    PointsBonus,
    PointsMultiplier,
    QuantityTier,
    Selector,
    Slot,
    ThresholdBase,
    TierQuantity,
)

_Tier = TypeVar("_Tier", QuantityTier, BasketTier)


@dataclass(frozen=True, slots=True)
class Kind:
    """A promotion type: its own fields, and how its mechanic is read."""

    fields: frozenset[str]
    read: Callable[[Fields], Mechanic]


def _percent(fields: Fields) -> Percent:
    return Percent(fields.integer("bp", most=WHOLE_BP))


def _amount_off(fields: Fields) -> AmountOff:
    return AmountOff(fields.integer("amount"))


def _fixed_price(fields: Fields) -> FixedPrice:
    return FixedPrice(fields.integer("price"))


def _nfor(fields: Fields) -> NFor:
    return NFor(fields.integer("n", least=1), fields.integer("price"))


def _cheapest_free(fields: Fields) -> CheapestFree:
    n = fields.integer("n", least=1)
    bp = fields.optional_integer("bp", most=WHOLE_BP)
    return CheapestFree(n, fields.integer("free", least=1, most=n), WHOLE_BP if bp is None else bp)


def _buy_get(fields: Fields) -> BuyGet:
    buy = selector(fields, "buy")
    get = selector(fields, "get")
    rewards = ("bp", "amount", "price")
    free = not any(fields.has(name) for name in rewards)
    if not free:
        fields.exactly_one(*rewards)
    return BuyGet(
        buy=buy,
        buy_qty=fields.integer("buy_qty", least=1),
        get=get,
        get_qty=fields.integer("get_qty", least=1),
        equal_or_lesser=fields.flag("equal_or_lesser", default=get is None or get == buy),
        bp=WHOLE_BP if free else fields.optional_integer("bp", most=WHOLE_BP),
        amount=fields.optional_integer("amount"),
        price=fields.optional_integer("price"),
    )


def _bundle(fields: Fields) -> Bundle:
    slots = _not_empty(fields, "slots")
    fields.exactly_one("price", "amount", "bp")
    return Bundle(
        slots=tuple(_slot(slot) for slot in slots),
        price=fields.optional_integer("price"),
        amount=fields.optional_integer("amount"),
        bp=fields.optional_integer("bp", most=WHOLE_BP),
    )


def _slot(fields: Fields) -> Slot:
    fields.only(("scope", "qty"))
    fields.required("scope")
    # A slot may take everything ({}); where selectors are tested, None is that.
    scope = cast("Selector", selector(fields, "scope"))
    return Slot(scope, fields.integer("qty", least=1))


def _tier_qty(fields: Fields) -> TierQuantity:
    def tier(inner: Fields) -> QuantityTier:
        inner.only(("min", "bp", "price"))
        inner.exactly_one("bp", "price")
        return QuantityTier(
            inner.integer("min", least=1),
            bp=inner.optional_integer("bp", most=WHOLE_BP),
            price=inner.optional_integer("price"),
        )

    return TierQuantity(_rising(fields, [tier(inner) for inner in _not_empty(fields, "tiers")]))


def _gift(fields: Fields) -> Gift:
    return Gift(
        min_spend=fields.integer("min_spend", least=1),
        gift=selector(fields, "gift"),
        repeat=fields.flag("repeat"),
    )


def _terms(fields: Fields) -> BasketTerms:
    priority = fields.optional_integer("priority", least=None)
    return BasketTerms(
        priority=100 if priority is None else priority,
        min_spend=fields.optional_integer("min_spend") or 0,
        base=ThresholdBase(fields.choice("threshold_base", tuple(ThresholdBase), "gross")),
    )


def _basket_tiers(fields: Fields, value: str, most: int | None) -> tuple[BasketTier, ...]:
    if fields.exactly_one(value, "tiers") == value:
        return ()
    found = []
    for inner in _not_empty(fields, "tiers"):
        inner.only(("min", value))
        found.append(BasketTier(inner.integer("min"), inner.integer(value, most=most)))
    return _rising(fields, found)


def _basket_percent(fields: Fields) -> BasketPercent:
    return BasketPercent(
        _terms(fields),
        bp=fields.optional_integer("bp", most=WHOLE_BP),
        tiers=_basket_tiers(fields, "bp", WHOLE_BP),
    )


def _basket_amount(fields: Fields) -> BasketAmount:
    return BasketAmount(
        _terms(fields),
        amount=fields.optional_integer("amount"),
        step=fields.optional_integer("step", least=1),
        tiers=_basket_tiers(fields, "amount", None),
    )


def _points_multiplier(fields: Fields) -> PointsMultiplier:
    return PointsMultiplier(fields.integer("factor_pct"))


def _points_bonus(fields: Fields) -> PointsBonus:
    return PointsBonus(fields.integer("points"), fields.optional_integer("min_spend") or 0)


def _draw(fields: Fields) -> Draw:
    tickets = fields.optional_integer("tickets")
    return Draw(
        step=fields.integer("step", least=1),
        tickets=1 if tickets is None else tickets,
        max_tickets=fields.optional_integer("max_tickets"),
    )


def _not_empty(fields: Fields, name: str) -> tuple[Fields, ...]:
    fields.required(name)
    found = fields.objects(name)
    if not found:
        raise fields.fault("empty", "%(subject)s: %(field)s is empty.", name)
    return found


def _rising(fields: Fields, tiers: list[_Tier]) -> tuple[_Tier, ...]:
    rising = sorted(tiers, key=lambda tier: tier.minimum)
    for lower, higher in pairwise(rising):
        if lower.minimum == higher.minimum:
            raise fields.fault(
                "duplicate",
                "%(subject)s: two of %(field)s begin at %(minimum)s.",
                "tiers",
                minimum=lower.minimum,
            )
    return tuple(rising)


_BASKET = {"priority", "min_spend", "threshold_base", "tiers"}
KINDS = {
    "percent": Kind(frozenset({"bp"}), _percent),
    "amount_off": Kind(frozenset({"amount"}), _amount_off),
    "fixed_price": Kind(frozenset({"price"}), _fixed_price),
    "nfor": Kind(frozenset({"n", "price"}), _nfor),
    "cheapest_free": Kind(frozenset({"n", "free", "bp", "alloc"}), _cheapest_free),
    "buy_get": Kind(
        frozenset({"buy", "buy_qty", "get", "get_qty", "bp", "amount", "price"})
        | {"equal_or_lesser", "alloc"},
        _buy_get,
    ),
    "bundle": Kind(frozenset({"slots", "price", "amount", "bp"}), _bundle),
    "tier_qty": Kind(frozenset({"tiers"}), _tier_qty),
    "gift": Kind(frozenset({"min_spend", "gift", "repeat"}), _gift),
    "basket_percent": Kind(frozenset(_BASKET | {"bp"}), _basket_percent),
    "basket_amount": Kind(frozenset(_BASKET | {"amount", "step"}), _basket_amount),
    "points_multiplier": Kind(frozenset({"factor_pct"}), _points_multiplier),
    "points_bonus": Kind(frozenset({"points", "min_spend"}), _points_bonus),
    "draw": Kind(frozenset({"step", "tickets", "max_tickets"}), _draw),
}
"""Every promotion type by its name in JSON."""
REWARDS = frozenset({"points_multiplier", "points_bonus", "draw"})
BASKET = frozenset({"basket_percent", "basket_amount"})
