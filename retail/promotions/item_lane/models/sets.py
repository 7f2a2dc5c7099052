"""Sets whose roles share no line: for every number of sets the best units of each role."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from retail.promotions.item_lane.models.model import NOTHING, Best, BoardModel, unless_endless
from retail.promotions.item_lane.models.terms import set_terms
from retail.promotions.item_lane.offers import UNLIMITED, Board, Offer, unit_gain, units_needed
from retail.promotions.item_lane.outcome import Outcome, make_outcome
from retail.promotions.item_lane.picking import Weighed, by_weight, picks, take
from retail.promotions.rules import EXACT, BuyGet


@dataclass(frozen=True, slots=True)
class SetModel(BoardModel):
    """Sets whose roles share no line: for every number of sets the best units of each role.

    Attributes:
        needed: units of each role per set.
        more: units of the last role that a set may take beyond these.
        gains: per role what a unit of a line adds to the discount, in 1/10,000 minor unit.
        fixed: what a set adds beside its units.
        least: minor units that each set must be worth more than; below 0 where any will do.
        complete: see ``Model``. Sets worth less than the amount off are left out.
    """

    needed: tuple[int, ...]
    more: int
    gains: tuple[dict[int, int], ...]
    fixed: int
    least: int
    complete: bool

    @classmethod
    def of(cls, offer: Offer, board: Board) -> SetModel:
        """The model of an offer."""
        mechanic, prices, needed = offer.mechanic, board.prices, units_needed(offer.mechanic)
        if isinstance(mechanic, BuyGet):
            buys, gets = offer.roles
            rewards = {i: unit_gain(mechanic, prices[i]) for i in gets}
            both = (dict.fromkeys(buys, 0), rewards)
            return cls(offer, board, needed, mechanic.get_qty - 1, both, 0, -1, complete=True)
        terms = set_terms(offer, board)
        gains = tuple({i: terms.rate * prices[i] for i in role} for role in offer.roles)
        return cls(offer, board, needed, 0, gains, terms.fixed, terms.least, terms.complete)

    def best(self, prices: Sequence[int], room: Sequence[int]) -> Best:
        """See ``Model``. One more set never gains more than the one before: the first loss ends."""
        rows = self._rows(prices, room)
        top, best = 0, 0
        for times in range(1, self._most(rows) + 1):
            gain = self.fixed * times
            for role, size, extra in self._sizes(times):
                gain += _heaviest(rows[role], size, extra)
            if gain <= top:
                break
            top, best = gain, times
        if not best:
            return NOTHING
        used: dict[int, int] = {}
        for role, size, extra in self._sizes(best):
            taken = take(rows[role], size)
            assert taken is not None  # noqa: S101 (``_most`` saw to it)
            used.update(taken[1])
            for _, line, n in _positive(rows[role], size, extra):
                used[line] = used.get(line, 0) + n
        return min(top, EXACT * self.offer.cap), tuple(sorted(used.items()))

    def _rows(self, prices: Sequence[int], room: Sequence[int]) -> list[list[Weighed]]:
        return [
            by_weight([(gain - prices[i], i, room[i]) for i, gain in role.items()])
            for role in self.gains
        ]

    def _sizes(self, times: int) -> Iterator[tuple[int, int, int]]:
        """Per role the units that so many sets need, and how many more they may take."""
        last = len(self.needed) - 1
        for role, size in enumerate(self.needed):
            extra = 0
            if self.more and role == last:
                extra = min(times * self.more, self.offer.units - times * sum(self.needed))
            yield role, size * times, extra

    def _most(self, rows: list[list[Weighed]]) -> int:
        there = [
            sum([row[2] for row in role]) // n for role, n in zip(rows, self.needed, strict=True)
        ]
        return min(*there, self.offer.applications, self.offer.units // sum(self.needed), UNLIMITED)

    def nearly(self, prices: Sequence[int], room: Sequence[int], floor: int) -> Iterator[Outcome]:
        """See ``Model``."""
        return unless_endless(self._ways(prices, room, floor))

    def _ways(
        self, prices: Sequence[int], room: Sequence[int], floor: int
    ) -> Iterator[Outcome | None]:
        rows = self._rows(prices, room)
        for times in range(1, self._most(rows) + 1):
            sizes = list(self._sizes(times))
            yield from self._filled(rows, sizes, times, floor - self.fixed * times, {})

    def _filled(
        self,
        rows: list[list[Weighed]],
        sizes: list[tuple[int, int, int]],
        times: int,
        floor: int,
        used: dict[int, int],
    ) -> Iterator[Outcome | None]:
        if not sizes:
            yield self._made(used, times)
            return
        (role, size, extra), rest = sizes[0], sizes[1:]
        others = sum([_heaviest(rows[other], need, more) for other, need, more in rest])
        for number in range(size, size + extra + 1):
            for weight, taken_here in picks(rows[role], number, floor - others):
                yield from self._filled(rows, rest, times, floor - weight, used | taken_here)

    def _made(self, used: dict[int, int], times: int) -> Outcome | None:
        exact = {i: used[i] * gain for role in self.gains for i, gain in role.items() if i in used}
        total = sum(exact.values()) + self.fixed * times
        if total <= 0 or not self._each_gains(used, times):
            return None
        return make_outcome(
            self.offer, self.board, used=used, exact=exact, total=total, applications=times
        )

    def _each_gains(self, used: dict[int, int], times: int) -> bool:
        """True when the units can be dealt out so that every set gains something."""
        return self.least < 0 or self._worths(used, times)[0] > self.least

    def _worths(self, used: dict[int, int], times: int) -> list[int]:
        """What the sets are worth, dealt out so that they come close to each other; ascending."""
        sets = [0] * times
        for lines, size in zip(self.offer.roles, self.needed, strict=True):
            units = sorted(
                (self.board.prices[i] for i in lines for _ in range(used.get(i, 0))), reverse=True
            )
            for turn in range(size):
                sets.sort()
                for i, price in enumerate(units[turn * times : (turn + 1) * times]):
                    sets[i] += price
        return sorted(sets)


def _heaviest(rows: Sequence[Weighed], size: int, extra: int) -> int:
    """What the heaviest units weigh: ``size`` of them, and up to ``extra`` more that weigh more.

    There are ``size`` units.
    """
    total = 0
    for weight, _, units in rows:
        n = min(units, size)
        size -= n
        total += weight * n
        if weight > 0 and extra and n < units:
            more = min(units - n, extra)
            extra -= more
            total += weight * more
        elif not size and (not extra or weight <= 0):
            break
    return total


def _positive(rows: Sequence[Weighed], skip: int, most: int) -> list[Weighed]:
    """The units after the first ``skip`` that still gain something, at most ``most``."""
    found: list[Weighed] = []
    for weight, line, units in rows:
        here = min(units, skip)
        skip -= here
        n = min(units - here, most)
        if n > 0 and weight > 0:
            found.append((weight, line, n))
            most -= n
    return found
