"""Which model fits an offer."""

from __future__ import annotations

from collections.abc import Sequence

from retail.promotions.item_lane.applications import every_outcome
from retail.promotions.item_lane.models.lists import GroupModel, ListModel
from retail.promotions.item_lane.models.model import Model
from retail.promotions.item_lane.models.quantity_tiers import TierModel
from retail.promotions.item_lane.models.sequences import SequenceModel
from retail.promotions.item_lane.models.sets import SetModel
from retail.promotions.item_lane.models.units import UnitModel
from retail.promotions.item_lane.models.wide import MOST_STATES, Cycle, WideModel, cycle_of
from retail.promotions.item_lane.offers import Board, Offer
from retail.promotions.rules import Bundle, BuyGet, CheapestFree, NFor, TierQuantity

LISTED = 64
"""Offers with at most so many outcomes are kept as lists."""
TANGLED = 1_000
FEWEST_LINES = 8
"""Sets over fewer lines are not taken for wide."""


def model_of(offer: Offer, board: Board) -> Model:
    """The model that fits the offer's size and mechanic."""
    listed = every_outcome(offer, board, LISTED)
    if listed is None and _tangled(offer):
        listed = every_outcome(offer, board, TANGLED)
    return wider_model(offer, board) if listed is None else ListModel.of(offer.lines, listed)


def _tangled(offer: Offer) -> bool:
    """True for roles that share lines without being one: a long list beats their machine."""
    return not _disjoint(offer) and len(set(offer.roles)) > 1


def wider_model(offer: Offer, board: Board) -> Model:
    """The model of an offer with too many outcomes for a list."""
    match offer.mechanic:
        case TierQuantity():
            return TierModel(offer, board)
        case NFor() | Bundle() if _disjoint(offer):
            return SetModel.of(offer, board)
        case BuyGet(equal_or_lesser=False) if _disjoint(offer):
            return SetModel.of(offer, board)
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
        elif (
            cycle is not None
            and len(offer.lines) >= FEWEST_LINES
            and states * cycle.length <= MOST_STATES
        ):
            wide.append(cycle)
            states *= cycle.length
        else:
            single.append(model)
    members = (tuple(found) for found in groups.values())
    single += [m[0] if len(m) == 1 else GroupModel(m) for m in members]
    return tuple(single), WideModel(wide, board) if wide else None


def _disjoint(offer: Offer) -> bool:
    return sum(len(role) for role in offer.roles) == len(offer.lines)
