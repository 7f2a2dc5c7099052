"""A promotion from its JSON parameters. Source: pricing vectors, Case."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches

from retail.errors import RetailError
from retail.promotions.reading.fields import Fields
from retail.promotions.reading.mechanics import BASKET, KINDS, REWARDS
from retail.promotions.reading.selectors import selector
from retail.promotions.rules import Conditions, Coupon, Promotion, Window

_EVERY = frozenset(
    {"id", "type", "name", "scope", "exclude", "valid", "stores", "channels", "when", "customer"}
    | {"customer_limit", "tender", "coupon", "stock_left"}
)
_PRICED = frozenset({"exclusive_group", "exclusive", "max_discount", "funding"})
_ITEM = frozenset({"max_applications", "max_units"})


def read_promotion(raw: object) -> Promotion:
    """The promotion that a JSON object describes; null counts as absent.

    Raises:
        RetailError: ``promotion.missing``, ``.wrong_type``, ``.range``, ``.unknown_type``,
            ``.unknown_field``, ``.choice``, ``.one_of``, ``.empty``, ``.duplicate``,
            ``.datetime`` or ``.time``; the sentence names the promotion and the field.
    """
    if not isinstance(raw, Mapping):
        raise RetailError("promotion.wrong_type", "A promotion must be a JSON object.")
    promo_id = Fields(raw, "promotion", "A promotion").text("id")
    fields = Fields(raw, "promotion", f"Promotion {promo_id}")
    kind = _kind(fields)
    priced = frozenset() if kind in REWARDS else _PRICED
    item = frozenset() if kind in REWARDS | BASKET else _ITEM
    fields.only(_EVERY | priced | item | KINDS[kind].fields)
    return Promotion(
        promo_id=promo_id,
        mechanic=KINDS[kind].read(fields),
        scope=selector(fields, "scope"),
        exclude=selector(fields, "exclude"),
        conditions=_conditions(fields),
        exclusive_group=fields.text("exclusive_group", "") or None,
        exclusive=fields.flag("exclusive"),
        max_discount=fields.optional_integer("max_discount"),
        max_applications=fields.optional_integer("max_applications"),
        max_units=fields.optional_integer("max_units"),
        reward_alloc=fields.choice("alloc", ("set", "reward"), "set") == "reward",
        manufacturer_funded=fields.choice("funding", ("store", "manufacturer"), "store")
        == "manufacturer",
        name=fields.text("name", ""),
    )


def _kind(fields: Fields) -> str:
    kind = fields.text("type")
    if kind in KINDS:
        return kind
    alike = get_close_matches(kind, sorted(KINDS), 1)
    if alike:
        raise fields.fault(
            "unknown_type",
            "%(subject)s: %(field)s %(kind)s is unknown; %(nearest)s is meant, perhaps.",
            "type",
            kind=kind,
            nearest=alike[0],
        )
    raise fields.fault(
        "unknown_type", "%(subject)s: %(field)s %(kind)s is unknown.", "type", kind=kind
    )


def _conditions(fields: Fields) -> Conditions:
    valid = fields.inner("valid")
    valid.only(("from", "to"))
    customer = fields.inner("customer")
    customer.only(("tiers", "segments"))
    return Conditions(
        valid_from=valid.instant("from") if valid.has("from") else None,
        valid_to=valid.instant("to") if valid.has("to") else None,
        stores=frozenset(fields.texts("stores")),
        channels=frozenset(fields.texts("channels")),
        window=_window(fields.inner("when")),
        tiers=frozenset(customer.texts("tiers")),
        segments=frozenset(customer.texts("segments")),
        customer_limit=fields.optional_integer("customer_limit"),
        tenders=frozenset(fields.texts("tender")),
        coupon=_coupon(fields.inner("coupon")),
        stock_left=fields.optional_integer("stock_left"),
    )


def _window(when: Fields) -> Window | None:
    when.only(("days", "from", "to"))
    days = []
    for position, day in enumerate(when.listed("days")):
        if not isinstance(day, int) or isinstance(day, bool) or not 1 <= day <= 7:
            raise when.fault(
                "day",
                "%(subject)s: %(field)s must be a day from 1 (Monday) to 7.",
                f"days[{position}]",
            )
        days.append(day)
    window = Window(when.minutes("from", 0), when.minutes("to", 24 * 60), frozenset(days))
    return None if window == Window() else window


def _coupon(coupon: Fields) -> Coupon | None:
    coupon.only(("code", "uses_left", "per_application"))
    if not coupon.values:
        return None
    return Coupon(
        code=coupon.text("code"),
        uses_left=coupon.optional_integer("uses_left"),
        per_application=coupon.flag("per_application"),
    )
