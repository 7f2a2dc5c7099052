"""Sets whose roles share no line: for every number of sets the best units of each role."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from retail.promotions.item_lane.models.model import NOTHING, Best, BoardModel, unless_endless
from retail.promotions.item_lane.models.terms import set_terms
from retail.promotions.item_lane.offers import UNLIMITED, unit_gain, units_needed
from retail.promotions.item_lane.outcome import Outcome, make_outcome
from retail.promotions.item_lane.picking import Weighed, by_weight, picks, take
from retail.promotions.rules import EXACT, Bundle, BuyGet


@dataclass(frozen=True, slots=True)
class SetModel(BoardModel):
    """Sets whose roles share no line: for every number of sets the best units of each role."""

    @property
    def complete(self) -> bool:
        """See ``Model``. Sets worth less than the amount off are left out."""
        mechanic = self.offer.mechanic
        return not isinstance(mechanic, Bundle) or set_terms(self.offer, self.board).complete

    def best(self, prices: Sequence[int], room: Sequence[int]) -> Best:
        """See ``Model``."""
        rows = self._rows(prices, room)
        top = NOTHING
        for times in range(1, self._most(rows) + 1):
            gain, used = self._fixed(times), {}
            for role, size, extra in self._sizes(times):
                taken = take(rows[role], size)
                assert taken is not None  # noqa: S101 (``_most`` saw to it)
                more = _positive(rows[role], size, extra)
                gain += taken[0] + sum(w * n for w, _, n in more)
                used.update(taken[1])
                for _, line, n in more:
                    used[line] = used.get(line, 0) + n
            if gain > top[0]:
                top = gain, tuple(sorted(used.items()))
        return min(top[0], EXACT * self.offer.cap), top[1]

    def _rows(self, prices: Sequence[int], room: Sequence[int]) -> list[list[Weighed]]:
        gains = self._gains()
        return [
            by_weight([(gains[role][i] - prices[i], i, room[i]) for i in lines])
            for role, lines in enumerate(self.offer.roles)
        ]

    def _gains(self) -> list[dict[int, int]]:
        """Per role what a unit adds to the set's discount."""
        mechanic, prices = self.offer.mechanic, self.board.prices
        if isinstance(mechanic, BuyGet):
            buys, gets = self.offer.roles
            return [dict.fromkeys(buys, 0), {i: unit_gain(mechanic, prices[i]) for i in gets}]
        rate = set_terms(self.offer, self.board).rate
        return [{i: rate * prices[i] for i in role} for role in self.offer.roles]

    def _fixed(self, times: int) -> int:
        """What so many sets add beside their units."""
        if isinstance(self.offer.mechanic, BuyGet):
            return 0
        return set_terms(self.offer, self.board).fixed * times

    def _sizes(self, times: int) -> Iterator[tuple[int, int, int]]:
        """Per role the units that so many sets need, and how many more they may take."""
        needed = units_needed(self.offer.mechanic)
        for role, size in enumerate(needed):
            extra = 0
            if role == 1 and isinstance(self.offer.mechanic, BuyGet):
                free = self.offer.units - times * sum(needed)
                extra = min(times * (self.offer.mechanic.get_qty - 1), free)
            yield role, size * times, extra

    def _most(self, rows: list[list[Weighed]]) -> int:
        needed = units_needed(self.offer.mechanic)
        there = [sum(row[2] for row in role) // n for role, n in zip(rows, needed, strict=True)]
        return min(*there, self.offer.applications, self.offer.units // sum(needed), UNLIMITED)

    def nearly(self, prices: Sequence[int], room: Sequence[int], floor: int) -> Iterator[Outcome]:
        """See ``Model``."""
        return unless_endless(self._ways(prices, room, floor))

    def _ways(
        self, prices: Sequence[int], room: Sequence[int], floor: int
    ) -> Iterator[Outcome | None]:
        rows = self._rows(prices, room)
        for times in range(1, self._most(rows) + 1):
            sizes = list(self._sizes(times))
            yield from self._filled(rows, sizes, times, floor - self._fixed(times), {})

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
        others = 0
        for other, need, more in rest:
            taken = take(rows[other], need)
            assert taken is not None  # noqa: S101 (``_most`` saw to it)
            others += taken[0] + sum(w * n for w, _, n in _positive(rows[other], need, more))
        for number in range(size, size + extra + 1):
            for weight, taken_here in picks(rows[role], number, floor - others):
                yield from self._filled(rows, rest, times, floor - weight, used | taken_here)

    def _made(self, used: dict[int, int], times: int) -> Outcome | None:
        gains = self._gains()
        role_of = {i: role for role, lines in enumerate(self.offer.roles) for i in lines}
        exact = {i: n * gains[role_of[i]][i] for i, n in used.items()}
        total = sum(exact.values()) + self._fixed(times)
        if total <= 0 or not self._each_gains(used, times):
            return None
        return make_outcome(
            self.offer, self.board, used=used, exact=exact, total=total, applications=times
        )

    def _each_gains(self, used: dict[int, int], times: int) -> bool:
        """True when the units can be dealt out so that every set gains something."""
        if isinstance(self.offer.mechanic, BuyGet):
            return True
        least = set_terms(self.offer, self.board).least
        return least < 0 or self._worths(used, times, units_needed(self.offer.mechanic))[0] > least

    def _worths(self, used: dict[int, int], times: int, needed: tuple[int, ...]) -> list[int]:
        """What the sets are worth, dealt out so that they come close to each other; ascending."""
        sets = [0] * times
        for lines, size in zip(self.offer.roles, needed, strict=True):
            units = sorted(
                (self.board.prices[i] for i in lines for _ in range(used.get(i, 0))), reverse=True
            )
            for turn in range(size):
                sets.sort()
                for i, price in enumerate(units[turn * times : (turn + 1) * times]):
                    sets[i] += price
        return sorted(sets)


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
