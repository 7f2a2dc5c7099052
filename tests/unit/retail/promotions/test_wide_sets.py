"""Sets that take units all over the basket: cycles, alone and decided jointly."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

import pytest

from retail.promotions.item_lane.applications import every_outcome
from retail.promotions.item_lane.models.wide import Path, WideModel, cycle_of
from retail.promotions.item_lane.offers import Board, Offer
from retail.promotions.item_lane.outcome import Outcome
from retail.promotions.rules import (
    EXACT,
    BuyGet,
    CheapestFree,
    ItemMechanic,
    NFor,
    Percent,
    Promotion,
    Selector,
)
from tests.unit.retail.promotions.boards import (
    board_of,
    combinations_of,
    offer_of,
    offers_of,
    only,
    shelf,
    some_prices,
    some_room,
)

LESSER = BuyGet(None, 1, None, 2, equal_or_lesser=True, bp=5000)


def random_set(rng: Random, name: str) -> Promotion:
    """A set on units that cost 100 at least: every application gains something."""
    scope = rng.choice((None, None, only("abc"), only("bcd"), only("ad")))
    return Promotion(name, _mechanic(rng, scope), scope=scope, reward_alloc=rng.random() < 0.5)


def _mechanic(rng: Random, scope: Selector | None) -> ItemMechanic:
    kind = rng.randrange(3)
    if kind == 0:
        n = rng.choice((2, 3))
        return NFor(n, n * rng.choice((60, 90)))
    if kind == 1:
        n = rng.choice((2, 3, 4))
        return CheapestFree(n, rng.randint(1, n - 1), rng.choice((EXACT, 5000)))
    bp, amount, price = rng.choice(((5000, None, None), (None, 30, None), (None, None, 60)))
    return BuyGet(
        buy=scope,
        buy_qty=rng.choice((1, 2)),
        get=scope,
        get_qty=rng.choice((1, 2)),
        equal_or_lesser=True,
        bp=bp,
        amount=amount,
        price=price,
    )


def random_sets(seed: object, count: int) -> tuple[list[Offer], Board]:
    """Up to so many sets that share four lines with at most eight units."""
    rng = Random(f"sets {seed}")
    lines = shelf(*((rng.choice((100, 100, 130, 170, 200)), rng.choice((1, 2))) for _ in range(4)))
    promotions = [random_set(rng, f"p{at}") for at in range(count)]
    return offers_of(promotions, lines), board_of(lines)


def together(offers: Sequence[Offer], board: Board) -> WideModel:
    """The sets as one model."""
    cycles = [cycle for offer in offers if (cycle := cycle_of(offer, board)) is not None]
    assert len(cycles) == len(offers)
    return WideModel(cycles, board)


def outcomes(offer: Offer, board: Board) -> tuple[Outcome, ...]:
    """All that one of the sets can do."""
    found = every_outcome(offer, board, 1 << 30)
    assert found is not None
    return found


def gained(taken: Sequence[Outcome], prices: Sequence[int]) -> int:
    """What outcomes gain above the prices."""
    return sum(o.value - sum(prices[line] * n for line, n in o.used) for o in taken)


def along(path: Path, prices: Sequence[int]) -> int:
    """What a path gains above the prices."""
    return sum(gain - prices[line] for _, line, gain in path)


@pytest.mark.parametrize("block", range(3))
def test_what_sets_gain_jointly_is_the_most_of_all_their_combinations(block: int) -> None:
    for seed in range(100 * block, 100 * block + 100):
        offers, board = random_sets(seed, 2)
        model, rng = together(offers, board), Random(seed)
        listed = [outcomes(offer, board) for offer in offers]
        for _ in range(2):
            prices, room = some_prices(rng, board), some_room(rng, board)
            most = max(gained(taken, prices) for taken in combinations_of(listed, room))
            gain, path = model.best_path(prices, room)
            assert gain == most
            assert model.worth(prices, room) == most
            assert along(path, prices) == most
            assert gained(model.outcomes(path), prices) == most
            assert model.best(prices, room)[0] == most


def test_jointly_is_no_more_than_each_alone_and_no_less_than_either() -> None:
    rng = Random("alone")
    for seed in range(400):
        offers, board = random_sets(f"alone {seed}", 2)
        prices, room = some_prices(rng, board), some_room(rng, board)
        apart = [together([offer], board).worth(prices, room) for offer in offers]
        jointly = together(offers, board).worth(prices, room)
        assert max(apart, default=0) <= jointly <= sum(apart)


def test_all_paths_down_to_a_floor_hold_every_good_combination() -> None:
    """The paths gain as much as they say, and no combination gains more with no more units."""
    for seed in range(200):
        offers, board = random_sets(f"paths {seed}", 2)
        model, rng = together(offers, board), Random(seed)
        prices, room = some_prices(rng, board), some_room(rng, board)
        best = model.worth(prices, room)
        floor = best - rng.choice((0, 1, 10 * EXACT, 60 * EXACT))
        paths = list(model.paths(prices, room, floor))
        assert max(along(path, prices) for path in paths) == best
        assert all(along(path, prices) >= floor for path in paths)
        found: dict[tuple[int, ...], int] = {}
        for path in paths:
            taken = model.outcomes(path)
            assert gained(taken, prices) == along(path, prices)
            used = _units(taken, board)
            assert all(n <= most for n, most in zip(used, room, strict=True))
            found[used] = max(along(path, prices), found.get(used, floor))
        for chosen in combinations_of([outcomes(offer, board) for offer in offers], room):
            if gained(chosen, prices) >= floor:
                assert found[_units(chosen, board)] >= gained(chosen, prices)


def _units(taken: Sequence[Outcome], board: Board) -> tuple[int, ...]:
    used = [0] * len(board.units)
    for outcome in taken:
        for line, n in outcome.used:
            used[line] += n
    return tuple(used)


def test_what_sets_do_jointly_is_admissible_for_each() -> None:
    for seed in range(300):
        offers, board = random_sets(f"admissible {seed}", 2)
        model, rng = together(offers, board), Random(seed)
        known = {o.promotion.promo_id: _applications(outcomes(o, board)) for o in offers}
        prices = some_prices(rng, board)
        floor = model.worth(prices, board.units) - 40 * EXACT
        for path in model.paths(prices, board.units, floor):
            for outcome in model.outcomes(path):
                fewest = known[outcome.promo_id][outcome._replace(applications=0)]
                assert fewest <= outcome.applications


def _applications(found: Sequence[Outcome]) -> dict[Outcome, int]:
    return {outcome._replace(applications=0): outcome.applications for outcome in found}


def test_units_are_passed_from_dear_to_cheap() -> None:
    lines = shelf((100, 1), (300, 1), (200, 2))
    board = board_of(lines)
    model = together([offer_of(Promotion("p", CheapestFree(2, 1)), lines)], board)
    gain, path = model.best_path([0] * 3, board.units)
    assert model.order == [1, 2, 0]
    assert gain == 300 * EXACT
    assert path == ((0, 0, 100 * EXACT), (0, 2, 0), (0, 2, 200 * EXACT), (0, 1, 0))
    (outcome,) = model.outcomes(path)
    assert (outcome.used, outcome.applications) == (((0, 1), (1, 1), (2, 2)), 2)


def test_a_reward_that_costs_more_elsewhere_is_left_off() -> None:
    lines = shelf((100, 3))
    board = board_of(lines)
    model = together([offer_of(Promotion("p", LESSER), lines)], board)
    (both,) = model.outcomes(model.best_path([0], board.units)[1])
    assert (both.used, both.value, both.applications) == (((0, 3),), 100 * EXACT, 1)
    (single,) = model.outcomes(model.best_path([0], [2])[1])
    assert (single.used, single.value, single.applications) == (((0, 2),), 50 * EXACT, 1)
    assert model.best_path([25 * EXACT + 1], board.units)[0] == 25 * EXACT - 3
    assert model.best_path([40 * EXACT], board.units) == (0, ())


@pytest.mark.parametrize(
    "promotion",
    [
        Promotion("p", CheapestFree(2, 1), max_applications=1),
        Promotion("p", CheapestFree(2, 1), max_units=3),
        Promotion("p", CheapestFree(2, 1), max_discount=100),
        Promotion("p", CheapestFree(2, 2)),
        Promotion("p", Percent(1000)),
        Promotion("p", BuyGet(None, 1, None, 1, equal_or_lesser=False, bp=5000)),
        Promotion("p", BuyGet(only("a"), 1, None, 1, equal_or_lesser=True, bp=5000)),
    ],
)
def test_limits_caps_and_other_sets_are_no_cycles(promotion: Promotion) -> None:
    lines = shelf((100, 3), (90, 2))
    assert cycle_of(offer_of(promotion, lines), board_of(lines)) is None


def test_an_outcome_that_rounds_to_nothing_is_none() -> None:
    lines = shelf((10, 2))
    board = board_of(lines)
    model = together([offer_of(Promotion("p", CheapestFree(2, 1, 400)), lines)], board)
    gain, path = model.best_path([0], board.units)
    assert gain == 10 * 400
    assert model.outcomes(path) == []
