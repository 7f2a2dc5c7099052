"""Small baskets priced the way of large ones: in parts, with a bound, beside brute force."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest

from retail.promotions import engine
from retail.promotions.engine import PromotionEngine
from retail.promotions.item_lane.models import choose
from retail.promotions.optimum import allotment, lane, large, refine, trim, worth
from retail.promotions.optimum.allotment import allotments
from retail.promotions.optimum.choice import code_of
from retail.promotions.optimum.lane import component_of, near, solve_lane, split
from retail.promotions.optimum.memory import Memory
from retail.promotions.optimum.scenario import FINE, MICRO
from retail.promotions.optimum.worth import most_worth
from retail.promotions.results import Optimum
from retail.promotions.rules import (
    EXACT,
    AmountOff,
    BasketAmount,
    BasketPercent,
    BasketTerms,
    BasketTier,
    Bundle,
    CheapestFree,
    Conditions,
    Coupon,
    NFor,
    Percent,
    Promotion,
    ThresholdBase,
)
from tests.support.pricing_agreement import bounded_difference
from tests.support.pricing_baskets import Case, random_case
from tests.unit.retail.promotions.boards import (
    NOON,
    Small,
    baskets_of,
    board_of,
    combinations_of,
    offer_of,
    offers_of,
    only,
    shelf,
)
from tests.unit.retail.promotions.contests import all_of

CODES = replace(NOON, coupons=frozenset("CDE"))


@pytest.fixture(autouse=True)
def _in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "MOST_UNITS", -1)


def cases(name: str, seeds: range, units: int = 8) -> list[Case]:
    """Seeded baskets; sets for an amount off are left out where they may be worth less."""
    found = []
    for seed in seeds:
        lines, promotions, context = random_case(Random(f"{name} {seed}"), units)
        kept = tuple(
            p for p in promotions if not isinstance(p.mechanic, Bundle) or p.mechanic.amount is None
        )
        found.append((lines, kept, context))
    return found


def priced(case: Case) -> Optimum:
    """The engine's answer."""
    lines, promotions, context = case
    return PromotionEngine(promotions).optimise(lines, context)


def lane_case(seed: int) -> Case:
    """A basket where one of the promotions at least is about the whole basket."""
    lines, promotions, context = random_case(Random(f"lane {seed}"), 7)
    rng = Random(f"lane {seed}")
    base = rng.choice(tuple(ThresholdBase))
    gross = sum(line.gross for line in lines)
    terms = BasketTerms(min_spend=gross * rng.choice((0, 5, 8, 9)) // 10, base=base)
    amount = max(1, gross * rng.choice((1, 2)) // 10)
    more = rng.choice(
        (
            BasketAmount(terms, amount=amount),
            BasketAmount(terms, amount=max(1, amount // 3), step=max(1, gross // 4)),
            BasketPercent(terms, bp=rng.choice((333, 1000, 5000))),
            BasketPercent(terms, tiers=(BasketTier(gross // 2, 500), BasketTier(gross, 1500))),
        )
    )
    return lines, (*promotions[:3], Promotion("z", more)), context


@pytest.mark.parametrize("block", range(3))
def test_machines_tell_no_more_than_brute_force(
    monkeypatch: pytest.MonkeyPatch, block: int
) -> None:
    monkeypatch.setattr(choose, "LISTED", -1)
    monkeypatch.setattr(choose, "TANGLED", -1)
    for seed, case in enumerate(cases("machines", range(100 * block, 100 * block + 100))):
        assert bounded_difference(case) == "", seed


def test_tiers_decided_unit_by_unit_tell_no_more_than_brute_force(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(lane, "MOST_LISTED", -1)
    for seed, case in enumerate(cases("tiers", range(150))):
        assert bounded_difference(case) == "", seed


@pytest.mark.parametrize("block", range(2))
def test_thresholds_and_roundings_of_the_basket_lane_are_bounded(block: int) -> None:
    proved = 0
    for seed in range(150 * block, 150 * block + 150):
        case = lane_case(seed)
        assert bounded_difference(case) == "", seed
        proved += priced(case).proved
    assert proved > 100


@pytest.mark.parametrize(
    ("module", "limit", "most"),
    [
        (refine, "MOST_OPTIONS", 1),
        (refine, "MOST_COMBINATIONS", 1),
        (refine, "MOST_SUMS", 2),
        (lane, "MOST_NEAR", 1),
        (large, "MOST_LANE", 1),
        (trim, "MOST_SUMS", 2),
        (allotment, "MOST_ALLOTMENTS", 1),
    ],
    ids=lambda value: str(value).rsplit(".", 1)[-1].split("'")[0],
)
def test_where_there_is_too_much_to_look_at_the_bound_still_holds(
    monkeypatch: pytest.MonkeyPatch, module: object, limit: str, most: int
) -> None:
    monkeypatch.setattr(module, limit, most)
    monkeypatch.setattr(choose, "LISTED", 12)
    for seed in range(120):
        assert bounded_difference(lane_case(seed)) == "", seed
    for seed, case in enumerate(cases("limits", range(60))):
        assert bounded_difference(case) == "", seed


def test_no_code_is_spent_where_the_same_sum_needs_none() -> None:
    spent = 0
    for seed in range(260):
        case = random_case(Random(f"codes {seed}"), 8)
        lines, promotions, context = case
        found = priced(case)
        applied = {one.promo_id for one in found.applied}
        for code in {code_of(p) for p in promotions if p.promo_id in applied} - {None}:
            fewer = tuple(p for p in promotions if code_of(p) != code)
            assert priced((lines, fewer, context)).minimised > found.minimised, seed
            spent += 1
    assert spent > 40


def coupon(code: str = "C", uses: int | None = None, *, each: bool = True) -> Conditions:
    """What a promotion with a code asks for."""
    return Conditions(coupon=Coupon(code, uses, per_application=each))


def test_of_two_equal_offers_the_one_without_a_code_is_applied() -> None:
    lines = shelf((100, 4))
    found = priced(
        (
            lines,
            (Promotion("p", NFor(2, 150), conditions=coupon()), Promotion("q", NFor(2, 150))),
            CODES,
        )
    )
    assert [one.promo_id for one in found.applied] == ["q"]
    lane_of = [
        Promotion("p", BasketAmount(BasketTerms(), 10), conditions=coupon(), exclusive_group="g"),
        Promotion("q", BasketAmount(BasketTerms(), 10), exclusive_group="g"),
    ]
    found = priced((lines, tuple(lane_of), CODES))
    assert [one.promo_id for one in found.applied] == ["q"]


def test_shared_uses_are_allotted_in_every_way() -> None:
    lines = shelf((100, 4), (90, 4))
    promotions = [
        Promotion("p", AmountOff(30), scope=only("a"), conditions=coupon(uses=3)),
        Promotion("q", AmountOff(20), scope=only("b"), conditions=coupon(uses=2)),
        Promotion("r", AmountOff(10), conditions=coupon(uses=None)),
        Promotion("s", AmountOff(10), conditions=coupon("D", uses=1)),
        Promotion("t", AmountOff(10), conditions=coupon("E", uses=1, each=False)),
    ]
    offers = offers_of(promotions, lines, CODES)
    found, complete = allotments(offers, [])
    assert complete
    uses = [{o.promotion.promo_id: o.applications for o in own} for own, _ in found]
    assert [(own.get("p", 0), own.get("q", 0)) for own in uses] == [(2, 0), (1, 1), (0, 2)]
    assert all(own["s"] == 1 and own["r"] == own["t"] > 2 for own in uses)


def test_a_basket_promotion_takes_one_of_the_shared_uses() -> None:
    lines = shelf((100, 4))
    item = Promotion("p", AmountOff(30), conditions=coupon(uses=2))
    basket = Promotion("b", BasketAmount(BasketTerms(), 5), conditions=coupon(uses=2))
    found, complete = allotments(offers_of([item], lines, CODES), baskets_of([basket], lines))
    assert complete
    assert [([o.applications for o in own], len(baskets)) for own, baskets in found] == [
        ([], 1),
        ([1], 1),
        ([2], 0),
    ]


def test_without_shared_uses_there_is_nothing_to_allot() -> None:
    lines = shelf((100, 4))
    offers = offers_of([Promotion("p", AmountOff(30), conditions=coupon(uses=2))], lines, CODES)
    assert allotments(offers, []) == ([(offers, [])], True)


def test_very_many_allotments_give_all_uses_to_one_promotion_at_a_time() -> None:
    lines = shelf((100, 60))
    promotions = [Promotion(name, AmountOff(30), conditions=coupon(uses=50)) for name in "pq"]
    found, complete = allotments(offers_of(promotions, lines, CODES), [])
    assert not complete
    assert [[(o.promotion.promo_id, o.applications) for o in own] for own, _ in found] == [
        [("p", 50)],
        [("q", 50)],
    ]


@pytest.mark.parametrize("block", range(2))
def test_no_item_choice_is_worth_more_than_its_bound(block: int) -> None:
    """Exact discounts less the slope's part of the rounded shares; one slope for all lines."""
    checked = 0
    for seed in range(400 * block, 400 * block + 400):
        small, rng = Small.random(f"worth {seed}", 6), Random(seed)
        if any(o.promotion.max_discount or o.promotion.exclusive_group for o in small.offers):
            continue
        ways = [all_of(offer, small.board) for offer in small.offers]
        size = 1
        for own in ways:
            size *= len(own) + 1
        if size > 3000:
            continue
        slopes = [rng.choice((0, MICRO // 20, MICRO // 3, MICRO // 2))] * len(small.lines)
        bound = _bound(small, slopes)
        for taken in combinations_of(ways, small.board.units):
            worth = FINE * sum(outcome.value for outcome in taken)
            worth -= sum(slopes[i] * n for outcome in taken for i, n in outcome.shares)
            assert worth <= bound, seed
            checked += 1
    assert checked > 2000


def _bound(small: Small, slopes: list[int]) -> int:
    solution = solve_lane(small.board, small.offers, Memory())
    return most_worth(solution, worth.Roundings.of(small.board, small.offers), slopes)


def test_the_item_lane_is_solved_in_parts_that_share_no_unit() -> None:
    lines = shelf((100, 30), (200, 30), (300, 30), (50, 1))
    board = board_of(lines)
    promotions = [
        Promotion("p", NFor(2, 150), scope=only("a")),
        Promotion("q", CheapestFree(3, 1), scope=only("bc")),
        Promotion("r", Percent(1000)),
        Promotion("s", Percent(5000), scope=only("b"), max_units=2),
    ]
    solution = solve_lane(board, offers_of(promotions, lines), Memory())
    assert [part.lines for part, _ in solution.parts] == [(0,), (1, 2)]
    assert all(result.proved for _, result in solution.parts)
    taken = {o.promo_id: o.value for o in solution.items()}
    assert sum(taken.values()) == solution.bound
    assert taken["r"] >= 5 * EXACT


def test_exclusive_groups_connect_parts() -> None:
    lines = shelf((100, 2), (200, 2))
    offers = offers_of(
        [
            Promotion("p", NFor(2, 150), scope=only("a"), exclusive_group="g"),
            Promotion("q", NFor(2, 350), scope=only("b"), exclusive_group="g"),
        ],
        lines,
    )
    (part,) = split(board_of(lines), offers, [0, 0])
    assert part.lines == (0, 1)


def test_what_gains_no_more_than_its_units_gain_anyway_is_left_out() -> None:
    lines = shelf((100, 40), (110, 40))
    board = board_of(lines)
    tenth = Promotion("p", Percent(1000))

    def rivals(*promotions: Promotion) -> int:
        return len(solve_lane(board, offers_of([tenth, *promotions], lines), Memory()).parts)

    assert rivals(Promotion("q", NFor(2, 199))) == 0
    assert rivals(Promotion("q", NFor(2, 150))) == 1
    assert rivals(Promotion("q", CheapestFree(3, 1, 100))) == 0
    assert rivals(Promotion("q", CheapestFree(11, 1))) == 0
    assert rivals(Promotion("q", CheapestFree(4, 1))) == 1
    assert rivals(Promotion("q", CheapestFree(4, 1), max_applications=3)) == 1
    assert rivals(Promotion("q", AmountOff(9), max_units=3)) == 0
    assert rivals(Promotion("q", AmountOff(12), max_units=60)) == 1


def test_parts_that_were_solved_before_are_remembered() -> None:
    class Counting(Memory):
        kept = 0

        def keep(self, key: object, value: object) -> None:
            self.kept += 1
            super().keep(key, value)

    lines = shelf((100, 30), (200, 30))
    offers = offers_of(
        [
            Promotion("p", NFor(2, 150), scope=only("a")),
            Promotion("q", NFor(2, 350), scope=only("b")),
        ],
        lines,
    )
    memory = Counting()
    first = solve_lane(board_of(lines), offers, memory)
    kept = memory.kept
    assert solve_lane(board_of(lines), offers, memory) == first
    assert memory.kept == kept
    memory.forget()
    assert solve_lane(board_of(lines), offers, memory) == first
    assert memory.kept == 2 * kept


def test_a_full_memory_lets_go_of_the_oldest() -> None:
    memory = Memory(2)
    for key in "abc":
        memory.keep(key, key.upper())
    assert [memory.recall(key) for key in "abc"] == [None, "B", "C"]
    memory.forget()
    assert memory.recall("c") is None


def test_choices_near_the_best_are_listed_within_a_slack() -> None:
    lines = shelf((100, 2), (120, 1))
    board = board_of(lines)
    offers = [offer_of(Promotion("p", NFor(2, 150)), lines)]
    part = component_of(board, offers, [0, 0])
    memory = Memory()
    ((_, result),) = solve_lane(board, offers, memory).parts
    assert result.bound == 70 * EXACT

    def gains(slack: int) -> list[int]:
        found = near(part, result, slack * EXACT, memory)
        assert found is not None
        return sorted(choice.gain // EXACT for choice in found)

    assert gains(0) == [70]
    assert gains(20) == [50, 70]
    assert gains(70) == [0, 50, 70]
    assert near(part, result, 20 * EXACT, memory) is near(part, result, 20 * EXACT, memory)


def test_many_basket_promotions_are_priced_and_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(large, "MOST_LANE", 2)
    rng = Random("many")
    for _ in range(40):
        lines = shelf(*((rng.choice((99, 250, 400)), rng.randint(1, 2)) for _ in range(3)))
        promotions = tuple(_basket(rng, f"b{at}") for at in range(5))
        promotions += (Promotion("i", NFor(2, 300)),)
        assert bounded_difference((lines, promotions, NOON)) == ""


def _basket(rng: Random, name: str) -> Promotion:
    terms = BasketTerms(
        priority=rng.choice((10, 100)),
        min_spend=rng.choice((0, 300, 700)),
        base=rng.choice(tuple(ThresholdBase)),
    )
    amount, rate = BasketAmount(terms, rng.choice((20, 50))), BasketPercent(terms, bp=700)
    return Promotion(
        name,
        rng.choice((amount, rate)),
        scope=rng.choice((None, None, only("ab"))),
        exclusive=rng.random() < 0.1,
        exclusive_group="g" if rng.random() < 0.2 else None,
    )


def test_a_threshold_may_be_worth_more_than_a_set() -> None:
    """The set is left out, or applied less often, so that 10.00 off are still reached."""
    lines = shelf((500, 4))
    pairs = Promotion("p", NFor(2, 900))
    from_2000 = Promotion(
        "z", BasketAmount(BasketTerms(min_spend=1900, base=ThresholdBase.NET), amount=300)
    )
    found = priced((lines, (pairs, from_2000), NOON))
    assert [(one.promo_id, one.applications) for one in found.applied] == [("p", 1), ("z", 1)]
    assert found.minimised == (2000 - 100 - 300) * EXACT
    assert found.proved
