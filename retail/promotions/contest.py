"""The exact best use of units that several offers compete for.

Shadow prices bound what is possible. An outcome whose regret, what it gains less than its offer's
best at these prices, is above the gap between the bound and what is asked for is in no answer.
Few outcomes are left; what falls asunder is solved apart, the rest is tried together.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from retail.promotions.components import connected
from retail.promotions.outcome import Outcome
from retail.promotions.reduced import Model
from retail.promotions.shadow import Contest, Room, Shadow, shadow_prices
from retail.promotions.together import Option, OutOfNodes, Together

ROUNDS = 80
OPTIONS = 4000
"""An offer with more possible outcomes than this is not searched through."""
TRIES = 6_000
"""How many steps one component may take before the best found so far has to do."""


@dataclass(frozen=True, slots=True)
class Found:
    """What offers take together, by promotion id, and its gain above what units gain anyway.

    In 1/10,000 minor unit.
    """

    gain: int
    taken: tuple[Outcome, ...]


def found_of(gain: int, taken: Iterable[Outcome]) -> Found:
    """The outcomes in the order of their promotions."""
    return Found(gain, tuple(sorted(taken, key=lambda outcome: outcome.promo_id)))


@dataclass(frozen=True, slots=True)
class Result:
    """The best found, and the bound that no choice exceeds (gain, 1/10,000 minor unit)."""

    found: Found
    bound: int

    @property
    def proved(self) -> bool:
        """True when nothing gains more."""
        return self.found.gain == self.bound


class ContestSearch:
    """Searches one component; ``rank`` orders choices of equal gain, smallest first."""

    def __init__(self, contest: Contest, rank: Ranking) -> None:
        self.root, self.rank = contest, rank
        self.tries = 0

    def best(self) -> Result:
        """The canonical choice among those with the greatest gain."""
        return self._solve(self.root, None)

    def within(self, least: int) -> list[Found] | None:
        """Every choice that gains at least ``least``; None when there are too many."""
        shadow = shadow_prices(self.root, least, ROUNDS, None)
        try:
            options = self._options(self.root, shadow, shadow.bound - least)
            together = Together(self.root, shadow, options, least, TRIES)
            return [found_of(gain, taken) for gain, taken in together]
        except OutOfNodes:
            return None

    def _solve(self, contest: Contest, prices: list[int] | None) -> Result:
        first, _ = greedy(contest, list(contest.reserve), frozenset())
        shadow = shadow_prices(contest, first.gain, ROUNDS, prices)
        if shadow.bound > first.gain:
            first = max(first, improved(contest, shadow.prices), key=lambda f: f.gain)
        try:
            options = self._options(contest, shadow, shadow.bound - first.gain)
        except OutOfNodes:
            return self._deepened(contest, shadow, first)
        pieces = asunder(contest, options)
        if [piece.models for piece in pieces] != [contest.models]:
            return self._joined([self._solve(piece, shadow.prices) for piece in pieces])
        return self._deepened(contest, shadow, first)

    def _joined(self, results: Sequence[Result]) -> Result:
        taken = [outcome for result in results for outcome in result.found.taken]
        gain = sum(result.found.gain for result in results)
        return Result(found_of(gain, taken), sum(result.bound for result in results))

    def _deepened(self, contest: Contest, shadow: Shadow, first: Found) -> Result:
        """Ask for much first, where little is possible, and for less until something is found."""
        bound, gap = shadow.bound, shadow.bound - first.gain
        try:
            for part in (16, 8, 4, 2, 1):
                least = shadow.bound - gap // part
                found = self._better(contest, shadow, max(least, first.gain + 1))
                if found is not None or part == 1:
                    first = found or first
                    break
                bound = max(least - 1, first.gain)
        except OutOfNodes:
            return Result(first, max(bound, first.gain))
        return Result(self._canonical(contest, shadow, first), first.gain)

    def _better(self, contest: Contest, shadow: Shadow, least: int) -> Found | None:
        """The most that can be gained from ``least`` on; None when nothing reaches it."""
        top = None
        if least <= shadow.bound:
            together = self._together(contest, shadow, least)
            for gain, taken in together:
                top, together.need = found_of(gain, taken), gain + 1
            self.tries += together.tries
        return top

    def _canonical(self, contest: Contest, shadow: Shadow, first: Found) -> Found:
        """The first in rank of all choices that gain as much; of those looked at, if too many."""
        top, key = first, self.rank.key(first)
        try:
            for gain, taken in self._together(contest, shadow, first.gain):
                other = found_of(gain, taken)
                rank = self.rank.key(other)
                if rank < key:
                    top, key = other, rank
        except OutOfNodes:
            pass
        return top

    def _together(self, contest: Contest, shadow: Shadow, least: int) -> Together:
        options = self._options(contest, shadow, shadow.bound - least)
        return Together(contest, shadow, options, least, TRIES - self.tries)

    def _options(self, contest: Contest, shadow: Shadow, gap: int) -> list[list[Option]]:
        """Per offer the outcomes that lose at most ``gap`` against the offer's best."""
        options = []
        for model, room, (best, _) in zip(
            contest.models, contest.rooms, shadow.wishes, strict=True
        ):
            found: list[Option] = []
            for outcome in model.nearly(shadow.prices, room, best - gap):
                gain = outcome.value - sum(shadow.prices[i] * n for i, n in outcome.used)
                if best - gain <= gap:
                    found.append((best - gain, outcome))
                    if len(found) > OPTIONS:
                        raise OutOfNodes
            options.append(found)
        return options


def asunder(contest: Contest, options: Sequence[Sequence[Option]]) -> list[Contest]:
    """The parts that are left when offers without options are gone."""
    kept = [at for at, found in enumerate(options) if found]
    rooms = [_wanted(contest, options[at]) for at in kept]
    links = [[i for i, n in enumerate(room) if n] for room in rooms]
    return [
        replace(
            contest,
            models=tuple(contest.models[kept[place]] for place in places),
            rooms=tuple(rooms[place] for place in places),
            lines=tuple(sorted({i for place in places for i in links[place]})),
        )
        for places in connected(links)
    ]


def _wanted(contest: Contest, options: Sequence[Option]) -> Room:
    """The most units per line that any of the options takes."""
    room = [0] * len(contest.capacity)
    for _, outcome in options:
        for i, n in outcome.used if outcome is not None else ():
            room[i] = max(room[i], n)
    return room


class Ranking:
    """The order of preference between choices of equal gain within a component.

    Source: pricing vectors, Optimum, 2 to 6.
    """

    def __init__(self, contest: Contest, rest: Sequence[int]) -> None:
        """``rest`` is the exact gain of a unit that no offer of the contest takes."""
        self.contest, self.rest = contest, rest

    def key(self, found: Found) -> tuple[object, ...]:
        """Smallest first."""
        discount = dict.fromkeys(self.contest.lines, 0)
        left = {i: self.contest.capacity[i] for i in self.contest.lines}
        for outcome in found.taken:
            for line, share in outcome.shares:
                discount[line] += share
            for line, n in outcome.used:
                left[line] -= n
        for line, n in left.items():
            discount[line] += (2 * n * self.rest[line] + 10_000) // 20_000
        used = tuple(self.contest.capacity[i] - left[i] for i in self.contest.lines)
        shares = tuple(
            tuple(-dict(outcome.shares).get(i, 0) for i in self.contest.lines)
            for outcome in found.taken
        )
        return (
            tuple(-discount[i] for i in self.contest.lines),
            len(found.taken),
            tuple(outcome.promo_id for outcome in found.taken),
            shares,
            used,
        )


def improved(contest: Contest, prices: list[int]) -> Found:
    """A good choice: greedy, then offers left out one at a time as long as that gains."""
    top, used = greedy(contest, prices, frozenset())
    again = True
    while again:
        again = False
        for at in used:
            other, others = greedy(contest, prices, frozenset({at}))
            if other.gain > top.gain:
                top, used, again = other, others, True
                break
    return top


def greedy(
    contest: Contest, prices: list[int], without: frozenset[int]
) -> tuple[Found, list[int]]:
    """The offer that gains most above the prices first, then the next with what is left.

    Returns:
        What was found, and the places of the offers that took something.
    """
    left, taken, used = list(contest.capacity), [], []
    open_places = [at for at in range(len(contest.models)) if at not in without]
    gain = 0
    for level in (prices, contest.reserve):
        while open_places:
            top, at = max(
                (contest.models[at].best(level, _room(contest, at, left))[0], -at)
                for at in open_places
            )
            if top <= 0:
                break
            open_places.remove(-at)
            outcome = realised(contest.models[-at], level, _room(contest, -at, left), top)
            above = 0 if outcome is None else contest.above(outcome)
            if outcome is not None and above > 0:
                gain += above
                taken.append(outcome)
                used.append(-at)
                for i, n in outcome.used:
                    left[i] -= n
    return found_of(gain, taken), used


def _room(contest: Contest, at: int, left: Sequence[int]) -> Room:
    return [min(a, b) for a, b in zip(contest.rooms[at], left, strict=True)]


def realised(
    model: Model, prices: Sequence[int], room: Sequence[int], gain: int
) -> Outcome | None:
    """An outcome with that gain, or the best of a few where the gain was only a bound."""
    found = islice(model.nearly(prices, room, gain), 1)
    return next(found, None) or max(
        islice(model.nearly(prices, room, 1), 50),
        key=lambda o: o.value - sum(prices[i] * n for i, n in o.used),
        default=None,
    )
