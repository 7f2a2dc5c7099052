"""The public pricing cases as the engine's values: lines, active promotions, context."""

from __future__ import annotations

import json
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from retail.promotions.rules import (
    AmountOff,
    BasketAmount,
    BasketPercent,
    BasketTerms,
    BasketTier,
    Bundle,
    BuyGet,
    CheapestFree,
    Conditions,
    Coupon,
    Customer,
    Draw,
    FixedPrice,
    Gift,
    Mechanic,
    NFor,
    Percent,
    PointsBonus,
    PointsMultiplier,
    PricingLine,
    Promotion,
    QuantityTier,
    SaleContext,
    Selector,
    Slot,
    ThresholdBase,
    TierQuantity,
)

_FILE = Path(__file__).parent.parent / "data" / "pricing" / "cases_public.json"
Case = dict[str, Any]


@cache
def cases() -> tuple[Case, ...]:
    """All public cases as they stand in the file."""
    found: list[Case] = json.loads(_FILE.read_text(encoding="utf-8"))["cases"]
    return tuple(found)


def lines(case: Case) -> tuple[PricingLine, ...]:
    """The basket in input order."""
    return tuple(
        PricingLine(
            line_id=line["id"],
            article=line["gtin"],
            unit_price=line["unit_price"],
            quantity=line["weight_g"] if "weight_g" in line else line["qty"],
            weighed="weight_g" in line,
            category=line.get("category") or "",
            tags=frozenset(line.get("tags") or ()),
            taxes=tuple(line.get("taxes") or ()),
            no_discount=bool(line.get("no_discount")),
            no_points=bool(line.get("no_points")),
        )
        for line in case["lines"]
    )


def active(case: Case) -> tuple[Promotion, ...]:
    """The promotions that the expected result does not call inactive."""
    inactive = case["expected"].get("inactive") or {}
    return tuple(promotion(p) for p in case["promos"] if p["id"] not in inactive)


def context(case: Case) -> SaleContext:
    """Coupons and customer; the rest only decides activity."""
    given = case["context"]
    customer = given.get("customer")
    return SaleContext(
        at=datetime.fromisoformat(given["datetime"]),
        coupons=frozenset(given.get("coupons") or ()),
        customer=customer
        and Customer(customer_id=customer["id"], used=dict(customer.get("used") or {})),
    )


def selector(found: dict[str, list[str]] | None) -> Selector | None:
    """None where everything is meant."""
    if not found:
        return None
    return Selector(
        articles=frozenset(found.get("gtins") or ()),
        categories=frozenset(found.get("categories") or ()),
        tags=frozenset(found.get("tags") or ()),
    )


def promotion(p: Case) -> Promotion:
    """One promotion with its limits; conditions that only decide activity are left out."""
    coupon = p.get("coupon")
    return Promotion(
        promo_id=p["id"],
        mechanic=_mechanic(p),
        scope=selector(p.get("scope")),
        exclude=selector(p.get("exclude")),
        conditions=Conditions(
            customer_limit=p.get("customer_limit"),
            stock_left=p.get("stock_left"),
            coupon=coupon
            and Coupon(
                coupon["code"], coupon.get("uses_left"), bool(coupon.get("per_application"))
            ),
        ),
        exclusive_group=p.get("exclusive_group"),
        exclusive=bool(p.get("exclusive")),
        max_discount=p.get("max_discount"),
        max_applications=p.get("max_applications"),
        max_units=p.get("max_units"),
        reward_alloc=p.get("alloc") == "reward",
        manufacturer_funded=p.get("funding") == "manufacturer",
    )


def _slot(found: Case) -> Slot:
    scope = selector(found.get("scope"))
    assert scope is not None
    return Slot(scope, found["qty"])


def _mechanic(p: Case) -> Mechanic:  # noqa: PLR0911 (one per type)
    match p["type"]:
        case "percent":
            return Percent(p["bp"])
        case "amount_off":
            return AmountOff(p["amount"])
        case "fixed_price":
            return FixedPrice(p["price"])
        case "nfor":
            return NFor(p["n"], p["price"])
        case "cheapest_free":
            return CheapestFree(p["n"], p["free"], p.get("bp", 10_000))
        case "gift":
            return Gift(p["min_spend"], selector(p.get("gift")), repeat=bool(p.get("repeat")))
        case "tier_qty":
            tiers = (QuantityTier(t["min"], t.get("bp"), t.get("price")) for t in p["tiers"])
            return TierQuantity(tuple(sorted(tiers, key=lambda t: t.minimum)))
        case "bundle":
            slots = tuple(_slot(s) for s in p["slots"])
            return Bundle(slots, p.get("price"), p.get("amount"), p.get("bp"))
        case "buy_get":
            return _buy_get(p)
        case _:
            return _of_basket(p)


def _buy_get(p: Case) -> BuyGet:
    own = "amount" in p or "price" in p
    equal = not p.get("get") or selector(p.get("get")) == selector(p.get("buy"))
    return BuyGet(
        buy=selector(p.get("buy")),
        buy_qty=p["buy_qty"],
        get=selector(p.get("get")),
        get_qty=p["get_qty"],
        equal_or_lesser=bool(p.get("equal_or_lesser", equal)),
        bp=None if own else p.get("bp", 10_000),
        amount=p.get("amount"),
        price=p.get("price"),
    )


def _of_basket(p: Case) -> Mechanic:
    tiers = p.get("tiers") or ()
    terms = BasketTerms(
        priority=p.get("priority", 100),
        min_spend=p.get("min_spend", 0),
        base=ThresholdBase(p.get("threshold_base", "gross")),
    )
    match p["type"]:
        case "basket_percent":
            rates = tuple(BasketTier(t["min"], t["bp"]) for t in tiers)
            return BasketPercent(terms, p.get("bp"), rates)
        case "basket_amount":
            amounts = tuple(BasketTier(t["min"], t["amount"]) for t in tiers)
            return BasketAmount(terms, p.get("amount"), p.get("step"), amounts)
        case "points_multiplier":
            return PointsMultiplier(p["factor_pct"])
        case "points_bonus":
            return PointsBonus(p["points"], p.get("min_spend", 0))
        case "draw":
            return Draw(p["step"], p.get("tickets", 1), p.get("max_tickets"))
    raise AssertionError(p["type"])
