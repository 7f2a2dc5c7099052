"""Every way of applying an item promotion, listed one by one: exact where baskets are small.

Source: pricing vectors, Item lane.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import comb
from operator import add, gt, mul
from typing import NamedTuple

from retail.promotions.item_lane.dealing import each_dearer
from retail.promotions.item_lane.offers import Board, Offer, unit_gain
from retail.promotions.item_lane.outcome import Outcome, make_outcome, pooled
from retail.promotions.rules import EXACT, Bundle, BuyGet, CheapestFree, NFor, TierQuantity

Counts = tuple[int, ...]


class Application(NamedTuple):
    """One application: units per line and the exact discount, per line unless pooled."""

    counts: Counts
    total: int
    exact: Counts


class TooMany(Exception):  # noqa: N818 (a signal within this package, no error)
    """There are more ways than asked for."""


def every_outcome(offer: Offer, board: Board, most: int) -> tuple[Outcome, ...] | None:
    """All distinct outcomes of an offer; None when there are more than ``most``."""
    if fewest_ways(offer, board) > most:
        return None
    try:
        if isinstance(offer.mechanic, TierQuantity):
            ways = _tier_ways(offer, offer.mechanic, board)
        elif isinstance(offer.mechanic, NFor):
            ways = _set_ways(offer, offer.mechanic, board)
        else:
            ways = _combine(offer, board, _applications(offer, board, most), most)
    except TooMany:
        return None
    made = (_outcome(offer, board, way, times) for way, times in ways.items())
    return tuple(outcome for outcome in made if outcome is not None)


def fewest_ways(offer: Offer, board: Board) -> int:
    """A number of outcomes that there are at least, counted without listing them."""
    sizes = [len(role) for role in offer.roles]
    match offer.mechanic:
        case NFor(n=n) | CheapestFree(n=n):
            most = min(offer.units, n * offer.applications)
            return sum(_picks(offer.roles[0], board, most)[n::n])
        case BuyGet(buy_qty=buy):
            return comb(sizes[0], buy) * max(0, sizes[1] - buy) // (buy + 1)
        case TierQuantity(tiers=tiers):
            return sum(_picks(offer.roles[0], board, offer.units)[tiers[0].minimum :])
        case _:
            return max(sizes)


def _picks(lines: Sequence[int], board: Board, most: int) -> list[int]:
    """By number of units in how many ways they can be picked from the lines, up to ``most``."""
    ways = [1]
    for line in lines:
        units = board.units[line]
        wider = [0] * min(len(ways) + units, most + 1)
        for size, count in enumerate(ways):
            for more in range(min(units, len(wider) - 1 - size) + 1):
                wider[size + more] += count
        ways = wider
    return ways


def _outcome(offer: Offer, board: Board, way: Application, times: int) -> Outcome | None:
    used = {i: n for i, n in enumerate(way.counts) if n}
    return make_outcome(
        offer,
        board,
        used=used,
        exact={i: way.exact[i] for i in used} if way.exact else {},
        total=way.total,
        applications=times,
    )


def _combine(
    offer: Offer, board: Board, single: Sequence[Application], most: int
) -> dict[Application, int]:
    """All sums of applications within units and limits, with the fewest applications of each."""
    found: dict[Application, int] = {}
    frontier: dict[tuple[Application, int], None] = {
        (way, i): None for i, way in enumerate(single) if sum(way.counts) <= offer.units
    }
    times = 1
    while frontier and times <= offer.applications:
        for way, _ in frontier:
            found.setdefault(way, times)
        if len(found) > most or len(frontier) > 4 * most:
            raise TooMany
        grown: dict[tuple[Application, int], None] = {}
        for way, start in frontier:
            for i in range(start, len(single)):
                both = _sum(way, single[i], board, offer.units)
                if both is not None:
                    grown[both, i] = None
        frontier, times = grown, times + 1
    return found


def _sum(left: Application, right: Application, board: Board, units: int) -> Application | None:
    counts = tuple(map(add, left.counts, right.counts))
    if any(map(gt, counts, board.units)) or sum(counts) > units:
        return None
    exact = tuple(map(add, left.exact, right.exact))
    return Application(counts, left.total + right.total, exact)


def _applications(offer: Offer, board: Board, most: int) -> list[Application]:
    """All distinct single applications that gain something."""
    found: dict[Application, None] = {}
    for way in _single(offer, board):
        if way.total > 0:
            found[way] = None
            if len(found) > most:
                raise TooMany
    return list(found)


def _single(offer: Offer, board: Board) -> Iterator[Application]:
    match offer.mechanic:
        case CheapestFree() as mechanic:
            yield from _cheapest(offer, mechanic, board)
        case BuyGet() as mechanic:
            yield from _buy_get(offer, mechanic, board)
        case Bundle() as mechanic:
            yield from _bundle(offer, mechanic, board)
        case mechanic:
            for line in offer.roles[0]:
                gains = unit_gain(mechanic, board.prices[line])
                yield _way(offer, board, _one(line, board), {line: gains})


def _way(offer: Offer, board: Board, counts: Counts, exact: dict[int, int]) -> Application:
    """An application whose units have discounts of their own; sets keep the total alone."""
    total = sum(exact.values())
    if pooled(offer):
        return Application(counts, total, ())
    return Application(counts, total, tuple(exact.get(i, 0) for i in range(len(board.prices))))


def _one(line: int, board: Board) -> Counts:
    return tuple(int(i == line) for i in range(len(board.prices)))


def _worth(counts: Counts, board: Board) -> int:
    return sum(map(mul, counts, board.prices))


def multisets(lines: Sequence[int], board: Board, size: int) -> Iterator[Counts]:
    """All ways of taking ``size`` units from some lines, as units per line of the board."""
    counts = [0] * len(board.prices)

    def fill(at: int, left: int) -> Iterator[Counts]:
        if left == 0:
            yield tuple(counts)
            return
        if at == len(lines):
            return
        line = lines[at]
        for n in range(min(left, board.units[line]), -1, -1):
            counts[line] = n
            yield from fill(at + 1, left - n)
        counts[line] = 0

    yield from fill(0, size)


def _cheapest(offer: Offer, mechanic: CheapestFree, board: Board) -> Iterator[Application]:
    # Of equal prices the canonically first line counts as the cheapest.
    rising = sorted(offer.roles[0], key=lambda i: (board.prices[i], i))
    gains = {line: unit_gain(mechanic, board.prices[line]) for line in rising}
    for counts in multisets(offer.roles[0], board, mechanic.n):
        exact: dict[int, int] = {}
        left = mechanic.free
        for line in rising:
            taken = min(left, counts[line])
            if taken:
                exact[line] = taken * gains[line]
                left -= taken
        yield _way(offer, board, counts, exact)


def _buy_get(offer: Offer, mechanic: BuyGet, board: Board) -> Iterator[Application]:
    rewards = [
        gets
        for size in range(1, mechanic.get_qty + 1)
        for gets in multisets(offer.roles[1], board, size)
    ]
    for buys in multisets(offer.roles[0], board, mechanic.buy_qty):
        cheapest = min(board.prices[i] for i, n in enumerate(buys) if n)
        for gets in rewards:
            counts = tuple(map(add, buys, gets))
            if any(map(gt, counts, board.units)):
                continue
            taken = {i: n for i, n in enumerate(gets) if n}
            if mechanic.equal_or_lesser and max(board.prices[i] for i in taken) > cheapest:
                continue
            gains = {i: n * unit_gain(mechanic, board.prices[i]) for i, n in taken.items()}
            yield _way(offer, board, counts, gains)


def _bundle(offer: Offer, mechanic: Bundle, board: Board) -> Iterator[Application]:
    for counts in _filled(offer, mechanic, board, 0, (0,) * len(board.prices)):
        worth = _worth(counts, board)
        if mechanic.price is not None:
            yield Application(counts, EXACT * (worth - mechanic.price), ())
        elif mechanic.amount is not None:
            yield Application(counts, EXACT * min(worth, mechanic.amount), ())
        else:
            gains = {i: n * unit_gain(mechanic, board.prices[i]) for i, n in enumerate(counts) if n}
            yield _way(offer, board, counts, gains)


def _filled(
    offer: Offer, mechanic: Bundle, board: Board, slot: int, counts: Counts
) -> Iterator[Counts]:
    """All ways of filling the slots from ``slot`` on, beside what is taken already."""
    if slot == len(mechanic.slots):
        yield counts
        return
    for taken in multisets(offer.roles[slot], board, mechanic.slots[slot].qty):
        both = tuple(map(add, counts, taken))
        if not any(map(gt, both, board.units)):
            yield from _filled(offer, mechanic, board, slot + 1, both)


def _set_ways(offer: Offer, mechanic: NFor, board: Board) -> dict[Application, int]:
    """Any units whose number makes whole sets; which unit is in which set does not matter."""
    n, price = mechanic.n, mechanic.price
    lines = sorted(offer.roles[0], key=lambda i: board.prices[i])
    room = min(sum(board.units[i] for i in lines), offer.units, n * offer.applications)
    found: dict[Application, int] = {}
    for times in range(1, room // n + 1):
        for counts in multisets(lines, board, n * times):
            units = [board.prices[i] for i in lines for _ in range(counts[i])]
            if each_dearer(units, mechanic):
                total = EXACT * (_worth(counts, board) - price * times)
                found[Application(counts, total, ())] = times
    return found


def _tier_ways(offer: Offer, mechanic: TierQuantity, board: Board) -> dict[Application, int]:
    found: dict[Application, int] = {}
    lines = offer.roles[0]
    room = min(sum(board.units[i] for i in lines), offer.units)
    for size in range(mechanic.tiers[0].minimum, room + 1):
        tier = max((t for t in mechanic.tiers if t.minimum <= size), key=lambda t: t.minimum)
        gains = {i: unit_gain(tier, board.prices[i]) for i in lines}
        for counts in multisets(lines, board, size):
            exact = {i: counts[i] * gain for i, gain in gains.items() if counts[i]}
            way = _way(offer, board, counts, exact)
            if way.total > 0:
                found[way] = 1
    return found
