"""One small pricing case of the vectors' schema, to be changed where a test says so."""

from __future__ import annotations

import copy
from typing import Any

LINE = {"id": "L1", "gtin": "1", "unit_price": 1000, "qty": 2, "taxes": ["A"]}


def case(**changes: Any) -> dict[str, Any]:
    """Two units of one article at 10.00; ``changes`` replace whole parts."""
    whole: dict[str, Any] = {
        "id": "c1",
        "currency": {"code": "EUR", "exponent": 2},
        "tax": {"mode": "inclusive", "rates": {"A": 210_000, "B": 60_000}},
        "context": {"datetime": "2026-03-12T11:00:00"},
        "lines": [LINE],
    }
    return copy.deepcopy(whole | changes)


def inside(part: str, **changes: Any) -> dict[str, Any]:
    """The case with single fields of one part replaced."""
    whole = case()
    return whole | {part: whole[part] | changes}
