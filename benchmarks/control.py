"""A fixed piece of interpreter work beside goals in milliseconds: how fast this machine is now.

A goal in milliseconds tells as much of the machine as of the code. The control is timed in the
same rounds as what it stands beside; where it takes longer than on the machine that the goals were
set for, the time is judged at that machine's pace. A faster machine makes no goal easier to miss.
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from random import Random

REFERENCE_SECONDS = 0.00034
"""The control on an idle core on which django-oscar prices a basket of the benchmark in 415 ms."""
_ITEMS, _SLOTS, _STARTS = 60, 40, 12
_RNG = Random(7)
_OFFERS = [(_RNG.randrange(1, 500), tuple(_RNG.sample(range(_SLOTS), 3))) for _ in range(_ITEMS)]


def work() -> int:
    """Greedy choices from many starts over small tuples and a dictionary, as pricing makes them."""
    return max(_greedy(_OFFERS[start:] + _OFFERS[:start]) for start in range(_STARTS))


def _greedy(items: Sequence[tuple[int, tuple[int, ...]]]) -> int:
    free = dict.fromkeys(range(_SLOTS), 2)
    worth = 0
    for gain, uses in sorted(items, key=lambda item: -item[0] // len(item[1])):
        if all(free[slot] > 0 for slot in uses):
            for slot in uses:
                free[slot] -= 1
            worth += gain
    return worth


def pace(taken: Sequence[float]) -> float:
    """How many times slower than the reference this machine was in those rounds; at least 1."""
    return max(1.0, statistics.median(taken) / REFERENCE_SECONDS)
