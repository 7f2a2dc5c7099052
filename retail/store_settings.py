"""Settings of a store that head office makes and tills work by.

``offline.<kind>.<limit>`` is what may be taken offline, a whole number in the instrument's unit;
what is not set counts as :data:`retail.value.DEFAULT_LIMITS` say. ``codes.rules`` is the store's
own table of what codes mean, as JSON; what is not set is as in :mod:`retail.barcode.presets`.
``baskets.keep_days`` is for how many trading days beyond its own a basket waits; not set, for one.
``receipt.default`` is ``paper`` or ``none``, for sales for which nobody chooses;
``receipt.required`` is ``1`` where the law wants a receipt for every sale. ``currency.rates`` is
what foreign cash is worth, see :func:`retail.tender.foreign.rates_from`; not set, the store takes
none. ``loyalty.points`` is what points are given for and what they are worth, see
:func:`retail.loyalty.rules_from`; not set, the store gives none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import date

from retail.barcode.number_rules import rules_from
from retail.errors import RetailError
from retail.loyalty import PointsRules
from retail.loyalty import rules_from as points_rules_in
from retail.tender.foreign import Rate
from retail.tender.foreign import rates_from as rates_in
from retail.value import DEFAULT_LIMITS, OfflineLimits, ValueKind

MOST = 100_000_000
CODE_RULES = "codes.rules"
CURRENCY_RATES = "currency.rates"
KEEP_DAYS = "baskets.keep_days"
_KEEP_DAYS = 1
RECEIPT_DEFAULT = "receipt.default"
RECEIPT_REQUIRED = "receipt.required"
_CHOICES = {RECEIPT_DEFAULT: ("paper", "none"), RECEIPT_REQUIRED: ("0", "1")}
LOYALTY_POINTS = "loyalty.points"
_MOST_CHARACTERS = 16_000
_LIMIT_NAMES = tuple(
    f"offline.{kind.value}.{one.name}" for kind in ValueKind for one in fields(OfflineLimits)
)
SETTING_NAMES = (
    CODE_RULES, CURRENCY_RATES, KEEP_DAYS, LOYALTY_POINTS, *_CHOICES, *_LIMIT_NAMES
)  # fmt: skip


def check_name(name: str) -> None:
    """Refuse a name that is no setting's.

    Raises:
        RetailError: ``setting.unknown``.
    """
    if name not in SETTING_NAMES:
        raise RetailError("setting.unknown", "There is no setting %(name)s.", name=name)


def check_setting(name: str, value: str) -> None:
    """Refuse what no till could work by.

    Raises:
        RetailError: ``setting.unknown`` or ``setting.value``; of a table of codes what
            :func:`retail.barcode.number_rules.rules_from` says, of rates what
            :func:`retail.tender.foreign.rates_from` does, of rules of points what
            :func:`retail.loyalty.rules_from` does.
    """
    check_name(name)
    if name == CODE_RULES and len(value) <= _MOST_CHARACTERS:
        rules_from(value)
    elif name == CURRENCY_RATES and len(value) <= _MOST_CHARACTERS:
        rates_in(value)
    elif name == LOYALTY_POINTS and len(value) <= _MOST_CHARACTERS:
        points_rules_in(value)
    elif name in _CHOICES:
        if value not in _CHOICES[name]:
            raise RetailError(
                "setting.value",
                "%(name)s must be one of %(words)s; nothing was changed.",
                name=name,
                words=", ".join(_CHOICES[name]),
            )
    elif _number(value) is None:
        raise RetailError(
            "setting.value",
            "%(name)s must be a whole number from 0 to %(most)s; nothing was changed.",
            name=name,
            most=MOST,
        )


def offline_limits(values: Mapping[str, str]) -> dict[ValueKind, OfflineLimits]:
    """The limits in force; a value that cannot be read leaves the default."""
    found = dict(DEFAULT_LIMITS)
    for name in _LIMIT_NAMES:
        number = _number(values.get(name, ""))
        if number is not None:
            _, kind, limit = name.split(".")
            found[ValueKind(kind)] = replace(found[ValueKind(kind)], **{limit: number})
    return found


def currency_rates(value: str, local_currency: str) -> tuple[Rate, ...]:
    """The rates in force, without the store's own currency; none where they cannot be read."""
    try:
        found = rates_in(value) if value else ()
    except RetailError:
        return ()
    return tuple(rate for rate in found if rate.currency != local_currency)


def points_rules(value: str) -> PointsRules | None:
    """The rules in force; None where there are none, or they cannot be read."""
    try:
        return points_rules_in(value) if value else None
    except RetailError:
        return None


def is_stale(held_on: date, today: date, keep_days: str) -> bool:
    """Whether a basket has waited for too many trading days; ``keep_days`` is the setting."""
    days = _number(keep_days)
    return (today - held_on).days > (_KEEP_DAYS if days is None else days)


def _number(value: str) -> int | None:
    if not (value.isascii() and value.isdecimal()) or len(value) > len(str(MOST)):
        return None
    return int(value) if int(value) <= MOST else None
