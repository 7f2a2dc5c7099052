"""The basket lane on a large basket: which item choices near the best are worth its rounding.

Basket promotions see line amounts that were rounded, so an item choice that gains a little less
can leave a little more. Choices within that little are few; they are listed block by block
(a component, or a line of single offers) and their combinations are priced exactly.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from retail.promotions.item_lane.offers import unit_gain
from retail.promotions.item_lane.outcome import Outcome
from retail.promotions.optimum.found import Found
from retail.promotions.optimum.lane import Component, Solution, near, unused
from retail.promotions.optimum.memory import Memory
from retail.promotions.optimum.scenario import FINE
from retail.promotions.optimum.singles import Counts
from retail.promotions.rules import EXACT

MOST_OPTIONS = 200
MOST_COMBINATIONS = 600
MOST_SUMS = 4_000


Chain = tuple["Option", "Chain | None"]
"""An option, and what was chosen before."""


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


@dataclass(frozen=True, slots=True)
class Stakes:
    """What the basket lane makes of item choices.

    Attributes:
        slopes: per line what a minor unit less takes from the basket lane, in finer units.
        slack: what a choice may lose against the best item lane, in 1/10,000 minor unit.
        need: what a choice must be worth by now, in finer units.
        offer: takes the outcomes of a choice; False when it is inadmissible.
        shared: the lines of all basket promotions where they are the same, and what these give
            for an item discount on them; None where scopes differ.
    """

    slopes: Sequence[int]
    slack: int
    need: Callable[[], int]
    offer: Callable[[list[Outcome]], bool]
    shared: tuple[frozenset[int], Callable[[int], int | None]] | None


def refined(solution: Solution, memory: Memory, stakes: Stakes) -> bool:
    """Offer every item choice within the slack that may still be worth enough.

    Returns:
        False when there was too much to look at all of it.
    """
    search = _Refinement(solution, memory, stakes)
    try:
        blocks = search.blocks()
        if stakes.shared is not None:
            search.by_sums(blocks, *stakes.shared)
        else:
            for items in search.combinations(blocks, stakes.need):
                stakes.offer(items)
    except TooMany:
        return False
    return True


class _Refinement:
    def __init__(self, solution: Solution, memory: Memory, stakes: Stakes) -> None:
        self.solution, self.memory, self.stakes = solution, memory, stakes
        self.slopes, self.slack = stakes.slopes, stakes.slack
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
                worth += FINE * gain - self.slopes[line] * ((2 * gain + EXACT) // (2 * EXACT))
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
                    yield from go(
                        at + 1, loss + option.loss, worth + option.worth, [*taken, option]
                    )

        return go(0, 0, 0, [])

    def by_sums(
        self,
        blocks: Sequence[Sequence[Option]],
        lines: frozenset[int],
        given: Callable[[int], int | None],
    ) -> None:
        """Offer the choice with the best sum: only what is taken off the shared lines counts.

        Per item discount on these lines the choice that gains most is kept, block by block.
        """
        kept: dict[int, tuple[int, Chain | None]] = {0: (0, None)}
        for block in blocks:
            fresh: dict[int, tuple[int, Chain | None]] = {}
            for option in block:
                gain, share = self._sums(option, lines)
                for before, (total, chain) in kept.items():
                    at = before + share
                    if at not in fresh or total + gain > fresh[at][0]:
                        fresh[at] = (total + gain, (option, chain))
            if len(fresh) > MOST_SUMS:
                raise TooMany
            kept = fresh
        worth = [
            (gain + EXACT * lane, -share, chain)
            for share, (gain, chain) in kept.items()
            if (lane := given(share)) is not None
        ]
        most = max((row[0] for row in worth), default=0)
        for total, _, chain in sorted(worth, key=lambda row: row[1]):
            if total == most and not self.stakes.offer(self._items(_taken(chain))):
                # A rule that sums do not see bars it: nothing is known of the next best.
                raise TooMany

    def _sums(self, option: Option, lines: frozenset[int]) -> tuple[int, int]:
        """An option's gain, and its rounded discount on some lines."""
        board = self.solution.board
        gain = sum(outcome.value for outcome in option.outcomes)
        share = sum(n for o in option.outcomes for i, n in o.shares if i in lines)
        for line, way in option.counts:
            for place, n in way:
                exact = n * unit_gain(self.singles.offers[place].mechanic, board.prices[line])
                gain += exact
                if line in lines:
                    share += (2 * exact + EXACT) // (2 * EXACT)
        return gain, share

    def _items(self, taken: Sequence[Option]) -> list[Outcome]:
        items = [outcome for option in taken for outcome in option.outcomes]
        counts = {line: way for option in taken for line, way in option.counts}
        return items + self.singles.outcomes(counts)


def _taken(chain: Chain | None) -> list[Option]:
    taken = []
    while chain is not None:
        taken.append(chain[0])
        chain = chain[1]
    return taken


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
