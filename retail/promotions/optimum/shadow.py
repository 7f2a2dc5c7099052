"""Shadow prices: what a unit is worth to the offers that compete for it.

Lagrangian relaxation of "each unit is consumed once": whatever the prices, the prices of all
units plus what each offer gains above them alone is an upper bound of what all gain together.
Subgradient steps lower it. All arithmetic is in integers, so the bound is exact everywhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from retail.promotions.item_lane.models.model import Best, Model
from retail.promotions.item_lane.models.wide import WideModel
from retail.promotions.item_lane.outcome import Outcome

Room = list[int]


@dataclass(frozen=True, slots=True)
class Shadow:
    """Prices per unit of each line, the bound they give, and what each offer would take.

    Wide sets come last.
    """

    bound: int
    prices: list[int]
    wishes: tuple[Best, ...]


@dataclass(frozen=True, slots=True)
class Contest:
    """Offers that compete for units.

    Attributes:
        rooms: per offer the most units it may take per line.
        capacity: units per line.
        reserve: what a unit gains anyway, without these offers.
        lines: the lines that any of the offers may take.
        wide: sets that take units all over the basket, decided when all others are.
    """

    models: tuple[Model, ...]
    rooms: tuple[Room, ...]
    capacity: Sequence[int]
    reserve: Sequence[int]
    lines: tuple[int, ...]
    wide: WideModel | None = None

    def wishes(self, prices: Sequence[int]) -> list[Best]:
        """What each offer would take at these prices."""
        wishes = [
            model.best(prices, room) for model, room in zip(self.models, self.rooms, strict=True)
        ]
        if self.wide is not None:
            wishes.append(self.wide.best(prices, self.capacity))
        return wishes

    def wishes_after(
        self, wishes: Sequence[Best], prices: Sequence[int], moved: AbstractSet[int]
    ) -> list[Best]:
        """The wishes when the prices of some lines have moved: who takes none of them stays."""
        after = list(wishes)
        for at, model in enumerate(self.models):
            if not moved.isdisjoint(model.lines):
                after[at] = model.best(prices, self.rooms[at])
        if self.wide is not None:
            after[-1] = self.wide.best(prices, self.capacity)
        return after

    def above(self, outcome: Outcome) -> int:
        """What an outcome gains above the reserve."""
        return outcome.value - sum(self.reserve[i] * n for i, n in outcome.used)

    def demand(self, wishes: Sequence[Best]) -> dict[int, int]:
        """Units wished for per line."""
        demand = dict.fromkeys(self.lines, 0)
        for _, used in wishes:
            for line, n in used:
                demand[line] += n
        return demand


def shadow_prices(contest: Contest, need: int, rounds: int, start: list[int] | None) -> Shadow:
    """The lowest bound that so many rounds find.

    Args:
        need: a sum that is reached already; a bound below it ends the search for a better one.
        start: prices to begin with, by default what units gain anyway.
    """
    prices = list(start) if start is not None else list(contest.reserve)
    best, slack, stale = None, 64, 0
    wishes: list[Best] = []
    moved: AbstractSet[int] = frozenset()
    for _ in range(rounds):
        wishes = contest.wishes_after(wishes, prices, moved) if moved else contest.wishes(prices)
        demand = contest.demand(wishes)
        bound = sum(w[0] for w in wishes) + sum(
            (prices[i] - contest.reserve[i]) * contest.capacity[i] for i in contest.lines
        )
        if best is None or bound < best.bound:
            best, stale = Shadow(bound, list(prices), tuple(wishes)), 0
        else:
            stale += 1
            if stale == 4:
                slack, stale = slack // 2, 0
        if best.bound < need or not slack:
            break
        moved = _step(contest, prices, demand, max(bound - need, 1) * slack)
        if not moved:
            break
    assert best is not None  # noqa: S101 (there is at least one round)
    return best


def _step(
    contest: Contest, prices: list[int], demand: dict[int, int], size: int
) -> AbstractSet[int]:
    """Raise the prices of what is wished for too often, lower those of what is left; in place.

    ``size`` is in 1/64. Returns the lines whose price moves; where none does, the wishes are an
    optimum.
    """
    moves = {}
    for line in contest.lines:
        excess = demand[line] - contest.capacity[line]
        if excess > 0 or (excess < 0 and prices[line] > contest.reserve[line]):
            moves[line] = excess
    norm = 64 * sum(move * move for move in moves.values())
    for line, move in moves.items():
        change = size * move // norm or (1 if move > 0 else -1)
        prices[line] = max(contest.reserve[line], prices[line] + change)
    return moves.keys()
