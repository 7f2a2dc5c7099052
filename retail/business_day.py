"""The trading day: sales after midnight belong to the day that the shop opened on."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from retail.errors import RetailError


def zone_of(name: str) -> ZoneInfo:
    """The IANA time zone of that name.

    Raises:
        RetailError: ``zone.unknown``.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as problem:
        raise RetailError("zone.unknown", "%(zone)s is no time zone.", zone=name) from problem


def business_date(instant: datetime, zone: str, cut_over: time) -> date:
    """The trading day that an instant falls into; local times before ``cut_over`` count back.

    It is the day whose :func:`day_bounds` hold the instant, so a clock that is set back over
    the cut-over never brings yesterday again.

    Raises:
        RetailError: ``time.naive`` for an instant without a zone, ``zone.unknown``.
    """
    # One day ahead: where clocks go back over midnight, the next trading day has begun already.
    day = _local(instant, zone).date() + timedelta(days=1)
    while instant < day_bounds(day, zone, cut_over)[0]:
        day -= timedelta(days=1)
    return day


def offset_minutes(instant: datetime, zone: str) -> int:
    """Minutes that the zone is ahead of UTC at that instant.

    Raises:
        RetailError: ``time.naive`` for an instant without a zone, ``zone.unknown``.
    """
    offset = _local(instant, zone).utcoffset() or timedelta(0)
    return offset // timedelta(minutes=1)


def _local(instant: datetime, zone: str) -> datetime:
    if instant.tzinfo is None:
        raise RetailError("time.naive", "An instant needs its time zone.")
    return instant.astimezone(zone_of(zone))


def day_bounds(day: date, zone: str, cut_over: time) -> tuple[datetime, datetime]:
    """The instants (UTC) at which a trading day begins and ends, daylight saving included."""
    place = zone_of(zone)
    begin = datetime.combine(day, cut_over, tzinfo=place)
    end = datetime.combine(day + timedelta(days=1), cut_over, tzinfo=place)
    return begin.astimezone(UTC), end.astimezone(UTC)
