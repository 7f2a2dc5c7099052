"""Offers with few outcomes: all of them, listed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from retail.promotions.item_lane.models.model import NOTHING, Best, Model
from retail.promotions.item_lane.outcome import Outcome


@dataclass(frozen=True, slots=True)
class ListModel:
    """All outcomes of a small offer."""

    lines: tuple[int, ...]
    outcomes: tuple[Outcome, ...]
    complete: bool = True

    def moved(self, lines: tuple[int, ...]) -> ListModel:
        """The same model where line ``i`` is called ``lines[i]``."""
        return ListModel(
            tuple(lines[i] for i in self.lines), tuple(o.moved(lines) for o in self.outcomes)
        )

    def best(self, prices: Sequence[int], room: Sequence[int]) -> Best:
        """See ``Model``."""
        top, found = NOTHING
        for outcome in self.outcomes:
            gain = outcome.value
            for line, n in outcome.used:
                if n > room[line]:
                    break
                gain -= prices[line] * n
            else:
                if gain > top:
                    top, found = gain, outcome.used
        return top, found

    def nearly(self, prices: Sequence[int], room: Sequence[int], floor: int) -> Iterator[Outcome]:
        """See ``Model``."""
        for outcome in self.outcomes:
            if all(n <= room[line] for line, n in outcome.used) and (
                outcome.value - sum(prices[line] * n for line, n in outcome.used) >= floor
            ):
                yield outcome


@dataclass(frozen=True, slots=True)
class GroupModel:
    """Promotions of which one at most is applied."""

    members: tuple[Model, ...]

    @property
    def lines(self) -> tuple[int, ...]:
        """See ``Model``."""
        return tuple(sorted({line for member in self.members for line in member.lines}))

    @property
    def complete(self) -> bool:
        """See ``Model``."""
        return all(member.complete for member in self.members)

    def best(self, prices: Sequence[int], room: Sequence[int]) -> Best:
        """See ``Model``."""
        return max((m.best(prices, room) for m in self.members), key=lambda best: best[0])

    def nearly(self, prices: Sequence[int], room: Sequence[int], floor: int) -> Iterator[Outcome]:
        """See ``Model``."""
        for member in self.members:
            yield from member.nearly(prices, room, floor)
