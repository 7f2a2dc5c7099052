"""A basket that waits, as it is listed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Held:
    """A basket that waits; ``count`` pieces that cost ``minor`` when it was put aside.

    Attributes:
        basket_id: its id; of one at another till the id of its hold.
        till: where it waits; 0 for this till.
    """

    basket_id: UUID
    label: str
    customer: str
    staff_id: UUID
    at: datetime
    count: int
    minor: int
    till: int = 0
