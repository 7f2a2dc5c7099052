"""Sets that may take units all over the basket, decided jointly: one pass over the units.

Each set is a cycle: payers and rewarded units in turn, from dear to cheap. The state is the place
in the cycle of every set at once, so that what several of them take together is exact.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

from retail.promotions.offers import UNLIMITED, Board, Offer, unit_gain
from retail.promotions.outcome import Outcome, Units, make_outcome
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

    def gain(self, place: int, line: int) -> int:
        """What a unit of a line gains at a place of the cycle."""
        first, payer, reward = self.gains[line]
        if place == 0:
            return first
        return payer if place < self.payers else reward


def cycle_of(offer: Offer, board: Board) -> Cycle | None:
    """The offer as a cycle; None when it is limited or of another kind."""
    if not offer.applications == offer.units == offer.cap == UNLIMITED:
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


class WideModel:
    """Several cycles over the same board."""

    def __init__(self, cycles: Sequence[Cycle], board: Board) -> None:
        self.cycles, self.board = tuple(cycles), board
        self.lines = tuple(sorted({i for cycle in cycles for i in cycle.gains}))
        self.order = sorted(self.lines, key=lambda i: (-board.prices[i], -i))
        states = list(product(*(range(cycle.length) for cycle in cycles)))
        self._at = {state: at for at, state in enumerate(states)}
        self._moves = [self._moves_of(state) for state in states]
        self._done = [
            all(p == 0 or p >= c.least for p, c in zip(state, cycles, strict=True))
            for state in states
        ]

    def _moves_of(self, state: tuple[int, ...]) -> list[tuple[int, int, int]]:
        """Per way of taking a unit: the next state, the cycle, the place it takes there."""
        moves = []
        for which, (place, cycle) in enumerate(zip(state, self.cycles, strict=True)):
            places = [place] if place < cycle.least or place == 0 else [place, 0]
            for taken in places:
                after = [*state]
                after[which] = (taken + 1) % cycle.length
                moves.append((self._at[tuple(after)], which, taken))
        return moves

    def best(self, prices: Sequence[int], room: Sequence[int]) -> tuple[int, Units]:
        """See ``Model`` in :mod:`retail.promotions.reduced`."""
        gain, path = self.best_path(prices, room)
        used: dict[int, int] = {}
        for _, line, _ in path:
            used[line] = used.get(line, 0) + 1
        return gain, tuple(sorted(used.items()))

    def best_path(self, prices: Sequence[int], room: Sequence[int]) -> tuple[int, Path]:
        """The most that the cycles can gain above the prices, and how."""
        values = [-UNLIMITED] * len(self._moves)
        values[0] = 0
        steps: list[tuple[int, list[tuple[int, int, int] | None]]] = []
        for line in self.order:
            if room[line]:
                gains = self._line_gains(line, prices[line])
                for _ in range(room[line]):
                    values, came = self._pass(values, gains)
                    steps.append((line, came))
        at = max((s for s, done in enumerate(self._done) if done), key=lambda s: values[s])
        gain, path = values[at], []
        for line, came in reversed(steps):
            move = came[at]
            if move is not None:
                at, which, place = move
                path.append((which, line, self.cycles[which].gain(place, line)))
        return gain, tuple(path)

    def _line_gains(self, line: int, price: int) -> list[list[int] | None]:
        return [
            [cycle.gain(place, line) - price for place in range(cycle.length)]
            if line in cycle.gains
            else None
            for cycle in self.cycles
        ]

    def _pass(
        self, values: list[int], gains: list[list[int] | None]
    ) -> tuple[list[int], list[tuple[int, int, int] | None]]:
        """The values after one more unit, and from where each was reached."""
        fresh = values[:]
        came: list[tuple[int, int, int] | None] = [None] * len(values)
        for state, value in enumerate(values):
            if value <= -UNLIMITED:
                continue
            for after, which, place in self._moves[state]:
                own = gains[which]
                if own is not None and value + own[place] > fresh[after]:
                    fresh[after] = value + own[place]
                    came[after] = (state, which, place)
        return fresh, came

    def outcomes(self, path: Path) -> list[Outcome]:
        """What the promotions take along a path."""
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
            if used:
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
        gains = {line: self._line_gains(line, prices[line]) for line in self.order}

        @lru_cache(maxsize=None)
        def ahead(at: int, state: int) -> int:
            """The most that can still be gained."""
            if at == len(units):
                return 0 if self._done[state] else -UNLIMITED
            top = ahead(at + 1, state)
            for after, which, place in self._moves[state]:
                own = gains[units[at]][which]
                if own is not None:
                    top = max(top, own[place] + ahead(at + 1, after))
            return top

        def go(at: int, state: int, gain: int, path: Path) -> Iterator[Path]:
            if gain + ahead(at, state) < floor:
                return
            if at == len(units):
                yield path
                return
            line = units[at]
            for after, which, place in self._moves[state]:
                own = gains[line][which]
                if own is not None:
                    step = (which, line, self.cycles[which].gain(place, line))
                    yield from go(at + 1, after, gain + own[place], (*path, step))
            # Units of a line are alike: once one is left, so are the others.
            rest = at
            while rest < len(units) and units[rest] == line:
                rest += 1
            yield from go(rest, state, gain, path)

        # From the cheap end on, so that no call goes deep.
        for at in range(len(units), -1, -8):
            for state in range(len(self._moves)):
                ahead(at, state)
        return go(0, 0, 0, ())
