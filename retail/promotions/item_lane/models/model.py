"""What every model of an offer answers.

A price is what a unit is worth elsewhere, in 1/10,000 minor unit. ``best`` bounds a whole basket
from above (Lagrange); ``nearly`` lists what may be part of an optimum.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from retail.promotions.item_lane.offers import Board, Offer
from retail.promotions.item_lane.outcome import Outcome, Units


class OutOfNodes(Exception):  # noqa: N818 (a signal within the solver, no error)
    """There is more to look at than a limit allows."""


MOST_REJECTED = 4_000
"""Ways that come to nothing, one after another, before a model gives up listing."""

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

    def nearly(self, prices: Sequence[int], room: Sequence[int], floor: int) -> Iterator[Outcome]:
        """Every outcome that gains at least ``floor`` above the prices."""


@dataclass(frozen=True, slots=True)
class BoardModel:
    """What models of a single offer share: the offer, its board and its lines."""

    offer: Offer
    board: Board

    @property
    def lines(self) -> tuple[int, ...]:
        """See ``Model``."""
        return self.offer.lines


def unless_endless(ways: Iterable[Outcome | None]) -> Iterator[Outcome]:
    """The ways that come to something.

    Raises:
        OutOfNodes: very many in a row come to nothing.
    """
    rejected = 0
    for outcome in ways:
        if outcome is not None:
            rejected = 0
            yield outcome
            continue
        rejected += 1
        if rejected > MOST_REJECTED:
            raise OutOfNodes
