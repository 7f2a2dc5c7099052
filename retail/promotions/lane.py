"""The item lane of a large basket: single units at once, the rest component by component.

What an additive offer gives a unit is what that unit gains anyway; other offers compete only for
what they give beyond. Components are solved apart and remembered by their content, so that a scan
solves anew only what it touches.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from retail.promotions.components import connected
from retail.promotions.contest import ContestSearch, Found, Ranking, Result
from retail.promotions.offers import Board, Offer
from retail.promotions.outcome import Outcome
from retail.promotions.reduced import Model, models_of
from retail.promotions.shadow import Contest
from retail.promotions.singles import Singles


@dataclass(frozen=True, slots=True)
class Component:
    """Offers that compete for units, on a board of their own lines.

    Attributes:
        lines: the lines on the whole board, ascending.
        offers: on the component's own board, by promotion id.
        reserve: per own line what a unit gains anyway, in 1/10,000 minor unit.
    """

    lines: tuple[int, ...]
    board: Board
    offers: tuple[Offer, ...]
    reserve: tuple[int, ...]

    def key(self) -> tuple[object, ...]:
        """Everything that decides the component's solution."""
        return (
            self.board,
            self.reserve,
            tuple((o.promotion.promo_id, o.roles, o.applications, o.units) for o in self.offers),
        )

    def placed(self, found: Found) -> list[Outcome]:
        """What was found, on the whole board."""
        return [outcome.moved(self.lines) for outcome in found.taken]

    def search(self, models: tuple[Model, ...]) -> ContestSearch:
        """A fresh search over the component."""
        lines = tuple(range(len(self.lines)))
        rooms = tuple(list(self.board.units) for _ in models)
        contest = Contest(models, rooms, self.board.units, self.reserve, lines)
        return ContestSearch(contest, Ranking(contest, self.reserve))


class Memory:
    """What was solved before, by content; the oldest go first when there is too much."""

    def __init__(self, most: int = 20_000) -> None:
        self._most = most
        self._kept: dict[object, object] = {}

    def recall(self, key: object) -> object | None:
        """What was kept under a key."""
        return self._kept.get(key)

    def keep(self, key: object, value: object) -> None:
        """Keep a value."""
        if len(self._kept) >= self._most:
            del self._kept[next(iter(self._kept))]
        self._kept[key] = value

    def forget(self) -> None:
        """Forget everything."""
        self._kept.clear()


@dataclass(frozen=True, slots=True)
class Solution:
    """The item lane solved: components with their results, and what single units gain."""

    board: Board
    singles: Singles
    parts: tuple[tuple[Component, Result], ...]

    @property
    def bound(self) -> int:
        """No choice of the item lane gains more, in 1/10,000 minor unit."""
        return self.singles.total + sum(result.bound for _, result in self.parts)

    def outcomes(self) -> list[Outcome]:
        """What the components take, on the whole board."""
        return [outcome for part, result in self.parts for outcome in part.placed(result.found)]


def solve_lane(board: Board, offers: Sequence[Offer], memory: Memory) -> Solution:
    """The best use of item offers; exclusive promotions are not looked at here."""
    singles = Singles.of(board, [offer for offer in offers if offer.additive])
    rivals = [o for o in offers if not o.additive and _may_gain(o, board, singles, memory)]
    groups: dict[str, int] = {}
    links = []
    for offer in rivals:
        group = offer.promotion.exclusive_group
        own = [] if group is None else [-1 - groups.setdefault(group, len(groups))]
        links.append([*offer.lines, *own])
    parts = []
    for places in connected(links):
        part = component_of(board, [rivals[at] for at in places], singles)
        parts.append((part, _solved(part, memory)))
    return Solution(board, singles, tuple(parts))


def component_of(board: Board, offers: Sequence[Offer], singles: Singles) -> Component:
    """The component of some offers, on a board of its own."""
    lines = tuple(sorted({line for offer in offers for line in offer.lines}))
    place = {line: at for at, line in enumerate(lines)}
    return Component(
        lines,
        board.part(lines),
        tuple(offer.moved(place) for offer in offers),
        tuple(singles.gains[line] for line in lines),
    )


def _models(part: Component, memory: Memory) -> tuple[Model, ...]:
    """The models of a component's offers."""
    key = ("models", part.board, part.key()[2])
    models = memory.recall(key)
    if models is None:
        models = tuple(models_of(part.offers, part.board))
        memory.keep(key, models)
    return models  # type: ignore[return-value]


def _solved(part: Component, memory: Memory) -> Result:
    key = part.key()
    known = memory.recall(key)
    if isinstance(known, Result):
        return known
    result = part.search(_models(part, memory)).best()
    memory.keep(key, result)
    return result


def _may_gain(offer: Offer, board: Board, singles: Singles, memory: Memory) -> bool:
    """True when the offer alone gains at least what its units gain anyway."""
    part = component_of(board, [offer], singles)
    key = ("may gain", part.key())
    known = memory.recall(key)
    if known is None:
        model = _models(part, memory)[0]
        room = list(part.board.units)
        known = next(iter(model.nearly(part.reserve, room, 0)), None) is not None
        memory.keep(key, known)
    return bool(known)

