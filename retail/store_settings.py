"""Settings of a store that head office makes and tills work by: what may be taken offline.

A name is ``offline.<kind>.<limit>``, a value a whole number in the instrument's unit; what is not
set counts as :data:`retail.value.DEFAULT_LIMITS` say.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace

from retail.errors import RetailError
from retail.value import DEFAULT_LIMITS, OfflineLimits, ValueKind

MOST = 100_000_000
SETTING_NAMES = tuple(
    f"offline.{kind.value}.{one.name}" for kind in ValueKind for one in fields(OfflineLimits)
)


def check_setting(name: str, value: str) -> None:
    """Refuse what no till could work by.

    Raises:
        RetailError: ``setting.unknown`` or ``setting.value``.
    """
    if name not in SETTING_NAMES:
        raise RetailError("setting.unknown", "There is no setting %(name)s.", name=name)
    if _number(value) is None:
        raise RetailError(
            "setting.value",
            "%(name)s must be a whole number from 0 to %(most)s; nothing was changed.",
            name=name,
            most=MOST,
        )


def offline_limits(values: Mapping[str, str]) -> dict[ValueKind, OfflineLimits]:
    """The limits in force; a value that cannot be read leaves the default."""
    found = dict(DEFAULT_LIMITS)
    for name in SETTING_NAMES:
        number = _number(values.get(name, ""))
        if number is not None:
            _, kind, limit = name.split(".")
            found[ValueKind(kind)] = replace(found[ValueKind(kind)], **{limit: number})
    return found


def _number(value: str) -> int | None:
    if not (value.isascii() and value.isdecimal()) or len(value) > len(str(MOST)):
        return None
    return int(value) if int(value) <= MOST else None
