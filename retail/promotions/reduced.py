"""The best outcome of one offer when every unit has a price: the parts of the exact search.

A price is what a unit is worth elsewhere, in 1/10,000 minor unit. ``best`` bounds a whole basket
from above (Lagrange); ``nearly`` lists what may be part of an optimum.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from retail.promotions.applications import every_outcome
from retail.promotions.offers import UNLIMITED, Board, Offer, unit_gain, units_needed
from retail.promotions.outcome import Outcome, Units, make_outcome
from retail.promotions.picking import Weighed, by_weight, picks, take
from retail.promotions.rules import (
    EXACT,
    Bundle,
    BuyGet,
    CheapestFree,
    NFor,
    TierQuantity,
)
from retail.promotions.sequences import SequenceModel
from retail.promotions.wide import MOST_STATES, Cycle, WideModel, cycle_of

LISTED = 48
"""Offers with at most so many outcomes are kept as lists."""
TANGLED = 1_000

Best = tuple[int, Units]
"""What is gained above the units' prices, and the units taken."""
NOTHING: Best = (0, ())


class Model(Protocol):
    """An offer that answers for any prices; ``room`` is the units it may take per line."""

    @property
    def lines(self) -> tuple[int, ...]:
        """The lines that it may take units of."""

    @property
    def complete(self) -> bool:
        """True when ``nearly`` leaves nothing out; else only the bound of ``best`` is sure."""

    def best(self, prices: Sequence[int], room: Sequence[int]) -> Best:
        """The most that it can gain above the prices; nothing taken gains 0."""

    def nearly(
        self, prices: Sequence[int], room: Sequence[int], floor: int
    ) -> Iterator[Outcome]:
        """Every outcome that gains at least ``floor`` above the prices."""


def model_of(offer: Offer, board: Board) -> Model:
    """The model that fits the offer's size and mechanic."""
    listed = every_outcome(offer, board, LISTED)
    if listed is None and _tangled(offer):
        listed = every_outcome(offer, board, TANGLED)
    return wider_model(offer, board) if listed is None else ListModel(offer.lines, listed)


def _tangled(offer: Offer) -> bool:
    """True for roles that share lines without being one: a long list beats their machine."""
    return not _disjoint(offer) and len(set(offer.roles)) > 1


def wider_model(offer: Offer, board: Board) -> Model:
    """The model of an offer with too many outcomes for a list."""
    match offer.mechanic:
        case TierQuantity():
            return TierModel(offer, board)
        case NFor() | Bundle() if _disjoint(offer):
            return SetModel(offer, board)
        case BuyGet(equal_or_lesser=False) if _disjoint(offer):
            return SetModel(offer, board)
        case NFor() | Bundle() | BuyGet() | CheapestFree():
            return SequenceModel.of(offer, board)
        case _:
            return UnitModel(offer, board)


def grouped(
    models: Sequence[tuple[Offer, Model]], board: Board
) -> tuple[tuple[Model, ...], WideModel | None]:
    """One model for each offer or exclusive group, and one for wide sets together."""
    single: list[Model] = []
    groups: dict[str, list[Model]] = {}
    wide: list[Cycle] = []
    states = 1
    for offer, model in models:
        group = offer.promotion.exclusive_group
        cycle = None if isinstance(model, ListModel) else cycle_of(offer, board)
        if group is not None:
            groups.setdefault(group, []).append(model)
        elif cycle is not None and states * cycle.length <= MOST_STATES:
            wide.append(cycle)
            states *= cycle.length
        else:
            single.append(model)
    members = (tuple(found) for found in groups.values())
    single += [m[0] if len(m) == 1 else GroupModel(m) for m in members]
    return tuple(single), WideModel(wide, board) if wide else None


def _disjoint(offer: Offer) -> bool:
    return sum(len(role) for role in offer.roles) == len(offer.lines)


@dataclass(frozen=True, slots=True)
class ListModel:
    """All outcomes of a small offer."""

    lines: tuple[int, ...]
    outcomes: tuple[Outcome, ...]
    complete: bool = True

    def moved(self, lines: tuple[int, ...]) -> ListModel:
        """The same model where line ``i`` is called ``lines[i]``."""
        return ListModel(
            tuple(lines[i] for i in self.lines), tuple(o.moved(lines) for o in self.outcomes)
        )

    def best(self, prices: Sequence[int], room: Sequence[int]) -> Best:
        """See :class:`Model`."""
        top, found = NOTHING
        for outcome in self.outcomes:
            gain = outcome.value
            for line, n in outcome.used:
                if n > room[line]:
                    break
                gain -= prices[line] * n
            else:
                if gain > top:
                    top, found = gain, outcome.used
        return top, found

    def nearly(
        self, prices: Sequence[int], room: Sequence[int], floor: int
    ) -> Iterator[Outcome]:
        """See :class:`Model`."""
        for outcome in self.outcomes:
            if all(n <= room[line] for line, n in outcome.used) and (
                outcome.value - sum(prices[line] * n for line, n in outcome.used) >= floor
            ):
                yield outcome


@dataclass(frozen=True, slots=True)
class GroupModel:
    """Promotions of which one at most is applied."""

    members: tuple[Model, ...]

    @property
    def lines(self) -> tuple[int, ...]:
        """See :class:`Model`."""
        return tuple(sorted({line for member in self.members for line in member.lines}))

    @property
    def complete(self) -> bool:
        """See :class:`Model`."""
        return all(member.complete for member in self.members)

    def best(self, prices: Sequence[int], room: Sequence[int]) -> Best:
        """See :class:`Model`."""
        return max((m.best(prices, room) for m in self.members), key=lambda best: best[0])

    def nearly(
        self, prices: Sequence[int], room: Sequence[int], floor: int
    ) -> Iterator[Outcome]:
        """See :class:`Model`."""
        for member in self.members:
            yield from member.nearly(prices, room, floor)


@dataclass(frozen=True, slots=True)
class UnitModel:
    """Single units under a limit or cap."""

    offer: Offer
    board: Board

    @property
    def lines(self) -> tuple[int, ...]:
        """See :class:`Model`."""
        return self.offer.lines

    @property
    def complete(self) -> bool:
        """See :class:`Model`."""
        return self.offer.cap == UNLIMITED

    def best(self, prices: Sequence[int], room: Sequence[int]) -> Best:
        """See :class:`Model`. With a cap the gain is a bound: the cap less the units' prices."""
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
        return by_weight(
            [
                (gain - prices[line], line, room[line])
                for line in self.offer.roles[0]
                if (gain := unit_gain(self.offer.mechanic, self.board.prices[line]))
            ]
        )

    def nearly(
        self, prices: Sequence[int], room: Sequence[int], floor: int
    ) -> Iterator[Outcome]:
        """See :class:`Model`. A reached cap takes the dearest units that leave most elsewhere."""
        limit = min(self.offer.applications, self.offer.units)
        rows = self._rows(prices, room)
        most = min(limit, sum(row[2] for row in rows))
        top = take(rows, most)
        if top is None or EXACT * self.offer.cap > self._worth(top[1]):
            for size in range(1, most + 1):
                for _, used in picks(rows, size, floor):
                    yield from self._made(used)
            return
        yield from self._capped(prices, room, limit)

    def _worth(self, used: dict[int, int]) -> int:
        mechanic, prices = self.offer.mechanic, self.board.prices
        return sum(n * unit_gain(mechanic, prices[i]) for i, n in used.items())

    def _capped(
        self, prices: Sequence[int], room: Sequence[int], limit: int
    ) -> Iterator[Outcome]:
        dear = by_weight(
            [(self.board.prices[i], i, n) for _, i, n in self._rows(prices, room)]
        )
        free = [list(row) for row in dear]
        while True:
            used = _first([(w, i, n) for w, i, n in free], limit)
            if self._worth(used) < EXACT * self.offer.cap:
                break
            yield from self._made(used)
            # Give the unit back that is worth most elsewhere, as long as the cap is reached.
            back = max((row for row in free if row[2]), key=lambda r: (prices[r[1]], -r[1]))
            if prices[back[1]] <= 0:
                break
            back[2] -= 1
        yield from self._made(used)

    def _made(self, used: dict[int, int]) -> Iterator[Outcome]:
        exact = {
            i: n * unit_gain(self.offer.mechanic, self.board.prices[i]) for i, n in used.items()
        }
        made = make_outcome(
            self.offer,
            self.board,
            used=used,
            exact=exact,
            total=sum(exact.values()),
            applications=sum(used.values()),
        )
        if made is not None:
            yield made


def _first(rows: Sequence[Weighed], limit: int) -> dict[int, int]:
    used: dict[int, int] = {}
    for _, line, units in rows:
        n = min(units, limit)
        if n:
            used[line] = n
            limit -= n
    return used


@dataclass(frozen=True, slots=True)
class TierModel:
    """Quantity tiers: any units, the rate of the highest tier that their number reaches."""

    offer: Offer
    board: Board

    @property
    def lines(self) -> tuple[int, ...]:
        """See :class:`Model`."""
        return self.offer.lines

    @property
    def complete(self) -> bool:
        """See :class:`Model`."""
        return self.offer.cap == UNLIMITED

    def best(self, prices: Sequence[int], room: Sequence[int]) -> Best:
        """See :class:`Model`. With a cap the gain is a bound."""
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

    def nearly(
        self, prices: Sequence[int], room: Sequence[int], floor: int
    ) -> Iterator[Outcome]:
        """See :class:`Model`."""
        assert isinstance(self.offer.mechanic, TierQuantity)  # noqa: S101 (narrows the type)
        for place, low, high, rows in self._tiers(prices, room):
            tier = self.offer.mechanic.tiers[place]
            for size in range(low, high + 1):
                for _, used in picks(rows, size, floor):
                    exact = {
                        i: n * unit_gain(tier, self.board.prices[i]) for i, n in used.items()
                    }
                    total = sum(exact.values())
                    made = make_outcome(
                        self.offer,
                        self.board,
                        used=used,
                        exact=exact,
                        total=total,
                        applications=1,
                    )
                    if made is not None and total > 0:
                        yield made


@dataclass(frozen=True, slots=True)
class SetModel:
    """Sets whose roles share no line: for every number of sets the best units of each role."""

    offer: Offer
    board: Board

    @property
    def lines(self) -> tuple[int, ...]:
        """See :class:`Model`."""
        return self.offer.lines

    @property
    def complete(self) -> bool:
        """See :class:`Model`. Sets worth less than the amount off are left out."""
        mechanic = self.offer.mechanic
        if not isinstance(mechanic, Bundle) or mechanic.amount is None:
            return True
        prices = self.board.prices
        cheapest = (
            slot.qty * min(prices[i] for i in role)
            for slot, role in zip(mechanic.slots, self.offer.roles, strict=True)
        )
        return sum(cheapest) >= mechanic.amount

    def best(self, prices: Sequence[int], room: Sequence[int]) -> Best:
        """See :class:`Model`."""
        rows = self._rows(prices, room)
        top = NOTHING
        for times in range(1, self._most(rows) + 1):
            gain, used = self._fixed(times), {}
            for role, size, extra in self._sizes(rows, times):
                taken = take(rows[role], size)
                assert taken is not None  # noqa: S101 (``_most`` saw to it)
                more = _positive(rows[role], size, extra)
                gain += taken[0] + sum(w * n for w, _, n in more)
                used.update(taken[1])
                for _, line, n in more:
                    used[line] = used.get(line, 0) + n
            if gain > top[0]:
                top = gain, tuple(sorted(used.items()))
        return min(top[0], EXACT * self.offer.cap), top[1]

    def _rows(self, prices: Sequence[int], room: Sequence[int]) -> list[list[Weighed]]:
        gains = self._gains()
        return [
            by_weight([(gains[role][i] - prices[i], i, room[i]) for i in lines])
            for role, lines in enumerate(self.offer.roles)
        ]

    def _gains(self) -> list[dict[int, int]]:
        """Per role what a unit adds to the set's discount."""
        mechanic, prices = self.offer.mechanic, self.board.prices
        match mechanic:
            case NFor() | Bundle(price=int()):
                return [{i: EXACT * prices[i] for i in role} for role in self.offer.roles]
            case BuyGet():
                buys, gets = self.offer.roles
                return [dict.fromkeys(buys, 0), {i: unit_gain(mechanic, prices[i]) for i in gets}]
            case Bundle(amount=int()):
                return [dict.fromkeys(role, 0) for role in self.offer.roles]
            case _:
                return [
                    {i: unit_gain(mechanic, prices[i]) for i in role} for role in self.offer.roles
                ]

    def _fixed(self, times: int) -> int:
        """What so many sets add beside their units."""
        match self.offer.mechanic:
            case NFor(price=price) | Bundle(price=int(price)):
                return -EXACT * price * times
            case Bundle(amount=int(amount)):
                return EXACT * amount * times
            case _:
                return 0

    def _sizes(self, rows: list[list[Weighed]], times: int) -> Iterator[tuple[int, int, int]]:
        """Per role the units that so many sets need, and how many more they may take."""
        needed = units_needed(self.offer.mechanic)
        for role, size in enumerate(needed):
            extra = 0
            if role == 1 and isinstance(self.offer.mechanic, BuyGet):
                free = self.offer.units - times * sum(needed)
                extra = min(times * (self.offer.mechanic.get_qty - 1), free)
            yield role, size * times, extra

    def _most(self, rows: list[list[Weighed]]) -> int:
        needed = units_needed(self.offer.mechanic)
        there = [sum(row[2] for row in role) // n for role, n in zip(rows, needed, strict=True)]
        return min(*there, self.offer.applications, self.offer.units // sum(needed), UNLIMITED)

    def nearly(
        self, prices: Sequence[int], room: Sequence[int], floor: int
    ) -> Iterator[Outcome]:
        """See :class:`Model`."""
        rows = self._rows(prices, room)
        for times in range(1, self._most(rows) + 1):
            sizes = list(self._sizes(rows, times))
            yield from self._filled(rows, sizes, times, floor - self._fixed(times), {})

    def _filled(
        self,
        rows: list[list[Weighed]],
        sizes: list[tuple[int, int, int]],
        times: int,
        floor: int,
        used: dict[int, int],
    ) -> Iterator[Outcome]:
        if not sizes:
            yield from self._made(used, times)
            return
        (role, size, extra), rest = sizes[0], sizes[1:]
        others = 0
        for other, need, more in rest:
            taken = take(rows[other], need)
            assert taken is not None  # noqa: S101 (``_most`` saw to it)
            others += taken[0] + sum(w * n for w, _, n in _positive(rows[other], need, more))
        for number in range(size, size + extra + 1):
            for weight, taken_here in picks(rows[role], number, floor - others):
                yield from self._filled(rows, rest, times, floor - weight, used | taken_here)

    def _made(self, used: dict[int, int], times: int) -> Iterator[Outcome]:
        gains = self._gains()
        role_of = {i: role for role, lines in enumerate(self.offer.roles) for i in lines}
        exact = {i: n * gains[role_of[i]][i] for i, n in used.items()}
        total = sum(exact.values()) + self._fixed(times)
        if total <= 0 or not self._each_gains(used, times):
            return
        made = make_outcome(
            self.offer, self.board, used=used, exact=exact, total=total, applications=times
        )
        if made is not None:
            yield made

    def _each_gains(self, used: dict[int, int], times: int) -> bool:
        """True when the units can be dealt out so that every set gains something."""
        needed = units_needed(self.offer.mechanic)
        match self.offer.mechanic:
            case NFor(price=price) | Bundle(price=int(price)):
                pass
            case Bundle(amount=int(amount)):
                return amount > 0 and self._worths(used, times, needed)[0] >= amount
            case _:
                return True
        return min(self._worths(used, times, needed)) > price

    def _worths(self, used: dict[int, int], times: int, needed: tuple[int, ...]) -> list[int]:
        """What the sets are worth, dealt out so that they come close to each other; ascending."""
        sets = [0] * times
        for lines, size in zip(self.offer.roles, needed, strict=True):
            units = sorted(
                (self.board.prices[i] for i in lines for _ in range(used.get(i, 0))), reverse=True
            )
            for turn in range(size):
                sets.sort()
                for i, price in enumerate(units[turn * times : (turn + 1) * times]):
                    sets[i] += price
        return sorted(sets)


def _positive(rows: Sequence[Weighed], skip: int, most: int) -> list[Weighed]:
    """The units after the first ``skip`` that still gain something, at most ``most``."""
    found: list[Weighed] = []
    for weight, line, units in rows:
        here = min(units, skip)
        skip -= here
        n = min(units - here, most)
        if n > 0 and weight > 0:
            found.append((weight, line, n))
            most -= n
    return found
