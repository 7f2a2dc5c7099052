"""How values are written on pages."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

from retail.business_day import zone_of
from retail.money import plain
from retail.quantity import plain as plain_quantity

MINUS = "−"
_SYMBOLS: Final = {"EUR": "€", "GBP": "£", "USD": "$", "PLN": "zł", "CNY": "¥", "JPY": "¥"}
_MINUTE, _HOUR, _DAY = 60, 3600, 86400


def money(minor: int, currency: str) -> str:
    """``€1,234.50``; a minus sign stands before the symbol; unknown symbols are the code."""
    text = plain(abs(minor), currency)
    whole, point, rest = text.partition(".")
    sign = MINUS if minor < 0 else ""
    symbol = _SYMBOLS.get(currency, f"{currency}\u00a0")
    return f"{sign}{symbol}{int(whole):,}{point}{rest}"


def money_short(minor: int, currency: str) -> str:
    """Without the part after the point, for large figures: ``€1,234``."""
    return money(minor, currency).partition(".")[0]


def quantity(thousandths: int, unit: str = "piece") -> str:
    """``3`` pieces, ``0.842 kg``."""
    text = plain_quantity(abs(thousandths))
    sign = MINUS if thousandths < 0 else ""
    return f"{sign}{text}" if unit == "piece" else f"{sign}{text}\u00a0{unit}"


def rate(ppm: int) -> str:
    """``21 %`` for 210000 parts per million."""
    return f"{plain_quantity(ppm // 10)}\u00a0%"


def clock(at: datetime, zone: str) -> str:
    """Local time of day, ``14:31``."""
    return f"{at.astimezone(zone_of(zone)):%H:%M}"


def instant(at: datetime, zone: str) -> str:
    """Local date and time, ``22 Nov 2026, 14:31``."""
    local = at.astimezone(zone_of(zone))
    return f"{local.day} {local:%b %Y, %H:%M}"


def since(at: datetime, now: datetime, zone: str) -> str:
    """The time of day for an instant of today, otherwise with its date."""
    place = zone_of(zone)
    today = at.astimezone(place).date() == now.astimezone(place).date()
    text = clock(at, zone) if today else instant(at, zone)
    return f"{text} UTC" if zone == "UTC" else text


def day(on: date) -> str:
    """``Sun 22 Nov 2026``."""
    return f"{on:%a} {on.day} {on:%b %Y}"


def ago(at: datetime | None, now: datetime) -> str:
    """``8 s ago``, ``3 min ago``, ``2 h ago``, ``5 d ago``; ``never``."""
    if at is None:
        return "never"
    seconds = max(0, int((now - at).total_seconds()))
    for size, name in ((_DAY, "d"), (_HOUR, "h"), (_MINUTE, "min")):
        if seconds >= size:
            return f"{seconds // size} {name} ago"
    return f"{seconds} s ago"


def change(now_minor: int, before_minor: int) -> str:
    """``+2.1 %`` against an earlier figure, empty when there is none."""
    if before_minor <= 0:
        return ""
    permille = (now_minor - before_minor) * 1000 // before_minor
    sign = "+" if permille >= 0 else MINUS
    whole, rest = divmod(abs(permille), 10)
    return f"{sign}{whole}.{rest}\u00a0%"


def short_hash(text: str) -> str:
    """The beginning and end of a hash, for people to compare."""
    return f"{text[:12]}…{text[-8:]}" if len(text) > 24 else text
