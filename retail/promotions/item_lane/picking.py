"""The best ways of picking units by weight: what limited offers and sets come down to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

Weighed = tuple[int, int, int]
"""``(weight, line, number of units)``; sequences of them fall by weight."""


def by_weight(rows: Sequence[Weighed]) -> list[Weighed]:
    """Heaviest first; equal weights in canonical order."""
    return sorted((row for row in rows if row[2]), key=lambda row: (-row[0], row[1]))


def take(rows: Sequence[Weighed], size: int) -> tuple[int, dict[int, int]] | None:
    """The heaviest ``size`` units: their weight, and units per line; None when there are fewer."""
    total, left, taken = 0, size, {}
    for weight, line, units in rows:
        if left == 0:
            break
        n = min(units, left)
        taken[line] = n
        total += weight * n
        left -= n
    return None if left else (total, taken)


def picks(rows: Sequence[Weighed], size: int, floor: int) -> Iterator[tuple[int, dict[int, int]]]:
    """All ways of picking ``size`` units that weigh at least ``floor``, heaviest rows first."""
    taken: dict[int, int] = {}

    def go(at: int, left: int, weight: int) -> Iterator[tuple[int, dict[int, int]]]:
        if left == 0:
            if weight >= floor:
                yield weight, {line: n for line, n in taken.items() if n}
            return
        rest = take(rows[at:], left)
        if rest is None or weight + rest[0] < floor:
            return
        unit, line, units = rows[at]
        for n in range(min(units, left), -1, -1):
            taken[line] = n
            yield from go(at + 1, left - n, weight + unit * n)
        del taken[line]

    yield from go(0, size, 0)
