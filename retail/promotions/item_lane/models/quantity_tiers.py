"""Quantity tiers: any units, at the rate of the highest tier that their number reaches."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from retail.promotions.item_lane.models.model import NOTHING, Best, BoardModel, unless_endless
from retail.promotions.item_lane.offers import UNLIMITED, unit_gain
from retail.promotions.item_lane.outcome import Outcome, make_outcome
from retail.promotions.item_lane.picking import Weighed, by_weight, picks, take
from retail.promotions.rules import EXACT, TierQuantity


@dataclass(frozen=True, slots=True)
class TierModel(BoardModel):
    """Quantity tiers: any units, the rate of the highest tier that their number reaches."""

    @property
    def complete(self) -> bool:
        """See ``Model``."""
        return self.offer.cap == UNLIMITED

    def best(self, prices: Sequence[int], room: Sequence[int]) -> Best:
        """See ``Model``. With a cap the gain is a bound."""
        top = NOTHING
        for _, low, high, rows in self._tiers(prices, room):
            size = max(low, sum(units for weight, _, units in rows if weight > 0))
            taken = take(rows, min(size, high))
            if taken is not None and taken[0] > top[0]:
                top = taken[0], tuple(sorted(taken[1].items()))
        return min(top[0], EXACT * self.offer.cap), top[1]

    def _tiers(
        self, prices: Sequence[int], room: Sequence[int]
    ) -> Iterator[tuple[int, int, int, list[Weighed]]]:
        """Per tier its place, fewest and most units, and the units' weights."""
        assert isinstance(self.offer.mechanic, TierQuantity)  # noqa: S101 (narrows the type)
        tiers = self.offer.mechanic.tiers
        for place, tier in enumerate(tiers):
            high = tiers[place + 1].minimum - 1 if place + 1 < len(tiers) else UNLIMITED
            rows = by_weight(
                [
                    (unit_gain(tier, self.board.prices[i]) - prices[i], i, room[i])
                    for i in self.offer.roles[0]
                ]
            )
            high = min(high, self.offer.units, sum(row[2] for row in rows))
            if tier.minimum <= high:
                yield place, tier.minimum, high, rows

    def nearly(self, prices: Sequence[int], room: Sequence[int], floor: int) -> Iterator[Outcome]:
        """See ``Model``."""
        return unless_endless(self._ways(prices, room, floor))

    def _ways(
        self, prices: Sequence[int], room: Sequence[int], floor: int
    ) -> Iterator[Outcome | None]:
        assert isinstance(self.offer.mechanic, TierQuantity)  # noqa: S101 (narrows the type)
        for place, low, high, rows in self._tiers(prices, room):
            tier = self.offer.mechanic.tiers[place]
            for size in range(low, high + 1):
                for _, used in picks(rows, size, floor):
                    exact = {i: n * unit_gain(tier, self.board.prices[i]) for i, n in used.items()}
                    yield make_outcome(
                        self.offer,
                        self.board,
                        used=used,
                        exact=exact,
                        total=sum(exact.values()),
                        applications=1,
                    )
