"""Item choices that give up a little, so that a basket promotion's threshold is still reached.

A threshold on what the item lane leaves can be worth more than the item promotions that break it.
Where near choices cannot settle it, promotions are used less: fewer sets, fewer units, some not at
all, block by block, and per sum on the threshold's lines the choice that gains most is offered.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import combinations

from retail.promotions.basket_lane import BasketOffer
from retail.promotions.item_lane.models.choose import model_of
from retail.promotions.item_lane.outcome import Outcome
from retail.promotions.optimum.found import Found, found_of
from retail.promotions.optimum.greedy import realised
from retail.promotions.optimum.lane import Component, Solution, unused
from retail.promotions.optimum.singles import Counts
from retail.promotions.rules import BasketAmount, ThresholdBase

MOST_SETS = 12
MOST_SUMS = 3_000
STEPS = 4
"""Of a promotion that counts steps, how many fewer steps are aimed at."""

Chain = tuple[tuple[tuple[Outcome, ...], tuple[tuple[int, Counts], ...]], "Chain | None"]
Kept = dict[int, tuple[int, "Chain | None"]]


def trimmed(solution: Solution, baskets: Sequence[BasketOffer]) -> Iterator[list[Outcome]]:
    """For every threshold that the item lane may break the best choice that keeps it."""
    taken = solution.items()
    for basket in baskets:
        lines = frozenset(basket.lines)
        share = sum(n for outcome in taken for i, n in outcome.shares if i in lines)
        targets = [target for target in _targets(basket) if target < share]
        if targets:
            kept = _sums(solution, lines)
            for target in targets:
                most = max(
                    ((gain, -share) for share, (gain, _) in kept.items() if share <= target),
                    default=None,
                )
                if most is not None:
                    yield _items(solution, kept[-most[1]][1])


def _targets(basket: BasketOffer) -> list[int]:
    """The item discounts on its lines up to which the promotion's thresholds are reached."""
    mechanic = basket.mechanic
    if mechanic.terms.base is ThresholdBase.GROSS:
        return []
    bases = {mechanic.terms.min_spend, *(tier.minimum for tier in mechanic.tiers)}
    if isinstance(mechanic, BasketAmount) and mechanic.step is not None:
        top = basket.gross // mechanic.step
        bases.update(mechanic.step * max(0, top - fewer) for fewer in range(STEPS))
    return sorted({basket.gross - base for base in bases if 0 < base <= basket.gross})


def _sums(solution: Solution, lines: frozenset[int]) -> Kept:
    """Per rounded discount on the lines the choice that gains most."""
    kept: Kept = {0: (0, None)}
    for block in _blocks(solution):
        fresh: Kept = {}
        for gain, outcomes, counts in block:
            share = _share(solution, outcomes, counts, lines)
            for before, (total, chain) in kept.items():
                at = before + share
                if at not in fresh or total + gain > fresh[at][0]:
                    fresh[at] = (total + gain, ((outcomes, counts), chain))
        kept = dict(sorted(fresh.items())[:MOST_SUMS])
    return kept


Way = tuple[int, tuple[Outcome, ...], tuple[tuple[int, Counts], ...]]
"""A gain, outcomes of offers and units of single ones."""


def _blocks(solution: Solution) -> Iterator[list[Way]]:
    """What every component and every line of single offers may do less of."""
    inside: set[int] = set()
    for part, result in solution.parts:
        inside.update(part.lines)
        yield [_with_rest(solution, part, choice) for choice in _lesser(part, result.found)]
    for line, units in enumerate(solution.board.units):
        if line not in inside and solution.singles.best[line]:
            yield [_units(solution, line, n) for n in range(units, -1, -1)]


def _lesser(part: Component, found: Found) -> list[Found]:
    """A component's choice, and the same with fewer applications or without some promotions."""
    every = [found]
    taken = found.taken
    for size in range(min(len(taken), 4)):
        every.extend(found_of(0, some) for some in combinations(taken, size))
    offers = {offer.promotion.promo_id: offer for offer in part.offers}
    room = list(part.board.units)
    for outcome in taken if len(taken) == 1 else ():
        for times in range(1, min(outcome.applications, MOST_SETS)):
            offer = replace(offers[outcome.promo_id], applications=times)
            model = model_of(offer, part.board)
            gain, _ = model.best(part.reserve, room)
            fewer = realised(model, part.reserve, room, gain)
            if fewer is not None:
                every.append(found_of(0, [fewer]))
    return every


def _with_rest(solution: Solution, part: Component, choice: Found) -> Way:
    outcomes = tuple(part.placed(choice))
    left = unused(solution.board, outcomes)
    ways = [_units(solution, i, left[i]) for i in part.lines if solution.singles.best[i]]
    gain = sum(outcome.value for outcome in outcomes) + sum(way[0] for way in ways)
    return gain, outcomes, tuple(row for way in ways for row in way[2])


def _units(solution: Solution, line: int, n: int) -> Way:
    """So many units of a line to its best single offer."""
    singles = solution.singles
    counts = ((line, ((singles.best[line][0], n),)),) if n else ()
    return n * singles.gains[line], (), counts


def _share(
    solution: Solution,
    outcomes: Sequence[Outcome],
    counts: Sequence[tuple[int, Counts]],
    lines: frozenset[int],
) -> int:
    single = solution.singles.outcomes(dict(counts))
    return sum(n for outcome in (*outcomes, *single) for i, n in outcome.shares if i in lines)


def _items(solution: Solution, chain: Chain | None) -> list[Outcome]:
    items: list[Outcome] = []
    counts: dict[int, Counts] = {}
    while chain is not None:
        (outcomes, own), chain = chain
        items += outcomes
        counts.update(own)
    return items + solution.singles.outcomes(counts)
