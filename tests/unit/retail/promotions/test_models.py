"""What every model of an offer answers, beside all that brute force knows of the offer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product
from random import Random

import pytest

from retail.promotions.item_lane.applications import every_outcome
from retail.promotions.item_lane.models.choose import grouped, model_of, wider_model
from retail.promotions.item_lane.models.lists import GroupModel, ListModel
from retail.promotions.item_lane.models.model import Model
from retail.promotions.item_lane.models.quantity_tiers import TierModel
from retail.promotions.item_lane.models.sequences import (
    CycleMachine,
    LesserMachine,
    RoleMachine,
    SequenceModel,
    machine_of,
)
from retail.promotions.item_lane.models.sets import SetModel
from retail.promotions.item_lane.models.units import UnitModel
from retail.promotions.item_lane.models.wide import WideModel
from retail.promotions.item_lane.offers import Board, Offer
from retail.promotions.item_lane.outcome import Outcome, Units
from retail.promotions.item_lane.picking import by_weight, picks, take
from retail.promotions.rules import (
    EXACT,
    AmountOff,
    Bundle,
    BuyGet,
    CheapestFree,
    FixedPrice,
    Gift,
    ItemMechanic,
    NFor,
    Percent,
    Promotion,
    QuantityTier,
    Slot,
    TierQuantity,
)
from tests.unit.retail.promotions.boards import (
    Small,
    above,
    board_of,
    fits,
    offer_of,
    only,
    shelf,
    some_prices,
    some_room,
)

KINDS = ("list", "units", "tiers", "sets", "cycles", "lesser", "roles")
MACHINES = {CycleMachine: "cycles", LesserMachine: "lesser", RoleMachine: "roles"}
SEEDS = range(260)


def kind_of(model: Model) -> str:
    """The kind of a model that is no list."""
    if isinstance(model, SequenceModel):
        return MACHINES[type(model.machine)]
    kinds = {UnitModel: "units", TierModel: "tiers", SetModel: "sets"}
    return next(kind for cls, kind in kinds.items() if isinstance(model, cls))


def models(
    kind: str, basket: Callable[[str], Small], seeds: range = SEEDS
) -> Iterator[tuple[Small, Offer, Model]]:
    """Offers of seeded baskets with a model of one kind."""
    for seed in seeds:
        small = basket(f"models {seed}")
        for offer in small.offers:
            if kind == "list":
                yield small, offer, ListModel.of(offer.lines, _listed(offer, small.board))
            else:
                model = wider_model(offer, small.board)
                if kind_of(model) == kind:
                    yield small, offer, model


def _listed(offer: Offer, board: Board) -> tuple[Outcome, ...]:
    outcomes = every_outcome(offer, board, 1 << 30)
    assert outcomes is not None
    return outcomes


@pytest.mark.parametrize("kind", KINDS)
def test_the_best_is_the_most_that_any_outcome_gains(kind: str) -> None:
    seen = 0
    for small, offer, model in models(kind, Small.plain):
        rng = Random(str(small.board))
        ways = [way for way in small.ways(offer.promotion) if any(way[1]) or kind != "list"]
        for _ in range(3):
            prices, room = some_prices(rng, small.board), some_room(rng, small.board)
            most = max((above(way, prices) for way in ways if fits(way, room)), default=0)
            gain, used = model.best(prices, room)
            assert all(0 < n <= room[line] for line, n in used)
            assert gain >= max(0, most)
            if model.complete:
                assert gain == max(0, most), offer.promotion
                seen += 1
    assert seen > 20


@pytest.mark.parametrize("kind", KINDS)
def test_the_best_is_a_bound_whatever_the_cap(kind: str) -> None:
    for small, offer, model in models(kind, Small.random):
        rng = Random(str(small.board))
        ways = [way for way in small.ways(offer.promotion) if any(way[1])]
        for _ in range(3):
            prices, room = some_prices(rng, small.board), some_room(rng, small.board)
            most = max((above(way, prices) for way in ways if fits(way, room)), default=0)
            assert model.best(prices, room)[0] >= most, offer.promotion


@pytest.mark.parametrize("kind", KINDS)
def test_near_the_best_is_everything_down_to_a_floor(kind: str) -> None:
    """No outcome is missing, or only ones that take as much and give no more."""
    for small, offer, model in models(kind, Small.plain):
        rng = Random(str(small.board))
        ways = [way for way in small.ways(offer.promotion) if any(way[1])]
        for _ in range(3):
            prices, room = some_prices(rng, small.board), some_room(rng, small.board)
            floor = model.best(prices, room)[0] - rng.choice((0, 1, EXACT, 5 * EXACT, 200 * EXACT))
            found = [small.way(o) for o in model.nearly(prices, room, floor)]
            assert all(above(way, prices) >= floor and fits(way, room) for way in found)
            for way in ways if model.complete else ():
                if above(way, prices) >= floor and fits(way, room):
                    assert any(fits(one, way[0]) and one[2] >= way[2] for one in found), way


@pytest.mark.parametrize("kind", ["list", "units", "tiers", "sets"])
def test_what_decides_by_units_alone_leaves_out_nothing(kind: str) -> None:
    for small, offer, model in models(kind, Small.plain, range(250)):
        rng = Random(str(small.board))
        prices, room = some_prices(rng, small.board), some_room(rng, small.board)
        floor = model.best(prices, room)[0] - rng.choice((0, EXACT, 200 * EXACT))
        found = {small.way(outcome) for outcome in model.nearly(prices, room, floor)}
        for way in small.ways(offer.promotion) if model.complete else ():
            if any(way[1]) and fits(way, room) and above(way, prices) >= floor:
                assert way in found


@pytest.mark.parametrize("kind", ["list", "units", "tiers", "sets", "lesser"])
def test_what_is_near_the_best_is_admissible(kind: str) -> None:
    for small, offer, model in models(kind, Small.random):
        rng = Random(str(small.board))
        ways = small.ways(offer.promotion)
        prices, room = some_prices(rng, small.board), some_room(rng, small.board)
        floor = model.best(prices, room)[0] - rng.choice((0, EXACT, 200 * EXACT))
        for outcome in model.nearly(prices, room, floor):
            assert ways[small.way(outcome)] <= outcome.applications
            assert outcome.shares


def test_a_reached_cap_takes_the_dearest_units_that_leave_most_elsewhere() -> None:
    lines = shelf((100, 1), (200, 1), (200, 2))
    offer = offer_of(Promotion("p", Percent(5000), max_discount=150, max_units=3), lines)
    model = UnitModel(offer, board_of(lines))
    assert not model.complete

    def used(prices: list[int]) -> set[Units]:
        return {o.used for o in model.nearly(prices, [1, 1, 2], 1) if o.reached}

    assert used([0, 0, 0]) == {((1, 1), (2, 2))}
    # Whoever pays more for the second line may have its unit.
    assert used([0, 700_000, 0]) == {((1, 1), (2, 2)), ((0, 1), (2, 2))}


def test_a_capped_offer_that_cannot_reach_its_cap_lists_all_it_can_do() -> None:
    lines = shelf((100, 3))
    offer = offer_of(Promotion("p", Percent(5000), max_discount=120), lines)
    model = UnitModel(offer, board_of(lines))
    assert [o.used for o in model.nearly([0], [2], 1)] == [((0, 1),), ((0, 2),)]


def test_a_set_worth_less_than_the_amount_off_is_left_out() -> None:
    slots = (Slot(only("ab"), 1), Slot(only("c"), 1))
    lines = shelf((100, 1), (300, 1), (100, 2))
    board = board_of(lines)
    enough = SetModel.of(offer_of(Promotion("p", Bundle(slots, amount=200)), lines), board)
    short = SetModel.of(offer_of(Promotion("p", Bundle(slots, amount=300)), lines), board)
    assert enough.complete
    assert not short.complete
    assert max(o.applications for o in enough.nearly([0] * 3, [1, 1, 2], 1)) == 2
    assert [o.used for o in short.nearly([0] * 3, [1, 1, 2], 1)] == [((1, 1), (2, 1))]


def test_a_set_worth_no_more_than_the_amount_off_is_free() -> None:
    lines = shelf((100, 2), (300, 2))
    slots = (Slot(only("a"), 1), Slot(only("b"), 1))
    model = SetModel.of(offer_of(Promotion("p", Bundle(slots, amount=900)), lines), board_of(lines))
    assert model.complete
    assert [o.value for o in model.nearly([0, 0], [2, 2], 1)] == [400 * EXACT, 800 * EXACT]


def test_sets_are_dealt_out_so_that_each_gains_something() -> None:
    lines = shelf((300, 1), (200, 2), (100, 1))
    model = SetModel.of(offer_of(Promotion("p", NFor(2, 350)), lines), board_of(lines))
    # 300 with 100 and twice 200 gain 50 each; 200 with 100 alone would gain nothing.
    assert [o.used for o in model.nearly([0] * 3, [1, 2, 1], 100 * EXACT)] == [
        ((0, 1), (1, 1)),
        ((0, 1), (1, 2), (2, 1)),
    ]
    assert not list(model.nearly([0] * 3, [0, 1, 1], -1000 * EXACT))


def test_few_outcomes_are_listed_and_many_are_left_to_a_machine() -> None:
    mechanic = CheapestFree(3, 1)
    few, many = shelf((100, 3), (120, 3)), shelf(*((100 + at, 3) for at in range(9)))
    assert isinstance(model_of(offer_of(Promotion("p", mechanic), few), board_of(few)), ListModel)
    model = model_of(offer_of(Promotion("p", mechanic), many), board_of(many))
    assert isinstance(model, SequenceModel)


def test_slots_that_share_lines_are_listed_for_longer() -> None:
    lines = shelf(*((100 + at, 1) for at in range(9)))
    board = board_of(lines)
    apart = Bundle((Slot(only("abcd"), 1), Slot(only("efghi"), 1)), price=50)
    shared = Bundle((Slot(only("abcde"), 1), Slot(only("efghi"), 1)), price=50)
    assert isinstance(model_of(offer_of(Promotion("p", apart), lines), board), SetModel)
    assert isinstance(model_of(offer_of(Promotion("p", shared), lines), board), ListModel)
    more = shelf(*((100 + at, 3) for at in range(9)))
    model = model_of(offer_of(Promotion("p", shared), more), board_of(more))
    assert isinstance(model, SequenceModel)


@pytest.mark.parametrize(
    ("mechanic", "kind"),
    [
        (Percent(100), "units"),
        (AmountOff(5), "units"),
        (FixedPrice(5), "units"),
        (Gift(1, only("a"), repeat=True), "units"),
        (TierQuantity((QuantityTier(2, bp=100),)), "tiers"),
        (NFor(2, 100), "sets"),
        (Bundle((Slot(only("a"), 1), Slot(only("b"), 1)), price=1), "sets"),
        (BuyGet(only("a"), 1, only("b"), 1, equal_or_lesser=False, bp=1), "sets"),
        (BuyGet(only("a"), 1, only("b"), 1, equal_or_lesser=True, bp=1), "lesser"),
        (BuyGet(None, 1, None, 1, equal_or_lesser=True, bp=1), "cycles"),
        (CheapestFree(2, 1), "cycles"),
        (BuyGet(None, 1, None, 1, equal_or_lesser=False, bp=1), "roles"),
        (Bundle((Slot(only("ab"), 1), Slot(only("b"), 1)), price=1), "roles"),
    ],
)
def test_each_mechanic_has_the_model_that_fits(mechanic: ItemMechanic, kind: str) -> None:
    lines = shelf((100, 2), (90, 2))
    assert kind_of(wider_model(offer_of(Promotion("p", mechanic), lines), board_of(lines))) == kind


def test_a_mechanic_of_single_units_has_no_machine() -> None:
    lines = shelf((100, 2))
    with pytest.raises(TypeError):
        machine_of(offer_of(Promotion("p", Percent(100)), lines), board_of(lines))


def test_of_an_exclusive_group_one_at_most_is_applied() -> None:
    lines = shelf((100, 3), (150, 1))
    board = board_of(lines)
    first = offer_of(Promotion("p", Percent(1000), scope=only("a"), exclusive_group="g"), lines)
    other = offer_of(Promotion("q", NFor(2, 180), exclusive_group="g"), lines)
    alone = offer_of(Promotion("r", Percent(500), exclusive_group="h", max_units=1), lines)
    made = [(offer, model_of(offer, board)) for offer in (first, other, alone)]
    found, wide = grouped(made, board)
    assert wide is None
    assert [type(model) for model in found] == [GroupModel, ListModel]
    group = found[0]
    assert group.lines == (0, 1)
    assert group.complete
    free, room = [0, 0], [3, 1]
    assert group.best(free, room) == max(made[0][1].best(free, room), made[1][1].best(free, room))
    assert list(group.nearly(free, room, 1)) == [
        outcome for _, model in made[:2] for outcome in model.nearly(free, room, 1)
    ]


def test_a_group_is_complete_when_all_its_members_are() -> None:
    lines = shelf((100, 3))
    board = board_of(lines)
    whole = UnitModel(offer_of(Promotion("p", Percent(1000), max_units=2), lines), board)
    capped = UnitModel(offer_of(Promotion("q", Percent(1000), max_discount=5), lines), board)
    assert GroupModel((whole,)).complete
    assert not GroupModel((whole, capped)).complete


def test_sets_all_over_the_board_go_together_as_long_as_their_states_are_few() -> None:
    lines = shelf(*((100 + at, 3) for at in range(9)))
    board = board_of(lines)
    offers = [
        offer_of(Promotion(name, mechanic), lines)
        for name, mechanic in (
            ("p", NFor(4, 300)),
            ("q", CheapestFree(5, 1)),
            ("r", CheapestFree(6, 1)),
            ("s", Percent(100)),
        )
    ]
    single, wide = grouped([(offer, wider_model(offer, board)) for offer in offers], board)
    assert isinstance(wide, WideModel)
    assert [cycle.offer.promotion.promo_id for cycle in wide.cycles] == ["p", "q"]
    assert [kind_of(model) for model in single] == ["cycles", "units"]


def test_a_moved_list_answers_for_other_lines() -> None:
    lines = shelf((100, 1), (200, 1))
    model = ListModel.of(
        (0, 1), _listed(offer_of(Promotion("p", Percent(1000)), lines), board_of(lines))
    )
    moved = model.moved((2, 5))
    assert moved.lines == (2, 5)
    prices, room = [0, 0, 50_000, 0, 0, 0], [0, 0, 1, 0, 0, 1]
    assert moved.best(prices, room) == (25 * EXACT, ((2, 1), (5, 1)))
    assert moved.best(prices, [0] * 6) == (0, ())


def test_units_are_taken_by_weight() -> None:
    rows = by_weight([(5, 0, 2), (9, 1, 1), (5, 2, 1), (7, 3, 0)])
    assert rows == [(9, 1, 1), (5, 0, 2), (5, 2, 1)]
    assert take(rows, 3) == (19, {1: 1, 0: 2})
    assert take(rows, 0) == (0, {})
    assert take(rows, 4) == (24, {1: 1, 0: 2, 2: 1})
    assert take(rows, 5) is None


def test_all_picks_down_to_a_floor_are_found() -> None:
    rng = Random("picks")
    for _ in range(150):
        rows = by_weight(
            [(rng.randint(-5, 9), line, rng.randint(0, 3)) for line in range(rng.randint(0, 4))]
        )
        size, floor = rng.randint(0, 6), rng.randint(-10, 40)
        found = [(weight, tuple(sorted(used.items()))) for weight, used in picks(rows, size, floor)]
        expected = set()
        for counts in product(*(range(units + 1) for _, _, units in rows)):
            weight = sum(n * row[0] for n, row in zip(counts, rows, strict=True))
            if sum(counts) == size and weight >= floor:
                used = {row[1]: n for n, row in zip(counts, rows, strict=True) if n}
                expected.add((weight, tuple(sorted(used.items()))))
        assert len(found) == len(set(found))
        assert set(found) == expected
