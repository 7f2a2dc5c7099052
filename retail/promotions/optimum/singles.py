"""Offers that decide each unit alone: every unit takes the best of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from retail.promotions.item_lane.offers import UNLIMITED, Board, Offer, unit_gain
from retail.promotions.item_lane.outcome import Outcome, make_outcome
from retail.promotions.optimum.capped import WHOLE, reduced_gain
from retail.promotions.rules import EXACT

MOST_SPLITS = 500

Counts = tuple[tuple[int, int], ...]
"""Units per single offer, by its place."""


@dataclass(frozen=True, slots=True)
class Singles:
    """Additive offers on a board.

    Attributes:
        offers: by promotion id.
        gains: per line the most that one of them gives a unit, in 1/10,000 minor unit.
        best: per line the places of the offers that give it.
        total: what all units gain when nothing else takes any.
    """

    board: Board
    offers: tuple[Offer, ...]
    gains: tuple[int, ...]
    best: tuple[tuple[int, ...], ...]
    total: int

    @classmethod
    def of(cls, board: Board, offers: Sequence[Offer], part: int = WHOLE) -> Singles:
        """Line by line the best of the offers; those with a cap count at a ``part``."""
        gains = [0] * len(board.prices)
        best: list[list[int]] = [[] for _ in gains]
        for place, offer in enumerate(offers):
            for line in offer.roles[0]:
                gain = unit_gain(offer.mechanic, board.prices[line])
                if offer.cap < UNLIMITED:
                    gain = reduced_gain(gain, part)
                if gain > gains[line]:
                    gains[line], best[line] = gain, [place]
                elif gain and gain == gains[line]:
                    best[line].append(place)
        total = sum(gain * n for gain, n in zip(gains, board.units, strict=True))
        return cls(board, tuple(offers), tuple(gains), tuple(map(tuple, best)), total)

    def taken(self, left: Sequence[int]) -> list[Outcome]:
        """The outcomes when ``left`` units per line remain for single offers.

        Promotions whose shares would all round to 0 are left out of the answer. What no other
        promotion takes of its scope belongs to a promotion with a cap.
        """
        splits = self._splits(left)
        self._fill_caps(splits, left)
        return self.outcomes({line: tuple(split.items()) for line, split in splits.items()})

    def outcomes(self, by_line: Mapping[int, Counts]) -> list[Outcome]:
        """The outcomes when single offers take so many units per line."""
        counts: dict[int, dict[int, int]] = {}
        for line, split in by_line.items():
            for place, n in split:
                counts.setdefault(place, {})[line] = n
        found = []
        for place in sorted(counts):
            offer, used = self.offers[place], counts[place]
            gains = {i: unit_gain(offer.mechanic, self.board.prices[i]) for i in used}
            exact = {i: n * gains[i] for i, n in used.items()}
            outcome = make_outcome(
                offer,
                self.board,
                used=used,
                exact=exact,
                total=sum(exact.values()),
                applications=sum(used.values()),
            )
            if outcome is not None:
                found.append(outcome)
        return found

    def _fill_caps(self, splits: dict[int, dict[int, int]], left: Sequence[int]) -> None:
        for place, offer in enumerate(self.offers):
            for line in offer.roles[0] if offer.cap < UNLIMITED else ():
                free = left[line] - sum(splits.get(line, {}).values())
                if free and unit_gain(offer.mechanic, self.board.prices[line]):
                    own = splits.setdefault(line, {})
                    own[place] = own.get(place, 0) + free

    def _splits(self, left: Sequence[int]) -> dict[int, dict[int, int]]:
        """Per line how many units each promotion takes.

        Between equal promotions: what rounds to the most, then the fewest promotions.
        """
        splits: dict[int, dict[int, int]] = {}
        tied: list[int] = []
        for line, n in enumerate(left):
            if n and len(self.best[line]) == 1:
                splits[line] = {self.best[line][0]: n}
            elif n and self.best[line]:
                tied.append(line)
        used = {place for split in splits.values() for place in split}
        for line in tied:
            options = list(self._options(line, left[line]))
            splits[line] = min(options, key=lambda s: (len(s.keys() - used), sorted(s)))
            used |= splits[line].keys()
        return splits

    def _options(self, line: int, units: int) -> Iterator[dict[int, int]]:
        """The ways of sharing a line's units between equal promotions that round to the most."""
        gain, places = self.gains[line], self.best[line]
        if gain % EXACT == 0 or (units + 1) ** (len(places) - 1) > MOST_SPLITS:
            yield from ({place: units} for place in places)
            return
        ways = list(_shared(units, len(places)))
        rounded = [sum((2 * n * gain + EXACT) // (2 * EXACT) for n in way) for way in ways]
        most = max(rounded)
        for way, total in zip(ways, rounded, strict=True):
            if total == most:
                yield {place: n for place, n in zip(places, way, strict=True) if n}


def _shared(units: int, parts: int) -> Iterator[tuple[int, ...]]:
    if parts == 1:
        yield (units,)
        return
    for n in range(units, -1, -1):
        for rest in _shared(units - n, parts - 1):
            yield (n, *rest)
