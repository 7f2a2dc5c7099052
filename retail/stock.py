"""Stock movements: two-sided, from a place and state to a place and state.

Till and head office derive a sale's movements from its lines with the same function,
so they are never sent.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class State(StrEnum):
    """What condition goods are in, or where they went when they left the company."""

    ON_HAND = "on_hand"
    QUARANTINE = "quarantine"
    SCRAPPED = "scrapped"
    SOLD = "sold"
    SUPPLIED = "supplied"
    ADJUSTED = "adjusted"


class MovementKind(StrEnum):
    """Why goods moved."""

    SALE = "sale"
    RETURN = "return"
    OPENING = "opening"
    COUNT = "count"


OUTSIDE = "-"


@dataclass(frozen=True, slots=True)
class SoldComponent:
    """What leaves the stock for one sold line; ``thousandths`` for the whole line.

    Attributes:
        back_to: the state of goods that come back.
    """

    line: int
    component: int
    sku: str
    thousandths: int
    back_to: State = State.ON_HAND


@dataclass(frozen=True, slots=True)
class CountDifference:
    """What a count found more (positive) or less of an article than the ledger had."""

    line: int
    sku: str
    thousandths: int


@dataclass(frozen=True, slots=True)
class Movement:
    """Goods that change place or state. ``(store, rid, line, component)`` is its source key.

    Attributes:
        store: the store that owns the movement (goods in transit belong to the sender).
        thousandths: always positive; the direction is told by from and to.
    """

    store: str
    rid: UUID
    line: int
    component: int
    sku: str
    thousandths: int
    from_site: str
    from_state: State
    to_site: str
    to_state: State
    kind: MovementKind


def movements_of_sale(
    store: str, rid: UUID, components: Iterable[SoldComponent]
) -> tuple[Movement, ...]:
    """The movements of a sale's components; a negative quantity is goods coming back."""
    return tuple(_movement(store, rid, part) for part in components if part.thousandths)


def _movement(store: str, rid: UUID, part: SoldComponent) -> Movement:
    sold = part.thousandths > 0
    away = (OUTSIDE, State.SOLD)
    source, target = ((store, State.ON_HAND), away) if sold else (away, (store, part.back_to))
    return Movement(
        store=store,
        rid=rid,
        line=part.line,
        component=part.component,
        sku=part.sku,
        thousandths=abs(part.thousandths),
        from_site=source[0],
        from_state=source[1],
        to_site=target[0],
        to_state=target[1],
        kind=MovementKind.SALE if sold else MovementKind.RETURN,
    )


def movements_of_count(
    store: str, rid: UUID, differences: Iterable[CountDifference]
) -> tuple[Movement, ...]:
    """The movements that bring the shelf to what was counted."""
    return tuple(_adjustment(store, rid, one) for one in differences if one.thousandths)


def _adjustment(store: str, rid: UUID, found: CountDifference) -> Movement:
    shelf, away = (store, State.ON_HAND), (OUTSIDE, State.ADJUSTED)
    source, target = (away, shelf) if found.thousandths > 0 else (shelf, away)
    return Movement(
        store=store,
        rid=rid,
        line=found.line,
        component=0,
        sku=found.sku,
        thousandths=abs(found.thousandths),
        from_site=source[0],
        from_state=source[1],
        to_site=target[0],
        to_state=target[1],
        kind=MovementKind.COUNT,
    )
