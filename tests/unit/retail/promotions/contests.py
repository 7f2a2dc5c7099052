"""Small contests: offers that compete for units, and every combination of what they can do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from random import Random
from typing import Literal

from retail.promotions.item_lane.applications import every_outcome
from retail.promotions.item_lane.models.choose import wider_model
from retail.promotions.item_lane.models.lists import ListModel
from retail.promotions.item_lane.models.model import Model
from retail.promotions.item_lane.models.wide import Cycle, WideModel, cycle_of
from retail.promotions.item_lane.offers import Board, Offer
from retail.promotions.item_lane.outcome import Outcome
from retail.promotions.optimum.contest import ContestSearch
from retail.promotions.optimum.found import Found, Ranking, found_of
from retail.promotions.optimum.shadow import Contest
from tests.unit.retail.promotions.boards import Small, combinations_of

Kind = Literal["listed", "machines", "wide"]
KINDS: tuple[Kind, ...] = ("listed", "machines", "wide")
MOST = 4_000
Taken = tuple[Outcome, ...]


@dataclass(frozen=True, slots=True)
class Rivals:
    """A contest, and what each of its offers can do."""

    contest: Contest
    outcomes: tuple[Taken, ...]

    def combinations(self) -> list[tuple[int, Taken]]:
        """Every way of using the offers together, with its gain above the reserve."""
        contest = self.contest
        return [
            (sum(contest.above(outcome) for outcome in taken), taken)
            for taken in combinations_of(self.outcomes, contest.capacity)
        ]

    @property
    def most(self) -> int:
        """The greatest gain of all combinations."""
        return max(gain for gain, _ in self.combinations())

    @property
    def rank(self) -> Ranking:
        """The order of preference between equal gains."""
        return Ranking(self.contest, self.contest.reserve, {})

    def search(self) -> ContestSearch:
        """A fresh search."""
        return ContestSearch(self.contest, self.rank)

    def first(self) -> Found:
        """The canonical choice by brute force."""
        most = self.most
        best = [found_of(gain, taken) for gain, taken in self.combinations() if gain == most]
        return min(best, key=self.rank.key)

    def adds_up(self, found: Found) -> bool:
        """True when units are enough, the gain is right and no promotion stands there twice."""
        left, gain = list(self.contest.capacity), 0
        names = [outcome.promo_id for outcome in found.taken]
        for outcome in found.taken:
            gain += self.contest.above(outcome)
            for line, n in outcome.used:
                left[line] -= n
        return min(left, default=0) >= 0 and gain == found.gain and len(set(names)) == len(names)

    def holds(self, found: Found) -> bool:
        """True when it adds up and each offer is used in one of its ways."""
        known = {o._replace(applications=0) for listed in self.outcomes for o in listed}
        return self.adds_up(found) and all(
            outcome._replace(applications=0) in known for outcome in found.taken
        )


def contest_of(
    offers: Sequence[Offer], board: Board, reserve: Sequence[int], *, kind: Kind
) -> Contest:
    """The contest of some offers, each with a model of its own or cycles in one."""
    models: list[Model] = []
    cycles: list[Cycle] = []
    for offer in offers:
        cycle = cycle_of(offer, board) if kind == "wide" else None
        if kind == "listed":
            models.append(ListModel.of(offer.lines, all_of(offer, board)))
        elif cycle is not None and len(cycles) < 2:
            cycles.append(cycle)
        else:
            models.append(wider_model(offer, board))
    rooms = tuple(list(board.units) for _ in models)
    wide = WideModel(cycles, board) if cycles else None
    lines = tuple(range(len(board.units)))
    return Contest(tuple(models), rooms, board.units, reserve, lines, wide)


def all_of(offer: Offer, board: Board) -> Taken:
    """All outcomes of an offer."""
    outcomes = every_outcome(offer, board, 1 << 30)
    assert outcomes is not None
    return outcomes


def some_reserve(rng: Random, board: Board) -> list[int]:
    """What units gain anyway: nothing, or a part of their price."""
    rate = rng.choice((0, 0, 500, 1000, 2000))
    return [price * rate for price in board.prices]


def rivals_of(seed: object, kind: Kind, units: int = 8) -> Rivals | None:
    """A seeded contest; None where there is no contest or too much to try all of it."""
    small = Small.plain(f"rivals {seed}", units)
    rng = Random(f"rivals {seed}")
    outcomes = tuple(all_of(offer, small.board) for offer in small.offers)
    if len(outcomes) < 2 or prod(len(own) + 1 for own in outcomes) > MOST:
        return None
    reserve = some_reserve(rng, small.board)
    return Rivals(contest_of(small.offers, small.board, reserve, kind=kind), outcomes)


def contests(name: str, seeds: int, kind: Kind) -> list[Rivals]:
    """Seeded contests whose offers can be listed completely."""
    found = (rivals_of(f"{name} {seed}", kind) for seed in range(seeds))
    return [r for r in found if r is not None and all(m.complete for m in r.contest.models)]
