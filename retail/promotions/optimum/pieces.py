"""How a contest falls into smaller ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from retail.promotions.item_lane.outcome import Outcome
from retail.promotions.optimum.components import connected
from retail.promotions.optimum.shadow import Contest, Room, Shadow
from retail.promotions.optimum.together import Option

BRANCHES = 16
"""Offers with more options than this are decided last."""


def quarrel(contest: Contest, shadow: Shadow, options: Sequence[Sequence[Option]]) -> int:
    """The place of the offer that wishes for the most contested units and has few options."""
    demand = contest.demand(shadow.wishes)
    excess = {i: max(0, n - contest.capacity[i]) for i, n in demand.items()}
    scores = [
        (0 < len(found) <= BRANCHES, sum(excess[i] for i, _ in used), bool(found), gain, -at)
        for at, (found, (gain, used)) in enumerate(zip(options, shadow.wishes, strict=False))
    ]
    return -max(scores)[-1]


def without(contest: Contest, at: int, outcome: Outcome | None) -> Contest:
    """What is left when one offer is decided."""
    capacity = list(contest.capacity)
    for i, n in outcome.used if outcome is not None else ():
        capacity[i] -= n
    return rest_of(contest, [p for p in range(len(contest.models)) if p != at], capacity)


def rest_of(contest: Contest, keep: Sequence[int], capacity: list[int]) -> Contest:
    """Some of the offers with the units that are left to them."""
    return replace(
        contest,
        models=tuple(contest.models[place] for place in keep),
        rooms=tuple(
            [min(a, b) for a, b in zip(contest.rooms[place], capacity, strict=True)]
            for place in keep
        ),
        capacity=capacity,
    )


def asunder(contest: Contest, options: Sequence[Sequence[Option]]) -> list[Contest]:
    """The parts that are left when offers without options are gone."""
    kept = [at for at, found in enumerate(options) if found]
    rooms = [_wanted(contest, options[at]) for at in kept]
    links = [[i for i, n in enumerate(room) if n] for room in rooms]
    if contest.wide is not None:
        links.append(list(contest.wide.lines))
    return [
        replace(
            contest,
            models=tuple(contest.models[kept[p]] for p in places if p < len(kept)),
            rooms=tuple(rooms[p] for p in places if p < len(kept)),
            lines=tuple(sorted({i for place in places for i in links[place]})),
            wide=contest.wide if places[-1] == len(kept) else None,
        )
        for places in connected(links)
    ]


def _wanted(contest: Contest, options: Sequence[Option]) -> Room:
    """The most units per line that any of the options takes."""
    room = [0] * len(contest.capacity)
    for _, outcome in options:
        for i, n in outcome.used if outcome is not None else ():
            room[i] = max(room[i], n)
    return room
