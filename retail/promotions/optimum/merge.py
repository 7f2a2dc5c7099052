"""Offers that quarrel, listed together: the bound of the pair knows what shadow prices do not.

Apart, each of two offers may wish for half of an outcome that the other one bars. Listed with all
combinations that fit, they cannot.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import reduce
from itertools import islice

from retail.promotions.item_lane.models.lists import ListModel
from retail.promotions.item_lane.outcome import Outcome, joint
from retail.promotions.optimum.shadow import Contest, Shadow
from retail.promotions.optimum.together import Option

MOST_JOINT = 400
"""Pairs with more combinations than this stay apart."""
MOST_WIDE = 100


def wide_options(contest: Contest, shadow: Shadow, least: int) -> list[Outcome] | None:
    """What wide sets may take where ``least`` is gained in all; None when it is too much."""
    if contest.wide is None:
        return None
    best, _ = shadow.wishes[-1]
    floor = best - (shadow.bound - least)
    found: list[Outcome] = []
    for path in islice(contest.wide.paths(shadow.prices, contest.capacity, floor), MOST_WIDE + 1):
        outcomes = contest.wide.outcomes(path)
        if outcomes:
            found.append(reduce(joint, outcomes))
    return found if len(found) <= MOST_WIDE else None


def merged(
    contest: Contest, options: Sequence[Sequence[Option]], wide: list[Outcome] | None
) -> Contest | None:
    """The contest with the worst quarrels listed together; None when there is none to merge.

    Args:
        wide: what the wide sets may take, where they can be listed too.
    """
    listed = [[outcome for _, outcome in own if outcome is not None] for own in options]
    if wide is not None:
        listed.append(wide)
        contest = replace(contest, wide=None)
    pairs = []
    for left in range(len(listed)):
        for right in range(left + 1, len(listed)):
            size = len(listed[left]) * len(listed[right])
            if 0 < size <= MOST_JOINT:
                barred = size - sum(
                    1 for _ in _pairs(listed[left], listed[right], contest.capacity)
                )
                if barred:
                    pairs.append((-barred * 1000 // size, size, left, right))
    models, taken = [], set()
    for _, _, left, right in sorted(pairs):
        if left not in taken and right not in taken:
            taken |= {left, right}
            models.append(_joint_list(listed[left], listed[right], contest.capacity))
    if not taken:
        return None
    models += [_list(own) for at, own in enumerate(listed) if at not in taken and own]
    rooms = tuple(list(contest.capacity) for _ in models)
    return replace(contest, models=tuple(models), rooms=rooms)


def listed(contest: Contest, options: Sequence[Sequence[Option]]) -> Contest:
    """The contest with nothing but the options that are left, as lists."""
    models = [_list([outcome for _, outcome in own if outcome is not None]) for own in options]
    return replace(contest, models=tuple(models))


def _pairs(
    left: Sequence[Outcome], right: Sequence[Outcome], capacity: Sequence[int]
) -> Iterator[tuple[Outcome, Outcome]]:
    """What of both fits the lines at once."""
    for one in left:
        room = list(capacity)
        for i, n in one.used:
            room[i] -= n
        for other in right:
            for i, n in other.used:
                if n > room[i]:
                    break
            else:
                yield one, other


def _joint_list(
    left: Sequence[Outcome], right: Sequence[Outcome], capacity: Sequence[int]
) -> ListModel:
    both = [joint(a, b) for a, b in _pairs(left, right, capacity)]
    return _list([*left, *right, *both])


def _list(outcomes: Sequence[Outcome]) -> ListModel:
    lines = tuple(sorted({i for outcome in outcomes for i, _ in outcome.used}))
    return ListModel.of(lines, outcomes)
