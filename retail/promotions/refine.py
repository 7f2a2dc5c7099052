"""The basket lane on a large basket: which item choices near the best are worth its rounding.

Basket promotions see line amounts that were rounded, so an item choice that gains a little less
can leave a little more. Choices within that little are few; they are listed block by block
(a component, or a line of single offers) and their combinations are priced exactly.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from retail.promotions.contest import Found
from retail.promotions.lane import Component, Memory, Solution, may_be_near, near, unused
from retail.promotions.offers import unit_gain
from retail.promotions.outcome import Outcome
from retail.promotions.scenario import FINE
from retail.promotions.singles import Counts

MOST_OPTIONS = 60
MOST_COMBINATIONS = 600


class TooMany(Exception):  # noqa: N818 (a signal within this module, no error)
    """There is too much to be looked at."""


@dataclass(frozen=True, slots=True)
class Option:
    """What a block may do: outcomes of its offers and units for single ones.

    Attributes:
        loss: what it gains less than the block's best, in 1/10,000 minor unit.
        worth: its gain less what it takes from the basket lane's bound, in finer units.
    """

    loss: int
    worth: int
    outcomes: tuple[Outcome, ...]
    counts: tuple[tuple[int, Counts], ...]


def refined(
    solution: Solution,
    memory: Memory,
    *,
    slopes: Sequence[int],
    slack: int,
    need: Callable[[], int],
    offer: Callable[[list[Outcome]], None],
) -> bool:
    """Offer every item choice that loses at most ``slack`` and may still be worth enough.

    Args:
        slopes: per line what a minor unit less takes from the basket lane, in finer units.
        slack: 1/10,000 minor unit.
        need: what a choice must be worth by now, in finer units.
        offer: takes the outcomes of a choice.

    Returns:
        False when there was too much to look at all of it.
    """
    if may_be_near(solution, slack, memory):
        return False
    search = _Refinement(solution, memory, slopes, slack)
    try:
        blocks = search.blocks()
        for items in search.combinations(blocks, need):
            offer(items)
    except TooMany:
        return False
    return True


class _Refinement:
    def __init__(
        self, solution: Solution, memory: Memory, slopes: Sequence[int], slack: int
    ) -> None:
        self.solution, self.memory, self.slopes, self.slack = solution, memory, slopes, slack
        self.singles = solution.singles

    def blocks(self) -> list[list[Option]]:
        """The options of every component and of every line of single offers."""
        inside: set[int] = set()
        found = []
        for part, result in self.solution.parts:
            inside.update(part.lines)
            listed = near(part, result, self.slack, self.memory)
            if listed is None:
                raise TooMany
            options = [o for choice in listed for o in self._component(part, result.bound, choice)]
            found.append(self._sorted(options))
        for line, units in enumerate(self.solution.board.units):
            if line not in inside and self.singles.best[line]:
                ways = self._line(line, units)
                found.append(
                    self._sorted([self._option(loss, (), ((line, way),)) for loss, way in ways])
                )
        return found

    def _sorted(self, options: list[Option]) -> list[Option]:
        if len(options) > MOST_OPTIONS:
            raise TooMany
        return sorted(options, key=lambda option: -option.worth)

    def _component(self, part: Component, bound: int, choice: Found) -> Iterator[Option]:
        outcomes = tuple(part.placed(choice))
        left = unused(self.solution.board, outcomes)
        lines = [i for i in part.lines if left[i] and self.singles.best[i]]
        ways = [[(loss, (i, way)) for loss, way in self._line(i, left[i])] for i in lines]
        for picked in product(*ways):
            loss = bound - choice.gain + sum(lost for lost, _ in picked)
            if loss <= self.slack:
                yield self._option(loss, outcomes, tuple(row for _, row in picked))

    def _line(self, line: int, units: int) -> Iterator[tuple[int, Counts]]:
        """The ways of single offers on a line that lose little, with their loss."""
        board, offers = self.solution.board, self.singles.offers
        gains = {
            place: unit_gain(offer.mechanic, board.prices[line])
            for place, offer in enumerate(offers)
            if line in offer.roles[0]
        }
        most = self.singles.gains[line]
        useful = [p for p, gain in gains.items() if gain and most - gain <= self.slack]
        yield from _ways(useful, gains, most, units, self.slack)

    def _option(
        self,
        loss: int,
        outcomes: tuple[Outcome, ...],
        counts: tuple[tuple[int, Counts], ...],
    ) -> Option:
        worth = 0
        for outcome in outcomes:
            worth += FINE * outcome.value
            worth -= sum(self.slopes[i] * share for i, share in outcome.shares)
        board = self.solution.board
        for line, way in counts:
            for place, n in way:
                gain = n * unit_gain(self.singles.offers[place].mechanic, board.prices[line])
                worth += FINE * gain - self.slopes[line] * ((2 * gain + 10_000) // 20_000)
        return Option(loss, worth, outcomes, counts)

    def combinations(
        self, blocks: Sequence[Sequence[Option]], need: Callable[[], int]
    ) -> Iterator[list[Outcome]]:
        """The choices that keep within the slack and are worth enough."""
        order = sorted((block for block in blocks if block), key=len)
        rest = [0]
        for block in reversed(order):
            rest.append(rest[-1] + max(option.worth for option in block))
        rest.reverse()
        looked = 0

        def go(at: int, loss: int, worth: int, taken: list[Option]) -> Iterator[list[Outcome]]:
            nonlocal looked
            looked += 1
            if looked > MOST_COMBINATIONS + len(order):
                raise TooMany
            if at == len(order):
                yield self._items(taken)
                return
            for option in order[at]:
                if worth + option.worth + rest[at + 1] < need():
                    break
                if loss + option.loss <= self.slack:
                    yield from go(at + 1, loss + option.loss, worth + option.worth, [*taken, option])

        return go(0, 0, 0, [])

    def _items(self, taken: Sequence[Option]) -> list[Outcome]:
        items = [outcome for option in taken for outcome in option.outcomes]
        counts = {line: way for option in taken for line, way in option.counts}
        return items + self.singles.outcomes(counts)


def _ways(
    places: Sequence[int], gains: dict[int, int], most: int, units: int, slack: int
) -> Iterator[tuple[int, Counts]]:
    """Units per offer that lose at most ``slack`` against all units at the most, or none."""
    if not places:
        if units * most <= slack:
            yield units * most, ()
        return
    own, rest = places[0], places[1:]
    for n in range(units, -1, -1):
        lost = n * (most - gains[own])
        if lost <= slack:
            for loss, way in _ways(rest, gains, most, units - n, slack - lost):
                yield lost + loss, (((own, n),) if n else ()) + way


