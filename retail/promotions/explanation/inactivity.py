"""Why a promotion does not hold now, with what it asks for. Source: pricing vectors, Activity."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from retail.promotions.activity import LEFT_OUT
from retail.promotions.explanation.messages import Message
from retail.promotions.explanation.values import Days, Explanation, Kind, Value, explanation_of
from retail.promotions.rules import Conditions, Coupon, Promotion, Window

_WHOLE_DAY = (0, 24 * 60)
_LIMITS = frozenset({"customer_limit", "coupon_used_up", "stock"})
_Told = tuple[Message, dict[str, Value]]


def inactivity(promotion: Promotion, reason: str) -> Explanation:
    """The explanation of a promotion that is inactive for this reason."""
    conditions = promotion.conditions
    message, params = (
        _by_hand(reason)
        or _of_time(conditions, reason)
        or _of_customer(conditions, reason)
        or _of_place_or_means(conditions, reason)
    )
    kind = Kind.LIMIT if reason in _LIMITS else Kind.INACTIVE
    return explanation_of(promotion, kind, message, params, reason=reason)


def _by_hand(reason: str) -> _Told | None:
    return (Message.LEFT_OUT, {}) if reason == LEFT_OUT else None


def _of_time(conditions: Conditions, reason: str) -> _Told | None:
    match reason, conditions:
        case "not_yet_valid", Conditions(valid_from=datetime() as start):
            return Message.NOT_YET, {"start": start}
        case "expired", Conditions(valid_to=datetime() as end):
            return Message.EXPIRED, {"end": end}
        case "time" | "day", Conditions(window=Window() as window):
            return _of_window(window, whole_days=reason == "day")
        case _:
            return None


def _of_customer(conditions: Conditions, reason: str) -> _Told | None:
    match reason, conditions:
        case "no_customer", Conditions(tiers=tiers, segments=segments) if tiers or segments:
            return Message.NO_CUSTOMER_OF, {"groups": _listed(tiers | segments)}
        case "no_customer", _:
            return Message.NO_CUSTOMER, {}
        case "tier", Conditions(tiers=groups):
            return Message.OTHER_CUSTOMERS, {"groups": _listed(groups)}
        case "segment", Conditions(segments=groups):
            return Message.OTHER_CUSTOMERS, {"groups": _listed(groups)}
        case "customer_limit", Conditions(customer_limit=int(limit)):
            return Message.CUSTOMER_LIMIT, {"limit": limit}
        case _:
            return None


def _of_place_or_means(conditions: Conditions, reason: str) -> _Told:
    match reason, conditions:
        case "store", Conditions(stores=stores):
            return Message.STORE, {"stores": _listed(stores)}
        case "channel", Conditions(channels=channels):
            return Message.CHANNEL, {"channels": _listed(channels)}
        case "tender", Conditions(tenders=tenders):
            return Message.TENDER, {"tenders": _listed(tenders)}
        case "coupon_missing", Conditions(coupon=Coupon(code=code)):
            return Message.COUPON_MISSING, {"code": code}
        case "coupon_used_up", Conditions(coupon=Coupon(code=code)):
            return Message.COUPON_USED_UP, {"code": code}
        case _:
            return Message.STOCK, {}


def _of_window(window: Window, *, whole_days: bool) -> _Told:
    params: dict[str, Value] = {}
    if window.days:
        params["days"] = Days(tuple(sorted(window.days)))
    if whole_days and (window.start, window.end) == _WHOLE_DAY:
        return Message.DAY, params
    params |= {"start": _clock(window.start), "end": _clock(window.end)}
    if whole_days:
        return Message.DAY_AT_TIME, params
    return Message.TIME_ON_DAYS if window.days else Message.TIME, params


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))
