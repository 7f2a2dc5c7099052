"""Good choices quickly: where the exact search begins, and what is left when it may not end."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from retail.promotions.item_lane.models.model import Model, OutOfNodes
from retail.promotions.item_lane.outcome import Outcome
from retail.promotions.optimum.found import Found, found_of
from retail.promotions.optimum.pieces import rest_of
from retail.promotions.optimum.shadow import Contest, Room, Shadow, shadow_prices

REPRICED = 12


def improved(contest: Contest, prices: list[int]) -> Found:
    """A good choice: greedy, then offers left out one at a time as long as that gains."""
    top, used = greedy(contest, prices, frozenset())
    again = True
    while again:
        again = False
        for at in used:
            other, others = greedy(contest, prices, frozenset({at}))
            if other.gain > top.gain:
                top, used, again = other, others, True
                break
    return top


def greedy(contest: Contest, prices: list[int], without: frozenset[int]) -> tuple[Found, list[int]]:
    """The offer that gains most above the prices first, then the next with what is left.

    Returns:
        What was found, and the places of the offers that took something.
    """
    left, taken, used = list(contest.capacity), [], []
    gains: dict[int, int] = dict.fromkeys(
        (at for at in range(len(contest.models)) if at not in without), -1
    )
    at_reserve = list(prices) == list(contest.reserve)
    # At the reserve itself nothing is left for a second pass.
    for level in (prices,) if at_reserve else (prices, contest.reserve):
        gains = dict.fromkeys(gains, -1)
        while gains:
            for at, gain in gains.items():
                if gain < 0:
                    gains[at] = contest.models[at].best(level, _room(contest, at, left))[0]
            at = max(gains, key=lambda place: (gains[place], -place))
            if gains[at] <= 0:
                break
            gain = gains.pop(at)
            outcome = realised(contest.models[at], level, _room(contest, at, left), gain)
            if outcome is not None and contest.above(outcome) > 0:
                taken.append(outcome)
                used.append(at)
                for i, n in outcome.used:
                    left[i] -= n
                touched = {i for i, _ in outcome.used}
                for other in gains:
                    if not touched.isdisjoint(contest.models[other].lines):
                        gains[other] = -1
    if contest.wide is not None:
        taken += contest.wide.outcomes(contest.wide.best_path(contest.reserve, left)[1])
    return found_of(sum(contest.above(outcome) for outcome in taken), taken), used


def dived(contest: Contest, shadow: Shadow) -> Found:
    """Let all have what nobody else wishes for, price what is left anew, and so on."""
    taken: list[Outcome] = []
    while contest.models:
        demand = contest.demand(shadow.wishes)
        order = sorted(range(len(contest.models)), key=lambda at: (-shadow.wishes[at][0], at))
        left, gone = list(contest.capacity), []
        for place, at in enumerate(order):
            gain, used = shadow.wishes[at]
            fits = all(n <= left[i] for i, n in used)
            quiet = all(demand[i] <= contest.capacity[i] for i, _ in used)
            if gain <= 0:
                gone.append(at)
            elif fits and (quiet or place == 0):
                gone.append(at)
                outcome = realised(
                    contest.models[at], shadow.prices, _room(contest, at, left), gain
                )
                for i, n in outcome.used if outcome is not None else ():
                    left[i] -= n
                taken += [] if outcome is None else [outcome]
        contest = rest_of(contest, [at for at in order if at not in gone], left)
        shadow = shadow_prices(contest, 0, REPRICED, shadow.prices)
    if contest.wide is not None:
        taken += contest.wide.outcomes(contest.wide.best_path(contest.reserve, contest.capacity)[1])
    kept = [outcome for outcome in taken if contest.above(outcome) > 0]
    return found_of(sum(contest.above(outcome) for outcome in kept), kept)


def _room(contest: Contest, at: int, left: Sequence[int]) -> Room:
    return list(map(min, contest.rooms[at], left))


def realised(model: Model, prices: Sequence[int], room: Sequence[int], gain: int) -> Outcome | None:
    """An outcome with that gain, or the best of a few where the gain was only a bound."""
    try:
        found = islice(model.nearly(prices, room, gain), 1)
        return next(found, None) or max(
            islice(model.nearly(prices, room, 1), 50),
            key=lambda o: o.value - sum(prices[i] * n for i, n in o.used),
            default=None,
        )
    except OutOfNodes:
        return None
