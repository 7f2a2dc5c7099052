"""The exact best use of units that several offers compete for.

Shadow prices bound what is possible. An outcome whose regret, what it gains less than its offer's
best at these prices, is above the gap between the bound and what is asked for is in no answer.
Few outcomes are left; what falls asunder is solved apart, the rest is tried together.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from itertools import islice

from retail.promotions.item_lane.models.model import Model, OutOfNodes
from retail.promotions.item_lane.outcome import Outcome
from retail.promotions.optimum.found import Found, Ranking, Result, found_of
from retail.promotions.optimum.greedy import REPRICED, dived, greedy, improved
from retail.promotions.optimum.merge import listed, merged, wide_options
from retail.promotions.optimum.pieces import asunder, quarrel, without
from retail.promotions.optimum.shadow import Contest, Shadow, shadow_prices
from retail.promotions.optimum.together import Option, Together

QUICK, ROUNDS = 10, 80
"""Rounds of shadow prices: at first, and where these are not enough."""
OPTIONS = 1_500
"""An offer with more possible outcomes than this is not searched through."""
LOOKED = 4
"""How many outcomes are looked at for one that may be an option."""
ALONE = 200
"""Outcomes of equal gain that are compared, and options that are tried at once."""
DIVE = 20
"""Steps with the same prices before a part is split and priced anew."""
DEEP = 100
"""The part of all steps, one in so many, that is spent on going deep first."""
PARTS = (32, 16, 8, 4, 2, 1)
"""Into how many parts the gap is divided, one pass after the other."""
MERGES, FEW = 4, 30
"""How often quarrels are listed together, and how many options are tried as they are."""
TRIES = 8_000
"""How many steps one component may take before the best found so far has to do."""


class ContestSearch:
    """Searches one component; ``rank`` orders choices of equal gain, smallest first."""

    def __init__(self, contest: Contest, rank: Ranking) -> None:
        self.root, self.rank = contest, rank
        self.tries, self.most = 0, TRIES
        self.seen = Found(0, ())

    def best(self, known: Found | None = None) -> Result:
        """The canonical choice among those with the greatest gain.

        Args:
            known: a choice that is there already; only what is no worse is looked for.
        """
        if len(self.root.models) == 1 and self.root.wide is None and self.root.models[0].complete:
            alone = self._alone(self.root.models[0])
            if alone is not None:
                return alone
        result = self._solve(self.root, None, known)
        if all(model.complete for model in self.root.models):
            return result
        relaxed = shadow_prices(self.root, result.found.gain, ROUNDS, None).bound
        return Result(result.found, max(result.bound, relaxed))

    def _alone(self, model: Model) -> Result | None:
        """One offer without rivals; None when it has too many equal outcomes."""
        contest = self.root
        most, _ = model.best(contest.reserve, contest.capacity)
        near = model.nearly(contest.reserve, contest.capacity, most)
        try:
            found = [Found(most, (o,)) for o in islice(near, ALONE) if contest.above(o) == most]
        except OutOfNodes:
            return None
        if len(found) == ALONE or (most > 0 and not found):
            return None
        if most == 0:
            found.append(Found(0, ()))
        return Result(min(found, key=self.rank.key), most)

    def within(self, least: int) -> list[Found] | None:
        """Every choice that gains at least ``least``; None when there are too many."""
        if not all(model.complete for model in self.root.models):
            return None
        shadow = shadow_prices(self.root, least, ROUNDS, None)
        try:
            options = self._options(self.root, shadow, shadow.bound - least)
            together = Together(self.root, shadow, options, least, TRIES)
            together.every = True
            return [found_of(gain, taken) for gain, taken in together]
        except OutOfNodes:
            return None

    def _solve(
        self, contest: Contest, prices: list[int] | None, known: Found | None = None
    ) -> Result:
        first = known or greedy(contest, list(contest.reserve), frozenset())[0]
        shadow = shadow_prices(contest, first.gain, QUICK, prices)
        quick = self._quick(contest, shadow, first)
        if quick is not None:
            return quick
        shadow = shadow_prices(contest, first.gain, ROUNDS, shadow.prices)
        if shadow.bound > first.gain:
            others = improved(contest, shadow.prices), dived(contest, shadow)
            first = max(first, *others, key=lambda found: found.gain)
        try:
            options = self._options(contest, shadow, shadow.bound - first.gain)
        except OutOfNodes:
            return self._deepened(contest, shadow, first)
        pieces = asunder(contest, options)
        if [piece.models for piece in pieces] != [contest.models]:
            return self._joined([self._solve(piece, shadow.prices) for piece in pieces])
        return self._deepened(listed(contest, options), shadow, first)

    def _quick(self, contest: Contest, shadow: Shadow, first: Found) -> Result | None:
        """The answer where a few rough prices and few steps are enough."""
        try:
            options = self._options(contest, shadow, shadow.bound - first.gain, most=ALONE)
            together = Together(contest, shadow, options, first.gain, 2 * DIVE)
            top = self._ranked(together, first)
        except OutOfNodes:
            return None
        return Result(top, top.gain)

    def _ranked(self, together: Together, first: Found) -> Found:
        """The first in rank of all choices that gain the most; raises when there are too many."""
        top, key, together.every = first, self.rank.key(first), True
        for gain, taken in together:
            if gain >= top.gain:
                other = found_of(gain, taken)
                rank = self.rank.key(other)
                if gain > top.gain or rank < key:
                    top, key, together.need = other, rank, gain
        return top

    def _joined(self, results: Sequence[Result]) -> Result:
        taken = [outcome for result in results for outcome in result.found.taken]
        gain = sum(result.found.gain for result in results)
        return Result(found_of(gain, taken), sum(result.bound for result in results))

    def _deepened(self, contest: Contest, shadow: Shadow, first: Found) -> Result:
        """Ask for much first, where little is possible, and for less until something is found."""
        first, complete = self._deep(contest, shadow, first)
        bound, gap = shadow.bound, shadow.bound - first.gain
        try:
            for part in () if complete else PARTS:
                least = max(shadow.bound - gap // part, first.gain + 1)
                if least > bound:
                    break
                closer, prices = self._merged(contest, shadow, least)
                found = self._better(closer, prices, least)
                if found is not None:
                    first = found
                    break
                bound = least - 1
        except OutOfNodes:
            return Result(self.seen, max(bound, self.seen.gain))
        return Result(self._canonical(contest, shadow, first), first.gain)

    def _deep(self, contest: Contest, shadow: Shadow, first: Found) -> tuple[Found, bool]:
        """A better choice by going deep at once, and whether that was all there is."""
        self.seen, self.most = first, self.tries + (TRIES - self.tries) // DEEP
        complete = False
        with suppress(OutOfNodes):
            self._better(contest, shadow, first.gain + 1)
            complete = True
        self.most = TRIES
        return self.seen, complete

    def _merged(self, contest: Contest, shadow: Shadow, least: int) -> tuple[Contest, Shadow]:
        """The contest with quarrels listed together, as long as that lowers the bound.

        Only what gains ``least`` is left in it.
        """
        for _ in range(MERGES):
            if shadow.bound < least:
                break
            options = self._options(contest, shadow, shadow.bound - least)
            if sum(map(len, options)) <= FEW:
                break
            other = merged(contest, options, wide_options(contest, shadow, least))
            if other is None:
                break
            lower = shadow_prices(other, least, ROUNDS, shadow.prices)
            if lower.bound >= shadow.bound:
                break
            contest, shadow = other, lower
        return contest, shadow

    def _better(
        self, contest: Contest, shadow: Shadow, least: int, decided: tuple[Outcome, ...] = ()
    ) -> Found | None:
        """The most that can be gained from ``least`` on; None when nothing reaches it.

        Args:
            decided: what was taken before the contest became this one.
        """
        if least > shadow.bound:
            return None
        options = self._options(contest, shadow, shadow.bound - least)
        together = Together(contest, shadow, options, least, min(DIVE, self.most - self.tries))
        top: Found | None = None
        try:
            for gain, taken in together:
                top, together.need = found_of(gain, taken), gain + 1
                self._see((*decided, *taken))
            self.tries += together.tries
        except OutOfNodes:
            self.tries += together.tries
            if self.tries >= self.most:
                raise
            return self._branched(contest, shadow, (together.need, top), decided)
        return top

    def _see(self, taken: Sequence[Outcome]) -> None:
        """Keep the best choice met so far, for the case that the search may not end."""
        gain = sum(self.root.above(outcome) for outcome in taken)
        if gain > self.seen.gain:
            self.seen = found_of(gain, taken)

    def _branched(
        self,
        contest: Contest,
        shadow: Shadow,
        best: tuple[int, Found | None],
        decided: tuple[Outcome, ...],
    ) -> Found | None:
        """Decide the offer that quarrels most, each of its options with prices of its own."""
        least, top = best
        options = self._options(contest, shadow, shadow.bound - least)
        contest = listed(contest, options)
        at = quarrel(contest, shadow, options)
        for _, outcome in sorted([*options[at], (shadow.wishes[at][0], None)], key=lambda o: o[0]):
            child = without(contest, at, outcome)
            more = () if outcome is None else (outcome,)
            gained = sum(contest.above(o) for o in more)
            prices = shadow_prices(child, least - gained, REPRICED, shadow.prices)
            found = self._better(child, prices, least - gained, (*decided, *more))
            if found is not None:
                top = found_of(found.gain + gained, (*found.taken, *more))
                least = top.gain + 1
        return top

    def _canonical(self, contest: Contest, shadow: Shadow, first: Found) -> Found:
        """The first in rank of all choices that gain as much; as found, where they are too many."""
        try:
            options = self._options(contest, shadow, shadow.bound - first.gain)
            together = Together(contest, shadow, options, first.gain, TRIES - self.tries)
            return self._ranked(together, first)
        except OutOfNodes:
            return first

    def _options(
        self, contest: Contest, shadow: Shadow, gap: int, most: int = OPTIONS
    ) -> list[list[Option]]:
        """Per offer the outcomes that lose at most ``gap`` against the offer's best."""
        options = []
        for model, room, (best, _) in zip(
            contest.models, contest.rooms, shadow.wishes, strict=False
        ):
            found: list[Option] = []
            near = model.nearly(shadow.prices, room, best - gap)
            for looked, outcome in enumerate(near):
                if looked > LOOKED * most:
                    raise OutOfNodes
                gain = outcome.value - sum(shadow.prices[i] * n for i, n in outcome.used)
                if best - gain <= gap:
                    found.append((best - gain, outcome))
                    if len(found) > most:
                        raise OutOfNodes
            options.append(found)
        return options
