"""Promotions on the favourites of the tests' till."""

from __future__ import annotations

from typing import Any

import msgspec

from retail.contract.codec import canonical
from retail.contract.promotions import PromotionRow, content_hash
from tests.support.offers import percent, version


def skus(*numbers: int) -> dict[str, Any]:
    """A selector of favourites by their numbers."""
    return {"skus": [f"F{number}" for number in numbers]}


MILK = version(
    "MILK", {"type": "fixed_price", "price": 99, "scope": skus(0)}, name="Whole milk for 0.99"
)
COOKIES = version(
    "COOKIES", {"type": "cheapest_free", "n": 3, "free": 1, "scope": skus(17)}, name="3 for 2"
)
BUTTER = version(
    "BUTTER", {"type": "amount_off", "amount": 50, "scope": skus(1)}, name="Butter 50 cents off"
)
BUTTER_LESS = version("BUTTER-LESS", percent(1000, scope=skus(1)), name="10 % off butter")
CARD = version(
    "CARD", {"type": "basket_percent", "bp": 300, "tender": ["card"]}, name="3 % off by card"
)
BIG = version(
    "BIG", {"type": "basket_percent", "bp": 1000, "min_spend": 1000}, name="10 % off from 10.00"
)
TWO_MORE = tuple(
    version(f"BASKET{n}", {"type": "basket_percent", "bp": 100 * n}, name=f"{n} % off everything")
    for n in (1, 2)
)
LUNCH = version(
    "LUNCH",
    {
        "type": "bundle",
        "slots": [
            {"scope": skus(28), "qty": 1},
            {"scope": {"categories": ["drinks"]}, "qty": 1},
            {"scope": skus(27), "qty": 1},
        ],
        "price": 500,
    },
    name="Lunch for 5.00",
)
WINE = version("WINE", percent(500, scope={"categories": ["wine"]}), name="Wine 5 %")
SOON = version(
    "SOON", percent(1000, scope=skus(0), valid={"from": "2040-12-01T00:00"}), name="Milk in winter"
)


def unreadable() -> PromotionRow:
    """A promotion of a kind that no till knows."""
    row = version("ODD", percent(100), name="An odd offer")
    params = canonical({"id": "ODD", "type": "hypnosis"}).decode()
    known = content_hash("ODD", row.version, name=row.name, params=params, texts=row.texts)
    return msgspec.structs.replace(row, params=params, content_hash=known)
