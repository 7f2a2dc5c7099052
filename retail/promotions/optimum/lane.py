"""The item lane of a large basket: single units at once, the rest component by component.

What an additive offer gives a unit is what that unit gains anyway; other offers compete only for
what they give beyond. Components are solved apart and remembered by their content, so that a scan
solves anew only what it touches.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from retail.promotions.item_lane.applications import every_outcome
from retail.promotions.item_lane.models.choose import grouped, model_of, wider_model
from retail.promotions.item_lane.models.lists import ListModel, paying
from retail.promotions.item_lane.models.model import Model, OutOfNodes
from retail.promotions.item_lane.models.sequences import SequenceModel
from retail.promotions.item_lane.models.wide import WideModel, cycle_of
from retail.promotions.item_lane.offers import Board, Offer
from retail.promotions.item_lane.outcome import Outcome
from retail.promotions.optimum.capped import WHOLE
from retail.promotions.optimum.choice import code_of
from retail.promotions.optimum.components import connected
from retail.promotions.optimum.contest import ContestSearch
from retail.promotions.optimum.dominance import hopeless, undominated
from retail.promotions.optimum.found import Found, Ranking, Result, found_of
from retail.promotions.optimum.memory import Memory
from retail.promotions.optimum.shadow import Contest
from retail.promotions.optimum.singles import Singles
from retail.promotions.optimum.tiers import TierSearch, spread

MOST_NEAR = 3_000
"""Offers with more outcomes than this are not listed to look near the best."""
MOST_LISTED = 1000
"""Quantity tiers with more outcomes than this are decided unit by unit."""

Models = tuple[tuple[Model, ...], WideModel | None]


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

    def search(self, found: Models) -> ContestSearch:
        """A fresh search over the component."""
        models, wide = found
        lines = tuple(range(len(self.lines)))
        rooms = tuple(list(self.board.units) for _ in models)
        contest = Contest(models, rooms, self.board.units, self.reserve, lines, wide)
        codes = {o.promotion.promo_id: code for o in self.offers if (code := code_of(o.promotion))}
        return ContestSearch(contest, Ranking(contest, self.reserve, codes))


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

    def items(self) -> list[Outcome]:
        """What components and single offers take together, on the whole board."""
        items = [o for part, result in self.parts for o in part.placed(result.found)]
        return items + self.singles.taken(unused(self.board, items))


def unused(board: Board, items: Sequence[Outcome]) -> list[int]:
    """The units per line that no outcome takes."""
    left = list(board.units)
    for outcome in items:
        for line, n in outcome.used:
            left[line] -= n
    return left


def solve_lane(
    board: Board, offers: Sequence[Offer], memory: Memory, part: int = WHOLE, slack: int = 0
) -> Solution:
    """The best use of item offers; exclusive promotions are not looked at here.

    Args:
        part: at which sixteenth single offers with a cap count.
        slack: offers that alone lose no more than this stay in, for choices near the best.
    """
    singles = Singles.of(board, [offer for offer in offers if offer.additive], part)
    others = [offer for offer in offers if not offer.additive]
    if slack:
        rivals = [o for o in others if _is_near(o, board, singles, slack, memory)]
    else:
        hopeful = [o for o in others if not hopeless(o, board, singles.gains)]
        rivals = [o for o in undominated(hopeful) if _may_gain(o, board, singles, memory)]
    solved = ((part, _solved(part, memory)) for part in split(board, rivals, singles.gains))
    return Solution(board, singles, tuple(solved))


def component_of(board: Board, offers: Sequence[Offer], reserve: Sequence[int]) -> Component:
    """The component of some offers, on a board of its own."""
    lines = tuple(sorted({line for offer in offers for line in offer.lines}))
    place = {line: at for at, line in enumerate(lines)}
    return Component(
        lines,
        board.part(lines),
        tuple(offer.moved(place) for offer in offers),
        tuple(reserve[line] for line in lines),
    )


def _models(part: Component, memory: Memory) -> Models:
    """The models of a component's offers."""
    key = ("models", part.board, part.key()[2])
    models = memory.recall(key)
    if models is None:
        models = grouped([(o, _model(o, part.board, memory)) for o in part.offers], part.board)
        memory.keep(key, models)
    return models  # type: ignore[return-value]


def _model(offer: Offer, board: Board, memory: Memory) -> Model:
    """An offer's model: listed on a board of its own lines, so that it is listed once."""
    own = component_of(board, [offer], board.units)
    model = _own_model(own, memory)
    return model.moved(own.lines) if isinstance(model, ListModel) else wider_model(offer, board)


def _own_model(own: Component, memory: Memory) -> Model:
    key = ("own", own.board, own.key()[2])
    model = memory.recall(key)
    if model is None:
        model = model_of(own.offers[0], own.board)
        memory.keep(key, model)
    return model  # type: ignore[return-value]


def _solved(part: Component, memory: Memory) -> Result:
    key = part.key()
    known = memory.recall(key)
    if isinstance(known, Result):
        return known
    tiers = [offer for offer in part.offers if spread(offer, part.board, MOST_LISTED)]
    if tiers:
        others = [offer for offer in part.offers if offer not in tiers]
        result = TierSearch(
            part.board,
            part.reserve,
            tiers,
            lambda reserve: _joined(part.board, others, reserve, memory),
        ).result()
        if not result.proved:
            again = _search(part, memory).best(result.found)
            result = Result(again.found, min(result.bound, again.bound))
    else:
        result = _search(part, memory).best()
    memory.keep(key, result)
    return result


def _search(part: Component, memory: Memory) -> ContestSearch:
    """A search without what gains less than its units do anyway."""
    models, wide = _models(part, memory)
    return part.search((paying(models, part.reserve), wide))


def near(part: Component, result: Result, slack: int, memory: Memory) -> list[Found] | None:
    """Every choice that gains at most ``slack`` less than the bound; None for too many."""
    key = ("all near", part.key(), slack)
    known = memory.recall(key)
    if known is None:
        models = _exhaustive(part, memory)
        found = None if models is None else part.search(models).within(result.bound - slack)
        known = (found,)
        memory.keep(key, known)
    return known[0]  # type: ignore[index, no-any-return]


def _exhaustive(part: Component, memory: Memory) -> Models | None:
    """Models that know every way of putting the same units together; None where too many."""
    models: list[tuple[Offer, Model]] = []
    for offer in part.offers:
        own = component_of(part.board, [offer], part.board.units)
        model = _own_model(own, memory)
        if isinstance(model, SequenceModel):
            listed = every_outcome(own.offers[0], own.board, MOST_NEAR)
            if listed is None:
                return None
            model = ListModel.of(own.offers[0].lines, listed)
        if isinstance(model, ListModel):
            models.append((offer, model.moved(own.lines)))
        else:
            models.append((offer, wider_model(offer, part.board)))
    single, wide = grouped(models, part.board)
    return None if wide is not None else (single, wide)


def _joined(
    board: Board, offers: Sequence[Offer], reserve: tuple[int, ...], memory: Memory
) -> Result:
    """Offers on a board where units gain so much anyway, component by component."""
    parts = split(board, offers, reserve)
    results = [(part, _solved(part, memory)) for part in parts]
    taken = [outcome for part, result in results for outcome in part.placed(result.found)]
    gain = sum(result.found.gain for _, result in results)
    return Result(found_of(gain, taken), sum(result.bound for _, result in results))


def split(board: Board, offers: Sequence[Offer], reserve: Sequence[int]) -> list[Component]:
    """The components of offers: lines and exclusive groups connect them."""
    groups: dict[str, int] = {}
    links = []
    for offer in offers:
        group = offer.promotion.exclusive_group
        own = [] if group is None else [-1 - groups.setdefault(group, len(groups))]
        links.append([*offer.lines, *own])
    return [
        component_of(board, [offers[at] for at in places], reserve) for places in connected(links)
    ]


def _may_gain(offer: Offer, board: Board, singles: Singles, memory: Memory) -> bool:
    """True when the offer alone gains more than its units gain anyway, or as much if listed."""
    lines, reserve = offer.lines, singles.gains
    # Everything that decides the answer, without a board of its own for each question.
    key = (
        "may gain",
        offer.promotion.promo_id,
        offer.applications,
        offer.units,
        tuple([(board.prices[i], board.units[i], reserve[i]) for i in lines]),
        _places(offer, lines),
    )
    known = memory.recall(key)
    if known is None:
        own = component_of(board, [offer], reserve)
        known = _gains(own, _own_model(own, memory))
        memory.keep(key, known)
    return bool(known)


def _places(offer: Offer, lines: Sequence[int]) -> tuple[tuple[int, ...], ...]:
    """Which of the offer's lines its roles take, where there is more than one role."""
    if len(offer.roles) == 1:
        return ()
    place = {line: at for at, line in enumerate(lines)}
    return tuple(tuple(place[line] for line in role) for role in offer.roles)


def _is_near(offer: Offer, board: Board, singles: Singles, slack: int, memory: Memory) -> bool:
    """True when the offer alone loses at most ``slack`` against what its units gain anyway."""
    own = component_of(board, [offer], singles.gains)
    key = ("near", own.key(), slack)
    known = memory.recall(key)
    if known is None:
        known = _nearly(_own_model(own, memory), own, -slack)
        memory.keep(key, known)
    return bool(known)


def _nearly(model: Model, own: Component, floor: int) -> bool:
    """True when the model has an outcome of that gain, or cannot tell for certain."""
    try:
        near = model.nearly(own.reserve, own.board.units, floor)
        return not model.complete or next(iter(near), None) is not None
    except OutOfNodes:
        return True


def _gains(own: Component, model: Model) -> bool:
    room = own.board.units
    if isinstance(model, ListModel):
        return next(iter(model.nearly(own.reserve, room, 0)), None) is not None
    cycle = cycle_of(own.offers[0], own.board)
    if cycle is not None:
        return WideModel([cycle], own.board).worth(own.reserve, room) > 0
    return model.best(own.reserve, room)[0] > 0
