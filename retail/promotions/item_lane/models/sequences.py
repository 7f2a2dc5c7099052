"""Sets in which the order of prices or shared lines decide: dynamic programming over units.

Units are passed from dear to cheap; what was taken so far is the state. Of a set of units the
gain is greatest when applications take them one after another in that order.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from retail.promotions.item_lane.models.model import unless_endless
from retail.promotions.item_lane.models.terms import set_terms
from retail.promotions.item_lane.offers import UNLIMITED, Board, Offer, unit_gain
from retail.promotions.item_lane.outcome import Outcome, Units, make_outcome
from retail.promotions.rules import EXACT, Bundle, BuyGet, CheapestFree

State = tuple[int, ...]
"""Applications begun and units taken (0 throughout where not limited), then the mechanic's own."""
Step = tuple[State, int]
"""The next state, and what the unit gains in 1/10,000 minor unit."""
Chain = tuple[int, int, "Chain | None"]
"""A line, the unit's gain, and what was taken before."""


class Machine(ABC):
    """How one offer takes units from dear to cheap."""

    own: State = (0,)
    gains: dict[int, int]

    def __init__(self, offer: Offer, board: Board) -> None:
        self.offer = offer
        self.limited = offer.applications < UNLIMITED
        self.counted = offer.units < UNLIMITED
        self.gains = {i: unit_gain(offer.mechanic, board.prices[i]) for i in offer.lines}
        self._known: dict[tuple[State, int], list[Step]] = {}

    @property
    def start(self) -> State:
        """Nothing taken."""
        return (0, 0, *self.own)

    def moves(self, state: State, line: int) -> list[Step]:
        """All ways of taking one more unit of a line within the limits; asked again and again."""
        known = self._known.get((state, line))
        if known is None:
            known = self._known[state, line] = self._moves(state, line)
        return known

    def _moves(self, state: State, line: int) -> list[Step]:
        found: list[Step] = []
        units = state[1] + self.counted
        if units <= self.offer.units:
            for begins, own, gain in self.steps(state[2:], line):
                times = state[0] + (begins and self.limited)
                if times <= self.offer.applications:
                    found.append(((times, units, *own), gain))
        return found

    @abstractmethod
    def steps(self, own: State, line: int) -> Iterator[tuple[bool, State, int]]:
        """Per way of taking a unit: is an application begun, the next state, the gain."""

    @abstractmethod
    def done(self, state: State) -> bool:
        """True when every application that was begun is complete."""

    @abstractmethod
    def times(self, taken: Sequence[tuple[int, int]]) -> int:
        """The applications that took these units, each a line and its gain."""


class CycleMachine(Machine):
    """Payers first, then rewarded units, then the next set; the state is the place in the set."""

    def __init__(self, offer: Offer, board: Board, mechanic: CheapestFree | BuyGet) -> None:
        super().__init__(offer, board)
        if isinstance(mechanic, BuyGet):
            self.payers, self.rewarded, self.least = mechanic.buy_qty, mechanic.get_qty, 1
        else:
            self.payers = mechanic.n - mechanic.free
            self.rewarded = self.least = mechanic.free
        # Only beside another reward may a rewarded unit gain nothing.
        self.idle = isinstance(mechanic, CheapestFree) and mechanic.free > 1

    def steps(self, own: State, line: int) -> Iterator[tuple[bool, State, int]]:
        """See :class:`Machine`."""
        place, whole = own[0], self.payers + self.rewarded
        if place and (place < self.payers or self.gains[line] or self.idle):
            gain = self.gains[line] if place >= self.payers else 0
            yield False, ((place + 1) % whole,), gain
        if place == 0 or place >= self.payers + self.least:
            # A set with fewer rewards than possible is complete: this unit begins the next.
            yield True, (1 % whole,), 0 if self.payers else self.gains[line]

    def done(self, state: State) -> bool:
        """See :class:`Machine`."""
        return state[2] == 0 or state[2] >= self.payers + self.least

    def times(self, taken: Sequence[tuple[int, int]]) -> int:
        """See :class:`Machine`."""
        if isinstance(self.offer.mechanic, CheapestFree):
            return len(taken) // (self.payers + self.rewarded)
        return unrewarded(taken) // self.payers


class LesserMachine(Machine):
    """Rewards of equal or lesser value from another range than what is bought.

    The state: bought units of the open purchase, purchases that wait for their first reward,
    rewards that are possible beyond these.
    """

    own: State = (0, 0, 0)

    def __init__(self, offer: Offer, board: Board, mechanic: BuyGet) -> None:
        super().__init__(offer, board)
        self.mechanic = mechanic
        self.buy, self.get = (frozenset(role) for role in offer.roles)

    def steps(self, own: State, line: int) -> Iterator[tuple[bool, State, int]]:
        """See :class:`Machine`."""
        bought, waiting, spare = own
        if line in self.buy:
            if bought + 1 == self.mechanic.buy_qty:
                yield bought == 0, (0, waiting + 1, spare), 0
            else:
                yield bought == 0, (bought + 1, waiting, spare), 0
        gain = self.gains[line]
        if line in self.get and gain:
            if waiting:
                more = spare + self.mechanic.get_qty - 1
                yield False, (bought, waiting - 1, more), gain
            elif spare:
                yield False, (bought, 0, spare - 1), gain

    def done(self, state: State) -> bool:
        """See :class:`Machine`."""
        return state[2] == 0 and state[3] == 0

    def times(self, taken: Sequence[tuple[int, int]]) -> int:
        """See :class:`Machine`."""
        return unrewarded(taken) // self.mechanic.buy_qty


class RoleMachine(Machine):
    """Roles that share lines and know no order: the state counts the units of each role."""

    def __init__(self, offer: Offer, board: Board, mechanic: Bundle | BuyGet) -> None:
        super().__init__(offer, board)
        self.mechanic = mechanic
        self.roles = tuple(frozenset(role) for role in offer.roles)
        self.own = (0,) * len(self.roles)
        self.fixed = 0
        if isinstance(mechanic, BuyGet):
            self.sizes: State = (mechanic.buy_qty, 1)
            self.most: State = (mechanic.buy_qty, mechanic.get_qty)
            return
        self.sizes = self.most = tuple(slot.qty for slot in mechanic.slots)
        terms = set_terms(offer, board)
        self.fixed = terms.fixed
        self.gains = {i: terms.rate * board.prices[i] for i in offer.lines}

    def steps(self, own: State, line: int) -> Iterator[tuple[bool, State, int]]:
        """See :class:`Machine`."""
        for role, lines in enumerate(self.roles):
            if line in lines:
                counts = [*own]
                begins = role == 0 and own[0] % self.sizes[0] == 0
                counts[role] += 1
                earns = role == 1 or isinstance(self.mechanic, Bundle)
                gain = self.gains[line] if earns else 0
                if gain or role == 0 or isinstance(self.mechanic, Bundle):
                    yield begins, tuple(counts), gain + begins * self.fixed

    def done(self, state: State) -> bool:
        """See :class:`Machine`."""
        times, rest = divmod(state[2], self.sizes[0])
        return rest == 0 and all(
            times * least <= count <= times * most
            for count, least, most in zip(state[2:], self.sizes, self.most, strict=True)
        )

    def times(self, taken: Sequence[tuple[int, int]]) -> int:
        """See :class:`Machine`."""
        if isinstance(self.mechanic, BuyGet):
            return unrewarded(taken) // self.mechanic.buy_qty
        return len(taken) // sum(self.sizes)


def unrewarded(taken: Sequence[tuple[int, int]]) -> int:
    """How many of the units taken gain nothing."""
    return sum(1 for _, gain in taken if gain == 0)


def machine_of(offer: Offer, board: Board) -> Machine:
    """The machine of a mechanic whose units depend on each other."""
    match offer.mechanic:
        case CheapestFree() as mechanic:
            return CycleMachine(offer, board, mechanic)
        case BuyGet(equal_or_lesser=True) as mechanic:
            if offer.roles[0] == offer.roles[1]:
                return CycleMachine(offer, board, mechanic)
            return LesserMachine(offer, board, mechanic)
        case BuyGet() | Bundle() as mechanic:
            return RoleMachine(offer, board, mechanic)
        case mechanic:
            raise TypeError(mechanic)


Layer = dict[State, tuple[int, "Chain | None"]]


@dataclass(frozen=True, slots=True)
class SequenceModel:
    """The best outcome of an offer whose units depend on each other."""

    offer: Offer
    board: Board
    machine: Machine
    order: tuple[int, ...]

    @property
    def lines(self) -> tuple[int, ...]:
        """See ``Model``."""
        return self.offer.lines

    @property
    def complete(self) -> bool:
        """See ``Model``. Sets worth less than the amount off are left out."""
        mechanic = self.offer.mechanic
        return not isinstance(mechanic, Bundle) or set_terms(self.offer, self.board).complete

    @classmethod
    def of(cls, offer: Offer, board: Board) -> SequenceModel:
        """The model of an offer.

        Of equal prices the canonically first line is the cheaper; where other units are rewarded
        than bought, those that can only be bought come first.
        """
        buys, gets = offer.roles[0], offer.roles[-1]
        order = sorted(
            offer.lines,
            key=lambda i: (-board.prices[i], (i not in buys) - (i not in gets), -i),
        )
        return cls(offer, board, machine_of(offer, board), tuple(order))

    def best(self, prices: Sequence[int], room: Sequence[int]) -> tuple[int, Units]:
        """See ``Model``."""
        layer: Layer = {self.machine.start: (0, None)}
        for line in self.order:
            if not room[line]:
                continue
            taken, layer = layer, dict(layer)
            for _ in range(room[line]):
                taken = self._after(taken, line, prices[line])
                for state, found in taken.items():
                    if state not in layer or found[0] > layer[state][0]:
                        layer[state] = found
        gain: int = 0
        chain: Chain | None = None
        for state, found in layer.items():
            if found[0] > gain and self.machine.done(state):
                gain, chain = found
        used: dict[int, int] = {}
        while chain is not None:
            used[chain[0]] = used.get(chain[0], 0) + 1
            chain = chain[2]
        return min(gain, EXACT * self.offer.cap), tuple(sorted(used.items()))

    def _after(self, layer: Layer, line: int, price: int) -> Layer:
        """The states after one more unit of a line."""
        found: Layer = {}
        for state, (gain, chain) in layer.items():
            for after, more in self.machine.moves(state, line):
                reached = gain + more - price
                if after not in found or reached > found[after][0]:
                    found[after] = (reached, (line, more, chain))
        return found

    def nearly(self, prices: Sequence[int], room: Sequence[int], floor: int) -> Iterator[Outcome]:
        """See ``Model``."""
        return unless_endless(self._ways(prices, room, floor))

    def _ways(
        self, prices: Sequence[int], room: Sequence[int], floor: int
    ) -> Iterator[Outcome | None]:
        seen: set[tuple[tuple[int, int], ...]] = set()
        for chain in _Paths(self, prices, room, floor):
            taken = tuple(sorted(chain))
            if taken and taken not in seen:
                seen.add(taken)
                yield self._made(taken)
            else:
                yield None

    def _made(self, taken: Sequence[tuple[int, int]]) -> Outcome | None:
        used: dict[int, int] = {}
        exact: dict[int, int] = {}
        for line, gain in taken:
            used[line] = used.get(line, 0) + 1
            exact[line] = exact.get(line, 0) + gain
        times = self.machine.times(taken)
        if not self._whole(used, times):
            return None
        return make_outcome(
            self.offer,
            self.board,
            used=used,
            exact=exact,
            total=sum(exact.values()),
            applications=times,
        )

    def _whole(self, used: dict[int, int], times: int) -> bool:
        """True when every set is worth its amount off: even the cheapest units together are."""
        if self.complete:
            return True
        size = sum(used.values()) // times
        prices = sorted(self.board.prices[i] for i, n in used.items() for _ in range(n))
        return sum(prices[:size]) > set_terms(self.offer, self.board).least


class _Paths:
    """Every way of taking units that gains at least ``floor``, as (line, gain) of each unit."""

    def __init__(
        self, model: SequenceModel, prices: Sequence[int], room: Sequence[int], floor: int
    ) -> None:
        self.machine, self.order = model.machine, model.order
        self.prices, self.room, self.floor = prices, room, floor
        self.ahead = lru_cache(maxsize=None)(self._ahead)

    def __iter__(self) -> Iterator[list[tuple[int, int]]]:
        return self._go(0, self.machine.start, 0, [])

    def _ahead(self, at: int, state: State) -> int:
        """The most that can still be gained from a state; very negative if it cannot end."""
        if at == len(self.order):
            return 0 if self.machine.done(state) else -UNLIMITED
        line, top, reached = self.order[at], self.ahead(at + 1, state), {state: 0}
        for _ in range(self.room[line]):
            fresh: dict[State, int] = {}
            for before, gain in reached.items():
                for after, more in self.machine.moves(before, line):
                    total = gain + more - self.prices[line]
                    fresh[after] = max(total, fresh.get(after, -UNLIMITED))
            reached = fresh
            top = max([top, *(gain + self.ahead(at + 1, s) for s, gain in reached.items())])
        return top

    def _go(
        self, at: int, state: State, gain: int, taken: list[tuple[int, int]]
    ) -> Iterator[list[tuple[int, int]]]:
        if gain + self.ahead(at, state) < self.floor:
            return
        if at == len(self.order):
            yield taken
            return
        yield from self._take(at, self.room[self.order[at]], (state, gain), taken)

    def _take(
        self, at: int, left: int, here: tuple[State, int], taken: list[tuple[int, int]]
    ) -> Iterator[list[tuple[int, int]]]:
        state, gain = here
        yield from self._go(at + 1, state, gain, taken)
        line = self.order[at]
        for after, more in self.machine.moves(state, line) if left else ():
            total = gain + more - self.prices[line]
            yield from self._take(at, left - 1, (after, total), [*taken, (line, more)])
