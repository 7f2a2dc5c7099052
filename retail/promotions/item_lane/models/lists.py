"""Offers with few outcomes: all of them, listed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from retail.promotions.item_lane.models.model import NOTHING, Best, Model
from retail.promotions.item_lane.outcome import Outcome


@dataclass(frozen=True, slots=True)
class ListModel:
    """All outcomes of a small offer, from those that may gain most to those that may gain least.

    Attributes:
        ceilings: what each outcome gains at most, whatever the prices.
    """

    lines: tuple[int, ...]
    outcomes: tuple[Outcome, ...]
    ceilings: tuple[int, ...]
    complete: bool = True

    @classmethod
    def of(cls, lines: tuple[int, ...], outcomes: Iterable[Outcome]) -> ListModel:
        """The model of some outcomes at prices of 0 and above."""
        return cls._falling(lines, [(outcome.value, outcome) for outcome in outcomes])

    @classmethod
    def _falling(cls, lines: tuple[int, ...], rows: list[tuple[int, Outcome]]) -> ListModel:
        rows.sort(key=_ceiling, reverse=True)
        return cls(lines, tuple([row[1] for row in rows]), tuple([row[0] for row in rows]))

    def moved(self, lines: tuple[int, ...]) -> ListModel:
        """The same model where line ``i`` is called ``lines[i]``."""
        return ListModel(
            tuple([lines[i] for i in self.lines]),
            tuple([o.moved(lines) for o in self.outcomes]),
            self.ceilings,
        )

    def above(self, reserve: Sequence[int]) -> ListModel:
        """The model at prices that are nowhere below a reserve: what cannot pay is left out."""
        rows = []
        for outcome in self.outcomes:
            gain = outcome.value
            for line, n in outcome.used:
                gain -= reserve[line] * n
            if gain >= 0:
                rows.append((gain, outcome))
        return self._falling(self.lines, rows)

    def best(self, prices: Sequence[int], room: Sequence[int]) -> Best:
        """See ``Model``."""
        top, found = NOTHING
        for ceiling, outcome in zip(self.ceilings, self.outcomes, strict=True):
            if ceiling <= top:
                break
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
        for ceiling, outcome in zip(self.ceilings, self.outcomes, strict=True):
            if ceiling < floor:
                break
            gain = outcome.value
            for line, n in outcome.used:
                if n > room[line]:
                    break
                gain -= prices[line] * n
            else:
                if gain >= floor:
                    yield outcome


def _ceiling(row: tuple[int, Outcome]) -> int:
    return row[0]


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

    def above(self, reserve: Sequence[int]) -> GroupModel:
        """See :meth:`ListModel.above`."""
        return GroupModel(paying(self.members, reserve))

    def best(self, prices: Sequence[int], room: Sequence[int]) -> Best:
        """See ``Model``."""
        return max((m.best(prices, room) for m in self.members), key=lambda best: best[0])

    def nearly(self, prices: Sequence[int], room: Sequence[int], floor: int) -> Iterator[Outcome]:
        """See ``Model``."""
        for member in self.members:
            yield from member.nearly(prices, room, floor)


def paying(models: Iterable[Model], reserve: Sequence[int]) -> tuple[Model, ...]:
    """The models at prices that are nowhere below a reserve."""
    return tuple(
        model.above(reserve) if isinstance(model, (ListModel, GroupModel)) else model
        for model in models
    )
