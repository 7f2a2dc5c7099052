"""What became of a promotion, as values; the sentence is put together where it is shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from retail.promotions.rules import Promotion


class Kind(StrEnum):
    """What became of a promotion.

    ``LIMIT`` is a limit that is used up or too small for a single application; the reasons
    ``customer_limit``, ``coupon_used_up`` and ``stock`` of inactive promotions are of this kind.
    ``SHORT`` could be applied with more in the basket, ``NO_GAIN`` would make nothing cheaper.
    ``EXCLUSIVE`` and ``LOST`` could be applied, but others were.
    """

    APPLIED = "applied"
    REWARDS = "rewards"
    INACTIVE = "inactive"
    NO_MATCH = "no_match"
    EXCLUDED = "excluded"
    SHORT = "short"
    LIMIT = "limit"
    NO_GAIN = "no_gain"
    EXCLUSIVE = "exclusive"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Amount:
    """Minor units of the basket's currency, in a sentence."""

    minor: int


@dataclass(frozen=True, slots=True)
class Days:
    """ISO weekdays (1 is Monday), ascending, in a sentence."""

    days: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Names:
    """Promotions by name, in a sentence."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Parts:
    """What a set lacks, in a sentence: numbers of units and what may be taken for them.

    No words mean any article.
    """

    parts: tuple[tuple[int, tuple[str, ...]], ...]


Value = int | str | datetime | Amount | Days | Names | Parts


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a promotion did what it did for a basket.

    Attributes:
        name: the promotion's name, or its id where it has none.
        message_id: the English sentence, a gettext id with ``%(name)s`` places.
        params: values for those places; amounts, days and names are put into words late.
        reason: the code of the pricing vectors where it is inactive, else of the limit.
        applications: how often it was applied; 1 for a basket promotion.
        units: consumed by an applied promotion, or counted by a reward promotion.
        discount: minor units that it saved.
        missing_qty: units that are missing.
        missing_amount: minor units that are missing.
        rivals: ids of the applied promotions that stand in its way, ascending.
        slots: of a bundle the places of slots that lack units, each with their number.
    """

    promo_id: str
    name: str
    kind: Kind
    message_id: str
    params: Mapping[str, Value] = field(default_factory=dict, hash=False)
    reason: str = ""
    applications: int = 0
    units: int = 0
    discount: int = 0
    missing_qty: int = 0
    missing_amount: int = 0
    rivals: tuple[str, ...] = ()
    slots: tuple[tuple[int, int], ...] = ()


def name_of(promotion: Promotion) -> str:
    """What people call the promotion."""
    return promotion.name or promotion.promo_id


def explanation_of(
    promotion: Promotion,
    kind: Kind,
    message_id: str,
    params: Mapping[str, Value] | None = None,
    **facts: Any,
) -> Explanation:
    """An explanation of the promotion; ``facts`` are the attributes that are not empty."""
    return Explanation(
        promotion.promo_id, name_of(promotion), kind, message_id, params or {}, **facts
    )
