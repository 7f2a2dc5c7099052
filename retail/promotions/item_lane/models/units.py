"""Single units under a limit or a cap."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from retail.promotions.item_lane.models.model import Best, BoardModel, unless_endless
from retail.promotions.item_lane.offers import UNLIMITED, unit_gain
from retail.promotions.item_lane.outcome import Outcome, make_outcome
from retail.promotions.item_lane.picking import Weighed, by_weight, picks, take
from retail.promotions.rules import EXACT


@dataclass(frozen=True, slots=True)
class UnitModel(BoardModel):
    """Single units under a limit or cap."""

    @property
    def complete(self) -> bool:
        """See ``Model``."""
        return self.offer.cap == UNLIMITED

    def best(self, prices: Sequence[int], room: Sequence[int]) -> Best:
        """See ``Model``. With a cap the gain is a bound: the cap less the units' prices."""
        rows = self._rows(prices, room)
        left, gain, used = min(self.offer.applications, self.offer.units), 0, []
        for weight, line, units in rows:
            if weight <= 0 or left <= 0:
                break
            n = min(units, left)
            used.append((line, n))
            gain += weight * n
            left -= n
        return min(gain, EXACT * self.offer.cap), tuple(sorted(used))

    def _rows(self, prices: Sequence[int], room: Sequence[int]) -> list[Weighed]:
        mechanic, gross = self.offer.mechanic, self.board.prices
        return by_weight(
            [
                (gain - prices[line], line, room[line])
                for line in self.offer.roles[0]
                if (gain := unit_gain(mechanic, gross[line]))
            ]
        )

    def nearly(self, prices: Sequence[int], room: Sequence[int], floor: int) -> Iterator[Outcome]:
        """See ``Model``. A reached cap takes the dearest units that leave most elsewhere."""
        return unless_endless(self._ways(prices, room, floor))

    def _ways(
        self, prices: Sequence[int], room: Sequence[int], floor: int
    ) -> Iterator[Outcome | None]:
        limit = min(self.offer.applications, self.offer.units)
        rows = self._rows(prices, room)
        most = min(limit, sum(row[2] for row in rows))
        top = take(rows, most)
        if top is None or EXACT * self.offer.cap > self._worth(top[1]):
            for size in range(1, most + 1):
                for _, used in picks(rows, size, floor):
                    yield self._made(used)
            return
        yield from self._capped(prices, room, limit)

    def _worth(self, used: dict[int, int]) -> int:
        mechanic, prices = self.offer.mechanic, self.board.prices
        return sum(n * unit_gain(mechanic, prices[i]) for i, n in used.items())

    def _capped(
        self, prices: Sequence[int], room: Sequence[int], limit: int
    ) -> Iterator[Outcome | None]:
        dear = by_weight([(self.board.prices[i], i, n) for _, i, n in self._rows(prices, room)])
        free = [list(row) for row in dear]
        used = _first(dear, limit)
        while self._worth(used) >= EXACT * self.offer.cap:
            yield self._made(used)
            # Give the unit back that is worth most elsewhere, as long as the cap is reached.
            back = max((row for row in free if row[2]), key=lambda r: (prices[r[1]], -r[1]))
            if prices[back[1]] <= 0:
                return
            back[2] -= 1
            used = _first([(w, i, n) for w, i, n in free], limit)
        yield self._made(used)

    def _made(self, used: dict[int, int]) -> Outcome | None:
        mechanic, prices = self.offer.mechanic, self.board.prices
        exact = {i: n * unit_gain(mechanic, prices[i]) for i, n in used.items()}
        return make_outcome(
            self.offer,
            self.board,
            used=used,
            exact=exact,
            total=sum(exact.values()),
            applications=sum(used.values()),
        )


def _first(rows: Sequence[Weighed], limit: int) -> dict[int, int]:
    used: dict[int, int] = {}
    for _, line, units in rows:
        n = min(units, limit)
        if n:
            used[line] = n
            limit -= n
    return used
