"""Sets that may take units all over the basket, decided jointly: one pass over the units.

Each set is a cycle: payers and rewarded units in turn, from dear to cheap. The state is the place
in the cycle of every set at once, so that what several of them take together is exact.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from retail.promotions.item_lane.dealing import each_dearer
from retail.promotions.item_lane.offers import UNLIMITED, Board, Offer, unit_gain
from retail.promotions.item_lane.outcome import Outcome, Units, make_outcome
from retail.promotions.rules import EXACT, BuyGet, CheapestFree, NFor

MOST_STATES = 72

Path = tuple[tuple[int, int, int], ...]
"""Of every unit taken the cycle's place, the line and the gain."""


@dataclass(frozen=True, slots=True)
class Cycle:
    """A set as a cycle of ``length`` units; from ``least`` on it may be left off.

    Attributes:
        gains: per line what a unit gains first, as another payer, and rewarded.
        payers: how many units of the cycle are not rewarded.
    """

    offer: Offer
    length: int
    least: int
    payers: int
    gains: dict[int, tuple[int, int, int]]

    def allows(self, place: int, line: int) -> bool:
        """False for a unit that would be rewarded with nothing, unless others are beside it."""
        beside = isinstance(self.offer.mechanic, CheapestFree) and self.length - self.payers > 1
        return place < self.payers or beside or self.gain(place, line) > 0

    def each_gains(self, units: Sequence[int]) -> bool:
        """True when units of these prices can be dealt into sets that all gain something."""
        mechanic = self.offer.mechanic
        return not isinstance(mechanic, NFor) or each_dearer(units, mechanic)

    def gain(self, place: int, line: int) -> int:
        """What a unit of a line gains at a place of the cycle."""
        first, payer, reward = self.gains[line]
        if place == 0:
            return first
        return payer if place < self.payers else reward


def cycle_of(offer: Offer, board: Board) -> Cycle | None:
    """The offer as a cycle; None when it is limited or of another kind."""
    if not offer.unlimited or offer.cap < UNLIMITED:
        return None
    prices = {i: board.prices[i] for i in offer.lines}
    rewards = {i: unit_gain(offer.mechanic, price) for i, price in prices.items()}
    match offer.mechanic:
        case NFor(n=n, price=price):
            worth = {i: EXACT * p for i, p in prices.items()}
            gains = {i: (w - EXACT * price, w, w) for i, w in worth.items()}
            return Cycle(offer, n, n, n, gains)
        case CheapestFree(n=n, free=free) if free < n:
            return Cycle(offer, n, n, n - free, {i: (0, 0, g) for i, g in rewards.items()})
        case BuyGet(equal_or_lesser=True, buy_qty=buy, get_qty=get) if (
            offer.roles[0] == offer.roles[1]
        ):
            gains = {i: (0, 0, g) for i, g in rewards.items()}
            return Cycle(offer, buy + get, buy + 1, buy, gains)
        case _:
            return None


class Walk:
    """What cycles gain at certain prices: lines with the room they had before are passed once."""

    def __init__(
        self,
        order: Sequence[int],
        steps: dict[int, list[tuple[int, int, int]]],
        states: int,
        ends: Sequence[int],
    ) -> None:
        """``steps``: per line from state, to state, and what a unit gains above its price."""
        self._order, self._steps, self._ends = order, steps, ends
        start = [-UNLIMITED] * states
        start[0] = 0
        self._rooms: list[int] = []
        self._layers = [start]

    def worth(self, room: Sequence[int]) -> int:
        """The most that can be gained with so many units per line."""
        same = 0
        for line, known in zip(self._order, self._rooms, strict=False):
            if room[line] != known:
                break
            same += 1
        del self._rooms[same:], self._layers[same + 1 :]
        for line in self._order[same:]:
            self._rooms.append(room[line])
            self._layers.append(self._passed(line, room[line]))
        return max([self._layers[-1][end] for end in self._ends])

    def _passed(self, line: int, units: int) -> list[int]:
        """Per state the most that is gained when the line is passed too."""
        values = self._layers[-1]
        for _ in range(units):
            before, values = values, values[:]
            for a, b, gain in self._steps[line]:
                value = before[a] + gain
                if value > values[b]:  # noqa: PLR1730 (``max`` takes twice as long)
                    values[b] = value
        return values


class WideModel:
    """Several cycles over the same board."""

    def __init__(self, cycles: Sequence[Cycle], board: Board) -> None:
        self.cycles, self.board = tuple(cycles), board
        self.lines = tuple(sorted({i for cycle in cycles for i in cycle.gains}))
        self.order = sorted(self.lines, key=lambda i: (-board.prices[i], -i))
        states = list(product(*(range(cycle.length) for cycle in cycles)))
        at = {state: place for place, state in enumerate(states)}
        self._states = len(states)
        self._ends = [
            place
            for state, place in at.items()
            if all(p == 0 or p >= c.least for p, c in zip(state, cycles, strict=True))
        ]
        # Per way of taking a unit: from state, to state, the cycle, the place it takes there.
        self._moves: list[tuple[int, int, int, int]] = []
        for state, place in at.items():
            for which, cycle in enumerate(cycles):
                own = state[which]
                for taken in (own,) if own < cycle.least else (own, 0):
                    after = (*state[:which], (taken + 1) % cycle.length, *state[which + 1 :])
                    self._moves.append((place, at[after], which, taken))
        self._steps = {line: self._steps_of(line) for line in self.lines}

    def _steps_of(self, line: int) -> list[tuple[int, int, int, int]]:
        """The moves that a unit of the line can make: from, to, gain, place among all moves."""
        return [
            (before, after, self.cycles[which].gain(taken, line), place)
            for place, (before, after, which, taken) in enumerate(self._moves)
            if line in self.cycles[which].gains and self.cycles[which].allows(taken, line)
        ]

    def worth(self, prices: Sequence[int], room: Sequence[int]) -> int:
        """The most that the cycles can gain above the prices."""
        return self.walk(prices).worth(room)

    def walk(self, prices: Sequence[int]) -> Walk:
        """For many questions at the same prices."""
        steps = {
            line: [(a, b, gain - prices[line]) for a, b, gain, _ in self._steps[line]]
            for line in self.lines
        }
        return Walk(self.order, steps, self._states, self._ends)

    def best(self, prices: Sequence[int], room: Sequence[int]) -> tuple[int, Units]:
        """See ``Model``."""
        gain, path = self.best_path(prices, room)
        used: dict[int, int] = {}
        for _, line, _ in path:
            used[line] = used.get(line, 0) + 1
        return gain, tuple(sorted(used.items()))

    def best_path(self, prices: Sequence[int], room: Sequence[int]) -> tuple[int, Path]:
        """The most that the cycles can gain above the prices, and how."""
        values = [-UNLIMITED] * self._states
        values[0] = 0
        passed: list[tuple[int, list[int]]] = []
        for line in self.order:
            if room[line]:
                price = prices[line]
                steps = [(a, b, gain - price, place) for a, b, gain, place in self._steps[line]]
                for _ in range(room[line]):
                    before, came = values[:], [-1] * self._states
                    for a, b, gain, place in steps:
                        value = before[a] + gain
                        if value > values[b]:
                            values[b], came[b] = value, place
                    passed.append((line, came))
        at = max(self._ends, key=lambda end: values[end])
        return values[at], self._path(passed, at)

    def _path(self, passed: Sequence[tuple[int, list[int]]], at: int) -> Path:
        path = []
        for line, came in reversed(passed):
            if came[at] >= 0:
                at, _, which, taken = self._moves[came[at]]
                path.append((which, line, self.cycles[which].gain(taken, line)))
        return tuple(path)

    def outcomes(self, path: Path) -> list[Outcome]:
        """What the promotions take along a path; a set that gains nothing takes nothing."""
        found = []
        for which, cycle in enumerate(self.cycles):
            used: dict[int, int] = {}
            exact: dict[int, int] = {}
            begun = 0
            for own, line, gain in path:
                if own == which:
                    used[line] = used.get(line, 0) + 1
                    exact[line] = exact.get(line, 0) + gain
                    begun += gain == cycle.gains[line][0]
            prices = (self.board.prices[i] for i, n in used.items() for _ in range(n))
            if used and cycle.each_gains(sorted(prices)):
                outcome = make_outcome(
                    cycle.offer,
                    self.board,
                    used=used,
                    exact=exact,
                    total=sum(exact.values()),
                    applications=self._times(cycle, sum(used.values()), begun),
                )
                if outcome is not None:
                    found.append(outcome)
        return found

    def _times(self, cycle: Cycle, units: int, unrewarded: int) -> int:
        if cycle.least == cycle.length:
            return units // cycle.length
        return unrewarded // cycle.payers

    def paths(self, prices: Sequence[int], room: Sequence[int], floor: int) -> Iterator[Path]:
        """Every way that gains at least ``floor``."""
        units = [line for line in self.order for _ in range(room[line])]
        ahead = self._ahead(prices, units)

        def go(at: int, state: int, gain: int, path: Path) -> Iterator[Path]:
            if gain + ahead[at][state] < floor:
                return
            if at == len(units):
                yield path
                return
            line = units[at]
            for before, after, more, place in self._steps[line]:
                if before == state:
                    step = (self._moves[place][2], line, more)
                    yield from go(at + 1, after, gain + more - prices[line], (*path, step))
            # Units of a line are alike: once one is left, so are the others.
            rest = at
            while rest < len(units) and units[rest] == line:
                rest += 1
            yield from go(rest, state, gain, path)

        return go(0, 0, 0, ())

    def _ahead(self, prices: Sequence[int], units: Sequence[int]) -> list[list[int]]:
        """Per unit passed and state the most that can still be gained."""
        layer = [-UNLIMITED] * self._states
        for end in self._ends:
            layer[end] = 0
        layers = [layer]
        for line in reversed(units):
            fresh = layer[:]
            for before, after, gain, _ in self._steps[line]:
                fresh[before] = max(fresh[before], layer[after] + gain - prices[line])
            layers.append(fresh)
            layer = fresh
        return layers[::-1]
