"""How far the units of a basket fill the slots of a bundle."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from retail.promotions.explanation.basket_view import BasketView
from retail.promotions.rules import Slot


@dataclass(frozen=True, slots=True)
class Filling:
    """The most slots filled, with the best units that can fill them.

    Attributes:
        missing: units that each slot still lacks.
        taken: the line of each unit taken.
        worth: the prices of the units taken, in minor units.
    """

    missing: tuple[int, ...]
    taken: tuple[int, ...]
    worth: int


def fill(
    slots: Sequence[Slot],
    roles: Sequence[Sequence[int]],
    view: BasketView,
    units: Sequence[int],
    order: Sequence[int] | None = None,
) -> Filling:
    """Fill slots once.

    Best first with augmenting paths: what can be seated together is a matroid, so that the units
    seated are the most that can be, and the best.

    Args:
        roles: the lines that each slot takes.
        units: how many units of each line there are.
        order: lines, the best first; by default the dearest.
    """
    seats = _Seats([slot.qty for slot in slots], [frozenset(role) for role in roles])
    taken: list[int] = []
    inside = {line for role in roles for line in role}
    for line in view.dearest if order is None else order:
        if line not in inside:
            continue
        for _ in range(units[line]):
            if not (any(seats.room) and seats.seat(line, set())):
                break
            taken.append(line)
    worth = sum(view.prices[line] for line in taken)
    return Filling(tuple(seats.room), tuple(taken), worth)


class _Seats:
    """Who sits where; a unit may move to another slot that takes it, too."""

    def __init__(self, room: list[int], takes: Sequence[frozenset[int]]) -> None:
        self.room = room
        self._takes = takes
        self._held: list[list[int]] = [[] for _ in room]

    def seat(self, line: int, tried: set[int]) -> bool:
        """Seat a unit of the line, if need be by moving others."""
        for slot, takes in enumerate(self._takes):
            if line in takes and slot not in tried:
                tried.add(slot)
                if self._make_room(slot, tried):
                    self.room[slot] -= 1
                    self._held[slot].append(line)
                    return True
        return False

    def _make_room(self, slot: int, tried: set[int]) -> bool:
        if self.room[slot]:
            return True
        for at, other in enumerate(self._held[slot]):
            if self.seat(other, tried):
                del self._held[slot][at]
                self.room[slot] += 1
                return True
        return False
