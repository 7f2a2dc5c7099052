"""Tries the few outcomes that are left for each of several offers together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from retail.promotions.item_lane.models.model import OutOfNodes
from retail.promotions.item_lane.models.wide import Walk, WideModel
from retail.promotions.item_lane.outcome import Outcome
from retail.promotions.optimum.shadow import Contest, Shadow

Option = tuple[int, Outcome | None]
"""A regret, what the outcome gains less than its offer's best, and the outcome; None is none."""
Options = list[Option]
Taken = list[Outcome]


class Together:
    """Every combination that gains at least ``need``, which may be raised on the way.

    Yields the gain above the reserve and the outcomes. At every step the options that no longer
    fit, by room or by regret, are struck out, and the offer with the fewest left is decided.
    """

    def __init__(
        self,
        contest: Contest,
        shadow: Shadow,
        options: Sequence[Sequence[Option]],
        need: int,
        most: int,
    ) -> None:
        """``most`` steps are made, then :class:`OutOfNodes` is raised."""
        self.shadow, self.need, self.most = shadow, need, most
        self.tries = 0
        self.above = [
            (i, shadow.prices[i] - contest.reserve[i])
            for i in contest.lines
            if shadow.prices[i] > contest.reserve[i]
        ]
        self.capacity, self.reserve, self.wide = contest.capacity, contest.reserve, contest.wide
        self.walk: Walk | None = None
        self.every = False
        self.options: list[Options] = []
        for listed, (best, _) in zip(options, shadow.wishes, strict=False):
            self.options.append(sorted([*listed, (best, None)], key=lambda option: option[0]))

    def __iter__(self) -> Iterator[tuple[int, Taken]]:
        return self._go(self.options, self.shadow.bound, list(self.capacity), [])

    def _go(
        self, options: list[Options], bound: int, left: list[int], taken: Taken
    ) -> Iterator[tuple[int, Taken]]:
        """Decide one more offer; ``bound`` is what can still be gained at most."""
        self.tries += 1
        if self.tries > self.most:
            raise OutOfNodes
        if not options and self.wide is not None:
            yield from self._widely(self.wide, left, taken)
            return
        if not options:
            gain = bound - sum(left[i] * above for i, above in self.above)
            if gain >= self.need:
                yield gain, taken
            return
        fitting = self._fitting(options, bound, left)
        if fitting is None:
            return
        at = min(range(len(fitting)), key=lambda i: len(fitting[i]))
        rest = fitting[:at] + fitting[at + 1 :]
        for regret, outcome in fitting[at]:
            if bound - regret < self.need:
                break
            if outcome is None:
                yield from self._go(rest, bound - regret, left, taken)
                continue
            fewer = list(left)
            for i, n in outcome.used:
                fewer[i] -= n
            yield from self._go(rest, bound - regret, fewer, [*taken, outcome])

    def _widely(
        self, wide: WideModel, left: list[int], taken: Taken
    ) -> Iterator[tuple[int, Taken]]:
        """What the wide sets make of the units that are left: the best, or every good way."""
        gain = sum(o.value - sum(self.reserve[i] * n for i, n in o.used) for o in taken)
        self.walk = self.walk or wide.walk(self.reserve)
        if gain + self.walk.worth(left) < self.need:
            return
        if not self.every:
            more, path = wide.best_path(self.reserve, left)
            yield gain + more, [*taken, *wide.outcomes(path)]
            return
        for other in wide.paths(self.reserve, left, self.need - gain):
            self.tries += 1
            if self.tries > self.most:
                raise OutOfNodes
            outcomes = [*taken, *wide.outcomes(other)]
            yield (
                sum(o.value - sum(self.reserve[i] * n for i, n in o.used) for o in outcomes),
                outcomes,
            )

    def _fitting(self, options: list[Options], bound: int, left: list[int]) -> list[Options] | None:
        """The options that can still be part of an answer; None when there is none."""
        slack = bound - self.need
        fitting: list[Options] = []
        least = 0
        for listed in options:
            own: Options = []
            for option in listed:
                if option[0] > slack:
                    break
                outcome = option[1]
                if outcome is None:
                    own.append(option)
                    continue
                for i, n in outcome.used:
                    if n > left[i]:
                        break
                else:
                    own.append(option)
            if not own:
                return None
            least += own[0][0]
            fitting.append(own)
        slack -= least
        if slack >= 0:
            slack -= self._idle(fitting, left)
        if slack < 0:
            return None
        for at, own in enumerate(fitting):
            most = own[0][0] + slack
            if own[-1][0] > most:
                fitting[at] = [option for option in own if option[0] <= most]
        return fitting

    def _idle(self, options: list[Options], left: list[int]) -> int:
        """What is lost by units that nobody can take any more."""
        anyone = frozenset(self.wide.lines) if self.wide is not None else frozenset()
        wanted = {i: left[i] if i in anyone else 0 for i, _ in self.above if left[i]}
        for listed in options:
            most: dict[int, int] = {}
            for _, outcome in listed:
                for i, n in outcome.used if outcome is not None else ():
                    if i in wanted and n > most.get(i, 0):
                        most[i] = n
            for i, n in most.items():
                wanted[i] += n
        return sum(
            (left[i] - wanted[i]) * above for i, above in self.above if wanted.get(i, 0) < left[i]
        )
