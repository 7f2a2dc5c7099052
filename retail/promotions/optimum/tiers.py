"""Quantity tiers over many lines: a rate that holds for every unit once enough are bought.

With its rate taken for granted a tier decides each unit alone, like a single offer, and bounds
what is possible. Only where the best choice then falls short of the tier's minimum are lower
tiers, none, and units added to reach it looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from retail.promotions.item_lane.offers import UNLIMITED, Board, Offer, unit_gain
from retail.promotions.item_lane.outcome import Outcome, make_outcome
from retail.promotions.optimum.found import Found, Result, found_of
from retail.promotions.rules import QuantityTier, TierQuantity

MOST_CHOICES = 200
STEPS = 6

Rates = tuple[int, ...]
"""Per tier offer the tier that is taken for granted, counted from the lowest; -1 for none."""


def spread(offer: Offer, board: Board, listed: int) -> bool:
    """True for a quantity tier that is best decided unit by unit.

    It has no limit, its higher tiers give no unit less, and it has more than ``listed`` outcomes.
    """
    mechanic = offer.mechanic
    if not isinstance(mechanic, TierQuantity) or offer.promotion.exclusive_group is not None:
        return False
    if min(offer.units, offer.cap) < UNLIMITED:
        return False
    ways = 1
    for line in offer.lines:
        ways *= board.units[line] + 1
    gains = [[unit_gain(tier, board.prices[i]) for tier in mechanic.tiers] for i in offer.lines]
    return ways > listed and all(rates == sorted(rates) for rates in gains)


@dataclass(frozen=True, slots=True)
class _Relaxed:
    """The best when some tiers are taken for granted."""

    rates: Rates
    rest: Found
    bound: int
    takes: tuple[dict[int, int], ...]

    def short(self, offers: Sequence[Offer]) -> list[int]:
        """The tiers that take units, but too few."""
        return [
            at
            for at, takes in enumerate(self.takes)
            if 0 < sum(takes.values()) < _tiers(offers[at])[self.rates[at]].minimum
        ]


def _tiers(offer: Offer) -> tuple[QuantityTier, ...]:
    assert isinstance(offer.mechanic, TierQuantity)  # noqa: S101 (``spread`` saw to it)
    return offer.mechanic.tiers


class TierSearch:
    """Searches the tiers of one component; ``solve`` solves the rest for a given reserve."""

    def __init__(
        self,
        board: Board,
        reserve: Sequence[int],
        offers: Sequence[Offer],
        solve: Callable[[tuple[int, ...]], Result],
    ) -> None:
        self.board, self.reserve, self.offers, self.solve = board, reserve, offers, solve
        self.best: Found | None = None
        self.doubtful: list[tuple[Rates, int, int, int]] = []

    def result(self) -> Result:
        """The best choice, and the bound of all."""
        waiting: list[Rates] = [tuple(len(_tiers(o)) - 1 for o in self.offers)]
        seen = set(waiting)
        tried = 0
        while waiting and tried < MOST_CHOICES:
            tried += 1
            relaxed = self._relaxed(waiting.pop())
            if self.best is not None and relaxed.bound <= self.best.gain:
                continue
            for rates in self._settled(relaxed):
                if rates not in seen:
                    seen.add(rates)
                    waiting.append(rates)
        bounds = [self._relaxed(rates).bound for rates in waiting]
        bounds += [self._forced(*doubt) for doubt in self.doubtful]
        assert self.best is not None  # noqa: S101 (every relaxed choice leaves one)
        return Result(self.best, max([self.best.gain, *bounds]))

    def _forced(self, rates: Rates, at: int, bound: int, price: int) -> int:
        """A bound of all choices in which one tier reaches its minimum.

        Every unit of the tier earns ``price`` more, which the whole minimum pays for: Lagrange.
        """
        assert self.best is not None  # noqa: S101 (every relaxed choice leaves one)
        low, high = 0, price
        for _ in range(STEPS):
            if bound <= self.best.gain or at < 0:
                break
            earned = (low + high) // 2
            relaxed = self._relaxed(rates, at, earned)
            minimum = _tiers(self.offers[at])[rates[at]].minimum
            bound = min(bound, relaxed.bound - earned * minimum)
            self._keep(relaxed, self._filled(relaxed, relaxed.short(self.offers)))
            # The bound is convex in the price: towards where just the minimum is taken.
            if sum(relaxed.takes[at].values()) < minimum:
                low = earned
            else:
                high = earned
        return bound

    def _gain(self, at: int, rate: int, line: int) -> int:
        return unit_gain(_tiers(self.offers[at])[rate], self.board.prices[line])

    def _relaxed(self, rates: Rates, wanted: int = -1, price: int = 0) -> _Relaxed:
        """Solve with tiers taken for granted; units of the ``wanted`` one earn ``price`` more."""
        raised = list(self.reserve)
        owner: dict[int, int] = {}
        for at, rate in enumerate(rates):
            for line in self.offers[at].lines if rate >= 0 else ():
                gain = self._gain(at, rate, line) + (price if at == wanted else 0)
                if gain > raised[line]:
                    raised[line], owner[line] = gain, at
        result = self.solve(tuple(raised))
        lift = sum(
            (new - old) * n
            for new, old, n in zip(raised, self.reserve, self.board.units, strict=True)
        )
        left = list(self.board.units)
        for outcome in result.found.taken:
            for line, n in outcome.used:
                left[line] -= n
        takes: tuple[dict[int, int], ...] = tuple({} for _ in self.offers)
        for line, at in owner.items():
            if left[line]:
                takes[at][line] = left[line]
        return _Relaxed(rates, result.found, result.bound + lift, takes)

    def _settled(self, relaxed: _Relaxed) -> list[Rates]:
        """Keep what the relaxed choice really gives; what to look at where a tier falls short."""
        short = relaxed.short(self.offers)
        self._keep(relaxed, self._filled(relaxed, short))
        if not short:
            # The result of the rest may itself be unproved.
            self.doubtful.append((relaxed.rates, -1, relaxed.bound, 0))
            return []
        at, rate = short[0], relaxed.rates[short[0]]
        gains = [self._gain(at, rate, line) for line in self.offers[at].lines]
        self.doubtful.append((relaxed.rates, at, relaxed.bound, 2 * max(gains)))
        return [(*relaxed.rates[:at], lower, *relaxed.rates[at + 1 :]) for lower in range(-1, rate)]

    def _filled(self, relaxed: _Relaxed, short: Sequence[int]) -> tuple[dict[int, int], ...]:
        """The takes with units added where a tier falls short, cheapest first, or without it."""
        takes = tuple(dict(own) for own in relaxed.takes)
        for at in short:
            rate = relaxed.rates[at]
            missing = _tiers(self.offers[at])[rate].minimum - sum(takes[at].values())
            free = list(self.board.units)
            for used in (*(o.used for o in relaxed.rest.taken), *(t.items() for t in takes)):
                for line, n in used:
                    free[line] -= n
            costs = sorted(
                (self.reserve[i] - self._gain(at, rate, i), i)
                for i in self.offers[at].lines
                if free[i]
            )
            for _, line in costs:
                n = min(free[line], missing)
                if n:
                    takes[at][line] = takes[at].get(line, 0) + n
                    missing -= n
            if missing:
                takes[at].clear()
        return takes

    def _keep(self, relaxed: _Relaxed, takes: Sequence[dict[int, int]]) -> None:
        outcomes = list(relaxed.rest.taken)
        for offer, used in zip(self.offers, takes, strict=True):
            outcome = self._outcome(offer, used) if used else None
            if outcome is not None:
                outcomes.append(outcome)
        gain = sum(o.value - sum(self.reserve[i] * n for i, n in o.used) for o in outcomes)
        if self.best is None or gain > self.best.gain:
            self.best = found_of(gain, outcomes)

    def _outcome(self, offer: Offer, used: dict[int, int]) -> Outcome | None:
        size = sum(used.values())
        reached = [tier for tier in _tiers(offer) if tier.minimum <= size]
        exact = {i: n * unit_gain(reached[-1], self.board.prices[i]) for i, n in used.items()}
        return make_outcome(
            offer, self.board, used=used, exact=exact, total=sum(exact.values()), applications=1
        )
